/** What is written for migrations of MongoDB: rollbacks, safe steps, new files, questions for mongosh. */
import { describe, expect, it } from "vitest";
import {
  lintProject,
  memoryFileSystem,
  planNewMigration,
  planPreflight,
  planRollback,
  planSteps,
  statusQuery,
} from "../../src/index.ts";

const config = "module.exports = { lockCollectionName: 'changelog_lock', lockTtl: 600 };\n";
const first = `module.exports = {
  async up(db) {
    await db.createCollection("orders");
    await db.collection("orders").createIndex({ user: 1, placedAt: -1 }, { name: "recent" });
    await db.collection("users").createIndex({ email: 1 }, { unique: true });
  },
  async down(db) {
    await db.collection("users").dropIndex("email_1");
    await db.collection("orders").drop();
  },
};
`;
const file = "migrations/20240201000000-change.js";

const migration = (up: string, down = ""): string =>
  `module.exports = {\n  async up(db) {\n${up}\n  },\n  async down(db) {\n${down}\n  },\n};\n`;

const filesOf = (up: string, down?: string): Record<string, string> => ({
  "migrate-mongo-config.js": config,
  "package.json": '{ "dependencies": { "migrate-mongo": "^14.0.0" } }',
  "migrations/20240101000000-first.js": first,
  [file]: migration(up, down),
});

const project = (up: string, down?: string) => ({ fs: memoryFileSystem(filesOf(up, down)) });

const changes = {
  index: 'await db.collection("orders").createIndex({ number: 1 });',
  "named index": 'await db.collection("orders").createIndex({ number: 1 }, { name: "by_number" });',
  "dropped index": 'await db.collection("users").dropIndex("email_1");',
  "dropped index by its keys": 'await db.collection("users").dropIndex({ email: 1 });',
  collection: 'await db.createCollection("plans"); await db.collection("plans").createIndex({ price: 1 });',
  "dropped collection": 'await db.collection("orders").drop();',
  "renamed collection": 'await db.collection("orders").rename("purchases");',
  "hidden index": 'await db.command({ collMod: "users", index: { name: "email_1", hidden: true } });',
  "renamed field": 'await db.collection("users").updateMany({}, { $rename: { name: "fullName" } });',
} as const;

describe("a rollback", () => {
  it.each(Object.entries(changes))("of a %s restores what the history knows", async (_, up) => {
    const { text, gaps } = await planRollback(project(up));
    expect(gaps).toEqual([]);
    const { findings, errors } = await lintProject(project(up, text));
    expect(errors).toEqual([]);
    const wrong = findings.filter(({ ruleId }) =>
      /^(?:rollback-does-not-reverse|missing-rollback|syntax-error|rename-collection)$/.test(ruleId),
    );
    expect(wrong.filter(({ direction }) => direction !== "up")).toEqual([]);
  });

  it("undoes the last change first, and says what it can't restore", async () => {
    const { statements, lost, stays } = await planRollback(
      project(
        `await db.collection("users").updateMany({ plan: { $exists: false } }, { $set: { plan: "free" } });
         await db.collection("users").updateMany({}, { $unset: { trial: "" } });
         await db.collection("users").insertOne({ name: "system" });
         await db.collection("users").dropIndex("email_1");`,
      ),
    );
    expect(statements).toEqual([
      'await db.collection("users").createIndex({ email: 1 }, { unique: true });',
      'await db.collection("users").updateMany({}, { $unset: { plan: "" } });',
    ]);
    expect(lost.map(({ what, line }) => `${line} ${what}`)).toEqual([
      "4 values of users.trial",
      "3 values of users.plan since the migration",
    ]);
    expect(stays).toEqual(["documents that insertOne() has added to users"]);
  });

  it.each([
    ["an index that the history doesn't name", 'await db.collection("carts").dropIndex("user_1");'],
    ["all indexes", 'await db.collection("users").dropIndexes();'],
    ["a validator that another replaces", 'await db.command({ collMod: "users", validator: { a: 1 } });'],
    ["a call that isn't known", "await elsewhere(db);"],
    ["an index that is perhaps built", 'if (db.x) await db.collection("a").createIndex({ b: 1 });'],
  ])("of %s is refused", async (what, up) => {
    const before = what.includes("validator") ? `${up}\n` : "";
    expect((await planRollback(project(before + up))).gaps.length).toBeGreaterThan(0);
  });
});

