/** Advice for MongoDB is code that runs in place of the call, and about which its own rule has nothing to say. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem, type LintResult } from "../../src/index.ts";

const home = join(import.meta.dirname, "../../fixtures/rules");
const cases = readdirSync(home).flatMap((rule) =>
  readdirSync(join(home, rule))
    .filter((file) => /^bad.*\.js$/.test(file))
    .map((file) => [rule, file] as const),
);

const lint = (text: string): Promise<LintResult> =>
  lintProject({
    fs: memoryFileSystem({
      "package.json": '{ "dependencies": { "migrate-mongo": "^14.0.0", "mongodb": "^7.0.0" } }',
      "migrate-mongo-config.js": "module.exports = { lockCollectionName: 'changelog_lock', lockTtl: 600 };\n",
      "migrations/20240101000000-change.js": text,
    }),
  });

/** The part for this migration, with a value where only people know one. */
function own(instead: string): string | undefined {
  const lines = instead.split("\n");
  const later = lines.findIndex((line) =>
    /^\/\/ in a(?:n earlier| later) migration|; then, in a later/.test(line),
  );
  const now = lines.slice(0, later < 0 ? undefined : later).join("\n");
  return /^(?:await|for|let|const|\/\/)\b|^\/\//m.test(now) && /[;}]/.test(now)
    ? now.replaceAll("<field>: <value>", "plan: 1")
    : undefined;
}

it.each(cases)("%s/%s", async (rule, file) => {
  const { findings } = await lint(readFileSync(join(home, rule, file), "utf8"));
  const advice = findings.flatMap(({ ruleId, instead }) => {
    const code = ruleId === rule && instead !== undefined ? own(instead) : undefined;
    return code === undefined ? [] : [code];
  });
  for (const code of advice) {
    const text = `module.exports = {\n  async up(db, client) {\n${code}\n  },\n};\n`;
    const again = await lint(text);
    expect(again.errors).toEqual([]);
    const wrong = again.findings.filter(({ ruleId }) => ruleId === rule || ruleId === "syntax-error");
    expect(wrong.map(({ ruleId, message }) => `${ruleId}: ${message}\n${text}`)).toEqual([]);
  }
});

it("is there for most of what is reported", async () => {
  const all = await Promise.all(
    cases.map(async ([rule, file]) => {
      const { findings } = await lint(readFileSync(join(home, rule, file), "utf8"));
      return findings.filter(({ ruleId, instead }) => ruleId === rule && own(instead ?? "") !== undefined);
    }),
  );
  expect(all.flat().length).toBeGreaterThan(15);
});

const adviceFor = async (rule: string, files: Readonly<Record<string, string>>): Promise<string> => {
  const { findings, errors } = await lintProject({ fs: memoryFileSystem(files) });
  expect(errors).toEqual([]);
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
};

const beside = {
  "package.json": '{ "dependencies": { "migrate-mongo": "^14.0.0" } }',
  "migrate-mongo-config.js": "module.exports = { lockCollectionName: 'changelog_lock', lockTtl: 600 };\n",
};

const written = (body: string, parameters = "db, client", before = ""): Record<string, string> => ({
  ...beside,
  "migrations/20240101000000-change.js": `${before}module.exports = {\n  async up(${parameters}) {\n${body}\n  },\n};\n`,
});

it("uses the names of the migration", async () => {
  const renamed = written(
    'await database.collection("users").updateMany({}, { $set: { plan: "free" } });',
    "database",
  );
  expect(await adviceFor("backfill-without-batches", renamed)).toContain(
    'await database.collection("users")\n',
  );
  const other = written(
    'await client.db("old").collection("users").updateMany({}, { $set: { plan: "free" } });',
  );
  expect(await adviceFor("backfill-without-batches", other)).toContain(
    'await client.db("old").collection("users")\n',
  );
});

