/**
 * A newcomer's first days, for real: `npm run try` packs ddlint, installs it into an empty repository, sets up everything
 * that the pages name, makes three mistakes, and holds that each of them is seen everywhere, and nothing once they are mended.
 * Then a migration goes the whole way, on real servers. Ends at the first thing that isn't as it should be.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { diagnosticsOf } from "./language-client.mjs";
import { copied, folder, hold, project, quiet, root, say, skip, skipped } from "./try/ground.mjs";
import { playMigrations } from "./try/migrations.mjs";

const shop = join(folder, "shop");
const { run, expect, write, read } = project(shop);

// ---------------------------------------------------------------- an empty repository, and ddlint in it

mkdirSync(shop);
expect(0, "git init --quiet --initial-branch main");
write("package.json", '{ "name": "shop", "private": true }\n');
write(".gitignore", "node_modules/\n");
say("an empty repository");

const [packed] = JSON.parse(
  project(root).expect(0, ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder]),
);
const tarball = join(folder, packed.filename);
expect(0, ["npm", "install", "--save-dev", ...quiet, tarball, "eslint"]);
say(`npm install --save-dev ddlint eslint (${(packed.size / 1e6).toFixed(1)} MB packed)`);

// As pre-commit installs a hook of this repository.
if (project(root).run("git rev-parse --is-inside-work-tree").status === 0) {
  const global = join(folder, "global");
  const from = ["--install-links", "--prefix", global, `git+${pathToFileURL(root).href}`];
  expect(0, ["npm", "install", "--global", ...quiet, ...from]);
  expect(0, [join(global, process.platform === "win32" ? "ddlint.cmd" : "bin/ddlint"), "--version"]);
  say("npm install --global git+file://… of the last commit");
} else skip("this is no git checkout, so nobody installs it from one");

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const hasPreCommit = run("pre-commit --version").status === 0;
const entry = copied("commits.md", "yaml");
hold(entry.includes(`"ddlint@${version}"`), `docs/commits.md doesn't name ddlint@${version}`);
if (hasPreCommit) {
  // The version isn't published yet where this runs.
  write(".pre-commit-config.yaml", entry.replace(`"ddlint@${version}"`, JSON.stringify(tarball)));
  expect(0, "pre-commit install");
  say("pre-commit, by the words of docs/commits.md");
} else skip("pre-commit isn't installed, so nobody checks the commits");

write("eslint.config.mjs", copied("eslint.md", "js"));
say("ESLint, by the words of docs/eslint.md");

// ---------------------------------------------------------------- a good beginning

write(
  "db/migrations/20260101090000_customers.sql",
  `CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
`,
);
write(
  "api/migrations/20260101090000_orders.cjs",
  `exports.up = (knex) =>
  knex.schema.createTable("orders", (table) => {
    table.bigIncrements("id");
    table.text("note");
  });

exports.down = (knex) => knex.schema.dropTable("orders");
`,
);
write(
  "stock/migrate-mongo-config.js",
  `module.exports = { migrationsDir: "migrations", lockCollectionName: "changelog_lock", lockTtl: 600 };\n`,
);
write(
  "stock/migrations/20260101090000-parts.js",
  `module.exports = {
  async up(db) {
    await db.createCollection("parts");
  },
  async down(db) {
    await db.collection("parts").drop();
  },
};
`,
);
await holdSilent();
commit("First tables", 0);
say("the first migrations, in SQL, for Knex and for MongoDB: silent everywhere, committed");

// ---------------------------------------------------------------- three mistakes

const sql = "db/migrations/20260201090000_find_customers_by_email.sql";
const knex = "api/migrations/20260201090000_drop_note.cjs";
const ofKnex = (up, down) => `exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '2s'");
  ${up}
};

exports.down = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '2s'");
  ${down}
};
`;
write(sql, "SET lock_timeout = '2s';\nCREATE INDEX customers_email_idx ON customers (email);\n");
write(
  knex,
  ofKnex(
    `await knex.schema.alterTable("orders", (table) => table.dropColumn("note"));`,
    `await knex.schema.alterTable("orders", (table) => table.text("note"));`,
  ),
);
const mongo = "stock/migrations/20260201090000-shelves.js";
const ofMongo = (wait) => `module.exports = {
  async up(db) {
    ${wait}db.collection("parts").updateMany({ shelf: null }, { $set: { shelf: "unknown" } });
  },
  async down(db) {
    await db.collection("parts").updateMany({ shelf: "unknown" }, { $unset: { shelf: "" } });
  },
};
`;
write(mongo, ofMongo(""));
const mistakes = [
  { file: sql, line: 2, rule: "index-without-concurrently", languageId: "sql" },
  { file: knex, line: 3, rule: "drop-column", languageId: "javascript" },
  { file: mongo, line: 3, rule: "unawaited-call", languageId: "javascript" },
];
say(
  "three mistakes: an index that locks out writers, for Knex a dropped column, for MongoDB a call that nothing awaits",
);

const report = expect(1, "npx --no-install ddlint --format unix");
for (const { file, line, rule } of mistakes)
  hold(
    new RegExp(`^${file}:${line}:.*${rule}`, "m").test(report),
    `ddlint didn't report ${rule} in ${file}:\n${report}`,
  );
say("ddlint reports them");

if (hasPreCommit) {
  const refused = commit("Three mistakes", 1);
  for (const { file, rule } of mistakes)
    hold(refused.includes(file) && refused.includes(rule), `pre-commit didn't report ${rule}:\n${refused}`);
  say("pre-commit refuses the commit, for each of them");
}

for (const { file, line, rule } of mistakes) {
  const messages = eslint(1, file);
  hold(
    messages.some(({ ruleId, line: at }) => ruleId === `ddlint/${rule}` && at === line),
    `ESLint didn't report ${rule} in ${file}: ${JSON.stringify(messages)}`,
  );
}
say("ESLint reports them");

for (const { file, line, rule, languageId } of mistakes) {
  const diagnostics = await askLanguageServer(file, languageId);
  hold(
    diagnostics.some(({ code, range }) => code === rule && range.start.line === line - 1),
    `the language server didn't report ${rule} in ${file}: ${JSON.stringify(diagnostics)}`,
  );
}
say("the language server reports them");

expect(1, "npx --no-install ddlint --format sarif=ddlint.sarif --format text");
const results = holdSarif(JSON.parse(read("ddlint.sarif")));
for (const { rule } of mistakes) hold(results.includes(rule), `SARIF has no result of ${rule}`);
rmSync(join(shop, "ddlint.sarif"));
say("SARIF holds them, and its schema holds it");

// ---------------------------------------------------------------- mended

// One as ddlint does it, the others by hand, as their messages say.
run("npx --no-install ddlint --fix --unsafe-fixes");
hold(
  /^CREATE INDEX CONCURRENTLY /m.test(read(sql)),
  `--fix --unsafe-fixes left the index as it was:\n${read(sql)}`,
);
write(
  knex,
  ofKnex(
    `await knex.raw("COMMENT ON COLUMN orders.note IS 'deprecated: not read since release 42'");`,
    `await knex.raw("COMMENT ON COLUMN orders.note IS NULL");`,
  ),
);
write(mongo, ofMongo("await "));
await holdSilent();
commit("An index, and a column on its way out", 0);
say("fixed: silent everywhere, committed");

// ---------------------------------------------------------------- a migration, from its first line to production and back

await playMigrations(tarball);
console.log(`all as it should be${skipped.map((text) => `; SKIPPED: ${text}`).join("")}`);

// ---------------------------------------------------------------- how each of them is asked

/** Commits everything; what git and its hook said. */
function commit(message, status) {
  expect(0, "git add --all");
  const ran = run(["git", "commit", "--quiet", "--message", message]);
  hold(ran.status === status, `the commit ended with ${ran.status}, not ${status}:\n${ran.output}`);
  return ran.output;
}

