-- Disks in guests.

return { methods = {} }
