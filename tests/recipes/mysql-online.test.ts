/** The command lines of online tools: quoted for a shell, and only of tools that can do it. */
import { describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const tables =
  "CREATE TABLE users (id bigint PRIMARY KEY);\n" +
  "CREATE TABLE orders (id bigint PRIMARY KEY, code int, body text);\n";

/** The lines of advice without the heading. */
function advice(sql: string, { server = "mysql 8.0.36", more = "" } = {}): readonly string[] {
  const text = `-- given: server ${server}\n${tables}${more}\n-- next migration\n${sql};\n`;
  const only = { only: ["algorithm-copy", "lock-not-none", "table-rebuild"] };
  const { findings, errors } = lintFixture("migrations/x.sql", text, rules, undefined, only);
  expect(errors).toEqual([]);
  return findings.flatMap(({ instead = "" }) => instead.split("\n").filter((line) => !line.startsWith("--")));
}

const tools = (lines: readonly string[]): readonly string[] => lines.map((line) => line.split(" ")[0] ?? "");

it("leaves out ALTER TABLE, ALGORITHM and LOCK", () => {
  expect(
    advice("ALTER TABLE orders MODIFY code bigint,\n  ADD COLUMN n int, ALGORITHM=COPY, LOCK=SHARED"),
  ).toEqual([
    `gh-ost --database="$DB" --table=orders --alter='MODIFY code bigint, ADD COLUMN n int' --execute`,
    `spirit --database="$DB" --table=orders --alter='MODIFY code bigint, ADD COLUMN n int'`,
    `pt-online-schema-change --alter='MODIFY code bigint, ADD COLUMN n int' --execute D="$DB",t=orders`,
  ]);
});

it("quotes for a shell", () => {
  const [line] = advice("ALTER TABLE orders MODIFY code enum('a') COMMENT 'it''s $x'");
  expect(line).toContain(`--alter='MODIFY code enum('\\''a'\\'') COMMENT '\\''it'\\'''\\''s $x'\\'''`);
});

it("writes CREATE INDEX as a clause", () => {
  const [line] = advice("CREATE FULLTEXT INDEX i ON orders (body) LOCK=SHARED");
  expect(line).toContain("--alter='ADD FULLTEXT INDEX i (body)'");
});

it("knows who refuses foreign keys and triggers", () => {
  expect(tools(advice("ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES users (id)"))).toEqual([
    "SELECT",
    "SET",
    "ALTER",
    "SET",
  ]);
  const more = "ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES users (id);";
  expect(advice("ALTER TABLE users ADD CHECK (id > 0)", { more })).toEqual([
    `pt-online-schema-change --alter='ADD CHECK (id > 0)' --alter-foreign-keys-method=auto --execute D="$DB",t=users`,
  ]);
  const trigger = "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW SET NEW.code = 1;";
  expect(advice("ALTER TABLE orders MODIFY code bigint", { more: trigger })).toEqual([
    `pt-online-schema-change --alter='MODIFY code bigint' --preserve-triggers --execute D="$DB",t=orders`,
  ]);
});

it("judges foreign keys by the schema at that point, and not by what later migrations add", () => {
  const change = "ALTER TABLE orders MODIFY code bigint";
  const key =
    "CREATE TABLE parts (id bigint PRIMARY KEY, order_id bigint, FOREIGN KEY (order_id) REFERENCES orders (id))";
  expect(tools(advice(`${change};\n-- next migration\n${key}`))).toEqual(tools(advice(change)));
  expect(tools(advice(change, { more: `${key};` }))).toEqual(["pt-online-schema-change"]);
});

it("has a new name approved, which CHANGE gives, too", () => {
  expect(advice("ALTER TABLE orders CHANGE code number bigint")).toEqual([
    `gh-ost --database="$DB" --table=orders --alter='CHANGE code number bigint' --approve-renamed-columns --execute`,
    `pt-online-schema-change --alter='CHANGE code number bigint' --no-check-alter --execute D="$DB",t=orders`,
  ]);
});

it("names pt-online-schema-change only where the rows have a value for a new column", () => {
  const change = "ALTER TABLE orders MODIFY code bigint, ADD COLUMN n int NOT NULL";
  expect(tools(advice(change))).toEqual(["gh-ost", "spirit"]);
  expect(tools(advice(`${change} DEFAULT 0`))).toContain("pt-online-schema-change");
  expect(advice(change, { server: "mariadb 10.11.6" }).join(" ")).toContain(
    "Give the new NOT NULL column a DEFAULT",
  );
});

it("knows no tool for a column that a foreign key holds to its type", () => {
  const more = "CREATE TABLE parts (id bigint PRIMARY KEY, code int, n int, KEY (code));";
  const key =
    "ALTER TABLE orders ADD UNIQUE (code);\nALTER TABLE parts ADD CONSTRAINT k FOREIGN KEY (code) REFERENCES orders (code);";
  const change =
    "ALTER TABLE parts DROP FOREIGN KEY k;\nALTER TABLE orders MODIFY code bigint;\nALTER TABLE parts MODIFY code bigint";
  const lines = advice(change, { more: `${more}\n${key}` });
  expect(lines).toHaveLength(2);
  for (const line of lines)
    expect(line).toContain("no tool can change one of the tables alone (MySQL: 3780)");
  // Another column of the table, and one that no key holds.
  expect(tools(advice("ALTER TABLE parts MODIFY n bigint", { more: `${more}\n${key}` }))).toEqual([
    "pt-online-schema-change",
  ]);
  expect(tools(advice("ALTER TABLE parts MODIFY code bigint", { more }))).toContain("gh-ost");
});

it("names what the server has", () => {
  const sql = "ALTER TABLE orders MODIFY code bigint";
  expect(tools(advice(sql, { server: "mysql 5.7.42" }))).toEqual(["gh-ost", "pt-online-schema-change"]);
  expect(tools(advice(sql, { server: "mariadb 10.11.6" }))).toEqual(["pt-online-schema-change"]);
});

it("names no tool for a table without a key, which all of them refuse", () => {
  const more = "CREATE TABLE events (at datetime NOT NULL, code int, body text, KEY (code));";
  expect(tools(advice("ALTER TABLE events MODIFY code bigint", { more }))).not.toContain("gh-ost");
  expect(advice("ALTER TABLE events MODIFY code bigint", { more }).join(" ")).toContain("UNIQUE key first");
  const unique = more.replace("KEY (code)", "UNIQUE (at)");
  expect(tools(advice("ALTER TABLE events MODIFY code bigint", { more: unique }))).toContain("gh-ost");
});

it("changes a primary key only with a tool that still finds the rows", () => {
  const create = (keys: string): { more: string } => ({
    more: `CREATE TABLE events (id int NOT NULL, shop int NOT NULL, code int NOT NULL, ${keys});`,
  });
  const lines = (sql: string, keys: string): string =>
    advice(`ALTER TABLE events ${sql}`, create(keys)).join("\n");
  const wider = lines("DROP PRIMARY KEY, ADD PRIMARY KEY (id, shop), ALGORITHM=COPY", "PRIMARY KEY (id)");
  expect(wider).toMatch(/^pt-online-schema-change .*--no-check-alter --execute/);
  expect(wider).not.toContain("gh-ost");
  // The other unique key is there before and after.
  const other = lines(
    "DROP PRIMARY KEY, ADD PRIMARY KEY (shop), ALGORITHM=COPY",
    "PRIMARY KEY (id), UNIQUE (code)",
  );
  expect(tools(other.split("\n"))).toEqual(["gh-ost"]);
  for (const sql of [
    "DROP PRIMARY KEY, ADD PRIMARY KEY (shop), ALGORITHM=COPY",
    "DROP PRIMARY KEY, ALGORITHM=COPY",
  ])
    expect(lines(sql, "PRIMARY KEY (id)")).toContain("UNIQUE key first");
});

it("takes a UNIQUE over the columns of the dropped primary key for the key that stays", () => {
  const keys = "PRIMARY KEY (shop, code), UNIQUE KEY sc (shop, code)";
  const more = `CREATE TABLE events (shop int NOT NULL, code int NOT NULL, ${keys});`;
  const lines = advice("ALTER TABLE events DROP PRIMARY KEY", { more }).join("\n");
  expect(lines).not.toContain("UNIQUE key first");
  expect(lines).toContain("gh-ost");
});

it("puts the dropped primary key and the next one into one ALTER TABLE", () => {
  const more = "CREATE TABLE events (shop int NOT NULL, code int NOT NULL, PRIMARY KEY (shop, code));";
  const next = "ALTER TABLE events ADD COLUMN id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY";
  const [first] = advice(`ALTER TABLE events DROP PRIMARY KEY;\n${next}`, { more });
  expect(first).toContain("as one `ALTER TABLE`: the server then rewrites the table once, in place.");
});

describe("a column that is defined twice, and is NOT NULL by the second alone", () => {
  const code = "CREATE TABLE parcels (id bigint PRIMARY KEY, code varchar(20) NOT NULL, note varchar(20));";
  const twice = (column: string, type: string, between = ""): readonly string[] =>
    advice(
      `ALTER TABLE parcels MODIFY ${column} ${type};\n${between}ALTER TABLE parcels MODIFY ${column} ${type} NOT NULL`,
      { more: code },
    );

  it("is one change of metadata where it was NOT NULL before", () => {
    expect(new Set(twice("code", "varchar(40)"))).toEqual(
      new Set(["ALTER TABLE parcels MODIFY code varchar(40) NOT NULL;"]),
    );
    const filled = "UPDATE parcels SET code = '' WHERE code IS NULL;\n";
    expect(twice("code", "varchar(40)", filled)).toEqual(twice("code", "varchar(40)"));
  });

  it("is one change by a tool, which would take NOT NULL away with the first alone", () => {
    const [line, ...lines] = twice("code", "text");
    expect(line).toContain("--alter='MODIFY code text NOT NULL'");
    expect(lines.filter((one) => one.includes("--alter='MODIFY code text'"))).toEqual([]);
    expect(twice("note", "text")[0]).toContain("--alter='MODIFY note text NOT NULL'");
  });

  it("stays two where rows that hold NULL are filled between them", () => {
    const filled = "UPDATE parcels SET note = '' WHERE note IS NULL;\n";
    expect(twice("note", "text", filled)[0]).toContain("--alter='MODIFY note text'");
  });
});

describe("a foreign key beside one of the same columns", () => {
  const more =
    "ALTER TABLE orders ADD CONSTRAINT by_user FOREIGN KEY (id) REFERENCES users (id) ON DELETE RESTRICT;";
  const second = (actions: string): string =>
    `ALTER TABLE orders ADD CONSTRAINT by_user_2 FOREIGN KEY (id) REFERENCES users (id)${actions}`;

  it("is left out where it does the same", () => {
    expect(advice(second(""), { more })).toEqual(["leave it out: by_user is the same foreign key"]);
  });

  it("is said to hold along with the other where it does something else", () => {
    expect(advice(second(" ON DELETE CASCADE"), { more }).slice(1)).toEqual([
      "SET SESSION foreign_key_checks = 0;",
      expect.stringContaining("ON DELETE CASCADE, ALGORITHM=INPLACE, LOCK=NONE;"),
      "SET SESSION foreign_key_checks = 1;",
    ]);
  });
});
