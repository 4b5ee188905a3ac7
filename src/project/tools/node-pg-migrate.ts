import { fromUrl } from "../commands.ts";
import { stem } from "../tracking.ts";
import { inList, upAndDown } from "../advice/code-file.ts";
import { marks } from "../layouts/section-markers.ts";
import type { Tool } from "../tool.ts";

/** A plain index of columns whose names need no quotes. */
const newIndex = /^CREATE INDEX (\w+) ON (\w+) \((\w+(?:, \w+)*)\);?$/;

export const nodePgMigrate: Tool = {
  name: "node-pg-migrate",
  rank: 5,
  signs: [{ dependencies: { npm: ["node-pg-migrate"] } }],
  code: {
    words: /["']node-pg-migrate["']|\bpgm\b|\bMigrationBuilder\b/,
    calls:
      /\.\s*(?:sql|noTransaction|(?:create|drop|alter|rename)(?:Table|Index|Type|Extension|View|MaterializedView|Function|Trigger|Sequence|Schema|Policy|Role|Domain)|(?:add|drop|alter|rename)(?:Columns?|Constraint))\(/,
    rank: 3,
  },
  shapes: ["code", "sections", "pairs", "numbered", "timestamps"],
  marks: marks({
    opens: /^\s*--[\s-]*up\s+migration/i,
    closes: /^\s*--[\s-]*down\s+migration/i,
    down: "-- Down Migration",
    upIsOptional: true,
    isPlainWords: true,
  }),
  singles: "sections",
  sqlAmongCode: true,
  rollbacksOf: { timestamps: "section", numbered: "section" },
  wraps: "all",
  sends: "text",
  sendsMark: true,
  // What the builder makes is dropped again where there is no `down`; with SQL, none can be derived.
  rawCall(sql, _language, handle = "pgm") {
    const [, name = "", table = "", list = ""] = newIndex.exec(sql.slice(1, -1)) ?? [];
    if (name === "") return `${handle}.sql(${sql});`;
    const options = `{ name: ${JSON.stringify(name)} }`;
    return `${handle}.createIndex(${JSON.stringify(table)}, ${inList(list.split(", "))}, ${options});`;
  },
  keyCall: ({ columns }) =>
    columns === undefined
      ? '`id: { type: "bigserial", primaryKey: true }`'
      : `\`{ constraints: { primaryKey: ${inList(columns)} } }\` as its options`,
  codeFile: upAndDown({
    parameter: "pgm",
    type: "MigrationBuilder",
    head: ({ language }) =>
      language === "typescript" ? [`import type { MigrationBuilder } from "node-pg-migrate";`] : [],
    first: ({ outside }) => (outside ? ["pgm.noTransaction();"] : []),
  }),
  optOut: "in JavaScript, with pgm.noTransaction()",
  codeOptOut: "pgm.noTransaction() in the migration",
  wrapsSetting: {
    files: ["package.json", ".migraterc", ".node-pg-migraterc"],
    pattern: /--no-single-transaction\b|["']single-transaction["'][ \t]*:[ \t]*false\b/,
    wraps: () => "each",
  },
  duplicates: "fine",
  badName: "node-pg-migrate fails on it",
  late: { what: "node-pg-migrate refuses to run", runs: false },
  trackingTables: ["pgmigrations"],
  tracking: {
    table: "pgmigrations",
    key: "name",
    keyOf: (migration) => stem(migration).replace(/\.up$/, ""),
    order: "id",
  },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `npx node-pg-migrate up -m ${folder}`,
    undo: ({ folder }) => `npx node-pg-migrate down -m ${folder}`,
  },
};
