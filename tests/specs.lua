-- The entry of slcpi-test: busted's runner over the specs that its arguments name.
require "busted.runner" { standalone = false }
