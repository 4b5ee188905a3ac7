import { hashOf } from "../tracking.ts";
import { withoutRow } from "../commands.ts";
import type { SendUnit } from "../migration.ts";
import { lockedVersion, npmVersion, packageRootOf } from "../manifests.ts";
import { join } from "../files/paths.ts";
import { prismaTables } from "../prisma-schema.ts";
import { endings, type Tool } from "../tool.ts";

const provider = /^[ \t]*provider[ \t]*=[ \t]*"(postgresql|mysql|sqlite|sqlserver|cockroachdb)"/m;

/** Statement by statement from 7.4.0 on and the whole file before; unknown without a version. */
function sendsOf(version: string | undefined): SendUnit {
  const match = /(\d+)(?:\.(\d+))?/.exec(version ?? "");
  if (match === null) return "unknown";
  const major = Number(match[1]);
  const minor = Number(match[2] ?? "0");
  return major > 7 || (major === 7 && minor >= 4) ? "statement" : "text";
}

const asBigint =
  "Prisma Client then gives `bigint` values in place of numbers, which `JSON.stringify` refuses.";

export const prisma: Tool = {
  name: "prisma",
  rank: 1,
  signs: [
    {
      files: ["prisma/schema.prisma", "schema.prisma", ...endings("prisma.config", "ts", "js", "mjs", "cjs")],
      dependencies: { npm: ["prisma", "@prisma/client"] },
      beside: ["migration_lock.toml", "../schema.prisma"],
    },
  ],
  code: { words: /\$(?:execute|query)Raw/, rank: 4, isScript: true },
  database: {
    settings: [
      { files: ["migration_lock.toml"], pattern: /^[ \t]*provider[ \t]*=[ \t]*"([a-z0-9]+)"/m },
      { files: ["prisma/schema.prisma", "schema.prisma"], pattern: provider },
    ],
  },
  shapes: ["folders"],
  order: "text",
  rollbacks: "none",
  // `prisma migrate diff` writes what is there already into a folder 0_init. Where others count on from it, it is the first.
  isBaselineFolder: (name, all) => /^0+_/.test(name) && !all.some((one) => /^0*[1-9]\d{0,2}_/.test(one)),
  runs: (file) => /^[^/]+\/migration\.sql$/.test(file),
  runsAllBelow: true,
  wraps: "none",
  sends: "unknown",
  sendsMark: true,
  // Its engine cuts a file only if sqlparser reads each statement, and that doesn't know DROP INDEX CONCURRENTLY.
  sendsDivided: ({ text }) => (/\bdrop\s+index\s+concurrently\b/i.test(text) ? "text" : undefined),
  outsideAlone: true,
  adapted(fs, view) {
    const root = packageRootOf(fs, view.root);
    const text = root === undefined ? undefined : fs.read(join(root, "package.json"));
    if (root === undefined || text === undefined) return {};
    const stated = npmVersion(text, "prisma") ?? npmVersion(text, "@prisma/client");
    const settled = stated === undefined ? undefined : lockedVersion(fs, root, "prisma");
    return { sends: sendsOf(settled ?? stated) };
  },
  declared: {
    where: "schema.prisma",
    compares: "migrations",
    index: (name, fields, isUsual) => `@@index([${fields.join(", ")}]${isUsual ? "" : `, map: "${name}"`})`,
    key: () => "BigInt @id @default(autoincrement())",
    ofRelation: {
      table: /^_/,
      key: "Make the relation a model of its own, with `@@id` over its two fields, or update to Prisma 6, whose next migration gives such a table a primary key on PostgreSQL.",
    },
    reference: "BigInt",
    wide: { postgres: asBigint, mysql: asBigint },
    unused: { column: "@ignore", table: "@@ignore, and each field of its type in other models @ignore" },
    stated: { nullable: "`?` behind its type" },
    renamed: (column) => `@map("${column}")`,
  },
  declaredTables: prismaTables,
  applies:
    /\bprisma["']?(?:@[\w.^~-]{1,20})?["', \t]{1,4}(?:--?[\w-]{1,20}[= \t]\S{1,80}[ \t]{1,4})?migrate\b|@prisma\/migrate\b/,
  pushes: /\bprisma["']?(?:@[\w.^~-]{1,20})?["', \t]{1,4}db["', \t]{1,4}push\b/,
  sendsDelimiter: {},
  duplicates: "fine",
  edited: "prisma migrate dev wants to reset the database, and deploy doesn't run it again",
  deploysEdited: true,
  late: { what: "prisma runs it after the newer ones", runs: true },
  trackingTables: ["_prisma_migrations"],
  tracking: {
    table: "_prisma_migrations",
    key: "migration_name",
    keyOf: ({ name }) => name,
    state:
      "CASE WHEN rolled_back_at IS NOT NULL THEN 'undone' WHEN finished_at IS NULL THEN 'failed' ELSE 'applied' END",
    order: "started_at",
    checksum: { column: "checksum", of: hashOf("sha256") },
  },
  commands: {
    server: "the `datasource` of the schema",
    apply: () => "npx prisma migrate deploy",
    // It ends with 1 as long as one is pending.
    status: () => "npx prisma migrate status || true",
    forget: withoutRow("_prisma_migrations", "migration_name", ({ name }) => name),
    mark: ({ migration }) => `npx prisma migrate resolve --applied ${migration.name}`,
    afterFailure: {
      when: "always",
      words: "`prisma migrate resolve --rolled-back`",
      line: ({ migration }) => `npx prisma migrate resolve --rolled-back ${migration.name}`,
    },
  },
};
