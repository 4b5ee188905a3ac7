import { stem } from "../tracking.ts";
import { entityTables, snakeCase, type Decorators } from "../decorated-entities.ts";
import { classWith } from "../advice/code-file.ts";
import { endings, type Tool } from "../tool.ts";
import { classList } from "../class-list.ts";
import type { Migration } from "../migration.ts";
import type { FolderView } from "../layouts/layout.ts";

const asBigint = "Their values in the application are then `bigint`, and strings before MikroORM 6.";

/** UnderscoreNamingStrategy, which it takes unless the settings state another. */
const decorators: Decorators = {
  column: /^(?:Property|Enum|PrimaryKey|SerializedPrimaryKey)$/,
  tableKeys: ["tableName", "collection"],
  columnKeys: ["fieldName", "joinColumn", "name"],
  tableOf: snakeCase,
  columnOf: (field, key) => snakeCase(key === undefined ? field : `${field}_${key}`),
  listedAs: "properties",
};

const settings = [...endings("mikro-orm.config", "ts", "js"), "src/mikro-orm.config.ts"];

/** Classes, or objects with one: the words of `migrationsList: [A, { name: "b", class: B }]`. */
const list = /\bmigrationsList["']?[ \t]*:[ \t]*\[([^\]]{1,20000})\]/;

/** The order of the list of classes in the settings, where it has all of them: only files are sorted by their names. */
function inListOrder(migrations: readonly Migration[], view: FolderView): readonly Migration[] {
  const words = classList(view, settings, list)?.words ?? [];
  const places = new Map(words.map((word, at) => [word, at]));
  const place = ({ name }: Migration): number | undefined => places.get(name);
  if (migrations.some((one) => place(one) === undefined)) return migrations;
  return migrations.toSorted((a, b) => (place(a) ?? 0) - (place(b) ?? 0));
}

export const mikroOrm: Tool = {
  name: "mikro-orm",
  rank: 6,
  signs: [
    {
      files: endings("mikro-orm.config", "ts", "js"),
      dependencies: { npm: ["@mikro-orm/migrations"] },
      needsProof: true,
    },
  ],
  // Its package for MongoDB is another tool.
  code: { words: /@mikro-orm\/migrations(?!-mongodb)|\bthis\.addSql\(/, rank: 1 },
  shapes: ["code"],
  anyName: true,
  order: "text",
  inOrder: inListOrder,
  classes: true,
  wraps: "all",
  // A savepoint for each migration, which a COMMIT takes away.
  checksCommit: "all",
  sends: "statement",
  sendsDelimiter: {},
  rawCall: (sql) => `this.addSql(${sql});`,
  codeFile(file) {
    const imports =
      file.language === "commonjs"
        ? `const { Migration } = require("@mikro-orm/migrations");`
        : `import { Migration } from "@mikro-orm/migrations";`;
    const name = `Migration${file.version}`;
    const declared = file.language === "commonjs" ? `module.exports.${name} = class` : `export class ${name}`;
    const fields = file.outside ? ["isTransactional() { return false; }"] : [];
    return classWith(file, `${imports}\n${declared} extends Migration`, fields, undefined);
  },
  // It sorts by the names of the files, which it gives to the classes, too.
  codeVersion: (name) => /^Migration(\d{8}T?\d{6})(?!\d)/.exec(name)?.[1],
  // Otherwise it runs on another connection than those pending with it: it doesn't see their tables, or waits for them.
  optOut:
    "isTransactional() { return false; } in the class, with migrations: { allOrNothing: false } or deployed alone",
  wrapsSetting: {
    files: settings,
    pattern: /\b(allOrNothing|transactional)["']?[ \t]*:[ \t]*false\b/,
    wraps: (word) => (word === "transactional" ? "none" : "each"),
  },
  declaredTables: (fs, root) => entityTables(fs, root, (naming) => (naming === "" ? decorators : undefined)),
  // Without a snapshot, it compares the entities with the database.
  declaredAs: (declared, fs, root) =>
    fs.list(root).some((name) => name.endsWith(".json")) ? declared : { ...declared, compares: "migrations" },
  declared: {
    where: "the entity",
    compares: "snapshot",
    isPartlyRead: true,
    index: (name, fields) =>
      `@Index({ name: "${name}", properties: [${fields.map((field) => `"${field}"`).join(", ")}] })`,
    // MikroORM 4 makes `jsonb` of a type that it doesn't know, and knows none of this name.
    key: () => `@PrimaryKey({ type: "bigint", columnType: "bigint", autoincrement: true })`,
    reference: `type: "bigint", columnType: "bigint"`,
    wide: { postgres: asBigint, mysql: asBigint },
    renamed: (column) => `@Property({ fieldName: "${column}" })`,
    renamedRelation: (column) => `@ManyToOne({ fieldName: "${column}" })`,
  },
  duplicates: "fine",
  late: { what: "mikro-orm runs it after the newer ones", runs: true },
  indexName: (table, columns) => `${table}_${columns.join("_")}_index`,
  trackingTables: ["mikro_orm_migrations"],
  tracking: { table: "mikro_orm_migrations", key: "name", keyOf: stem, order: "id" },
  commands: {
    server: "what `mikro-orm.config` says",
    apply: () => "npx mikro-orm migration:up",
    applyTo: ({ migration }) => `npx mikro-orm migration:up --to ${stem(migration)}`,
    undo: () => "npx mikro-orm migration:down",
    status: () => "npx mikro-orm migration:list",
  },
};
