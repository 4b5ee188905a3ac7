# Migrates as it is asked: each line of the input is JSON, {"folder": …, "to": version or null, "config": …}; each answer
# is "ok", or what went wrong. Each runs in a process of its own, as migrations of several folders have classes of one name.
require "active_record"
require "json"
require "pg"
require "active_record/connection_adapters/postgresql_adapter"

$stdout.sync = true
ActiveRecord::Migration.verbose = false
# Once for all of them: each would load it again.
[ActiveSupport, ActiveModel, ActiveRecord].each(&:eager_load!)
$stdin.each_line do |line|
  asked = JSON.parse(line)
  reader, writer = IO.pipe
  pid = fork do
    reader.close
    begin
      ActiveRecord::Base.establish_connection(asked["config"])
      ActiveRecord::MigrationContext.new(asked["folder"]).migrate(asked["to"])
      writer.write("ok")
    rescue Exception => error
      writer.write("#{error.class}: #{error.message}".tr("\n", " ").squeeze(" ")[0, 600])
    end
    writer.close
    exit!(0)
  end
  writer.close
  puts reader.read
  Process.wait(pid)
end
