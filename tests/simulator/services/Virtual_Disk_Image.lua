-- Disk images of guests and portable volumes.

return { methods = {} }
