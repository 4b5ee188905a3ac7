/** Scripts for MongoDB's shell, numbered like migrations. */
import { shellWord } from "../../text/shell-word.ts";
import { fromUrl, url } from "../commands.ts";
import type { Tool } from "../tool.ts";

export const mongosh: Tool = {
  name: "mongosh",
  rank: 8,
  signs: [{}],
  code: {
    words:
      /\bdb\s*=\s*(?:db\.getSiblingDB|connect)\(|\bdb\.get(?:SiblingDB|Collection)\(|\bdb\.\w+\.(?:(?:update|insert|delete)(?:One|Many)?|bulkWrite|(?:create|drop)Index(?:es)?|drop|renameCollection|remove)\s*\(/,
    without: /\brequire\(|^import\s|^export\s|\bmodule\.exports\b|\bexports\.\w/m,
    rank: 7,
  },
  only: "mongodb",
  shapes: ["code"],
  order: "text",
  codeFile: ({ up }) => up.join("\n"),
  rollbacks: "none",
  wraps: "none",
  sends: "statement",
  duplicates: "fine",
  commands: {
    server: fromUrl,
    apply: ({ migration }) => `mongosh ${url} ${shellWord(migration.up.path)}`,
    applyTo: ({ migration }) => `mongosh ${url} ${shellWord(migration.up.path)}`,
  },
  trackingTables: [],
};
