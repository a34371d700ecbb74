# Renders a BOSH job as bosh create-env does: ruby erb.rb JOB_FOLDER PROPERTIES.json FOLDER writes its templates and
# monit below FOLDER. Templates see what the spec declares, with its defaults, and nothing else of the properties.
require "erb"
require "fileutils"
require "json"
require "yaml"

class UnknownProperty < StandardError; end
class UnknownLink < StandardError; end

# What stands behind an if_p or if_link whose block was not run...
class Otherwise
  def initialize(context) = @context = context
  def else = yield
  def else_if_p(*names, &block) = @context.if_p(*names, &block)
  def else_if_link(name, &block) = @context.if_link(name, &block)
end

# ...and behind one whose block was.
class Settled
  def else = nil
  def else_if_p(*) = self
  def else_if_link(*) = self
end

# The first deployment of create-env: one instance, no links, no address known.
Spec = Struct.new(:name, :deployment, :index, :id, :ip, :address, :az, :bootstrap, keyword_init: true)

class Context
  attr_reader :properties, :spec

  def initialize(declared, given)
    @properties = {}
    @spec = Spec.new(deployment: "bosh", index: 0, id: "5c2c7ef1-0d4b-4f4e-9a57-1f6d0f0a7a11")
    declared.each { |name, about| declare(name.split("."), dig(given, name), (about || {})["default"]) }
  end

  def p(names, *default)
    Array(names).each do |name|
      value = dig(@properties, name)
      return value unless value.nil?
    end
    return default.first unless default.empty?
    raise UnknownProperty, "no property #{Array(names).join(" or ")}"
  end

  def if_p(*names)
    values = names.map { |name| dig(@properties, name) }
    return Otherwise.new(self) if values.any?(&:nil?)
    yield(*values)
    Settled.new
  end

  def link(name) = raise(UnknownLink, "no link #{name}")
  def if_link(_name) = Otherwise.new(self)
  def get_binding = binding

  private

  def dig(object, name)
    name.split(".").reduce(object) { |inner, key| inner.is_a?(Hash) ? inner[key] : nil }
  end

  def declare(keys, value, default)
    place = keys[0..-2].reduce(@properties) { |inner, key| inner[key] ||= {} }
    place[keys.last] = value.nil? ? default : value
  end
end

def render(job, given, folder)
  spec = YAML.safe_load(File.read("#{job}/spec"))
  files = spec["templates"].to_h { |from, to| ["#{job}/templates/#{from}", to] }.merge("#{job}/monit" => "monit")
  files.each do |from, to|
    text = ERB.new(File.read(from), trim_mode: "-").tap { |erb| erb.filename = from }
      .result(Context.new(spec["properties"], given).get_binding)
    FileUtils.mkdir_p(File.dirname("#{folder}/#{to}"))
    File.write("#{folder}/#{to}", text)
    File.chmod(0o755, "#{folder}/#{to}") if to.start_with?("bin/")
  end
end

abort "usage: ruby erb.rb JOB_FOLDER PROPERTIES.json FOLDER" unless ARGV.length == 3
render(ARGV[0], JSON.parse(File.read(ARGV[1])), ARGV[2])
