-- Places in reserved capacity.

return { methods = {} }
