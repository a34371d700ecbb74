description = "Answers that the engine runs."
arguments = {}
effect = "read"
timeout = 10

function run()
  return "pong"
end
