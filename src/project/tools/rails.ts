import { number } from "../tracking.ts";
import type { CodeFile } from "../../model/tool.ts";
import { inCamelCase } from "../advice/code-file.ts";
import type { Database, PerFamily } from "../../model/dialect.ts";
import { classesDatabase } from "../layouts/classes.ts";
import { ownTables } from "../layouts/rails-dump.ts";
import { ancestors, join } from "../files/paths.ts";
import { compareComponents } from "../version.ts";
import { railsSteps } from "../advice/rails-advice.ts";
import { lockTimeoutIn, sqlModeIn, statementTimeoutIn, strong } from "../sessions/rails-sessions.ts";
import type { ServerSetting, Tool } from "../tool.ts";

/** A class with the methods `up` and `down`. */
function migration({ up, down, outside }: CodeFile, head: string): string {
  const method = (name: string, calls: readonly string[]): readonly string[] => [
    `  def ${name}`,
    ...calls.map((call) => `    ${call}`),
    "  end",
  ];
  return [
    `class ${head}`,
    ...(outside ? ["  disable_ddl_transaction!", ""] : []),
    ...method("up", up),
    "",
    ...method("down", down),
    "end",
  ].join("\n");
}

/** `StrongMigrations.target_version = 15`, `target_mysql_version = "8.0.12"` */
const target = (dialect: Database | undefined, name: string): ServerSetting => ({
  dialect,
  file: strong,
  read(text) {
    const pattern = new RegExp(
      `^[ \\t]*StrongMigrations\\.${name}[ \\t]*=[ \\t]*["']?(\\d+(?:\\.\\d+)*)`,
      "m",
    );
    const version = pattern.exec(text)?.[1];
    return version === undefined ? undefined : { version, says: `${name} = ${version}` };
  },
});

/** `StrongMigrations.start_after = 20240131120000` */
function acceptedUpTo(
  root: string,
  read: (path: string) => string | undefined,
): { readonly version: string; readonly file: string } | undefined {
  for (const folder of ancestors(root)) {
    const file = join(folder, strong);
    const [, digits] =
      /^[ \t]*StrongMigrations\.start_after[ \t]*=[ \t]*(\d[\d_]*)/m.exec(read(file) ?? "") ?? [];
    if (digits !== undefined) return { version: digits.replaceAll("_", ""), file };
  }
  return undefined;
}

/** The release whose adapter doesn't take the first column of a key for the whole key. */
const knowsLongKeys: PerFamily<string> = { postgres: "5.0", mysql: "0", mongodb: "0" };

export const rails: Tool = {
  name: "rails",
  aliases: ["activerecord", "standalone-migrations"],
  rank: 1,
  signs: [
    {
      files: ["config/application.rb", "bin/rails"],
      dependencies: { ruby: ["rails", "activerecord", "standalone_migrations", "sinatra-activerecord"] },
    },
  ],
  ownShape: "classes",
  database: { inProject: classesDatabase },
  server: [
    target(undefined, "target_version"),
    target("postgres", "target_postgresql_version"),
    target("mysql", "target_mysql_version"),
    target("mariadb", "target_mariadb_version"),
  ],
  acceptedUpTo,
  lockTimeoutIn,
  statementTimeoutIn,
  sqlModeIn,
  shapes: ["classes"],
  classes: true,
  passesMissingDown: true,
  ownRollback: {
    fails: "Rails reverses `change` call by call: write `up`, and a `down` that works.",
    differs:
      "State in the call what Rails then brings back, such as `null: false` and `default:` of a removed column and the indexes of a dropped table, or write `up` and `down`.",
    again: (calls) =>
      `Write ${calls.length > 1 ? `${calls.join(" and ")}, all of them,` : "it"} into \`up\`, or into \`reversible { |dir| dir.up { … } }\`: a rollback of \`change\` runs what isn't one of its commands.`,
  },
  oneAlter: {
    how: "one `change_table` with `bulk: true`, which sends one `ALTER TABLE`",
    // References, keys and what changes NULL are statements of their own.
    calls: [
      ...["add_column", "add_columns", "add_timestamps", "add_index", "remove_column", "remove_columns"],
      ...["remove_timestamps", "remove_index", "rename_column", "change_column", "change_column_default"],
    ],
  },
  wraps: "each",
  // Its own question is supports_ddl_transactions?
  wrapsOn: { mysql: "none", mariadb: "none" },
  sends: "statement",
  sendsDelimiter: {},
  duplicates: "Rails refuses to migrate",
  late: { what: "Rails runs it after the newer ones", runs: true },
  // What a heredoc is given to ends on its first line.
  rawCall: (sql) => `execute(${sql.replace(/(?=\n|$(?![^]))/, ")")}`,
  keyCall: ({ columns, table, family, call, unit }) => {
    const isJoin = /^\s*(?:\w+\.)?create_join_table\b/.test(call);
    const isBlock = /\bdo\b|\{\s*\|/.test(call);
    if (columns === undefined)
      return isBlock ? "`t.primary_key :id` in the block" : "a block with `t.primary_key :id`";
    // The key of a join table can't be stated: Rails leaves out what `primary_key:` says.
    const [given] = /:?\bid\b(?::|\s*=>)\s*false\b/.exec(call) ?? [];
    const installed = unit?.releases?.get("activerecord");
    const release = installed ?? unit?.follows ?? "0";
    // Its adapter takes the first column for the whole key: join models destroy rows by it, and schema.rb has it alone.
    const first = knowsLongKeys[family];
    if (columns.length > 1 && compareComponents(installed ?? first, first) < 0) return undefined;
    if (!isJoin && given !== undefined && compareComponents(release, "5.0") >= 0)
      return `\`primary_key: %i[${columns.join(" ")}]\` in place of \`${given}\``;
    const key = columns.join(", ");
    // SQLite adds no key to a table that is there.
    const guard =
      unit?.others?.includes("SQLite") === true ? ' unless connection.adapter_name == "SQLite"' : "";
    const sent = `execute "ALTER TABLE ${table} ADD PRIMARY KEY (${key})"${guard}`;
    const isReversed = unit?.reverses === true;
    const knowsWay = compareComponents(installed ?? "4.0", "4.0") >= 0;
    const line = isReversed && knowsWay ? `reversible { |dir| dir.up { ${sent} } }` : sent;
    const where = isReversed && !knowsWay ? ", with `up` and `down` in place of `change`" : "";
    return `\`PRIMARY KEY (${key})\`, by \`${line}\` behind the call${where}`;
  },
  codeFile: (file) => migration(file, "Step < ActiveRecord::Migration[<version>]"),
  newFile(file) {
    const version = (file.replaces ?? file.after)?.follows;
    const name = inCamelCase(file.name.replace(/^\d+_/, ""));
    return migration(file, `${name} < ActiveRecord::Migration${version === undefined ? "" : `[${version}]`}`);
  },
  codeSteps: railsSteps,
  optOut: "disable_ddl_transaction! in the class",
  indexName: (table, columns) => `index_${table}_on_${columns.join("_and_")}`,
  trackingTables: ownTables,
  tracking: { table: "schema_migrations", key: "version", keyOf: number, order: "version" },
  commands: {
    server: "what `config/database.yml` says",
    apply: () => "bin/rails db:migrate",
    applyTo: ({ migration }) => `bin/rails db:migrate VERSION=${migration.version ?? ""}`,
    undo: ({ migration }) => `bin/rails db:migrate:down VERSION=${migration.version ?? ""}`,
    status: () => "bin/rails db:migrate:status",
  },
};
