import { number } from "../tracking.ts";
import { marks } from "../layouts/section-markers.ts";
import { inDollarQuotes } from "../server/jdbc.ts";
import type { Tool } from "../tool.ts";

export const mybatisMigrations: Tool = {
  name: "mybatis-migrations",
  rank: 1,
  signs: [{ dependencies: { jvm: ["mybatis-migrations"] }, needsProof: true }],
  shapes: ["sections"],
  marks: marks({ closes: /^\s*--\s*\/\/\s*@UNDO/i, down: "-- //@UNDO" }),
  wraps: "each",
  sends: "statement",
  optOut: "auto_commit=true in environments/development.properties, for all files",
  optedOut: (source) =>
    /^[ \t]*auto_commit[ \t]*=[ \t]*true\b/m.test(
      source.beside("../environments/development.properties") ?? "",
    ),
  withoutAutocommit: true,
  inDollarQuotes,
  trackingTables: ["changelog"],
  tracking: {
    table: { postgres: "changelog", mysql: "CHANGELOG" },
    key: { postgres: "id", mysql: "ID" },
    keyOf: number,
    order: { postgres: "id", mysql: "ID" },
  },
  commands: {
    server: "what `environments/development.properties` says",
    apply: () => "migrate up",
    undo: () => "migrate down",
    status: () => "migrate status",
  },
};