it("uses the names of the function that the call stands in", async () => {
  const fill = '.updateMany({}, { $set: { plan: "free" } }); };\n';
  const handed = (helper: string, call: string) =>
    adviceFor("backfill-without-batches", written(call, "db, client", helper));
  const users = `const fill = async (target) => { await target${fill}`;
  expect(await handed(users, 'await fill(db.collection("users"));')).toContain("await target\n");
  const named = `const fill = async (on, name) => { await on.collection(name)${fill}`;
  expect(await handed(named, 'await fill(client.db("old"), "users");')).toContain(
    "await on.collection(name)\n",
  );
  const got = 'const users = (on) => on.collection("users");\n';
  expect(await handed(got, 'await users(db).updateMany({}, { $set: { plan: "free" } });')).toContain(
    "await users(db)\n",
  );
  // There is no database at hand, for `collMod`.
  const unique = "const makeUnique = (target) => target.createIndex({ email: 1 }, { unique: true });\n";
  const called = written(
    'await makeUnique(db.collection("users")); await db.collection("users").drop();',
    "db",
    unique,
  );
  expect(await adviceFor("unique-on-existing-rows", called)).toMatch(/^Find duplicates/);
});

it("names the condition that a later migration needs, too", async () => {
  const drop = (code: string) => adviceFor("drop-unhidden-index", written(code));
  const bare = 'await db.collection("users").dropIndex("a_1");';
  expect(await drop(bare)).toContain("\n// in a later migration:\n");
  expect(await drop(`if (await db.collection("users").indexExists("a_1")) ${bare}`)).toContain(
    "\n// in a later migration, behind the same condition:\n",
  );
});

it("opens no connection again, and asks an old driver for fields as it takes them", async () => {
  const advice = await adviceFor("backfill-without-batches", {
    "package.json": '{ "dependencies": { "db-migrate": "0.11.14", "db-migrate-mongodb": "1.5.0" } }',
    "migrations/20240101000000-fill.js": `exports.up = async function (db) {
  const connection = await db.connection.connect(db.connectionString);
  const users = connection.collection("users");
  await users.updateMany({}, { $set: { plan: "free" } });
};
exports.down = async function () {};
`,
  });
  expect(advice).toContain("await users\n");
  expect(advice).toContain("{ _id: { $gt: last } }) }, { _id: 1 })");
});

it("leaves out documents that have the value, and only those", async () => {
  const advice = (value: string) =>
    adviceFor(
      "backfill-without-batches",
      written(`await db.collection("users").updateMany({}, { $set: { plan: ${value} } });`),
    );
  expect(await advice('"free"')).toContain('.find({ plan: { $ne: "free" }, ...(');
  expect(await advice("[]")).toContain(".find({ plan: { $ne: [] }, ...(");
  // A document without the field is found by null, too.
  expect(await advice("null")).toContain(".find({ ...(");
  expect(await advice("process.env.PLAN")).toContain(".find({ ...(");
});

it("writes what a helper of another file is handed, and nothing that only its own file knows", async () => {
  const helper = `const words = require("./words");
module.exports = {
  makeUnique: async (db, name, keys, options) => { await db.collection(name).createIndex(keys, options); },
  fill: async (db, name) => { await db.collection(name).updateMany({}, { $set: { plan: words.free } }); },
};
`;
  const call = (code: string) => ({
    ...written(code, "db, client", 'const { fill, makeUnique } = require("../lib/helper");\n'),
    "lib/helper.js": helper,
  });
  const unique = call('await makeUnique(db, "users", { email: 1 }, { unique: true, name: "by_email" });');
  expect(await adviceFor("unique-on-existing-rows", unique)).toContain(
    'await db.collection("users").createIndex({ email: 1 }, { name: "by_email" });',
  );
  expect(await adviceFor("backfill-without-batches", call('await fill(db, "users");'))).not.toContain(
    "words.free",
  );
});

it("finds duplicates as the index compares them", async () => {
  const options = '{ unique: true, name: "slugs", collation: { locale: "en", strength: 1 } }';
  const advice = await adviceFor(
    "unique-on-existing-rows",
    written(`await db.collection("orgs").createIndex({ slug: 1 }, ${options});`),
  );
  expect(advice).toContain('{ allowDiskUse: true, collation: { locale: "en", strength: 1 } })');
  expect(advice).toContain('index: { name: "slugs", prepareUnique: true }');
});

