/** Advice for a revision of Alembic where `env.py` has begun a transaction. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const revision = `from alembic import op

revision = "bb"
down_revision = "aa"


def upgrade():
    op.create_index("orders_state", "orders", ["state"])


def downgrade():
    op.drop_index("orders_state", table_name="orders")
`;

async function advised(before: string, requirement = "sqlalchemy==2.0.30"): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini":
        "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://localhost/shop\n",
      "requirements.txt": `alembic==1.13.1\n${requirement}\n`,
      "migrations/env.py": `from alembic import context
from sqlalchemy import create_engine, text


def run_migrations_offline():
    context.configure(url="postgresql://localhost/shop")
    context.run_migrations()


def run_migrations_online():
    with create_engine("postgresql://localhost/shop").connect() as connection:
        ${before}
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
            connection.commit()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
`,
      "migrations/versions/bb_index.py": revision,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
}

const ends = "    op.get_bind().commit()\n    with op.get_context().autocommit_block():\n";

test("a transaction that env.py has begun is ended before the block that commits at once", async () => {
  const text = await advised('connection.execute(text("SET lock_timeout = 4000"))');
  expect(text.split(ends)).toHaveLength(3);
});

test.each([
  ["pass"],
  ['connection.execute(text("SET lock_timeout = 4000"))\n        connection.commit()'],
  ['with connection.begin():\n            connection.execute(text("SELECT 1"))'],
])("else it isn't: %s", async (before) => {
  const text = await advised(before);
  expect(text).toContain("autocommit_block");
  expect(text).not.toContain("commit()");
});

test("connections of SQLAlchemy 1 begin none", async () => {
  const text = await advised('connection.execute(text("SET lock_timeout = 4000"))', "sqlalchemy==1.4.50");
  expect(text).toContain("autocommit_block");
  expect(text).not.toContain("commit()");
});

test("a lock timeout that env.py sets is in force for all migrations", async () => {
  const waits = async (line: string): Promise<boolean> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "alembic.ini":
          "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://localhost/shop\n",
        "migrations/env.py": `from alembic import context\n\n${line}\ncontext.run_migrations()\n`,
        "migrations/versions/bb_column.py": revision.replace(
          'op.create_index("orders_state", "orders", ["state"])',
          'op.drop_column("orders", "state")',
        ),
      }),
    });
    return findings.some(({ ruleId }) => ruleId === "lock-without-timeout");
  };
  expect(await waits('connection.execute(text("SET lock_timeout = 4000"))')).toBe(false);
  expect(await waits('engine = create_engine(url, connect_args={"options": "-c lock_timeout=4s"})')).toBe(
    false,
  );
  expect(await waits('# connection.execute(text("SET lock_timeout = 4000"))')).toBe(true);
  expect(await waits('connection.execute(text("SET LOCAL lock_timeout = 4000"))')).toBe(true);
});

test("a foreign key that is exchanged gets the same name in each step", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini":
        "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://localhost/shop\n",
      "requirements.txt": "alembic==1.13.1\nsqlalchemy==2.0.36\n",
      "migrations/env.py": "",
      "migrations/versions/aa_tables.py": `from alembic import op
import sqlalchemy as sa

revision = "aa"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("shop", sa.BigInteger(), index=True),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name="orders_shop"),
    )


def downgrade():
    op.drop_table("orders")
    op.drop_table("shops")
`,
      "migrations/versions/bb_cascade.py": `from alembic import op

revision = "bb"
down_revision = "aa"


def upgrade():
    op.drop_constraint("orders_shop", "orders", type_="foreignkey")
    op.create_foreign_key("orders_shop", "orders", "shops", ["shop"], ["id"], ondelete="CASCADE")


def downgrade():
    op.drop_constraint("orders_shop", "orders", type_="foreignkey")
    op.create_foreign_key("orders_shop", "orders", "shops", ["shop"], ["id"])
`,
    }),
    merge: false,
  });
  const text = findings.find(({ ruleId }) => ruleId === "foreign-key-without-not-valid")?.instead ?? "";
  for (const part of [
    "ADD CONSTRAINT orders_shop_new",
    "VALIDATE CONSTRAINT orders_shop_new",
    "RENAME CONSTRAINT orders_shop_new TO orders_shop",
  ])
    expect(text).toContain(part);
});

test("MySQL renames no foreign key: it stays under its name", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "manage.py": "import django\n",
      "requirements.txt": "Django==5.2.1\nmysqlclient==2.2.0\n",
      "shop/settings.py":
        'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql"}}\nINSTALLED_APPS = ["orders"]\n',
      "orders/migrations/__init__.py": "",
      "orders/migrations/0001_initial.py": `from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(name="Shop", fields=[("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("shop", models.ForeignKey(db_column="seller", on_delete=models.PROTECT, to="orders.shop")),
            ],
        ),
    ]
`,
      "orders/migrations/0002_column.py": `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="order",
            name="shop",
            field=models.ForeignKey(on_delete=models.PROTECT, to="orders.shop"),
        ),
    ]
`,
    }),
    merge: false,
  });
  const text = findings.find(({ ruleId }) => ruleId === "algorithm-copy")?.instead ?? "";
  expect(text).toContain("the foreign key stays");
  expect(text).not.toContain("RENAME CONSTRAINT");
});

/** The advice of a rule for the second of two revisions. */
async function ofProject(rule: string, files: Readonly<Record<string, string>>): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini":
        "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://localhost/shop\n",
      "requirements.txt": "alembic==1.13.1\nsqlalchemy==2.0.36\n",
      "migrations/env.py": "",
      "migrations/versions/aa_tables.py": `from alembic import op
import sqlalchemy as sa

revision = "aa"
down_revision = None


def upgrade():
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("state", sa.String(length=20)))


def downgrade():
    op.drop_table("orders")
`,
      ...files,
    }),
    merge: false,
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
}

