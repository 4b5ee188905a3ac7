import { npm } from "../install.ts";
import { node, script, type Tool } from "../tool.ts";

const versions = { "drizzle-orm": "0.45.4", pg: "8.23.1" };

const drizzle: Tool = {
  name: "drizzle",
  versions: { "drizzle-orm": versions["drizzle-orm"] },
  install: (home) => {
    npm(home, versions);
  },
  files: ({ version, name, sql }) => ({
    [`drizzle/${`${version}`.padStart(4, "0")}_${name}.sql`]: sql
      .map((statement) => `${statement};`)
      .join("\n--> statement-breakpoint\n"),
  }),
  settings: ({ url }, files) => ({
    "drizzle/meta/_journal.json": JSON.stringify({
      version: "7",
      dialect: "postgresql",
      entries: files
        .map((file) => file.slice("drizzle/".length, -".sql".length))
        .sort()
        .map((tag, idx) => ({
          idx,
          version: "7",
          // As if made in the order of the numbers, one a second.
          when: 1_700_000_000_000 + Number(tag.slice(0, 4)) * 1000 + (tag.endsWith("y") ? 1 : 0),
          tag,
          breakpoints: true,
        })),
    }),
    "run.mjs": `import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
const pool = new pg.Pool({ connectionString: ${JSON.stringify(url)} });
try {
  await migrate(drizzle(pool), { migrationsFolder: "drizzle" });
} finally {
  await pool.end();
}
`,
  }),
  apply: () => node("run.mjs"),
  history: "SELECT (created_at - 1700000000000) / 1000 FROM drizzle.__drizzle_migrations ORDER BY id",
};

export const tools: readonly Tool[] = [
  drizzle,
  {
    ...drizzle,
    name: "drizzle.no-breakpoints",
    files: ({ version, name, sql }) => ({
      [`drizzle/${`${version}`.padStart(4, "0")}_${name}.sql`]: script(sql),
    }),
  },
];
