# Renders a template of BOSH's acceptance tests with a bat.yml, as they do it: ruby bat.rb TEMPLATE BAT.json [CHANGES.json]
# prints the document as JSON. CHANGES are properties that a test sets (use_multiple_persistent_disks and the like).
require "erb"
require "json"
require "ostruct"
require "yaml"

def open(value)
  case value
  when Hash then OpenStruct.new(value.transform_values { |each| open(each) })
  when Array then value.map { |each| open(each) }
  else value
  end
end

def bindings(properties) = binding

template, spec, changes = ARGV
given = JSON.parse(File.read(spec)).fetch("properties").merge(changes ? JSON.parse(File.read(changes)) : {})
text = ERB.new(File.read(template)).result(bindings(open(given)))
puts JSON.generate(YAML.safe_load(text, aliases: true))