it("names all fields that a call takes away", async () => {
  const unset = written(
    'await db.collection("users").updateMany({ a: 1 }, { $unset: { trial: "", coupon: "" } });',
  );
  expect(await adviceFor("unset-field", unset)).toContain('{ $unset: { trial: "", coupon: "" } }');
  const renamed = written(
    'await db.collection("users").updateMany({ name: { $type: 2 } }, { $rename: { name: "fullName", tel: "phone" } });',
  );
  const advice = await adviceFor("rename-field", renamed);
  // A second condition of the same field would replace the first.
  expect(advice).toContain(".find({ name: { $type: 2 }, ...(");
  expect(advice).toContain('[{ $set: { fullName: "$name", phone: "$tel" } }]');
});

it("works with a model of Mongoose by the collection below it", async () => {
  const files = {
    "package.json": '{ "dependencies": { "ts-migrate-mongoose": "^3.0.0", "mongoose": "^8.0.0" } }',
    "migrations/1704067200000-plans.ts": `import type { Connection } from "mongoose";
export async function up(connection: Connection): Promise<void> {
  const User = connection.model("User");
  await User.updateMany({}, { $set: { plan: "free" } });
}
export async function down(): Promise<void> {}
`,
  };
  const advice = await adviceFor("backfill-without-batches", files);
  expect(advice).toContain('await connection.model("User").collection\n');
  expect(advice).toContain('await connection.model("User").collection.updateMany(');
});

it("is for the shell in a script of the shell", async () => {
  const files = { "migrations/V1__plans.js": 'db.users.updateMany({}, { $set: { plan: "free" } });\n' };
  const advice = await adviceFor("backfill-without-batches", files);
  expect(advice).toContain("const batch = db.users\n");
  expect(advice).not.toContain("await");
  expect(advice).toContain("{ _id: 1 })\n");
});

it("puts a validator on the collection as the migration writes it", async () => {
  const files = written(
    'await db.command({ collMod: "users", validator: { $jsonSchema: schema } });',
    "db",
    'const schema = { required: ["email"] };\n',
  );
  expect(await adviceFor("strict-validator", files)).toContain(
    'await db.command({ collMod: "users", validator: { $jsonSchema: schema }, validationLevel: "moderate", validationAction: "warn" });',
  );
});

