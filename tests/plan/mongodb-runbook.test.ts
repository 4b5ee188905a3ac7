/** The runbook of a migration of MongoDB: what it prints is run on a database in memory. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  memoryFileSystem,
  planRunbook,
  runbookMarkdown,
  runbookSections,
  type Runbook,
} from "../../src/index.ts";
import { FakeDatabase, runWith } from "../support/fake-mongodb.ts";

const first = `module.exports = {
  async up(db) {
    await db.createCollection("orders");
    await db.collection("orders").createIndex({ user: 1 }, { name: "recent" });
    await db.collection("users").createIndex({ email: 1 }, { unique: true });
  },
  async down(db) {
    await db.collection("users").dropIndex("email_1");
    await db.collection("orders").drop();
  },
};
`;

const runbookOf = (up: string, files: Readonly<Record<string, string>> = {}): Promise<Runbook> =>
  planRunbook({
    fs: memoryFileSystem({
      "migrate-mongo-config.js": "module.exports = { lockCollectionName: 'changelog_lock', lockTtl: 600 };\n",
      "package.json": '{ "dependencies": { "migrate-mongo": "^14.0.0" } }',
      "migrations/20240101000000-first.js": first,
      "migrations/20240201000000-change.js": `module.exports = {\n  async up(db, client) {\n${up}\n  },\n};\n`,
      ...files,
    }),
  });

let db: FakeDatabase;
beforeEach(() => {
  db = new FakeDatabase();
  runWith(
    db,
    `db.createCollection("orders");
     db.collection("orders").createIndex({ user: 1 }, { name: "recent" });
     db.collection("users").createIndex({ email: 1 }, { unique: true });
     db.collection("users").documents.push({ name: "Ann", trial: true }, { name: "Bob", plan: "paid" });`,
  );
});

const run = (calls: string): void => {
  runWith(db, calls.replaceAll("await ", ""));
};
const asked = ({ verify: { sql } }: Runbook): readonly { readonly what: string; readonly ok: boolean }[] =>
  runWith(db, `return ${sql ?? "[]"};`) as never;
const state = (): unknown =>
  [...db.collections]
    .map(([name, { documents, indexes }]) => ({ name, documents, indexes }))
    .sort((a, b) => a.name.localeCompare(b.name));

const changes = {
  "an index": 'await db.collection("orders").createIndex({ number: 1 });',
  "a dropped index": 'await db.collection("users").dropIndex("email_1");',
  "a hidden index": 'await db.command({ collMod: "orders", index: { name: "recent", hidden: true } });',
  "a collection":
    'await db.createCollection("plans"); await db.collection("plans").createIndex({ price: 1 });',
  "a renamed collection": 'await db.collection("orders").rename("purchases");',
  "a dropped collection": 'await db.collection("orders").drop();',
  "a renamed field": 'await db.collection("users").updateMany({}, { $rename: { name: "fullName" } });',
  "a field that goes": 'await db.collection("users").updateMany({}, { $unset: { trial: "" } });',
  "a field for all": 'await db.collection("users").updateMany({}, { $set: { plan: "free" } });',
  "a field where it is missing":
    'await db.collection("users").updateMany({ plan: { $exists: false } }, { $set: { plan: "free" } });',
  "a validator": 'await db.command({ collMod: "users", validator: { name: { $exists: true } } });',
} as const;

describe("what shows that it has been applied", () => {
  it.each(Object.entries(changes))("is false before %s, and true after it", async (_, up) => {
    const runbook = await runbookOf(up);
    expect(asked(runbook).length).toBeGreaterThan(0);
    expect(asked(runbook).filter(({ ok }) => ok)).toEqual([]);
    run(up);
    expect(asked(runbook).filter(({ ok }) => !ok)).toEqual([]);
  });

  it("names what no query shows", async () => {
    const { verify } = await runbookOf(
      'await db.collection("users").insertOne({ name: "system" }); await elsewhere(db);',
    );
    expect(verify).toEqual({
      sql: undefined,
      facts: [],
      unproved: ["documents of users", "calls that ddlint doesn't understand"],
    });
  });
});

describe("the rollback", () => {
  const exact = [
    "an index",
    "a dropped index",
    "a collection",
    "a renamed collection",
    "a renamed field",
  ] as const;
  it.each(exact)("of %s leads back", async (name) => {
    const before = structuredClone(state());
    const [migration] = (await runbookOf(changes[name])).migrations;
    run(changes[name]);
    expect(state()).not.toEqual(before);
    const { by, statements, gaps } = migration?.rollback ?? { statements: [] };
    expect({ by, gaps }).toEqual({ by: "ddlint", gaps: [] });
    run(statements.join("\n"));
    const clean = (all: unknown): unknown =>
      JSON.parse(JSON.stringify(all).replaceAll(',"name":"email_1"', "").replaceAll('"name":"email_1",', ""));
    expect(clean(state())).toEqual(clean(before));
  });

  it("is the project's own where there is one, by the tool's command", async () => {
    const { migrations } = await runbookOf("", {
      "migrations/20240201000000-change.js": `module.exports = {
  async up(db) { await db.collection("orders").createIndex({ number: 1 }); },
  async down(db) { await db.collection("orders").dropIndex("number_1"); },
};
`,
    });
    const { by, statements, command } = migrations[0]?.rollback ?? {};
    expect({ by, statements, command }).toEqual({
      by: "project",
      statements: ['db.collection("orders").dropIndex("number_1");'],
      command: "npx migrate-mongo down",
    });
  });

  it("takes the row out of migrate-mongo's collection, where it is by hand", async () => {
    const { migrations } = await runbookOf(changes["an index"]);
    expect(migrations[0]?.rollback.forget).toContain(
      'db.changelog.deleteOne({ fileName: "20240201000000-change.js" })',
    );
  });
});

describe("before it", () => {
  it.each([
    [
      "a renamed collection that isn't there",
      changes["a renamed collection"],
      'db.collection("orders").drop();',
    ],
    ["a new name that is taken", changes["a renamed collection"], 'db.createCollection("purchases");'],
    ["an index that isn't there", changes["a dropped index"], 'db.collection("users").dropIndex("email_1");'],
  ])("finds %s", async (_, up, wrong) => {
    const fails = (await runbookOf(up)).checks.filter(({ level }) => level === "fails");
    const found = (): readonly unknown[] =>
      fails.flatMap(({ sql }) => runWith(db, `return ${sql};`) as unknown[]);
    expect(fails.length).toBeGreaterThan(0);
    expect(found()).toEqual([]);
    run(wrong);
    expect(found()).toHaveLength(1);
  });

  it("asks for documents that don't fit a validator", async () => {
    const { checks, unchecked } = await runbookOf(changes["a validator"]);
    expect(checks.map(({ sql }) => sql)).toEqual([
      'db.getCollection("users").find({ $nor: [{ name: { $exists: true } }] }).limit(10)',
    ]);
    expect(unchecked).toEqual([]);
  });
});

describe("the impact", () => {
  it.each([
    ["an index", "additive", "before", []],
    ["a unique index", "breaking", "after", []],
    [
      "a renamed field",
      "breaking",
      "neither",
      ["no version of the application works both before and after it"],
    ],
    ["a dropped collection", "destructive", "after", []],
    ["a field where it is missing", "changes data", "before", []],
    [
      "a command that locks",
      "unknown",
      "unknown",
      [
        "reads and writes of orders wait while it copies orders into a capped collection, with an exclusive lock on the database",
      ],
    ],
  ] as const)("of %s is %s", async (what, nature, when, downtime) => {
    const others = {
      "a unique index": 'await db.collection("users").createIndex({ name: 1 }, { unique: true });',
      "a command that locks": 'await db.command({ convertToCapped: "orders", size: 1000 });',
    } as const;
    const { migrations } = await runbookOf({ ...changes, ...others }[what]);
    const { nature: kind, run: runs, downtime: waits } = migrations[0] ?? {};
    expect({ kind, runs, waits }).toEqual({ kind: nature, runs: when, waits: downtime });
  });
});

describe("if a call fails", () => {
  it("earlier ones stay, and documents that it has changed itself", async () => {
    const { migrations } = await runbookOf(`${changes["a dropped index"]}\n${changes["a field for all"]}`);
    expect(migrations[0]?.statements.map(({ failure }) => failure)).toEqual([
      { kept: [], transaction: "none", undo: [], leaves: [], partly: [] },
      {
        kept: [1],
        transaction: "none",
        undo: ['db.getCollection("users").createIndex({ email: 1 }, { unique: true });'],
        leaves: [],
        partly: ["users"],
      },
    ]);
  });

  it("nothing of its transaction stays", async () => {
    const { migrations } = await runbookOf(`const session = client.startSession();
await session.withTransaction(async () => {
  await db.collection("users").updateOne({ _id: 1 }, { $set: { plan: "free" } }, { session });
  await db.collection("orders").updateOne({ _id: 1 }, { $set: { open: true } }, { session });
});`);
    expect(
      migrations[0]?.statements.map(({ failure: { kept, transaction } }) => ({ kept, transaction })),
    ).toEqual([
      { kept: [], transaction: "rolled back" },
      { kept: [], transaction: "rolled back" },
    ]);
  });
});

it("saves the collections whose documents are lost", async () => {
  const { restore } = await runbookOf(changes["a field that goes"]);
  expect(restore.lost).toEqual(["values of users.trial"]);
  expect(restore.save).toEqual([
    'mongodump --uri="$DATABASE_URL" --collection=users --archive=before-20240201000000-change-users.archive',
  ]);
});

it("is for calls and collections in all of its parts", async () => {
  const text = await runbookMarkdown(
    await runbookOf(Object.values(changes).slice(0, 4).join("\n")),
    runbookSections,
  );
  expect(text).toContain("MongoDB; migrate-mongo.");
  expect(text).toContain("- Collections: `orders`, `users`, `plans`");
  expect(text).not.toMatch(/```sql|\bSQL\b|\btables?\b|--server/i);
  expect(text).toContain("npx migrate-mongo up");
});