test("a connection that the program gives may be in a transaction, which nothing ends", async () => {
  const text = await ofProject("index-without-concurrently", {
    "migrations/env.py": `from alembic import context

connection = context.config.attributes.get("connection")
context.configure(connection=connection)
context.run_migrations()
`,
    "migrations/versions/bb_index.py": revision,
  });
  expect(text).toContain("# by hand, before the migration is deployed");
  expect(text).not.toContain("autocommit_block");
});

const begins = `with engine.begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
`;
const beginsAsync = `async def run():
    async with engine.begin() as connection:
        await connection.run_sync(do_run)
`;
const beginsAnother = `with engine.begin() as connection:
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS shop"))
with engine.connect() as connection:
    context.configure(connection=connection)
    context.run_migrations()
`;
const commitsAsText = `def do_run(connection):
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS shop"))
    connection.execute(text("COMMIT"))
    connection.execute(text("SET search_path TO shop"))
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def run():
    async with engine.connect() as connection:
        await connection.run_sync(do_run)
`;

test.each([
  ["begin()", begins, true],
  ["begin() of an asynchronous engine", beginsAsync, true],
  ["begin() for something else", beginsAnother, false],
  ["COMMIT as text", commitsAsText, true],
  ["COMMIT as text, and one at the end", `${commitsAsText}        await connection.commit()\n`, false],
])("the block that commits at once fails where env.py has its own transaction: %s", async (_, env, own) => {
  const text = await ofProject("index-without-concurrently", {
    "migrations/env.py": `from alembic import context\n\n${env}`,
    "migrations/versions/bb_index.py": revision,
  });
  expect(text.includes("autocommit_block")).toBe(!own);
  expect(text.includes("# by hand, before the migration is deployed")).toBe(own);
});

test("where a migration asks for SQLite, advice of PostgreSQL alone says so", async () => {
  const text = await ofProject("index-without-concurrently", {
    "migrations/env.py": "",
    "migrations/versions/bb_index.py": revision.replace(
      "def upgrade():",
      `def upgrade():\n    if op.get_bind().dialect.name == "sqlite":\n        op.execute("PRAGMA foreign_keys = off")`,
    ),
  });
  expect(text).toContain("# for PostgreSQL alone: the project names SQLite, too");
});

test("what a helper does with op, which it was given, isn't known", async () => {
  const text = await ofProject("duplicate-object", {
    "migrations/env.py": "",
    "migrations/versions/bb_index.py": revision.replace(
      "def upgrade():",
      `def upgrade():\n    op.create_index("orders_state", "orders", ["state"])\n    Helper(op).drop_indexes("orders")`,
    ),
  });
  expect(text).toBe("");
});

test("an index that the next line drops isn't what a wrong name means", async () => {
  const text = await ofProject("unknown-object", {
    "migrations/env.py": "",
    "migrations/versions/bb_table.py": `from alembic import op
import sqlalchemy as sa

revision = "bb"
down_revision = None


def upgrade():
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("state", sa.Text()))
    op.create_index("ix_orders_state", "orders", ["state"])


def downgrade():
    op.drop_index("ix_orders_stat")
    op.drop_index("ix_orders_state")
    op.drop_table("orders")
`,
  });
  expect(text).not.toBe("");
  expect(text).not.toContain("did you mean");
});

