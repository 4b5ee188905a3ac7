/** MikroORM on MongoDB, whose migrations get at the driver's collections. */
import { classWith } from "../advice/code-file.ts";
import { clientLine } from "../commands.ts";
import { stem } from "../tracking.ts";
import type { Tool } from "../tool.ts";

export const mikroOrmMongodb: Tool = {
  name: "mikro-orm-mongodb",
  rank: 6,
  signs: [{ dependencies: { npm: ["@mikro-orm/migrations-mongodb"] }, needsProof: true }],
  code: { words: /["']@mikro-orm\/migrations-mongodb["']/, rank: 1 },
  only: "mongodb",
  shapes: ["code"],
  anyName: true,
  order: "text",
  classes: true,
  codeFile(file) {
    const from = "@mikro-orm/migrations-mongodb";
    const isCommon = file.language === "commonjs";
    const imports = isCommon
      ? `const { Migration } = require("${from}");`
      : `import { Migration } from "${from}";`;
    const name = `Migration${file.version}`;
    const declared = isCommon ? `module.exports.${name} = class` : `export class ${name}`;
    return classWith(file, `${imports}\n\n${declared} extends Migration`, [], undefined);
  },
  codeVersion: (name) => /^Migration(\d{8}T?\d{6})(?!\d)/.exec(name)?.[1],
  // Its transaction holds only calls with `session: this.ctx`.
  wraps: "none",
  sends: "statement",
  duplicates: "fine",
  late: { what: "mikro-orm runs it after the newer ones", runs: true },
  trackingTables: ["mikro_orm_migrations"],
  tracking: { table: "mikro_orm_migrations", key: "name", keyOf: stem, order: "executed_at" },
  commands: {
    server: "what `mikro-orm.config` says",
    apply: () => "npx mikro-orm migration:up",
    applyTo: ({ migration }) => `npx mikro-orm migration:up --to ${stem(migration)}`,
    undo: () => "npx mikro-orm migration:down",
    status: () => "npx mikro-orm migration:list",
    forget: ({ dialect, migration }) =>
      clientLine(dialect, `db.mikro_orm_migrations.deleteOne({ name: ${JSON.stringify(stem(migration))} })`),
    mark: ({ dialect, migration }) =>
      clientLine(
        dialect,
        `db.mikro_orm_migrations.insertOne({ name: ${JSON.stringify(stem(migration))}, executed_at: new Date() })`,
      ),
  },
};
