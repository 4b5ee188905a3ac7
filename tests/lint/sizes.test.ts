import { PGlite } from "@electric-sql/pglite";
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem, statsQueries, UserError } from "../../src/index.ts";
import { readStats } from "../../src/project/stats.ts";

const migrations = {
  "migrations/001_init.sql":
    "CREATE TABLE orders (id bigint PRIMARY KEY, total int);\nCREATE TABLE kinds (id int);\n",
  "migrations/002_type.sql":
    "SET lock_timeout = '1s';\nALTER TABLE orders ALTER COLUMN total TYPE bigint;\nCREATE INDEX kinds_id ON kinds (id);\n",
};
const stats = [
  { table: "public.orders", rows: 48_000_000, bytes: 33_285_996_544 },
  { table: "public.kinds", rows: 12, bytes: 8192 },
];
const lint = (text: string) =>
  lintProject({
    fs: memoryFileSystem({ ...migrations, "stats.json": text }),
    facts: { stats: "stats.json" },
    opinions: { only: ["change-column-type", "index-without-concurrently"] },
  });

describe("sizes of production's tables", () => {
  it("stand in the message, and bring small tables down to notes", async () => {
    const { findings } = await lint(JSON.stringify(stats));
    expect(findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      "error: rewrites orders under ACCESS EXCLUSIVE: integer to bigint (orders: 48 M rows, 31 GB, minutes)",
      "note: takes SHARE on kinds: writes wait until the index is built",
    ]);
    expect(findings[0]?.sizes).toEqual([{ relation: "orders", rows: 48_000_000, bytes: 33_285_996_544 }]);
  });

  it("of MySQL are by name alone", async () => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "migrations/001_init.sql": "CREATE TABLE Orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, total INT);\n",
        "migrations/002_type.sql": "ALTER TABLE Orders MODIFY total BIGINT;\n",
        "stats.json": '[{"table": "Orders", "rows": 48000000, "bytes": 33285996544}]',
      }),
      facts: { stats: "stats.json", dialect: "mysql" },
      opinions: { only: ["algorithm-copy"] },
    });
    expect(findings.map(({ message }) => message)).toEqual([
      "copies Orders row by row (change type): writes wait until it is done (Orders: 48 M rows, 31 GB, minutes)",
    ]);
  });

  it.each(["", "{}", '[{"table": "a"}]', "[1]"])("are refused as %j", async (text) => {
    await expect(lint(text)).rejects.toThrow(UserError);
  });

  it("come from a query that a server answers", async () => {
    const server = new PGlite();
    await server.exec(`CREATE TABLE a (id int); INSERT INTO a SELECT generate_series(1, 500); ANALYZE a;
      CREATE TABLE p (id int) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000);
      INSERT INTO p SELECT generate_series(1, 300); ANALYZE p; ANALYZE p1;`);
    const { rows } = await server.query<{ json_agg: unknown }>(statsQueries.postgres);
    const found = readStats(JSON.stringify(rows[0]?.json_agg));
    expect(found?.get("public.a")?.rows).toBe(500);
    expect(found?.get("public.p")?.rows).toBe(300);
    expect(found?.get("public.p1")?.bytes).toBeGreaterThan(0);
    await server.close();
  });
});