test("functions that env.py gives arguments have them in each file", async () => {
  const text = await ofProject("index-without-concurrently", {
    "migrations/env.py": `from alembic import context, op

context.configure(url="postgresql://localhost/shop")
context.run_migrations(op=op, tables={})
`,
    "migrations/versions/bb_index.py": revision
      .replace("from alembic import op\n\n", "")
      .replaceAll("grade():", "grade(op, tables):"),
  });
  expect(text).toContain("def upgrade(op, tables):\n    with op.get_context()");
  expect(text).toContain("def downgrade(op, tables):");
  expect(text).not.toContain("import op");
});

const flaskEnv = `from alembic import context
from flask import current_app

context.configure(
    url="postgresql://localhost/shop", target_metadata=current_app.extensions["migrate"].db.metadata
)
`;
const check = revision
  .replace(
    'op.create_index("orders_state", "orders", ["state"])',
    `op.create_check_constraint("valid", "orders", "state <> ''")`,
  )
  .replace(
    'op.drop_index("orders_state", table_name="orders")',
    'op.drop_constraint("ck_orders_valid", "orders")',
  );

test("a naming convention of Flask's application names what is validated", async () => {
  const files = {
    "migrations/env.py": flaskEnv,
    "migrations/versions/bb_check.py": check,
    "shop/core/db.py": `naming = {"ck": "ck_%(table_name)s_%(constraint_name)s", "words": lambda constraint, table: ""}\n\ndb = SQLAlchemy()\ndb.Model.metadata.naming_convention = naming\n`,
  };
  expect(await ofProject("check-without-not-valid", files)).toContain("VALIDATE CONSTRAINT ck_orders_valid;");
  const none = { ...files, "shop/core/db.py": "db = SQLAlchemy()\n" };
  expect(await ofProject("check-without-not-valid", none)).toContain("VALIDATE CONSTRAINT valid;");
  const another = `${files["shop/core/db.py"]}other = MetaData(naming_convention={"ck": "%(constraint_name)s"})\n`;
  const unclear = await ofProject("check-without-not-valid", { ...files, "shop/core/db.py": another });
  expect(unclear).toContain("Add it as `NOT VALID`");
  expect(unclear).not.toContain("def upgrade");
});

test("SQLAlchemy ends a name that is too long with a digest", async () => {
  const long = "ix_orders_of_the_shops_of_all_the_countries_of_the_continent_state";
  const files = {
    "migrations/versions/bb_index.py": revision.replaceAll('"orders_state"', `op.f("${long}")`),
  };
  // Tried with SQLAlchemy 2.1.
  expect(await ofProject("index-without-concurrently", files)).toContain(
    'op.drop_index("ix_orders_of_the_shops_of_all_the_countries_of_the_cont_c440"',
  );
  expect(await ofProject("identifier-too-long", files)).toBe("");
});

test("a way back whose parts aren't known stays where it is", async () => {
  const text = await ofProject("drop-table", {
    "migrations/versions/bb_drop.py": `import sqlalchemy as sa
from alembic import op
from shop.types import Label

revision = "bb"
down_revision = "aa"


def upgrade():
    op.drop_table("orders")
    op.execute("SELECT 1")


def downgrade():
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("state", Label(20)))
`,
  });
  expect(text).toContain('op.drop_table("orders")');
  expect(text).toContain("pass  # that of bb has its way back");
  expect(text).not.toContain("\${");
  expect(text).not.toContain("in its downgrade()");
});

test("a default that goes needs no change of the model", async () => {
  const text = await ofProject("drop-default", {
    "migrations/versions/bb_default.py": revision
      .replace(
        'op.create_index("orders_state", "orders", ["state"])',
        `op.add_column("orders", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.alter_column("orders", "note", server_default=None)`,
      )
      .replace("from alembic", "import sqlalchemy as sa\nfrom alembic"),
  });
  expect(text).toContain("Leave the default where it is");
  expect(text).not.toContain("model");
});

test("SQLAlchemy 1.3 refuses if_exists, whatever release Alembic has", async () => {
  expect(await advised("pass", "sqlalchemy==1.3.24")).toContain(
    'op.execute("DROP INDEX CONCURRENTLY IF EXISTS orders_state;")',
  );
  expect(await advised("pass", "sqlalchemy==1.4.0")).toContain(
    'op.drop_index("orders_state", if_exists=True',
  );
});

