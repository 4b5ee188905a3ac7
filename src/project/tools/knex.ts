import { fileName } from "../tracking.ts";
import { inStrings } from "../../model/tool.ts";
import { inList, upAndDown } from "../advice/code-file.ts";
import { endings, sendsLoaded, type Tool } from "../tool.ts";

const files = endings("knexfile", "js", "cjs", "mjs", "ts");
const dependencies = { npm: ["knex"] };

const indexName = (table: string, columns: readonly string[]): string =>
  `${table}_${columns.join("_")}_index`.toLowerCase();

/** Without its quotes: a plain index of columns. */
const newIndex = /^CREATE INDEX (\w+) ON (?:(\w+)\.)?(\w+) \((\w+(?:, \w+)*)\);$/;

export const knex: Tool = {
  name: "knex",
  rank: 6,
  signs: [
    { files, dependencies, needsProof: true },
    { files, dependencies, needsCode: true },
  ],
  code: {
    words: /\b[kK]nex\b/,
    calls: /\(|\.\s*(?:schema\b|(?:raw|transaction|batchInsert|table|from|into)\()/,
    folder: {
      files,
      pattern:
        /\bmigrations["']?\s{0,20}:\s{0,20}\{[^}]{0,200}?\bdirectory["']?\s{0,20}:\s{0,20}(?:[\w.]{1,40}\()?\s{0,40}([^()}]{1,200})/,
    },
    rank: 4,
  },
  database: {
    call: /\b[kK]nex\s*\(\s*\{[^]{0,200}?\bclient["']?\s*:\s*["'`]([\w-]{2,20})["'`]/,
    codeSettings: [
      {
        files,
        pattern:
          /\bclient["']?[ \t]*:[ \t]*(?:process\.env\.\w{1,60}[ \t]*(?:\|\||\?\?)[ \t]*)?["'`]([\w-]{2,20})["'`]/,
      },
    ],
  },
  shapes: ["code", "pairs", "timestamps", "numbered"],
  order: "text",
  anyName: true,
  // Objection's `knexSnakeCaseMappers`, which no migration says.
  mapsNames: true,
  wraps: "all",
  sends: "statement",
  // A question mark is the place of a value there.
  savepoint: "`await knex.transaction(async (trx) => { … });`, inside the `try`",
  rawCall: (sql, _language, handle = "knex") => `await ${handle}.raw(${sql.replaceAll("?", "\\\\?")});`,
  keyCall: ({ columns, call }) => {
    const [, table = "table"] =
      /\b(\w+)\.(?:(?:big|medium|tiny|small)?(?:[iI]nteger|[iI]ncrements)|string|text|uuid|foreign|timestamps?|boolean|specificType|json|jsonb|date|dateTime|datetime|decimal|float|enum|enu)\(/.exec(
        call,
      ) ?? [];
    return columns === undefined
      ? `\`${table}.bigIncrements("id")\``
      : `\`${table}.primary(${inList(columns)})\``;
  },
  builderCall(sql, callback) {
    const [, name = "", schema, table = "", list = ""] = newIndex.exec(sql.replaceAll('"', "")) ?? [];
    if (name === "") return undefined;
    const columns = list.split(", ");
    // The usual name may begin with the schema, by how the table was given.
    const isUsual = schema === undefined && name === indexName(table, columns);
    return `${callback}.index(${inList(columns)}${isUsual ? "" : `, ${JSON.stringify(name)}`});`;
  },
  pools: true,
  codeFile: upAndDown({
    parameter: "knex",
    type: "Knex",
    head: ({ language, outside }) => [
      ...(language === "typescript" ? [`import type { Knex } from "knex";`] : []),
      ...(outside
        ? [`${language === "commonjs" ? "exports." : "export const "}config = { transaction: false };`]
        : []),
    ],
  }),
  sendsDivided: sendsLoaded,
  optOut: "exports.config = { transaction: false } in the migration",
  wrapsSetting: {
    files,
    pattern: /\bdisableTransactions["']?[ \t]*:[ \t]*true\b/,
    wraps: () => "none",
  },
  sendsDelimiter: {},
  duplicates: "fine",
  late: { what: "knex runs it after the newer ones", runs: true },
  indexName,
  wide: { postgres: inStrings },
  trackingTables: ["knex_migrations", "knex_migrations_lock"],
  tracking: { table: "knex_migrations", key: "name", keyOf: fileName, order: "id" },
  commands: {
    server: "what `knexfile` says",
    apply: () => "npx knex migrate:latest",
    applyTo: ({ migration }) => `npx knex migrate:up ${fileName(migration)}`,
    undo: ({ migration }) => `npx knex migrate:down ${fileName(migration)}`,
    status: () => "npx knex migrate:list",
  },
};
