/** east with its adapter for MongoDB, or with one of the project's own that hands over a database. */
import { clientLine } from "../commands.ts";
import { upAndDown } from "../advice/code-file.ts";
import type { Tool } from "../tool.ts";

export const east: Tool = {
  name: "east",
  rank: 6,
  signs: [{ files: [".eastrc"], dependencies: { npm: ["east", "east-mongo"] } }],
  code: {
    words:
      /^(?=[^]*(?:\bexports\.migrate\s*=|\bexport\s+(?:const|(?:async\s+)?function)\s+migrate\b|(?:\bexport\s+default|\bmodule\.exports\s*=)\s*\{[^{}]{0,400}\bmigrate\b))(?=[^]*(?:\{\s*db\b|\.db\b|\.collection\(|["']mongodb["']))/,
    rank: 4,
  },
  only: "mongodb",
  shapes: ["code"],
  downExport: "rollback",
  codeFile: upAndDown({
    names: ["migrate", "rollback"],
    parameter: "{ db }",
    type: "{ db: Db }",
    head: ({ language }) => (language === "typescript" ? ['import type { Db } from "mongodb";', ""] : []),
  }),
  wraps: "none",
  sends: "statement",
  duplicates: "fine",
  late: { what: "east runs it after the newer ones", runs: true },
  commands: {
    server: "what `.eastrc` says",
    apply: () => "npx east migrate",
    undo: ({ migration }) => `npx east rollback ${migration.name}`,
    status: () => "npx east list",
    forget: ({ dialect, migration }) =>
      clientLine(dialect, `db._migrations.deleteOne({ _id: ${JSON.stringify(migration.name)} })`),
    mark: ({ dialect, migration }) =>
      clientLine(dialect, `db._migrations.insertOne({ _id: ${JSON.stringify(migration.name)} })`),
  },
  trackingTables: ["_migrations"],
};