it("reads a cursor as the migration opens it", async () => {
  const files = written(
    'const all = await db.collection("users").find({}).toArray();\nconsole.log(all.length);',
  );
  expect(await adviceFor("collection-in-memory", files)).toMatch(
    /^for await \(const document of db\.collection\("users"\)\.find\(\{\}\)\) \{\n/,
  );
});

it("says of later migrations only what stands there without this one's names", async () => {
  const unset = (filter: string) =>
    adviceFor(
      "unset-field",
      written(
        `const old = { plan: { $in: ["trial", "demo"] } };
const since = await db.collection("settings").findOne({ _id: "since" });
await db.collection("users").updateMany(${filter}, { $unset: { coupon: "" } });`,
      ),
    );
  expect(await unset("old")).toContain('.find({ plan: { $in: ["trial", "demo"] }, ...(');
  expect(await unset("{ at: { $gt: since.at } }")).not.toContain("since");
});

it("moves what asks for an unset field along", async () => {
  const files = written(
    `await db.collection("histories").updateMany({ kind: 1 }, { $unset: { "diff.codes": "" } });
await db.collection("histories").deleteMany({ diff: {} });`,
  );
  expect(await adviceFor("unset-field", files)).toMatch(/\n\/\/ and behind it the deleteMany\(\)[^\n]*$/);
});

it("doesn't defer what erases secrets", async () => {
  const files = written(
    'await db.collection("log").updateMany({ kind: 1 }, { $unset: { "user.jwt": "", "user.name": "" } });',
  );
  expect(await adviceFor("unset-field", files)).toMatch(/^What must not be kept goes now/);
});

it("honours the mark that it advises for a name with spaces", async () => {
  const call =
    'await db.collection("stats").updateMany({ kind: 1 }, { $unset: { "state.in progress": "" } });';
  const advice = await adviceFor("unset-field", written(call));
  const mark = /\/\/ ddlint-deprecated: .*/.exec(advice)?.[0] ?? "";
  expect(mark).toBe('// ddlint-deprecated: "stats.state.in progress"');
  const marked = {
    ...written(mark),
    "migrations/20240201000000-unset.js": `module.exports = {\n  async up(db) {\n${call}\n  },\n};\n`,
  };
  expect(await adviceFor("unset-field", marked)).toBe("");
});

it("collects the writes of a loop only where nothing else depends on each", async () => {
  const loop = (body: string) =>
    adviceFor(
      "write-per-document",
      written(`for await (const user of db.collection("users").find({ plan: null })) {\n${body}\n}`),
    );
  const write = 'await db.collection("users").updateOne({ _id: user._id }, { $set: { plan: user.old } });';
  expect(await loop(write)).toContain("writes.push({ updateOne: ");
  expect(await loop(`try { ${write} } catch (error) { console.error(error); throw error; }`)).toContain(
    "writes.push({ updateOne: ",
  );
  const handled = `try { ${write} } catch { await db.collection("users").deleteOne({ _id: user._id }); }`;
  expect(await loop(handled)).toMatch(/^Collect all writes of the loop.*`writeErrors`/);
  expect(await loop(`try { ${write} } catch { failed++; }`)).toMatch(/^Collect the writes.*`writeErrors`/);
  expect(await loop(`${write}\nawait db.collection("log").insertOne({ user: user._id });`)).toMatch(
    /^Collect all writes of the loop/,
  );
  const unchecked = write.replace(");", ", { bypassDocumentValidation: true });");
  expect(await loop(unchecked)).toMatch(/Give `bypassDocumentValidation` to `bulkWrite`\.$/);
});

it("names the lists of several loops apart", async () => {
  const loop = (name: string) => `for await (const one of db.collection("${name}").find({ plan: null })) {
await db.collection("${name}").updateOne({ _id: one._id }, { $set: { plan: one.old } });
}\n`;
  const { findings } = await lint(
    `module.exports = { async up(db) {\n${loop("users")}${loop("teams")}} };\n`,
  );
  const found = findings.filter(({ ruleId }) => ruleId === "write-per-document");
  const names = [...found, ...found.flatMap(({ repeats = [] }) => repeats)].map(
    ({ instead }) => /const (\w+) = \[\]/.exec(instead ?? "")?.[1],
  );
  expect(names).toEqual(["writes", "writes2"]);
});

it("adds a constant to a list as $addToSet does", async () => {
  const push = (value: string) =>
    adviceFor(
      "update-not-repeatable",
      written(
        `console.log(await db.collection("roles").updateOne({ name: "a" }, { $push: { acl: ${value} }, }));`,
      ),
    );
  expect(await push('"page/a"')).toBe(
    '// a list that has the value stays as it is\nawait db.collection("roles").updateOne({ name: "a" }, { $addToSet: { acl: "page/a" } })',
  );
  expect(await push("{ at: new Date() }")).toContain("migrations: { $ne:");
});

it("leaves out what a pipeline has done before", async () => {
  const files = written(
    'await db.collection("calls").updateMany({}, [{ $set: { path: "$route" } }, { $unset: ["route"] }]);',
  );
  expect(await adviceFor("backfill-without-batches", files)).toContain(
    ".find({ route: { $exists: true }, ...(",
  );
});

it("points at the call of a helper", async () => {
  const { findings } = await lint(
    `const expire = (db, name) => db.collection(name).createIndex({ at: 1 }, { expireAfterSeconds: 60 * 60 });
module.exports = {
  async up(db) {
    await expire(db, "visits");
  },
};
`,
  );
  const found = findings.find(({ ruleId }) => ruleId === "ttl-on-existing-documents");
  expect(found?.line).toBe(1);
  expect(found?.related.map(({ line, message }) => [line, message])).toEqual([[4, "called here"]]);
});
