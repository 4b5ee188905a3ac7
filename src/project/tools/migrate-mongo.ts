/** migrate-mongo, and runners like it that hand over a database of MongoDB's driver. */
import { clientLine } from "../commands.ts";
import { upAndDown } from "../advice/code-file.ts";
import { driverIn, newestIn } from "../server/mongo-driver.ts";
import { lockProblems, lockSettings } from "../sessions/mongo-lock.ts";
import { fileName, hashOf } from "../tracking.ts";
import type { Tool } from "../tool.ts";

/** Read in the packages of npm: 7.2.1 brings 3.5.6, 8.2.3 ^4.0.1, and later ones take the project's. */
function bundledDriver(manifest: string): number | undefined {
  const release = newestIn(manifest, "migrate-mongo");
  if (release === undefined || release > 8) return undefined;
  return release < 8 ? 3 : 4;
}

export const migrateMongo: Tool = {
  name: "migrate-mongo",
  rank: 7,
  signs: [{ files: lockSettings, dependencies: { npm: ["migrate-mongo"] } }],
  code: {
    words:
      /\bmigrate-mongo\b|\bup\b[^(\n]{0,30}\(\s*\w+\s*(?::\s*[\w.]+\s*)?,\s*client\b|["']mongodb["']|\.collection\s*(?:<[^<>]{1,60}>)?\([^]{0,4000}?\.\s*(?:(?:update|insert|delete)(?:One|Many)?|remove|save|find|bulkWrite|replaceOne|findOneAnd\w+|(?:create|drop|ensure)Index(?:es)?|drop|rename|toArray|aggregate)\s*\(|\b\w{0,40}(?:Collection|Db)\s*(?:<[^<>]{1,60}>)?\([^()\n]{0,80}\)\s*\.\s*(?:(?:update|insert|delete)(?:One|Many)|bulkWrite|createIndex(?:es)?)\s*\(|\b(?:create|drop|rename)Collection\(|\bdropDatabase\(|\.command\(\s*\{/,
    has: /\bexports?\b/,
    // Firestore and ArangoDB have collections, too.
    without: /\bfirestore\b|\barangojs\b/i,
    rank: 6,
    amongJobs: true,
  },
  only: "mongodb",
  driverIn: (root, read) => driverIn(root, read, bundledDriver),
  shapes: ["code"],
  order: "text",
  codeFile: upAndDown({
    parameter: "db",
    type: "Db",
    head: ({ language }) => (language === "typescript" ? ['import type { Db } from "mongodb";', ""] : []),
  }),
  wraps: "none",
  sends: "statement",
  duplicates: "fine",
  late: { what: "migrate-mongo runs it after the newer ones", runs: true },
  problems: lockProblems,
  commands: {
    server: "what `migrate-mongo-config` says",
    apply: () => "npx migrate-mongo up",
    undo: () => "npx migrate-mongo down",
    status: () => "npx migrate-mongo status",
    forget: ({ dialect, migration }) =>
      clientLine(dialect, `db.changelog.deleteOne({ fileName: ${JSON.stringify(fileName(migration))} })`),
    mark: ({ dialect, migration }) =>
      clientLine(
        dialect,
        `db.changelog.insertOne({ fileName: ${JSON.stringify(fileName(migration))}, appliedAt: new Date() })`,
      ),
  },
  tracking: {
    table: "changelog",
    key: "fileName",
    keyOf: fileName,
    order: "appliedAt",
    checksum: { column: "fileHash", of: hashOf("sha256") },
  },
  trackingTables: ["changelog", "changelog_lock"],
};
