# A manifest with ops files and variables laid over it, as `bosh interpolate --var-errs --var-errs-unused` does it, as JSON:
#   ruby manifest.rb BASE [-o OPS.yml]… [-l VARS.yml]… [-v NAME=VALUE]…
# Whatever the manifest declares under `variables` is made up. An error is one line on stderr, and exit status 1.

require "json"
require "optparse"
require "yaml"

class Refused < StandardError; end

def load_yaml(path)
  YAML.safe_load(File.read(path), aliases: true)
rescue Psych::Exception => e
  raise Refused, "#{path}: #{e.message}"
end

# One operation of an ops file.
class Operation
  def initialize(operation, where)
    @kind, @path, @value = operation.values_at("type", "path", "value")
    @where = "#{where} #{@path}"
    extra = operation.keys - %w[type path value]
    raise Refused, "#{@where}: unknown key '#{extra[0]}'" if extra.any?
    raise Refused, "#{@where}: unknown type '#{@kind}'" unless %w[replace remove].include?(@kind)
    raise Refused, "#{@where}: a replacement needs a value" if @kind == "replace" && !operation.key?("value")
  end

  def apply(document)
    *steps, last = tokens
    place, following = document, tokens.drop(1)
    steps.zip(following) { |step, after| place = descend(place, step, after) or return }
    @kind == "replace" ? put(place, last) : take(place, last)
  end

  private

  # "a?", "name=x", "0", "-": after a "?" everything may be missing.
  def tokens
    optional = false
    @path.delete_prefix("/").split("/").map do |text|
      optional ||= text.end_with?("?")
      text = text.delete_suffix("?").gsub("~1", "/").gsub("~0", "~")
      raise Refused, "#{@where}: '#{text}' is not supported here" if text.include?(":")
      { text: text, optional: optional }
    end
  end

  def selector?(text) = text.include?("=")

  def missing(what) = raise(Refused, "#{@where}: #{what} does not exist")

  def descend(place, token, after)
    at = locate(place, token)
    return place[at] if at && !place[at].nil?
    missing("'#{token[:text]}'") unless token[:optional]
    return if @kind == "remove"
    made = after[:text] == "-" || selector?(after[:text]) ? [] : {}
    if selector?(token[:text])
      key, value = token[:text].split("=", 2)
      place << (made = { key => value })
    else
      place[at || token[:text]] = made
    end
    made
  end

  # The key or index, nil where there is nothing.
  def locate(place, token)
    text = token[:text]
    return (text if place.key?(text)) if place.is_a?(Hash)
    raise Refused, "#{@where}: '#{text}' is looked for in something that is no map and no list" unless place.is_a?(Array)
    return text.to_i.then { |i| i if i < place.size } if text.match?(/\A\d+\z/)
    raise Refused, "#{@where}: '#{text}' is no index of a list" unless selector?(text)
    key, value = text.split("=", 2)
    found = place.each_index.select { |i| place[i].is_a?(Hash) && place[i][key].to_s == value }
    raise Refused, "#{@where}: '#{text}' is there #{found.size} times" if found.size > 1
    found[0]
  end

  def put(place, token)
    text, value = token[:text], Marshal.load(Marshal.dump(@value)) # an alias in the file is a copy in the manifest
    if text == "-"
      raise Refused, "#{@where}: '-' appends to a list" unless place.is_a?(Array)
      return place << value
    end
    at = locate(place, token)
    missing("'#{text}'") unless at || token[:optional]
    return place[at] = value if at
    place.is_a?(Array) ? place << value : place[text] = value
  end

  def take(place, token)
    at = locate(place, token)
    return (missing("'#{token[:text]}'") unless token[:optional]) unless at
    place.is_a?(Array) ? place.delete_at(at) : place.delete(at)
  end
end

# Puts values for ((name)) and ((name.part)).
class Variables
  REFERENCE = /\(\((!?[-\w\/.]+)\)\)/.freeze

  def initialize(values)
    @values, @used, @missing = values, {}, {}
  end

  def fill(node)
    case node
    when Hash then node.to_h { |key, value| [fill(key), fill(value)] }
    when Array then node.map { |each| fill(each) }
    when String then text(node)
    else node
    end
  end

  def check
    raise Refused, "variables without a value: #{@missing.keys.sort.join(', ')}" if @missing.any?
    unused = @values.keys - @used.keys
    raise Refused, "variables that nothing uses: #{unused.sort.join(', ')}" if unused.any?
  end

  private

  def text(string)
    whole = string.match(/\A#{REFERENCE}\z/)
    return value(whole[1]) if whole
    string.gsub(REFERENCE) do
      found = value($1)
      raise Refused, "((#{$1})) inside a text must be a text or a number" if found.is_a?(Hash) || found.is_a?(Array)
      found
    end
  end

  def value(reference)
    name, *parts = reference.split(".")
    unless @values.key?(name)
      @missing[name] = true
      return "((#{reference}))"
    end
    @used[name] = true
    parts.reduce(@values[name]) do |object, part|
      raise Refused, "((#{reference})): there is no '#{part}'" unless object.is_a?(Hash) && object.key?(part)
      object[part]
    end
  end
end

MADE_UP = Hash.new { |_, type| raise Refused, "variables: unknown type '#{type}'" }.merge(
  "password" => "made-up-password",
  "certificate" => { "ca" => "a CA\n", "certificate" => "a certificate\n", "private_key" => "a key\n" },
).freeze

begin
  ops, given = [], {}
  base, *rest = OptionParser.new do |options|
    options.on("-o FILE") { |path| ops << path }
    options.on("-l FILE") { |path| given.merge!(load_yaml(path)) }
    options.on("-v TEXT") { |text| text.split("=", 2).then { |name, value| given[name] = YAML.safe_load(value) } }
  end.parse(ARGV)
  raise Refused, "one manifest, not '#{rest[0]}' too" if rest.any?
  document = load_yaml(base)
  ops.each { |path| load_yaml(path).each { |each| Operation.new(each, path).apply(document) } }
  (document["variables"] || []).each { |each| given[each["name"]] ||= MADE_UP[each["type"]] }
  variables = Variables.new(given)
  filled = variables.fill(document)
  variables.check
  puts JSON.generate(filled)
rescue Refused => e
  abort e.message
end
