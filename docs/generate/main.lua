-- Writes the reference to stdout: `make reference`.
io.write(require "docs.generate.reference".text())