/** A revision after the one that creates the table. */
const changing = (up: string, down: string): Readonly<Record<string, string>> => ({
  "migrations/versions/bb_change.py": `import sqlalchemy as sa
from alembic import op

revision = "bb"
down_revision = "aa"


def upgrade():
    ${up}


def downgrade():
    ${down}
`,
});

test("an index beside a new table goes with the table", async () => {
  const created = `op.create_table(
        "parcels",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("order_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
    )`;
  const files = changing(created, 'op.drop_table("parcels")');
  expect(await ofProject("foreign-key-without-index", files)).toBe(
    [
      "# after this op.create_table(…):",
      'op.create_index("ix_parcels_order_id", "parcels", ["order_id"])',
      "# and in the model, where parcels is declared: index=True in order_id",
    ].join("\n"),
  );
});

const withNote = {
  "migrations/versions/aa_tables.py": `from alembic import op
import sqlalchemy as sa

revision = "aa"
down_revision = None


def upgrade():
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("note", sa.Text(), nullable=False))


def downgrade():
    op.drop_table("orders")
`,
};

test("a column that comes back without NOT NULL stays so", async () => {
  const files = (nullable: string) => ({
    ...withNote,
    ...changing(
      'op.drop_column("orders", "note")',
      `op.add_column("orders", sa.Column("note", sa.Text()${nullable}))`,
    ),
  });
  const required = 'op.alter_column("orders", "note", nullable=False)';
  expect(await ofProject("drop-column", files(""))).not.toContain(required);
  expect(await ofProject("drop-column", files(', nullable=False, server_default=""'))).toContain(required);
});

test("a type is taken back as the migration takes it back", async () => {
  const split = `op.alter_column("orders", "note", type_=sa.ARRAY(sa.Text()), postgresql_using="string_to_array(note, ',')")`;
  const joined = `op.alter_column("orders", "note", type_=sa.Text(), postgresql_using="array_to_string(note, ',')")`;
  expect(await ofProject("change-column-type", { ...withNote, ...changing(split, joined) })).toContain(
    "UPDATE orders SET note = array_to_string(note_new, ',') WHERE (string_to_array(note, ','))::TEXT[] IS DISTINCT FROM note_new;",
  );
  const unknown = await ofProject("change-column-type", { ...withNote, ...changing(split, "pass") });
  expect(unknown).toContain("RAISE EXCEPTION 'rows written since have no value in the old column'");
  expect(unknown).not.toContain("note_new::");
});

test("constants that a call uses go with it, and those that they use", async () => {
  const text = await ofProject("index-without-concurrently", {
    ...withNote,
    "migrations/versions/bb_index.py": `from alembic import op

revision = "bb"
down_revision = "aa"
PREFIX = "orders"
TABLE = PREFIX
OTHER = "users"


def upgrade():
    op.create_index("orders_note_idx", TABLE, ["note"])
    op.execute("SELECT 1")


def downgrade():
    op.drop_index("orders_note_idx")
`,
  });
  expect(text).toContain('from alembic import op\nPREFIX = "orders"\nTABLE = PREFIX\n\nrevision = ');
  expect(text).toContain('op.create_index("orders_note_idx", TABLE, ["note"], postgresql_concurrently=True)');
  expect(text).not.toContain("OTHER");
});

test("what takes the place of a call in a batch stands after its block, which sends its calls at its end", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "apps/api/alembic.ini": "[alembic]\nscript_location = alembic\n",
      "apps/api/requirements.txt": "alembic==1.13.1\nsqlalchemy==2.0.30\npsycopg2==2.9.9\n",
      "apps/api/alembic/env.py": `from alembic import context
from shop.base import metadata

context.configure(target_metadata=metadata)
`,
      "apps/api/src/shop/base.py": `from sqlalchemy import MetaData

metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"})
`,
      "apps/api/alembic/versions/bb_owner.py": `from alembic import context, op
import sqlalchemy as sa

revision = "bb"
down_revision = "aa"
TABLE = "orders"


def upgrade():
    with op.batch_alter_table("orders") as batch:
        batch.add_column(sa.Column("note", sa.Text()))
        batch.create_foreign_key(None, "people", ["owner"], ["id"])


def downgrade():
    with op.batch_alter_table("orders") as batch:
        batch.drop_constraint("fk_orders_owner", type_="foreignkey")
        batch.drop_column("note")
`,
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "foreign-key-without-not-valid")?.instead ?? "";
  expect(text.split("\n").slice(0, 2)).toEqual([
    "# after this `with` block:",
    'op.execute("ALTER TABLE orders ADD CONSTRAINT fk_orders_owner FOREIGN KEY (owner) REFERENCES people (id) NOT VALID;")',
  ]);
  expect(text).toContain("# apps/api/alembic/versions/");
  expect(text).not.toMatch(/context, op|TABLE = |__/);
});

