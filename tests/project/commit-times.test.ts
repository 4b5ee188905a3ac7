/** When migrations were committed whose names don't say when they were written, by a real git. */
import { appendFileSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { compareWithGit, createSession, lintProject, type LintOptions } from "../../src/index.ts";
import { gitPrograms, ownEnvironment, pathWith, removeSites, Site } from "../support/git-site.ts";
import { memoryStore } from "../support/memory-store.ts";

const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY, note text);\n`;
const index = (name: string): string => `CREATE INDEX ${name}_note ON ${name} (note);\n`;

const changeset = (id: string, ...lines: readonly string[]): string =>
  [
    `    <changeSet id="${id}" author="a">`,
    ...lines.map((line) => `        ${line}`),
    "    </changeSet>",
    "",
  ].join("\n");
/** Else it would be one work by its number and its author. */
const byOther = (text: string): string => text.replace('author="a"', 'author="b"');
const tableIn = (name: string): readonly string[] => [
  `<createTable tableName="${name}">`,
  '    <column name="id" type="bigint"/>',
  '    <column name="note" type="text"/>',
  "</createTable>",
];
const columnIn = (name: string): readonly string[] => [
  `<addColumn tableName="${name}">`,
  '    <column name="age" type="int"/>',
  "</addColumn>",
];
const indexIn = (name: string): readonly string[] => [
  `<createIndex tableName="${name}" indexName="${name}_note">`,
  '    <column name="note"/>',
  "</createIndex>",
];
const changelog = (...changesets: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<databaseChangeLog>\n${changesets.join("")}</databaseChangeLog>\n`;

const programs = gitPrograms();
const path = process.env.PATH;

beforeAll(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(ownEnvironment)) vi.stubEnv(name, value);
});
afterAll(() => {
  removeSites();
  vi.unstubAllEnvs();
});

/** `file severity` of each index that blocks writes, or might. */
async function indexes(
  cwd: string,
  options: LintOptions = {},
  rule = "index-without-concurrently",
): Promise<readonly string[]> {
  const facts = { dialect: "postgres", ...options.facts } as const;
  const { findings } = await lintProject({ ...options, cwd, facts });
  return findings
    .filter(({ ruleId }) => ruleId === rule)
    .map(({ file, severity, line }) =>
      file.endsWith(".xml")
        ? `${file}:${line} ${severity}`
        : `${file.slice(file.lastIndexOf("/") + 1)} ${severity}`,
    );
}
const withoutGit = (cwd: string): Promise<readonly string[]> =>
  indexes(cwd, { facts: { commitTimes: false } });

