import { describe, expect, it } from "vitest";
import { memoryFileSystem, planSteps, type Plan, type PlanOptions } from "../../src/index.ts";

const shop = `CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text, note text);
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);`;

const planOf = (sql: string, options: PlanOptions = {}): Promise<Plan> =>
  planSteps({
    fs: memoryFileSystem({ "migrations/001_shop.sql": shop, "migrations/002_change.sql": sql }),
    paths: ["migrations"],
    ...options,
  });

const outline = ({ steps }: Plan): readonly string[] =>
  steps.map(
    ({ kind, phase, transaction, statements }) =>
      `${phase} ${kind} ${transaction}: ${statements.map((sql) => sql.replaceAll(/\s+/g, " ").replace(/ --.*$/, "")).join(" ")}`,
  );

describe("a plan", () => {
  it("builds an index concurrently, in a migration of its own", async () => {
    const plan = await planOf("CREATE INDEX orders_status_idx ON orders (status);");
    expect(outline(plan)).toEqual([
      "expand migration none: SET lock_timeout = 0; DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx; CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status); RESET lock_timeout;",
    ]);
    expect(plan).toMatchObject({ gaps: [], differences: [], findings: [], additions: [] });
    expect(plan.steps[0]?.locks).toEqual([
      { relation: "orders", mode: "SHARE UPDATE EXCLUSIVE", blocks: "nothing" },
    ]);
    expect(plan.steps[0]?.rollback?.statements).toEqual([
      "DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;",
    ]);
  });

  it("asks for what a column with a quoted name is filled from", async () => {
    const plan = await planSteps({
      fs: memoryFileSystem({
        "migrations/001_runs.sql": 'CREATE TABLE runs (id bigint PRIMARY KEY, "jobId" text NOT NULL);',
        "migrations/002_change.sql":
          'ALTER TABLE runs DROP COLUMN "jobId", ADD COLUMN "jobId" uuid NOT NULL;',
      }),
      paths: ["migrations"],
    });
    expect(plan.gaps[0]?.hint).toBe(`give it: --value 'value from "jobId"=…', in SQL`);
  });

  it("makes no index beside the one that the migration makes for its new key", async () => {
    const plan = await planOf(`ALTER TABLE orders ADD COLUMN customer bigint;
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES customers (id);
CREATE INDEX orders_customer_idx ON orders (customer);`);
    expect(plan).toMatchObject({ gaps: [], differences: [], findings: [], additions: [] });
  });

  it("leaves a safe migration as it is, in the one file that it is", async () => {
    const sql = `SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
RESET lock_timeout;`;
    const plan = await planOf(sql, { files: true });
    expect(plan).toMatchObject({ isUnchanged: true, findings: [], solved: [] });
    expect(plan.files).toBeUndefined();
    expect(plan.steps.map(({ statements }) => statements.join("\n"))).toEqual([sql]);
  });

  it("sets what the migration sets before each statement that moves", async () => {
    const up = `-- +goose Up
SET statement_timeout = '10min';
SET LOCAL lock_timeout = '3s';
ALTER TABLE orders ADD COLUMN total int;
ALTER TABLE orders ADD CONSTRAINT total_check CHECK (total > 0) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT status_check CHECK (status <> '');
SET statement_timeout = '5min';
CREATE INDEX orders_note_idx ON orders (note);
RESET statement_timeout;`;
    const plan = await planSteps({
      fs: memoryFileSystem({
        "migrations/00001_shop.sql": `-- +goose Up\n${shop}`,
        "migrations/00002_change.sql": up,
      }),
      paths: ["migrations"],
    });
    const migrations = plan.steps.filter(({ kind }) => kind === "migration");
    const settings = migrations.map(({ statements }) =>
      statements.filter((sql) => /^(?:RE)?SET/.test(sql)).map((sql) => sql.replace(/ --.*$/, "")),
    );
    const around = ["SET statement_timeout = '10min';", "SET LOCAL lock_timeout = '3s';"];
    expect(settings).toEqual([
      [...around, "RESET statement_timeout;"],
      [
        "SET statement_timeout = '5min';",
        "SET lock_timeout = 0;",
        "RESET lock_timeout;",
        "RESET statement_timeout;",
      ],
      [...around, "RESET statement_timeout;"],
      [...around, "RESET statement_timeout;"],
    ]);
    expect(plan).toMatchObject({ gaps: [], differences: [], findings: [] });
  });

  it("asks for a value that only people know, and uses it", async () => {
    const sql = "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;";
    const open = await planOf(sql);
    expect(open.gaps.map(({ hint }) => hint)).toEqual([`give it: --value "orders.note=…", in SQL`]);
    const plan = await planOf(sql, { values: { "orders.note": "'none'" } });
    expect(plan).toMatchObject({ gaps: [], differences: [] });
    expect(outline(plan).map((line) => line.replace(/:.*$/, ""))).toEqual([
      "data deploy any",
      "data migration none",
      "contract migration own",
      "contract migration own",
      "contract migration own",
    ]);
    expect(plan.steps[1]?.statements.join("\n")).toContain("UPDATE orders SET note = 'none'");
  });

  it("adds a foreign key NOT VALID, with the index that it needs", async () => {
    const plan = await planOf(`ALTER TABLE orders ADD COLUMN customer_id bigint;
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);`);
    expect(plan.additions).toEqual(["index orders_customer_id_idx"]);
    expect(plan).toMatchObject({ gaps: [], differences: [] });
    const text = plan.steps.flatMap(({ statements }) => statements).join("\n");
    expect(text).toMatch(/CREATE INDEX CONCURRENTLY[^]*NOT VALID[^]*VALIDATE CONSTRAINT/);
  });

  it("writes a template's placeholders as the migration does", async () => {
    const name = '{{ index .Options "Namespace" }}';
    const plan = await planSteps({
      fs: memoryFileSystem({
        "migrations/001_shop.sql": `CREATE TABLE ${name}.orders (id bigint PRIMARY KEY, status text);`,
        "migrations/002_change.sql": `ALTER TABLE ${name}.orders ADD CONSTRAINT orders_status_check CHECK (status <> '');`,
      }),
      paths: ["migrations"],
    });
    const sql = `ALTER TABLE ${name}.orders ADD CONSTRAINT orders_status_check CHECK (status <> '') NOT VALID;`;
    expect(plan.steps[1]?.statements).toContain(sql);
    expect(plan.steps[1]?.locks[0]?.relation).toBe(`${name}.orders`);
    expect(plan.steps[1]?.rollback?.statements).toEqual([
      `ALTER TABLE ${name}.orders DROP CONSTRAINT orders_status_check;`,
    ]);
  });

  it("judges each statement by itself, and deploys before the fill that a rule waits for", async () => {
    const dropped = await planOf(`ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
ALTER TABLE orders ALTER COLUMN channel DROP DEFAULT;`);
    expect(outline(dropped).map((line) => line.replace(/:.*$/, ""))).toEqual([
      "expand migration any",
      "contract deploy any",
      "contract migration any",
    ]);
    const constant = await planOf(`ALTER TABLE orders ADD COLUMN channel text;
UPDATE orders SET channel = 'web';
ALTER TABLE orders ALTER COLUMN channel SET NOT NULL;`);
    expect(constant.steps.map(({ statements }) => statements.at(-1))).toEqual([
      "ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';",
      undefined,
      "ALTER TABLE orders ALTER COLUMN channel DROP DEFAULT;",
    ]);
    const filled = await planOf(`ALTER TABLE orders ADD COLUMN channel text;
UPDATE orders SET channel = 'web ' || id;
ALTER TABLE orders ALTER COLUMN channel SET NOT NULL;`);
    expect(
      outline(filled)
        .slice(0, 3)
        .map((line) => line.replace(/:.*$/, "")),
    ).toEqual(["expand migration any", "data deploy any", "data migration none"]);
    // What the new version writes stays.
    expect(filled.steps[2]?.statements.join("\n")).toContain("AND channel IS NULL;");
  });
});
