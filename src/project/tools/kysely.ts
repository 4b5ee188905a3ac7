import type { PerFamily } from "../../model/dialect.ts";
import { inStrings } from "../../model/tool.ts";
import { isInPrograms } from "../own-runner.ts";
import { ancestors, baseName, join } from "../files/paths.ts";
import { stem } from "../tracking.ts";
import { inList, upAndDown } from "../advice/code-file.ts";
import type { SessionSetting } from "../facts.ts";
import { endings, type Programs, type Tool } from "../tool.ts";

const files = endings("kysely.config", "ts", "js", "mjs", "cjs");
const unordered = /\ballowUnorderedMigrations["']?\s{0,20}:\s{0,20}true\b/;

const ofMigrator = /\bnew\s+Migrator\s*\(/;
const ofPool = /\bnew\s+(?:\w+\.)?(?:Pool|Kysely)\s*[<(]/;

/**
 * What the pool sets that a program hands to Kysely's Migrator, which may lie in another program, with all others; without
 * such a program, that of the settings.
 */
function sessionSetting(
  name: "lock_timeout" | "statement_timeout",
  programs: Programs,
): SessionSetting | undefined {
  const all = [...programs()];
  const migrators = all.filter(({ text }) => ofMigrator.test(text));
  const runners = migrators.length > 0 ? migrators : all.filter(({ path }) => files.includes(baseName(path)));
  const own = runners.filter(({ text }) => ofPool.test(text));
  const pools = own.length > 0 || runners.length === 0 ? own : all.filter(({ text }) => ofPool.test(text));
  const given = new RegExp(
    String.raw`\b${name}["']?(?:\s{0,9}:\s{0,9}|=)["']?([1-9][\d_]{0,12}(?:ms|s|min|h)?)(?![\w.*])`,
  );
  const found = pools.map(({ path, text }) => ({
    file: path,
    value: given.exec(text)?.[1]?.replaceAll("_", ""),
  }));
  const [first] = found;
  return first?.value !== undefined && found.every(({ value }) => value === first.value)
    ? { file: first.file, value: first.value }
    : undefined;
}

const counting: PerFamily<string> = {
  // It has no schema for it.
  mongodb: "",
  mysql: "autoIncrement",
  postgres: "generatedAlwaysAsIdentity",
};

const dependencies = { npm: ["kysely"] };

export const kysely: Tool = {
  name: "kysely",
  rank: 7,
  signs: [
    { dependencies, needsProof: true },
    { dependencies, needsCode: true },
  ],
  code: {
    words: /["']kysely["']/,
    calls: /\.\s*(?:schema\b|(?:insertInto|updateTable|deleteFrom|selectFrom|executeQuery|transaction)\()/,
    rank: 4,
  },
  // Of `kysely-postgres-js`, too.
  database: { call: /\bnew\s+(?:\w+\.)?(Postgres|Mysql|Sqlite|Mssql)(?:JS)?Dialect\s*\(/ },
  shapes: ["code", "pairs", "timestamps", "numbered"],
  order: "text",
  anyName: true,
  // Its CamelCasePlugin, which no migration names.
  mapsNames: true,
  wraps: "all",
  sends: "text",
  rawCall: (sql, _language, handle = "db") => `await sql${sql}.execute(${handle});`,
  rawImport: { name: "sql", from: "kysely" },
  keyCall: ({ columns, table, family }) =>
    columns === undefined
      ? `\`.addColumn("id", "bigint", (col) => col.primaryKey().${counting[family]}())\``
      : `\`.addPrimaryKeyConstraint("${table}_pkey", ${inList(columns)})\``,
  callWords: {
    foreignKey:
      'Write `.addForeignKeyConstraint("<name>", ["<column>"], "<other table>", ["id"])` in place of `.references(…)`.',
    dropIndex: 'Name its table: `.dropIndex("<name>").on("<table>")`.',
  },
  pools: true,
  codeFile: upAndDown({
    parameter: "db",
    type: "Kysely<any>",
    head: ({ language }) => [
      language === "commonjs"
        ? `const { sql } = require("kysely");`
        : `import { ${language === "typescript" ? "type Kysely, " : ""}sql } from "kysely";`,
    ],
  }),
  wrapsSetting: {
    files,
    pattern: /\bdisableTransactions["']?[ \t]*:[ \t]*true\b/,
    wraps: () => "none",
  },
  sendsDelimiter: {},
  duplicates: "fine",
  late: { what: "kysely refuses to migrate", runs: false },
  lateIn: (fs, root) =>
    ancestors(root).some((folder) =>
      files.some((file) => unordered.test(fs.read(join(folder, file)) ?? "")),
    ) || isInPrograms(fs, root, unordered)
      ? { what: "kysely runs it after the newer ones", runs: true }
      : undefined,
  lockTimeoutIn: (_root, _read, programs) => sessionSetting("lock_timeout", programs),
  statementTimeoutIn: (_root, _read, programs) => sessionSetting("statement_timeout", programs),
  wide: { postgres: inStrings },
  trackingTables: ["kysely_migration", "kysely_migration_lock"],
  tracking: { table: "kysely_migration", key: "name", keyOf: stem, order: "timestamp" },
  commands: {
    server: "what `kysely.config.ts` says",
    apply: () => "npx kysely migrate:latest",
    applyTo: ({ migration }) => `npx kysely migrate:up ${stem(migration)}`,
    undo: () => "npx kysely migrate:down",
    status: () => "npx kysely migrate:list",
  },
};