/** ESLint's messages about one file. */
function eslint(status, file) {
  const [{ messages }] = JSON.parse(expect(status, `npx --no-install eslint --format json ${file}`));
  return messages;
}

async function askLanguageServer(file, languageId) {
  const program = [join(shop, "node_modules/.bin/ddlint"), "lsp"];
  return diagnosticsOf(program, shop, { path: join(shop, file), languageId, text: read(file) });
}

/** The rules of a report's results; fails if the report isn't what the standard's schema allows. */
function holdSarif(report) {
  const schema = readFileSync(join(root, "fixtures/report/sarif-subset.schema.json"), "utf8");
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const isValid = ajv.compile(JSON.parse(schema));
  hold(isValid(report), `SARIF is invalid: ${JSON.stringify(isValid.errors)}`);
  return report.runs.flatMap((one) => one.results.map(({ ruleId }) => ruleId));
}

/** Nobody has anything to say about what lies in the repository. */
async function holdSilent() {
  const said = expect(0, "npx --no-install ddlint");
  hold(said.startsWith("no findings"), `ddlint isn't silent:\n${said}`);
  const files = expect(
    0,
    "git ls-files --cached --others --exclude-standard db/migrations api/migrations stock/migrations",
  )
    .trim()
    .split("\n");
  for (const file of files) {
    const messages = eslint(0, file);
    hold(messages.length === 0, `ESLint isn't silent about ${file}: ${JSON.stringify(messages)}`);
    const diagnostics = await askLanguageServer(file, file.endsWith(".sql") ? "sql" : "javascript");
    hold(diagnostics.length === 0, `the language server isn't silent: ${JSON.stringify(diagnostics)}`);
  }
}