describe.each(programs)("git $version", (program) => {
  let site: Site;
  const commit = (date: string): void => {
    site.git("add", "--all");
    const at = `${date}T12:00:00Z`;
    const done = site.try(site.shop, ["commit", "--quiet", "--allow-empty", "--message", date], {
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_DATE: "2026-08-01T12:00:00Z",
    });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  const write = (name: string, text: string, folder = "migrations"): void => {
    site.write(`${folder}/${name}`, text);
  };

  beforeEach(() => {
    vi.stubEnv("PATH", pathWith(program, path));
    site = new Site(program);
    mkdirSync(site.shop);
    site.git("init", "--quiet", "--initial-branch", "main");
    write("README.md", "shop\n", ".");
    commit("2024-01-01");
  });

  /** A history of five months; what stands first is older than all that comes. */
  function grow(folder = "migrations"): void {
    for (const [month, name] of ["users", "roles", "codes"].entries()) {
      // Later ones change a table: the project isn't in its opening.
      const change = month > 0 ? `ALTER TABLE users ADD COLUMN ${name} text;\n` : "";
      write(`00${month + 1}_${name}.up.sql`, `${table(name)}${change}`, folder);
      commit(`2024-0${month + 2}-01`);
    }
    write("004_users_note.up.sql", index("users"), folder);
    commit("2024-05-01");
  }

  it("takes what one commit has added for one work, and what lies months apart not", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    commit("2024-06-01");
    expect(await indexes(site.shop)).toEqual(["004_users_note.up.sql error"]);
    expect(await indexes(join(site.shop, "migrations"))).toEqual(["004_users_note.up.sql error"]);
    expect(await withoutGit(site.shop)).toEqual([
      "004_users_note.up.sql error",
      "006_orders_note.up.sql error",
    ]);
  });

  it("knows the commits of a changelog that lies at the top of the repository", async () => {
    write("liquibase.properties", "changeLogFile=changelog.xml\n", ".");
    const own = [changeset("1", ...tableIn("users")), changeset("2", ...tableIn("shops"))];
    write("changelog.xml", changelog(...own), ".");
    commit("2024-02-01");
    const grown = [...own, changeset("3", ...columnIn("users"))];
    write("changelog.xml", changelog(...grown), ".");
    commit("2024-04-01");
    const young = [changeset("4", ...tableIn("carts")), byOther(changeset("5", ...indexIn("carts")))];
    const old = byOther(changeset("6", ...indexIn("shops")));
    write("changelog.xml", changelog(...grown, ...young, old), ".");
    commit("2024-06-01");
    expect(await indexes(site.shop)).toEqual([expect.stringMatching(/^changelog\.xml:\d+ warning$/)]);
    expect(await withoutGit(site.shop)).toHaveLength(2);
  });

  const begin = (): void => {
    site = new Site(program);
    mkdirSync(site.shop);
    site.git("init", "--quiet", "--initial-branch", "main");
    write("liquibase.properties", "changeLogFile=changelog.xml\n", ".");
  };

  it("takes dates in ids for made up that are years before their commit", async () => {
    const dated = (year: number): string =>
      changelog(
        changeset(`${year}0210-01`, ...tableIn("users")),
        byOther(changeset(`${year}0320-01`, ...indexIn("users"))),
      );
    begin();
    write("changelog.xml", dated(2023), ".");
    commit("2026-01-04");
    expect(await withoutGit(site.shop)).toEqual([expect.stringMatching(/ error$/)]);
    expect(await indexes(site.shop)).toEqual([expect.stringMatching(/ note$/)]);
    begin();
    write("changelog.xml", dated(2026), ".");
    commit("2026-03-25");
    expect(await indexes(site.shop)).toEqual([expect.stringMatching(/ error$/)]);
  });

  it("keeps such dates where one commit brings a history of weeks", async () => {
    begin();
    const shops = changeset("20230225-01", ...tableIn("shops"));
    const index = byOther(changeset("20230320-01", ...indexIn("users")));
    write("changelog.xml", changelog(changeset("20230210-01", ...tableIn("users")), shops, index), ".");
    commit("2026-01-04");
    expect(await indexes(site.shop)).toEqual([expect.stringMatching(/ error$/)]);
  });

  it("keeps such dates where much comes at once, most probably from elsewhere", async () => {
    const others = [...Array(40).keys()].map((i) => changeset(`2023011${i % 10}-1${i}`, ...tableIn(`t${i}`)));
    begin();
    const own = [changeset("20230210-01", ...tableIn("users"))];
    write(
      "changelog.xml",
      changelog(...others, ...own, byOther(changeset("20230320-01", ...indexIn("users")))),
      ".",
    );
    commit("2026-01-04");
    expect(await indexes(site.shop)).toEqual([expect.stringMatching(/ error$/)]);
  });

  it("knows when a changeset came that runs again whenever it changes, and not when it last changed", async () => {
    const again = (text: string): string => text.replace("author=", 'runOnChange="true" author=');
    const told = async (note: string): Promise<readonly string[]> => {
      begin();
      const users = again(changeset("users", ...tableIn("users")));
      write("changelog.xml", changelog(users, changeset("age", ...columnIn("users")), note), ".");
      commit("2024-02-01");
      expect(await withoutGit(site.shop)).toEqual([expect.stringMatching(/ error$/)]);
      return indexes(site.shop);
    };
    const note = byOther(changeset("note", ...indexIn("users")));
    expect(await told(note)).toEqual([expect.stringMatching(/ note$/)]);
    expect(await told(again(note))).toEqual([expect.stringMatching(/ error$/)]);
  });

  it("takes a table for new that a file makes which the commit of a change edits, where the tool then refuses to run", async () => {
    const told = async (folder: string, names: readonly string[]): Promise<unknown> => {
      site = new Site(program);
      mkdirSync(site.shop);
      site.git("init", "--quiet", "--initial-branch", "main");
      if (folder.endsWith("db/migration"))
        write("flyway.conf", "flyway.url=jdbc:postgresql://db/shop\n", ".");
      const [users = "", orders = "", note = "", last = ""] = names;
      write(users, table("users"), folder);
      commit("2024-01-01");
      write(orders, `${table("orders")}ALTER TABLE users ADD COLUMN age int;\n`, folder);
      commit("2024-03-01");
      write(orders, `${table("orders")}ALTER TABLE users ADD COLUMN age bigint;\n`, folder);
      write(note, index("orders"), folder);
      write(last, index("users"), folder);
      commit("2024-06-01");
      const changes = (await compareWithGit(site.shop, { kind: "since", ref: "HEAD~1" })).changes;
      return [await indexes(site.shop), await indexes(site.shop, { changes })];
    };
    const flyway = ["V1__users.sql", "V2__orders.sql", "V3__note.sql", "V4__old.sql"];
    expect(await told("src/main/resources/db/migration", flyway)).toEqual([
      ["V3__note.sql note", "V4__old.sql error"],
      ["V3__note.sql error", "V4__old.sql error"],
    ]);
    // Without checksums, databases go on.
    const others = ["001_users.up.sql", "002_orders.up.sql", "003_note.up.sql", "004_old.up.sql"];
    expect(await told("migrations", others)).toEqual([
      ["003_note.up.sql error", "004_old.up.sql error"],
      ["003_note.up.sql error", "004_old.up.sql error"],
    ]);
  });

  it("blames the one of two with the same number that was committed last", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    commit("2024-06-01");
    write("005_notes.up.sql", table("notes"));
    commit("2024-06-02");
    const blamed = async (facts: LintOptions["facts"]): Promise<readonly string[]> => {
      const { findings } = await lintProject({ cwd: site.shop, facts: { dialect: "postgres", ...facts } });
      const own = findings.filter(({ ruleId }) => ruleId === "duplicate-version");
      return own.map(({ file, related }) => `${file}, also ${related.map((one) => one.file).join()}`);
    };
    const [notes, orders] = ["migrations/005_notes.up.sql", "migrations/005_orders.up.sql"];
    expect(await blamed({})).toEqual([`${notes}, also ${orders}`]);
    expect(await blamed({ commitTimes: false })).toEqual([`${orders}, also ${notes}`]);
  });

  it("blames none that later ones need, whatever git says, and names the place of one where all are needed", async () => {
    grow();
    write("005_sample.up.sql", "INSERT INTO users VALUES (1);\n");
    commit("2024-06-01");
    write("005_orders.up.sql", table("orders"));
    write("006_shops.up.sql", table("shops"));
    write("006_carts.up.sql", table("carts"));
    write("007_notes.up.sql", `${index("orders")}${index("shops")}${index("carts")}`);
    commit("2024-06-02");
    const { findings } = await lintProject({ cwd: site.shop, facts: { dialect: "postgres" } });
    const own = findings.filter(({ ruleId }) => ruleId === "duplicate-version");
    expect(own.map(({ file, instead }) => [file, instead])).toEqual([
      ["migrations/005_sample.up.sql", "give it its own version, after the newest"],
      ["migrations/006_shops.up.sql", "give it its own version, before 007_notes.up.sql, which needs it"],
    ]);
  });

  it("measures the days between commits", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    commit("2024-06-01");
    write("006_orders_note.up.sql", index("orders"));
    commit("2024-06-05");
    expect(await indexes(site.shop)).toEqual(["004_users_note.up.sql error", "006_orders_note.up.sql note"]);
  });

  it("prefers the times in names", async () => {
    grow();
    write("20240101120000_orders.up.sql", table("orders"));
    write("20240501120000_orders_note.up.sql", index("orders"));
    commit("2024-06-01");
    expect(await indexes(site.shop)).toContain("20240501120000_orders_note.up.sql error");
  });

  it("knows nothing of files that aren't committed, nor of those that are staged", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    expect(await indexes(site.shop)).toEqual(await withoutGit(site.shop));
    site.git("add", "--all");
    expect(await indexes(site.shop)).toEqual(await withoutGit(site.shop));
  });

  it("knows nothing in a shallow clone", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    commit("2024-06-01");
    const clone = join(site.folder, "clone");
    site.git("clone", "--quiet", "--depth", "4", `file://${site.shop}`, clone);
    expect(await indexes(clone)).toEqual(await withoutGit(site.shop));
    const whole = join(site.folder, "whole");
    site.git("clone", "--quiet", `file://${site.shop}`, whole);
    expect(await indexes(whole)).toEqual(await indexes(site.shop));
  });

  it("needs no texts: a partial clone has the times, and fetches nothing", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    commit("2024-06-01");
    const clone = join(site.folder, "clone");
    site.git("config", "uploadpack.allowFilter", "true");
    site.git("clone", "--quiet", "--filter=blob:none", `file://${site.shop}`, clone);
    renameSync(site.shop, `${site.shop}-gone`);
    expect(await indexes(clone)).toEqual(["004_users_note.up.sql error"]);
  });

  it("takes what a repository begins with for no more than deployed together", async () => {
    site = new Site(program);
    mkdirSync(site.shop);
    site.git("init", "--quiet", "--initial-branch", "main");
    write("000_orders.up.sql", table("orders"));
    write("000_zorders_note.up.sql", index("orders"));
    commit("2024-01-01");
    grow();
    expect(await indexes(site.shop)).toEqual(["000_zorders_note.up.sql note", "004_users_note.up.sql error"]);
  });

  it("takes a column for most probably unused that goes in the commit which brought it", async () => {
    site = new Site(program);
    mkdirSync(site.shop);
    site.git("init", "--quiet", "--initial-branch", "main");
    write("000_orders.up.sql", table("orders"));
    write("000_zorders_note.up.sql", "ALTER TABLE orders DROP COLUMN note;\n");
    commit("2024-01-01");
    grow();
    write("005_no_note.up.sql", "ALTER TABLE codes DROP COLUMN note;\n");
    commit("2024-07-01");
    expect(await indexes(site.shop, {}, "drop-column")).toEqual([
      "000_zorders_note.up.sql note",
      "005_no_note.up.sql error",
    ]);
  });

  it("takes what comes a day after the beginning for a part of it", async () => {
    site = new Site(program);
    mkdirSync(site.shop);
    site.git("init", "--quiet", "--initial-branch", "main");
    write("000_orders.up.sql", table("orders"));
    commit("2024-01-01");
    write("000_zorders_note.up.sql", index("orders"));
    commit("2024-01-02");
    grow();
    expect(await indexes(site.shop)).toEqual(["000_zorders_note.up.sql note", "004_users_note.up.sql error"]);
  });

  it("compares the time in a name with that of a commit which is no proof", async () => {
    write("1704067122345_orders.up.sql", table("orders"));
    commit("2024-01-01");
    write("1704067200000_orders_note.up.sql", index("orders"));
    commit("2024-01-02");
    expect(await indexes(site.shop)).toEqual(["1704067200000_orders_note.up.sql note"]);
  });

  const addMany = (): void => {
    for (let i = 10; i < 20; i++) write(`0${i}_t${i}.up.sql`, table(`t${i}`));
    write("020_t10_note.up.sql", index("t10"));
  };

  it("takes for no more than deployed together what comes at once", async () => {
    grow();
    addMany();
    commit("2024-06-01");
    expect(await indexes(site.shop)).toEqual(["004_users_note.up.sql error", "020_t10_note.up.sql note"]);
  });

  it("takes nothing for one work that a repository has when it begins, where that is much", async () => {
    site = new Site(program);
    mkdirSync(site.shop);
    site.git("init", "--quiet", "--initial-branch", "main");
    addMany();
    commit("2024-01-01");
    grow();
    expect(await indexes(site.shop)).toEqual(["004_users_note.up.sql error", "020_t10_note.up.sql warning"]);
  });

  it("takes nothing for one work that replaces others", async () => {
    grow();
    site.git("rm", "--quiet", "migrations/002_roles.up.sql");
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    commit("2024-06-01");
    expect(await indexes(site.shop)).toContain("006_orders_note.up.sql error");
  });

  it("takes for young what a short history has brought within a week, and no times for proof", async () => {
    for (const [day, name] of ["users", "roles", "codes", "orders"].entries()) {
      write(`00${day}_${name}.up.sql`, `${table(name)}ALTER TABLE users ADD COLUMN ${name} text;\n`);
      write(`00${day}_z_note.up.sql`, index(name));
      commit(`2024-02-0${day + 1}`);
    }
    write("009_users_codes.up.sql", "CREATE INDEX users_codes ON users (codes);\n");
    write("010_orders_again.up.sql", "CREATE INDEX orders_again ON orders (lower(note));\n");
    commit("2024-02-05");
    const all = await indexes(site.shop);
    expect(all.slice(0, 4).every((one) => one.endsWith(" note"))).toBe(true);
    expect(all.slice(4)).toEqual(["009_users_codes.up.sql note", "010_orders_again.up.sql note"]);
    const changes = (await compareWithGit(site.shop, { kind: "since", ref: "HEAD~1" })).changes;
    expect(await indexes(site.shop, { changes })).toEqual([
      "009_users_codes.up.sql error",
      "010_orders_again.up.sql error",
    ]);
  });

  it("takes for older what the first commit brought with many others", async () => {
    for (let i = 10; i < 22; i++) write(`0${i}_t${i}.up.sql`, table(`t${i}`));
    write("022_more.up.sql", "ALTER TABLE t20 ADD COLUMN more text;\n");
    commit("2024-02-01");
    write("030_t10_note.up.sql", index("t10"));
    commit("2024-02-02");
    write("031_t11_note.up.sql", index("t11"));
    commit("2024-02-05");
    expect(await indexes(site.shop)).toEqual(["030_t10_note.up.sql note", "031_t11_note.up.sql warning"]);
  });

  it("follows files to other folders and names, also if they change on the way", async () => {
    grow("old");
    write("005_orders.up.sql", table("orders"), "old");
    commit("2024-06-01");
    write("006_orders_note.up.sql", index("orders"), "old");
    commit("2024-07-01");
    mkdirSync(join(site.shop, "db"));
    site.git("mv", "old", "db/migrations");
    commit("2024-08-01");
    expect(await indexes(site.shop)).toEqual(["004_users_note.up.sql error", "006_orders_note.up.sql error"]);
    for (const name of ["005_orders", "006_orders_note"]) {
      site.git("mv", `db/migrations/${name}.up.sql`, `db/migrations/1${name}.up.sql`);
      appendFileSync(join(site.shop, `db/migrations/1${name}.up.sql`), "SELECT 1;\n");
    }
    commit("2024-09-01");
    expect(await indexes(site.shop)).toContain("1006_orders_note.up.sql error");
  });

  it("isn't misled by folders of odd names", async () => {
    grow("migrations/:(glob)*");
    write("005_orders.up.sql", table("orders"), "migrations/:(glob)*");
    write("006_orders_note.up.sql", index("orders"), "migrations/:(glob)*");
    commit("2024-06-01");
    expect(await indexes(site.shop)).toEqual(["004_users_note.up.sql error"]);
  });

  it("is the same whatever settings say, and with objects that lie elsewhere", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    commit("2024-06-01");
    const shared = join(site.folder, "shared");
    site.git("clone", "--quiet", "--shared", site.shop, shared);
    expect(await indexes(shared)).toEqual(["004_users_note.up.sql error"]);
    site.configure(
      `[diff]\nrenames = false\nrelative = true\nnoprefix = true\norderFile = missing\nrenameLimit = 1
[log]\nshowRoot = false\nfollow = true\ndecorate = full\n[format]\npretty = fuller
[blame]\nignoreRevsFile = missing\nshowRoot = true\n[core]\nquotePath = true\nabbrev = 5
[i18n]\nlogOutputEncoding = utf-16`,
    );
    expect(await indexes(site.shop)).toEqual(["004_users_note.up.sql error"]);
    expect(await indexes(join(site.shop, "migrations"))).toEqual(["004_users_note.up.sql error"]);
  });

  it("ends where commits are replaced, or their parents are others", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    commit("2024-06-01");
    // The repository begins with that commit.
    const together = ["004_users_note.up.sql note", "006_orders_note.up.sql note"];
    site.write(".git/info/grafts", `${site.git("rev-parse", "HEAD")}\n`);
    expect(await indexes(site.shop)).toEqual(together);
    site.write(".git/info/grafts", "");
    site.git("replace", "--graft", "HEAD");
    expect(await indexes(site.shop)).toEqual(together);
    // A ring, which git itself refuses or doesn't follow.
    site.git("replace", "--delete", "HEAD");
    const [head, before] = [site.git("rev-parse", "HEAD"), site.git("rev-parse", "HEAD~1")];
    site.write(".git/info/grafts", `${before} ${head}\n`);
    expect((await indexes(site.shop)).length).toBeGreaterThan(0);
  });

  it("is silent where there is no git", async () => {
    grow();
    const before = await withoutGit(site.shop);
    vi.stubEnv("PATH", "");
    expect(await indexes(site.shop)).toEqual(before);
    vi.stubEnv("PATH", pathWith(program, path));
    renameSync(join(site.shop, ".git"), join(site.folder, "elsewhere"));
    expect(await indexes(site.shop)).toEqual(before);
  });

  it("is asked again after a commit, whatever is kept", async () => {
    grow();
    write("005_orders.up.sql", table("orders"));
    write("006_orders_note.up.sql", index("orders"));
    const cache = { store: memoryStore(), least: 1 };
    const before = ["004_users_note.up.sql error", "006_orders_note.up.sql error"];
    expect(await indexes(site.shop, { cache })).toEqual(before);
    const session = await createSession({ cwd: site.shop, facts: { dialect: "postgres" }, cache });
    const inSession = (): readonly string[] =>
      session
        .lint()
        .findings.filter(({ ruleId }) => ruleId === "index-without-concurrently")
        .map(({ file, severity }) => `${file.slice("migrations/".length)} ${severity}`);
    expect(inSession()).toEqual(before);
    commit("2024-06-01");
    expect(await indexes(site.shop, { cache })).toEqual(["004_users_note.up.sql error"]);
    // An editor's text changes nothing that git knows, and isn't worth a call.
    session.update("migrations/001_users.up.sql", `${table("users")}-- more\n`);
    expect(inSession()).toEqual(before);
    session.refresh();
    expect(inSession()).toEqual(["004_users_note.up.sql error"]);
  });

  describe("changelogs", () => {
    const file = "db/changelog/db.changelog-master.xml";
    const first = changeset("1", ...tableIn("users"));
    const second = changeset("2", ...tableIn("roles"), ...columnIn("users"));
    const third = changeset("3", ...indexIn("users"));
    const both = [
      changeset("4", ...tableIn("orders")),
      byOther(changeset("5", ...indexIn("orders"))),
    ] as const;
    const more = [changeset("6", ...tableIn("codes")), byOther(changeset("7", ...indexIn("codes")))] as const;

    function growChangelog(): void {
      site.write("build.gradle", "dependencies { implementation 'org.liquibase:liquibase-core:4.29.0' }\n");
      site.write(file, changelog(first));
      commit("2024-02-01");
      site.write(file, changelog(first, second));
      commit("2024-03-01");
      site.write(file, changelog(first, second, third));
      commit("2024-04-01");
      site.write(file, changelog(first, second, third, ...both));
      commit("2024-05-01");
    }

    it("know the commit of each changeset", async () => {
      growChangelog();
      expect(await indexes(site.shop)).toEqual([`${file}:19 error`]);
      expect(await withoutGit(site.shop)).toEqual([`${file}:19 error`, `${file}:30 error`]);
    });

    it("know it while somebody adds others, which git doesn't know", async () => {
      growChangelog();
      site.write(file, changelog(first, second, third, ...both, ...more));
      expect(await indexes(site.shop)).toEqual([`${file}:19 error`, `${file}:41 warning`]);
    });

    it("keep it when they are set in, and when a changeset gets a comment", async () => {
      growChangelog();
      const again = [first, second, third, ...both].map((one) =>
        one.replaceAll(/^/gm, "  ").replace(/author="."/, '$& failOnError="true"'),
      );
      site.write(file, changelog(...again));
      commit("2024-06-01");
      expect(await indexes(site.shop)).toEqual([`${file}:19 error`]);
    });

    it("that were never changed have one commit each", async () => {
      site.write("build.gradle", "dependencies { implementation 'org.liquibase:liquibase-core:4.29.0' }\n");
      const master = (count: number): string =>
        changelog(
          ...Array.from(
            { length: count },
            (_, i) => `    <include file="part${i + 1}.xml" relativeToChangelogFile="true"/>\n`,
          ),
        );
      const parts = [changelog(first), changelog(second), changelog(third), changelog(...both)];
      for (const [i, part] of parts.entries()) {
        site.write(`db/changelog/part${i + 1}.xml`, part);
        site.write(file, master(i + 1));
        commit(`2024-0${i + 2}-01`);
      }
      expect(await indexes(site.shop)).toEqual(["db/changelog/part3.xml:4 error"]);
    });

    it("that hand changesets to one another keep none", async () => {
      growChangelog();
      const other = "db/changelog/other.xml";
      const include = '    <include file="other.xml" relativeToChangelogFile="true"/>\n';
      site.write(other, changelog(changeset("0", ...tableIn("rights"))));
      site.write(file, changelog(first, second, third, ...both, include));
      commit("2024-06-01");
      expect(await indexes(site.shop)).toEqual([`${file}:19 error`]);
      site.write(other, changelog(changeset("0", ...tableIn("rights")), third, ...both));
      site.write(file, changelog(first, second, include));
      commit("2024-07-01");
      expect(await indexes(site.shop)).toEqual([`${other}:10 error`, `${other}:21 error`]);
    });

    it("that were split have no time", async () => {
      growChangelog();
      site.write("db/changelog/orders.xml", changelog(third, ...both));
      site.write(
        file,
        changelog(first, second, '    <include file="orders.xml" relativeToChangelogFile="true"/>\n'),
      );
      commit("2024-06-01");
      expect(await indexes(site.shop)).toEqual(await withoutGit(site.shop));
    });
  });
});
