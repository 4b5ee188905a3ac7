/** Advice for Alembic's migrations leaves to their own `downgrade()` what their other calls do. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const revision = (name: string, follows: string, up: readonly string[], down: readonly string[]): string =>
  [
    "import sqlalchemy as sa",
    "from alembic import op",
    `revision = "${name}"`,
    `down_revision = ${follows}`,
    "def upgrade():",
    ...up.map((line) => `    ${line}`),
    "def downgrade():",
    ...down.map((line) => `    ${line}`),
  ].join("\n");

const tables = [
  `op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("note", sa.Text()))`,
  `op.create_index("by_note", "orders", ["note"])`,
];

async function adviceOf(
  rule: string,
  up: readonly string[],
  down: readonly string[],
  also: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
      "alembic/versions/aa.py": revision("aa", "None", [...tables, ...also], [`op.drop_table("orders")`]),
      "alembic/versions/bb.py": revision("bb", `"aa"`, up, down),
      ...files,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
}

test("an index that is dropped before its table comes back with the migration's own way back", async () => {
  const [drop, table] = [`op.drop_index("by_note", table_name="orders")`, `op.drop_table("orders")`];
  expect(await adviceOf("drop-table", [drop, table], tables)).not.toContain('op.create_index("by_note"');
  expect(await adviceOf("drop-table", [table, `op.execute("SELECT 1")`], tables)).toContain(
    'op.create_index("by_note"',
  );
});

test("a column that is filled later is dropped once, and what needs its values moves", async () => {
  const added = `op.add_column("orders", sa.Column("token", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))`;
  const up = [added, `op.create_primary_key("by_token", "orders", ["token"])`];
  const text = await adviceOf("add-column-volatile-default", up, [`op.drop_column("orders", "token")`]);
  expect(text).not.toContain('op.drop_column("orders", "token")\n    op.');
  expect(text).toMatch(/# what needs it moves behind it, too:\n# op\.\w+\("by_token"/);
  expect(text).toMatch(/# if other advice has a revision behind "bb" by then, that follows "\w+"/);
});

test("a backfill fills rows whose NULL gets a value", async () => {
  const up = [
    `op.execute("ALTER TABLE orders ALTER note TYPE boolean USING CASE note WHEN 'on' THEN TRUE ELSE FALSE END")`,
    `op.execute("SELECT 1")`,
  ];
  const down = [
    `op.execute("ALTER TABLE orders ALTER note TYPE text USING CASE WHEN note THEN 'on' ELSE 'off' END")`,
  ];
  const text = await adviceOf("change-column-type", up, down);
  expect(text).toContain("note_new IS NULL AND (CASE note WHEN 'on' THEN TRUE ELSE FALSE END) IS NOT NULL");
  expect(text).toContain("# in its downgrade(), in place of what takes this call back:");
});

test("a view that keeps the old name of a table comes back with the names that its columns had", async () => {
  const up = [
    `op.rename_table("orders", "sales")`,
    `op.alter_column("sales", "note", new_column_name="remark")`,
  ];
  const text = await adviceOf("rename-table", up, [
    `op.alter_column("sales", "remark", new_column_name="note")`,
    `op.rename_table("sales", "orders")`,
  ]);
  expect(text).toContain("CREATE VIEW orders AS SELECT * FROM sales;");
  expect(text).toContain("CREATE VIEW orders AS SELECT id, remark AS note FROM sales;");
});

test("a view that keeps the old name of a table comes back without the columns that its migration adds", async () => {
  const up = [`op.rename_table("orders", "sales")`, `op.add_column("sales", sa.Column("state", sa.Text()))`];
  const down = [`op.drop_column("sales", "state")`, `op.rename_table("sales", "orders")`];
  const text = await adviceOf("rename-table", up, down);
  expect(text).toContain("CREATE VIEW orders AS SELECT * FROM sales;");
  expect(text).toContain("CREATE VIEW orders AS SELECT id, note FROM sales;");
});

test("a type that only the way back of a table knows comes back with it", async () => {
  const table = `op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("note", sa.Enum("a", "b", name="kind")))`;
  expect(await adviceOf("drop-table", [`op.drop_table("orders")`], [table])).toMatch(
    /CREATE TYPE kind AS ENUM \('a', 'b'\);"\)\n +op\.execute\("CREATE TABLE orders/,
  );
});

test("a column stays nullable until the migration's own way back has filled it", async () => {
  const required = `op.alter_column("orders", "note", existing_type=sa.Text(), nullable=False)`;
  const fill = `op.execute("UPDATE orders SET note = '' WHERE note IS NULL")`;
  const drop = `op.drop_column("orders", "note")`;
  const down = [`op.add_column("orders", sa.Column("note", sa.Text()))`, fill, required];
  const dropped = async (...more: readonly string[]): Promise<string> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
        "alembic/versions/aa.py": revision("aa", "None", tables, [`op.drop_table("orders")`]),
        "alembic/versions/bb.py": revision("bb", `"aa"`, [fill, required], ["pass"]),
        "alembic/versions/cc.py": revision("cc", `"bb"`, [drop, ...more], down),
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "drop-column")?.instead ?? "";
  };
  // Beside other calls, what sets it stays where it is, behind what fills the column.
  const beside = await dropped(`op.execute("SELECT 1")`);
  expect(beside).toContain("# in its downgrade(), before what takes this call back:");
  expect(beside).not.toContain("note SET NOT NULL;");
});

test("rows that came without a column have a value before it is required again", async () => {
  const dropped = async (definition: string): Promise<string> => {
    const add = `op.add_column("orders", sa.Column("code", ${definition}))`;
    const files = {
      "alembic/versions/cc.py": revision("cc", `"bb"`, [`op.drop_column("orders", "code")`], [add]),
    };
    return adviceOf("drop-column", [add], [`op.drop_column("orders", "code")`], [], files);
  };
  expect(await dropped("sa.Integer(), nullable=False")).toMatch(
    /UPDATE orders SET code = 0 WHERE code IS NULL;"\)\n *op\.alter_column\("orders", "code", nullable=False\)/,
  );
  // Rows can't share what is there once, or refers to a row.
  for (const own of ["unique=True, ", `sa.ForeignKey("orders.id"), `])
    expect(await dropped(`sa.BigInteger(), ${own}nullable=False`)).toMatch(
      /IF NOT EXISTS \(SELECT FROM orders WHERE code IS NULL\) THEN ALTER TABLE orders ALTER COLUMN code SET NOT NULL;/,
    );
});

test("the way back of a replaced column keeps the old one, and takes the new default back", async () => {
  const [drop, add] = [
    `op.drop_column("orders", "note")`,
    `op.add_column("orders", sa.Column("note", sa.Integer(), nullable=False, server_default="0"))`,
  ];
  const down = [drop, `op.add_column("orders", sa.Column("note", sa.Text()))`];
  const text = await adviceOf("drop-column", [drop, add], down);
  expect(text).toContain(
    "# in the rollback, ALTER TABLE orders DROP COLUMN note_new; takes the place of: DROP COLUMN note; ADD COLUMN note TEXT",
  );
  expect(text).toMatch(
    /ALTER COLUMN note_new SET DEFAULT '0';"\)\n\n\ndef downgrade\(\):\n {4}op\.alter_column\("orders", "note_new", server_default=None\)/,
  );
  expect(await adviceOf("drop-column", [drop, add], ["pass"])).toMatch(
    /ADD COLUMN under the old name is left out\n/,
  );
});

test("a key that is dropped in a transaction of its own isn't dropped in that of the whole batch", async () => {
  const key = `op.create_foreign_key("by_parent", "orders", "parents", ["id"], ["id"])`;
  const parents = [`op.create_table("parents", sa.Column("id", sa.BigInteger(), primary_key=True))`, key];
  const text = await adviceOf(
    "drop-locks-referenced-table",
    [`op.drop_constraint("by_parent", "orders")`],
    [key],
    parents,
  );
  expect(text).toContain(
    "# here and below, deploy first: alembic runs all pending migrations in one transaction",
  );
});

test("a timestamp that is read in UTC goes back in UTC", async () => {
  const made = `op.add_column("orders", sa.Column("at", sa.DateTime()))`;
  const to = (zone: string): string =>
    `op.alter_column("orders", "at", type_=sa.DateTime(${zone}), existing_type=sa.DateTime())`;
  const other = `op.execute("SELECT 1")`;
  const [up, down] = [to("timezone=True"), to("")];
  const sets = `op.execute("SET LOCAL TimeZone = 'UTC';")`;
  const alone = await adviceOf("change-column-type", [up], [down], [made]);
  expect(alone.split("# otherwise:")[0]?.split(`    ${sets}\n`)).toHaveLength(3);
  const beside = await adviceOf("change-column-type", [up, other], [down], [made]);
  expect(beside).toContain(`# in its downgrade(), before what takes this call back:\n# ${sets}`);
});

test("a table that no migration makes is left out of what autogenerate wrote", async () => {
  const drop = `op.drop_table("casbin_rule")`;
  const back = `op.create_table("casbin_rule", sa.Column("id", sa.Integer(), primary_key=True))`;
  const generated = "# ### commands auto generated by Alembic - please adjust! ###";
  const outside = "If no model declares it, exclude it in env.py (`include_object` or `include_name`)";
  expect(await adviceOf("unknown-table", [generated, drop], [back])).toContain(outside);
  expect(await adviceOf("unknown-table", [drop], [back])).not.toContain(outside);
  const kept = "until then it stays in the model";
  expect(await adviceOf("drop-table", [generated, `op.drop_table("orders")`], tables)).toContain(kept);
  // In the first one, it may be there already.
  const first = async (...up: string[]): Promise<string> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
        "alembic/versions/aa.py": revision("aa", "None", [...tables, ...up], [back]),
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "drop-table")?.instead ?? "";
  };
  expect(await first(generated, drop)).toContain(outside);
  expect(await first(generated, drop)).not.toContain(kept);
  expect(await first(drop)).toContain(kept);
});

test("a foreign key is dropped in a revision before the one that changes the types on both sides", async () => {
  const user = `op.create_table("users", sa.Column("id", sa.String(36), primary_key=True))`;
  const column = `op.add_column("orders", sa.Column("user_id", sa.String(36)))`;
  const index = `op.create_index("by_user", "orders", ["user_id"])`;
  const add = `op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"])`;
  const drop = `op.drop_constraint("fk", "orders", type_="foreignkey")`;
  const to = (type: string): readonly string[] =>
    ["orders", "users"].map(
      (table) => `op.alter_column("${table}", "${table === "users" ? "id" : "user_id"}", type_=sa.${type})`,
    );
  const text = await adviceOf(
    "drop-locks-referenced-table",
    [drop, ...to("Text()"), add],
    [drop, ...to("String(36)"), add],
    [user, column, index, add],
  );
  const [first = "", second = ""] = text.split("# the changes of its columns stay here;");
  expect(first).toContain("# in a migration before this one that locks the referenced table first:\n");
  const [, name = ""] = /^revision = "(\w+)"\ndown_revision = "aa"$/m.exec(first) ?? [];
  expect(first).toContain(`# "bb" then has down_revision = "${name}"\n`);
  expect(second).toContain('\ndown_revision = "bb"\n');
});

test("what stays in the model has the comment there, too, which autogenerate compares", async () => {
  const drop = [`op.drop_column("orders", "code")`];
  const code = `op.add_column("orders", sa.Column("code", sa.Text(), nullable=False))`;
  const inModel = "until then it stays in the model, with";
  const comment = 'comment="deprecated: no longer read"';
  expect(await adviceOf("drop-column", drop, [code], [code])).toContain(
    `${inModel} nullable=True and ${comment}\n`,
  );
  const nullable = `op.add_column("orders", sa.Column("code", sa.Text()))`;
  expect(await adviceOf("drop-column", drop, [nullable], [nullable])).toContain(`${inModel} ${comment}\n`);
  expect(await adviceOf("drop-table", [`op.drop_table("orders")`], tables)).toContain(
    `${inModel} {"comment": "deprecated: no longer used"} in its __table_args__\n`,
  );
});

test("names of files follow that of the migration", async () => {
  const of = async (file: string): Promise<string> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
        "alembic/versions/a1b2c3d4e5f6_a.py": revision("a1b2c3d4e5f6", "None", tables, []),
        [`alembic/versions/${file}`]: revision(
          "b1b2c3d4e5f6",
          `"a1b2c3d4e5f6"`,
          [`op.drop_table("orders")`, `op.execute("SELECT 1")`],
          tables,
        ),
      }),
    });
    const text = findings.find(({ ruleId }) => ruleId === "drop-table")?.instead ?? "";
    const digits = /^revision = "(\w+)"/m.exec(text)?.[1] ?? "";
    return (/^# alembic\/versions\/(\S+)$/m.exec(text)?.[1] ?? "").replace(digits, "<revision>");
  };
  expect(await of("b1b2c3d4e5f6_orders.py")).toBe("<revision>_orders_2.py");
  expect(await of("2026_05_31_0942-b1b2c3d4e5f6_orders.py")).toBe("2026_05_31_0942-<revision>_orders_2.py");
  expect(await of("20260531_orders.py")).toBe("<revision>_20260531_orders_2.py");
});

test("what refers to a table or a column that comes back without its rows isn't checked", async () => {
  const other = [
    `op.create_unique_constraint("one_note", "orders", ["note"])`,
    `op.create_table("lines", sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("orders.id", name="by_order")), sa.Column("note", sa.Text(), sa.ForeignKey("orders.note", name="of_note")))`,
  ];
  const table = await adviceOf("drop-table", [`op.drop_table("orders")`], tables, other);
  expect(table).toContain("FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;");
  const column = await adviceOf("drop-column", [`op.drop_column("orders", "note")`], [], other);
  expect(column).toContain("FOREIGN KEY (note) REFERENCES orders (note) NOT VALID;");
});

test("a type that only the way back of a table makes goes with the table", async () => {
  const kind = (name: string): string =>
    `op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("kind", sa.Enum("a", name="${name}")))`;
  const text = await adviceOf("drop-table", [`op.drop_table("orders")`], [kind("order_kind")]);
  expect(text).toMatch(/op\.drop_table\("orders"\)\n +op\.execute\("DROP TYPE IF EXISTS order_kind;"\)/);
  expect(text.split("CREATE TYPE order_kind")).toHaveLength(2);
  expect(text).toMatch(/CREATE TYPE order_kind[^\n]*\n[^\n]*CREATE TABLE orders/);
});

test("where the project runs on SQLite as well, new revisions do nothing there and the call stays", async () => {
  const text = await adviceOf(
    "drop-table",
    [`op.drop_table("orders")`, `op.execute("SELECT 1")`],
    tables,
    [],
    {
      ".github/workflows/ci.yml": `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      DATABASE_URL: sqlite:///test.db\n    steps:\n      - run: alembic upgrade head\n`,
    },
  );
  const asks = `if op.get_bind().dialect.name == "postgresql":`;
  expect(text).toMatch(/else:\n {4}op\.drop_table\("orders"\)\n/);
  expect(text).toContain(`def upgrade():\n    ${asks}\n        op.drop_table("orders")`);
  expect(text).toContain(`def downgrade():\n    ${asks}\n        op.execute(`);
});

test("what leaves the old revision is named in the first new one", async () => {
  const text = await adviceOf(
    "drop-index-without-concurrently",
    [`op.drop_index("by_note", table_name="orders")`, `op.execute("SELECT 1")`],
    [tables[1] ?? ""],
  );
  expect(text).toContain("# take drop_index out of upgrade() of bb: what follows takes its place");
});

test("a type that the way back leaves over is dropped by a call", async () => {
  const up = [`op.create_table("pets", sa.Column("mood", sa.Enum("ok", name="mood")))`];
  expect(await adviceOf("rollback-does-not-reverse", up, [`op.drop_table("pets")`])).toBe(
    `Add \`op.execute("DROP TYPE mood")\` to the end of the rollback, behind what uses it.`,
  );
});

test("all revisions that follow the changed one follow what is put behind it", async () => {
  const more = (name: string, follows: string): readonly [string, string] => [
    `alembic/versions/${name}.py`,
    revision(name, follows, [`op.execute("SELECT 1")`], ["pass"]),
  ];
  const text = await adviceOf(
    "set-not-null",
    [`op.execute("SELECT 1")`, `op.alter_column("orders", "note", nullable=False)`],
    [`op.alter_column("orders", "note", nullable=True)`],
    [],
    Object.fromEntries([more("cc", '"bb"'), more("dd", '"bb"'), more("ee", '("cc", "dd")')]),
  );
  expect(text).toMatch(
    /# in the down_revision of what follows "bb" by then \(now dd, cc\), it is then "\w+"\n/,
  );
});

test("what a way back adds without NOT NULL may have been required", async () => {
  const up = `op.drop_column("parcels", "code")`;
  const back = `op.add_column("parcels", sa.Column("code", sa.Text()))`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
      "alembic/versions/aa.py": revision("aa", "None", [up], [back]),
    }),
  });
  const found = findings.find(({ ruleId }) => ruleId === "drop-column");
  expect(found?.instead).toContain("# where it is NOT NULL without a default");
});

test("a column that loses NOT NULL and changes its type has none under the new one, either", async () => {
  const also = [
    `op.create_table("logs", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("ids", sa.JSON(), nullable=False))`,
  ];
  const changed = (more: string): readonly string[] => [
    `op.alter_column("logs", "ids", existing_type=sa.JSON(), type_=sa.Text()${more})`,
  ];
  const down = [`op.alter_column("logs", "ids", existing_type=sa.Text(), type_=sa.JSON(), nullable=False)`];
  expect(await adviceOf("change-column-type", changed(""), down, also)).toContain("ids_new IS NOT NULL");
  const text = await adviceOf("change-column-type", changed(", nullable=True"), down, also);
  expect(text).toContain("ids_new");
  expect(text).not.toContain("ids_new IS NOT NULL");
});

const twoKeys = [
  `op.create_table("people", sa.Column("id", sa.BigInteger(), primary_key=True))`,
  ...["writer", "reader"].map((name) => `op.add_column("orders", sa.Column("${name}", sa.BigInteger()))`),
  ...["writer", "reader"].map(
    (name) => `op.create_foreign_key("by_${name}", "orders", "people", ["${name}"], ["id"])`,
  ),
];

const inLoop = (...lines: readonly string[]): readonly string[] => [
  `for name in ("writer", "reader"):`,
  ...lines.map((line) => `    ${line}`),
];

const dropKey = `op.drop_constraint(f"by_{name}", "orders", type_="foreignkey")`;
const addKey = (more = ""): string =>
  `op.create_foreign_key(f"by_{name}", "orders", "people", [name], ["id"]${more})`;

test("keys that a loop exchanges have one piece of advice, in place of the loop", async () => {
  const up = [...inLoop(dropKey, addKey(`, ondelete="CASCADE"`)), `op.execute("SELECT 1")`];
  const down = inLoop(dropKey, addKey());
  expect(await adviceOf("drop-locks-referenced-table", up, down, twoKeys)).toBe("");
  const text = await adviceOf("foreign-key-without-not-valid", up, down, twoKeys);
  expect(text).toContain("# in place of the loop in line 6, for all of its rounds:\nop.execute(");
  expect(text).toContain(
    "# in its downgrade(), in place of what takes drop_constraint and create_foreign_key back:",
  );
});

test("what else a loop does stays in it", async () => {
  const drop = `op.drop_column("orders", name)`;
  const other = `op.add_column("orders", sa.Column(f"{name}_key", sa.Text()))`;
  const said = (...calls: readonly string[]): Promise<string> =>
    adviceOf("drop-column", [...inLoop(...calls), `op.execute("SELECT 1")`], ["pass"], twoKeys.slice(0, 3));
  const taken = "the loop in line 6, for all of its rounds, with this call taken out of it:";
  expect(await said(other, drop)).toContain(`# behind ${taken}`);
  expect(await said(drop, other)).toContain(`# before ${taken}`);
});
