--- Where the executables under test are.

local B = os.getenv "SLCPI_BUILD" or "build"

return { folder = B, slcpi = B .. "/slcpi", slsim = B .. "/slsim" }
