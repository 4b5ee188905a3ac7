/** Migrations that a tool runs in one transaction, each sound alone. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifyOn } from "../../src/engine/run-verify.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { embeddedLabs } from "../../src/verify/embedded.ts";
import type { Labs } from "../../src/verify/lab.ts";

let labs: Labs;
beforeAll(async () => {
  labs = await embeddedLabs([]);
});
afterAll(() => labs.stop());

const base = `CREATE TYPE state AS ENUM ('new');
CREATE TABLE orders (id int PRIMARY KEY, state state NOT NULL, parent int REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED);`;

/** Of Drizzle, which runs all pending migrations in one transaction, or of dbmate, which doesn't. */
const layouts = {
  drizzle: (texts: readonly string[]) => ({
    "package.json": '{ "dependencies": { "drizzle-orm": "1" } }',
    "drizzle/meta/_journal.json": JSON.stringify({
      version: "7",
      dialect: "postgresql",
      entries: texts.map((_, idx) => ({
        idx,
        version: "7",
        when: 1000 + idx,
        tag: `000${idx}_x`,
        breakpoints: true,
      })),
    }),
    ...Object.fromEntries(texts.map((text, at) => [`drizzle/000${at}_x.sql`, text])),
  }),
  dbmate: (texts: readonly string[]) =>
    Object.fromEntries(
      texts.map((text, at) => [`db/migrations/000${at}_x.sql`, `-- migrate:up\n${text}\n-- migrate:down\n`]),
    ),
};

const verify = async (
  layout: keyof typeof layouts,
  ...texts: readonly string[]
): Promise<readonly string[]> => {
  const fs = memoryFileSystem(layouts[layout]([base, ...texts]));
  const { migrations } = await verifyOn(() => Promise.resolve({ labs, done: () => Promise.resolve() }), {
    fs,
    migrations: texts.map((_, at) => `000${at + 1}_x`),
  });
  return migrations.flatMap(({ file, problems }) =>
    problems
      .filter(({ kind }) => kind !== "prediction-differs")
      .map(({ kind, line, message }) => `${file.replace(/.*\//, "")}:${line}: ${kind}: ${message}`),
  );
};

const newValue = "ALTER TYPE state ADD VALUE 'paid';";
const usesIt = "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'paid';";

it("finds a value that is used in the transaction that adds it", async () => {
  const problems = await verify("drizzle", newValue, "CREATE TABLE tags (id int);", usesIt);
  expect(problems).toEqual([
    expect.stringMatching(/^0003_x\.sql:1: batch-fails: .*one transaction .*unsafe use of new value "paid"/),
  ]);
});

it("finds nothing where each has a transaction", async () => {
  expect(await verify("dbmate", newValue, usesIt)).toEqual([]);
});

it("finds nothing where they go together", async () => {
  const made = "CREATE TABLE tags (id int PRIMARY KEY);";
  expect(await verify("drizzle", made, "ALTER TABLE tags ADD COLUMN name text;")).toEqual([]);
});

it("finds events of rows that a table still waits for", async () => {
  const problems = await verify(
    "drizzle",
    "UPDATE orders SET parent = id;",
    "ALTER TABLE orders ADD COLUMN note text;",
  );
  expect(problems).toEqual([
    expect.stringMatching(/^0002_x\.sql:1: batch-fails: .*it has pending trigger events/),
  ]);
});