test("a column with a default takes the place of the call in its batch", async () => {
  const files = changing(
    `with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("score", sa.Float(), nullable=False))
        batch_op.add_column(sa.Column("note", sa.Text()))`,
    'op.drop_column("orders", "score")',
  );
  const text = await ofProject("add-column-not-null", files);
  expect(text).toContain(
    '\nbatch_op.add_column(sa.Column("score", sa.Float(), nullable=False, server_default=sa.text("0")))',
  );
  expect(text).not.toContain("block:");
});

test("a drop without a name in downgrade() goes with the key that moves to a later revision", async () => {
  const head = (revision: string, follows: string): string =>
    `from alembic import op\nimport sqlalchemy as sa\n\nrevision = "${revision}"\ndown_revision = ${follows}\n\n\n`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini":
        "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://localhost/shop\n",
      "migrations/versions/aa_tables.py": `${head("aa", "None")}def upgrade():\n    op.create_table("users", sa.Column("id", sa.BigInteger(), primary_key=True))\n    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True))\n\n\ndef downgrade():\n    op.drop_table("orders")\n    op.drop_table("users")\n`,
      "migrations/versions/bb_user.py": `${head("bb", '"aa"')}def upgrade():\n    op.add_column("orders", sa.Column("user_id", sa.BigInteger(), nullable=True))\n    op.create_foreign_key(None, "orders", "users", ["user_id"], ["id"])\n\n\ndef downgrade():\n    op.drop_constraint(None, "orders", type_="foreignkey")\n    op.drop_column("orders", "user_id")\n`,
    }),
  });
  const found = findings.find(({ ruleId }) => ruleId === "foreign-key-without-not-valid");
  expect(found?.instead).toContain("# leave what its downgrade() does out of that of bb\n");
});

const onSqlite = `from alembic import context\nurl = "sqlite:///shop.db"\n`;
const onPostgres = `if op.get_bind().dialect.name == "postgresql":`;

test("where SQLite is named, a revision beside the migration is a file that asks in its functions", async () => {
  const text = await ofProject("foreign-key-without-index", {
    "migrations/env.py": onSqlite,
    "migrations/versions/bb_parent.py": revision
      .replace("from alembic import op\n", "from alembic import op\nimport sqlalchemy as sa\n")
      .replace(
        `op.create_index("orders_state", "orders", ["state"])`,
        `op.add_column("orders", sa.Column("parent_id", sa.BigInteger(), sa.ForeignKey("orders.id", name="of_parent")))`,
      )
      .replace(`op.drop_index("orders_state", table_name="orders")`, `op.drop_column("orders", "parent_id")`),
  });
  expect(text).toContain(`\ndef upgrade():\n    ${onPostgres}\n        with op.get_context()`);
  expect(text).not.toMatch(/^\s*if op\.get_bind[^\n]*\n\s+#/m);
});

test("where SQLite is named, what a later revision takes back stays in that of the migration for it", async () => {
  const text = await ofProject("index-without-concurrently", {
    "migrations/env.py": onSqlite,
    "migrations/versions/bb_index.py": revision.replace(
      `    op.create_index(`,
      `    if "orders_state" not in sa.inspect(op.get_bind()).get_indexes("orders"):\n        op.create_index(`,
    ),
  });
  expect(text).not.toContain("leave what its downgrade() does out");
  expect(text).toContain(
    '# put what its downgrade() does, in that of bb, under `if op.get_bind().dialect.name != "postgresql":`',
  );
});

test.each([
  ["a keyword", "context.configure(transaction_per_migration=True)"],
  ["a dictionary", 'context.configure(**{"transaction_per_migration": True})'],
  ["an item of one", "options['transaction_per_migration'] = True"],
])("each revision has a transaction of its own: %s", async (_, says) => {
  const text = await ofProject("check-without-not-valid", {
    "migrations/env.py": `from alembic import context\n${says}\n`,
    "migrations/versions/bb_check.py": revision.replace(
      `op.create_index("orders_state", "orders", ["state"])`,
      `op.create_check_constraint("known", "orders", "state <> \'\'")`,
    ),
  });
  expect(text).toContain("VALIDATE CONSTRAINT");
  expect(text).not.toContain("all pending migrations in one transaction");
});
