# The SQL that ActiveRecord sends for migrations, as JSON: record.rb postgresql|mysql2 <folder> <host or socket> <port>
require "active_record"
require "json"

adapter, folder, host, port = ARGV
config =
  if adapter == "postgresql"
    { adapter: adapter, host: host, port: port, username: "postgres", database: "rails_golden" }
  else
    { adapter: adapter, socket: host, username: "root", database: "rails_golden" }
  end
ActiveRecord::Base.establish_connection(config)
ActiveRecord::Migration.verbose = false

sent = []
ActiveSupport::Notifications.subscribe("sql.active_record") do |*, payload|
  sql = payload[:sql].strip
  next if %w[SCHEMA TRANSACTION].include?(payload[:name]) || sql.match?(/\A(?:SELECT|SHOW|SET|BEGIN|COMMIT)\b/i)

  sent << sql
end

current = ActiveRecord::VERSION::STRING.to_f
files = Dir[File.join(folder, "*.rb")].sort.select do |file|
  File.read(file)[/Migration\[([\d.]+)\]/, 1].to_f <= current
end
result = {}
classes = files.map do |file|
  load file
  [File.basename(file), Object.const_get(File.read(file)[/class (\w+)/, 1])]
end
run = lambda do |name, migration, direction|
  sent.clear
  begin
    migration.new.exec_migration(ActiveRecord::Base.connection, direction)
  rescue StandardError => error
    sent << "!#{error.class}: #{error.message.lines.first.to_s.strip[0, 80]}"
  end
  (result[name] ||= {})[direction] = sent.dup
end
classes.each { |name, migration| run.call(name, migration, :up) }
classes.reverse_each { |name, migration| run.call(name, migration, :down) }
puts JSON.generate("activerecord" => ActiveRecord::VERSION::STRING, "migrations" => result)