describe("a plan", () => {
  it.each([
    ["index", 'await db.collection("orders").createIndex({ number: 1 });', ["migration"]],
    [
      "dropped index",
      'await db.collection("users").dropIndex("name_1");',
      ["migration", "by-hand", "migration"],
    ],
    [
      "unique index",
      'await db.collection("orders").createIndex({ number: 1 }, { unique: true, partialFilterExpression: { number: { $gt: 0 } } });',
      ["migration", "by-hand", "migration"],
    ],
    ["renamed field", changes["renamed field"], ["deploy", "migration", "deploy", "migration"]],
    [
      "field that goes",
      'await db.collection("users").updateMany({}, { $unset: { trial: "" } });',
      ["migration", "deploy", "migration"],
    ],
    ["dropped collection", changes["dropped collection"], ["deploy", "migration"]],
  ])("of a %s has steps on which nothing is reported", async (_, up, kinds) => {
    const { steps, gaps } = await planSteps(project(up));
    expect(gaps).toEqual([]);
    expect(steps.map(({ kind }) => kind)).toEqual(kinds);
    const files = Object.fromEntries(Object.entries(filesOf("")).filter(([name]) => name !== file));
    const own = steps.filter(({ kind }) => kind === "migration");
    for (const [i, { statements }] of own.entries())
      files[`migrations/2024020${i + 1}000000-step.js`] = migration(
        statements.join("\n"),
        "// can't be undone",
      );
    const { findings, errors } = await lintProject({ fs: memoryFileSystem(files), paths: ["migrations"] });
    expect(errors).toEqual([]);
    const reported = findings.filter(
      ({ severity, file: at }) => severity !== "note" && at.endsWith("-step.js"),
    );
    // A collection goes with its documents, whatever was deployed before.
    expect(reported.map(({ ruleId }) => ruleId).filter((id) => id !== "drop-collection")).toEqual([]);
  });

  it("keeps what a partial index leaves out", async () => {
    const { steps } = await planSteps(
      project(
        'await db.collection("orders").createIndex({ number: 1 }, { unique: true, partialFilterExpression: { number: { $gt: 0 } } });',
      ),
    );
    expect(steps[0]?.statements[0]).toContain("{ partialFilterExpression: { number: { $gt: 0 } } }");
    expect(steps[2]?.statements.join("\n")).toContain("{ $match: { number: { $gt: 0 } } }");
  });

  it.each([
    ["a renamed collection", changes["renamed collection"]],
    ["a loop", "for await (const one of db.collection('a').find()) await db.collection('a').deleteOne(one);"],
    [
      "several changes in one",
      'await db.collection("a").updateMany({}, { $rename: { a: "b" }, $unset: { c: "" } });',
    ],
  ])("of %s is refused", async (_, up) => {
    expect((await planSteps(project(up))).gaps).toHaveLength(1);
  });
});

it("asks mongosh for duplicates, for what isn't a date, and for names that are taken", async () => {
  const { checks } = await planPreflight(
    project(
      `await db.collection("users").createIndex({ "a.b": 1 }, { unique: true });
       await db.collection("users").createIndex({ seen: 1 }, { expireAfterSeconds: 60 });
       await db.collection("users").updateMany({}, { $rename: { name: "fullName" } });`,
    ),
  );
  const sent = checks.map(({ level, sql }) => `${level} ${sql}`).join("\n");
  expect(sent).toContain(
    'fails db.getCollection("users").aggregate([{ $unwind: { path: "$a", preserveNullAndEmptyArrays: true } }, { $unwind: { path: "$a.b", preserveNullAndEmptyArrays: true } }, { $group: { _id: { a_b: { $ifNull: ["$a.b", null] } }, documents: { $addToSet: "$_id" } } }',
  );
  expect(sent).toContain('waits db.getCollection("users").countDocuments({ seen: { $exists: true, $not:');
  expect(sent).toContain("find({ name: { $exists: true }, fullName: { $exists: true } })");
});

it("asks for the collection of migrate-mongo", async () => {
  const { sql } = await statusQuery(project(""));
  expect(sql).toContain('db.getCollection("changelog").find().sort({ appliedAt: 1 })');
});

it("writes a new file behind the newest one", async () => {
  const { files } = await planNewMigration({
    ...project(""),
    title: "Add plans",
    now: new Date("2024-03-01T12:00:00Z"),
  });
  expect(files.map(({ file: at }) => at)).toEqual(["migrations/20240301120000-add-plans.js"]);
  expect(files[0]?.text).toContain("exports.up = async function (db) {\n  // Add plans\n}");
});

it("plans a call of the database as one of the database", async () => {
  const { steps } = await planSteps(project(`await db.createCollection("plans");`));
  expect(steps.flatMap(({ statements }) => statements)).toEqual(['await db.createCollection("plans");']);
});
