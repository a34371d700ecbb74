-- Flavours and other presets of a package.

return { methods = {} }
