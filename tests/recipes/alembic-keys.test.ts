/** Advice for keys is written as Alembic's `create_table` has them. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

interface Project {
  readonly columns: readonly string[];
  readonly rule?: string;
  readonly url?: string;
  readonly also?: Readonly<Record<string, string>>;
  /** What the table is assigned to: `comments = `. */
  readonly name?: string;
}

async function adviceOf({
  columns,
  rule = "table-without-primary-key",
  url = "postgresql://localhost/shop",
  also = {},
  name = "",
}: Project): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini": `[alembic]\nsqlalchemy.url = ${url}\n`,
      "alembic/versions/aa.py": [
        "import sqlalchemy as sa",
        "from alembic import op",
        "from sqlalchemy.dialects import postgresql",
        `revision = "aa"`,
        "down_revision = None",
        "def upgrade():",
        `    ${name}op.create_table("comments", ${columns.join(", ")})`,
        "def downgrade():",
        `    op.drop_table("comments")`,
      ].join("\n"),
      ...also,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
}

const sqlite = { "alembic/env.py": `from alembic import context\nurl = "sqlite:///test.db"\n` };
const note = `sa.Column("note", sa.Text())`;

test("a new key", async () => {
  expect(await adviceOf({ columns: [note] })).toContain(
    '`sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True)`',
  );
  expect(await adviceOf({ columns: [note], url: "mysql://localhost/shop" })).toContain(
    '`sa.Column("id", sa.BigInteger(), primary_key=True)`',
  );
  expect(await adviceOf({ columns: [note], also: { "requirements.txt": "sqlalchemy==1.3.24\n" } })).toContain(
    '`sa.Column("id", sa.BigInteger(), primary_key=True)`',
  );
  expect(await adviceOf({ columns: [note], also: sqlite })).toContain(
    '`sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)`',
  );
});

test("a narrow key of a table that a name is given to", async () => {
  const columns = [`sa.Column("id", sa.Integer(), primary_key=True)`];
  const rule = "integer-primary-key";
  expect(await adviceOf({ columns, rule, name: "comments = " })).toBe(await adviceOf({ columns, rule }));
  expect(await adviceOf({ columns, rule, name: "comments = " })).toContain("Use `sa.BigInteger()`");
});

test("a key of columns that are there", async () => {
  const columns = [`sa.Column("order_id", sa.BigInteger())`, `sa.Column("tag_id", sa.BigInteger())`];
  expect(await adviceOf({ columns })).toContain('`sa.PrimaryKeyConstraint("order_id", "tag_id")`');
});

test("an integer key, where SQLite is named", async () => {
  const id = `sa.Column("id", sa.Integer(), primary_key=True)`;
  const of = (column: string): Promise<string> =>
    adviceOf({ columns: [id, column], rule: "integer-primary-key", also: sqlite });
  expect(await of(note)).toContain("with_variant(");
  // SQLite can't run the migration.
  expect(await of(`sa.Column("tags", sa.ARRAY(sa.Text()))`)).not.toContain("with_variant(");
  expect(await of(`sa.Column("more", postgresql.JSONB())`)).not.toContain("with_variant(");
  expect(await of(`sa.Column("more", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"))`)).toContain(
    "with_variant(",
  );
});

test("an integer key, where tests make the models' tables on SQLite", async () => {
  const of = (path: string, text: string): Promise<string> =>
    adviceOf({
      columns: [`sa.Column("id", sa.Integer(), primary_key=True)`, `sa.Column("tags", sa.ARRAY(sa.Text()))`],
      rule: "integer-primary-key",
      also: { [path]: text },
    });
  const makes = `engine = create_async_engine("sqlite+aiosqlite://")\n`;
  const advised = await of("tests/conftest.py", makes);
  expect(advised).toContain('In the model: `BigInteger().with_variant(Integer(), "sqlite")`');
  // The migrations don't run there.
  expect(advised).toContain("Use `sa.BigInteger()`");
  expect(await of("shop/orders/test_orders.py", makes)).toContain("with_variant(");
  expect(await of("tests/test_urls.py", `assert scheme("sqlite://") == "sqlite"\n`)).not.toContain(
    "with_variant(",
  );
  expect(await of("tests/conftest.py", `# ${makes}`)).not.toContain("with_variant(");
});

test("an integer key under the name that the database has for it", async () => {
  const of = (type: string, also = {}): Promise<string> =>
    adviceOf({
      columns: [`sa.Column("id", ${type}(), primary_key=True)`],
      rule: "integer-primary-key",
      also,
    });
  expect(await of("sa.INTEGER")).toContain("Use `sa.BIGINT()`, and `sa.BIGINT()` for");
  expect(await of("sa.INTEGER", sqlite)).toContain('`sa.BIGINT().with_variant(sa.INTEGER(), "sqlite")`');
  expect(await of("sa.SmallInteger")).toContain("Use `sa.BigInteger()`");
});

test.each(["None", "Base.metadata"])("models, where env.py compares with %s", async (value) => {
  const env = `from alembic import context
target_metadata = ${value}
context.configure(
    url="postgresql://localhost/shop",
    target_metadata=target_metadata,
)
`;
  const columns = [`sa.Column("id", sa.Integer(), primary_key=True)`];
  const advice = await adviceOf({ columns, rule: "integer-primary-key", also: { "alembic/env.py": env } });
  expect(advice.includes("In the model")).toBe(value !== "None");
});
