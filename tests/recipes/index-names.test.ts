/** What advised indexes are called. */
import { describe, expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const keyed = "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);\n";

const advised = async (indexes: string, last = keyed): Promise<string> => {
  const users = "CREATE TABLE users (id bigint PRIMARY KEY, team_id bigint, name text, born date);\n";
  const fs = memoryFileSystem({ "migrations/001_a.sql": users + indexes + last });
  const { findings } = await lintProject({ fs });
  return findings.find(({ ruleId }) => ruleId === "foreign-key-without-index")?.instead ?? "";
};

const onTwo = (name: (columns: string) => string): string =>
  `CREATE INDEX ${name("team_id")} ON users (team_id);\nCREATE INDEX ${name("name_born")} ON users (name, born);\n`;

it.each([
  ["PostgreSQL's own name where there are no indexes", "", "orders_user_id_idx"],
  ["one index is no pattern", "CREATE INDEX idx_users_name ON users (name);\n", "orders_user_id_idx"],
  ["a prefix", onTwo((columns) => `idx_users_${columns}`), "idx_orders_user_id"],
  ["another suffix", onTwo((columns) => `users_${columns}_index`), "orders_user_id_index"],
  ["columns without _id", onTwo((columns) => `users_${columns.replace("_id", "")}_idx`), "orders_user_idx"],
  ["names without the table say nothing", onTwo((columns) => `by_${columns}`), "orders_user_id_idx"],
  [
    "unique indexes say nothing",
    onTwo((columns) => `users_${columns}_key`).replaceAll("CREATE INDEX", "CREATE UNIQUE INDEX"),
    "orders_user_id_idx",
  ],
  [
    "indexes of another method say nothing",
    onTwo((columns) => `users_${columns}_brin`).replaceAll(" (", " USING brin ("),
    "orders_user_id_idx",
  ],
  [
    "the pattern that most have",
    onTwo((columns) => `idx_users_${columns}`) +
      onTwo((columns) => `ix_users_${columns}_1`) +
      "CREATE INDEX idx_users_born ON users (born);\n",
    "idx_orders_user_id",
  ],
])("%s", async (_, indexes, name) => {
  expect(await advised(indexes)).toContain(`CREATE INDEX ${name} ON orders (user_id)`);
});

it("keeps within the server's bound", async () => {
  const long = "o".repeat(55);
  const text = await advised(
    onTwo((columns) => `idx_users_${columns}`),
    keyed.replace("orders", long),
  );
  expect(text).toContain(`CREATE INDEX ${long}_user_id ON`);
});

it("asks for no index that the maker of an older table may have made", async () => {
  expect(await advised("", keyed.replace("TABLE orders", "TABLE IF NOT EXISTS orders"))).toBe(
    "CREATE INDEX IF NOT EXISTS orders_user_id_idx ON orders (user_id);",
  );
});

describe("a name that something gets later", () => {
  const users = "CREATE TABLE users (id bigint PRIMARY KEY, gone boolean);\n";
  const partial = "CREATE INDEX orders_user_id_idx ON orders (user_id) WHERE id > 9;\n";
  const insteadOf = async (rule: string, files: Readonly<Record<string, string>>): Promise<string> => {
    const { findings } = await lintProject({ fs: memoryFileSystem(files) });
    return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
  };
  const rule = "foreign-key-without-index";

  it("is that of an index further down in the file, or in a later one", async () => {
    const other = "CREATE INDEX orders_user_id_fkey_idx ON orders (user_id);";
    expect(await insteadOf(rule, { "migrations/001_a.sql": `${users}${keyed}${partial}` })).toBe(other);
    const apart = { "migrations/001_a.sql": users + keyed, "migrations/002_b.sql": partial };
    expect(await insteadOf(rule, apart)).toBe(other);
  });

  it("has a number where the other name is taken, too", async () => {
    const both = partial + partial.replace("user_id_idx", "user_id_fkey_idx").replace("9", "10");
    expect(await insteadOf(rule, { "migrations/001_a.sql": `${users}${keyed}${both}` })).toBe(
      "CREATE INDEX orders_user_id_fkey_idx_2 ON orders (user_id);",
    );
  });
});
