/** What Alembic and Django do in ways of their own, from the folder to findings. */
import { describe, expect, it } from "vitest";
import { lintProject, type LintResult } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const head = "from alembic import op\nimport sqlalchemy as sa\n";

const revision = (
  id: string,
  down: string,
  up: readonly string[],
  back: readonly string[] = ["pass"],
): string =>
  `${head}revision = "${id}"\ndown_revision = ${down}\n\ndef upgrade():\n    ${up.join("\n    ")}\n\ndef downgrade():\n    ${back.join("\n    ")}\n`;

const lint = async (files: Readonly<Record<string, string>>): Promise<LintResult> =>
  lintProject({
    fs: memoryFileSystem({
      "alembic.ini": "[alembic]\nscript_location = alembic\n",
      "alembic/env.py": "from alembic import context\ncontext.configure(url='postgresql://localhost/shop')\n",
      ...files,
    }),
  });

const rulesOf = ({ findings }: LintResult, file: string): readonly string[] =>
  findings
    .filter((finding) => finding.file.endsWith(file))
    .map(({ ruleId, line }) => `${ruleId} ${String(line)}`);

const table =
  'op.create_table("t", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("p_id", sa.BigInteger, sa.ForeignKey("t.id")))';

describe("revisions in folders named for databases", () => {
  it("are a history each, and those of other databases are left out", async () => {
    const { histories, coverage, findings } = await lint({
      "alembic/versions/postgresql/a.py": revision("a", "None", [table]),
      "alembic/versions/sqlite/b.py": revision("b", "None", ['op.execute("PRAGMA foreign_keys=OFF")', table]),
    });
    expect(histories.map(({ root }) => root)).toEqual(["alembic/versions/postgresql"]);
    expect(coverage.histories.notRead).toEqual([
      { root: "alembic/versions/sqlite", what: "sqlite", migrations: 1 },
    ]);
    expect(findings.filter(({ ruleId }) => ruleId === "syntax-error")).toEqual([]);
  });
});

describe("a merge of branches", () => {
  it("isn't empty by mistake", async () => {
    const result = await lint({
      "alembic/versions/a.py": revision("a", "None", [table]),
      "alembic/versions/b.py": revision("b", '"a"', ["pass"]),
      "alembic/versions/c.py": revision("c", '"a"', ['op.execute("SELECT 1")']),
      "alembic/versions/d.py": revision("d", '("b", "c")', ["pass"]),
    });
    expect(rulesOf(result, "d.py")).not.toContain("empty-migration 1");
    expect(
      result.findings.filter(({ ruleId }) => ruleId === "empty-migration").map(({ file }) => file),
    ).toEqual(["alembic/versions/b.py"]);
  });
});

describe("what follows a call that Alembic refuses", () => {
  it("isn't said to fail as well, and isn't taken for something that wasn't understood", async () => {
    const result = await lint({
      "alembic/versions/a.py": revision("a", "None", [table]),
      "alembic/versions/b.py": revision("b", '"a"', [
        'op.drop_constraint(None, "t", type_="foreignkey")',
        'op.create_foreign_key("t_p_id_fkey", "t", "t", ["p_id"], ["id"])',
      ]),
    });
    const found = result.findings.filter(
      ({ severity, message }) => severity === "error" && message.startsWith("fails"),
    );
    expect(found.map(({ ruleId }) => ruleId)).toEqual(["refused-statement"]);
    expect(result.coverage.operations).toEqual({ read: 3, notUnderstood: 0, kinds: {} });
  });
});

describe("names that the database gives when it runs", () => {
  it("may be any of the table, and of no other", async () => {
    const result = await lint({
      "alembic/versions/a.py": revision("a", "None", [table, table.replaceAll('"t', '"u')]),
      "alembic/versions/b.py": revision("b", '"a"', [
        "inspector = sa.inspect(op.get_bind())",
        'for key in inspector.get_foreign_keys("t"):',
        '    op.drop_constraint(key["name"], "t", type_="foreignkey")',
        'op.create_foreign_key("t_p_id_fkey", "t", "t", ["p_id"], ["id"])',
        'op.create_foreign_key("u_p_id_fkey", "u", "u", ["p_id"], ["id"])',
      ]),
    });
    const failing = result.findings.filter(({ ruleId }) => ruleId === "duplicate-object");
    expect(failing.map(({ line }) => line)).toEqual([11]);
    expect(result.coverage.operations?.kinds).toEqual({ "op.drop_constraint": 1 });
  });
});

describe("alter_column with nullable=True beside another change", () => {
  it("doesn't say that the column of an older table was NOT NULL", async () => {
    const nulls = async (more: string): Promise<readonly string[]> =>
      rulesOf(
        await lint({
          "alembic/versions/a.py": revision("a", "None", [
            `op.alter_column("old", "x", nullable=True${more})`,
          ]),
        }),
        "a.py",
      ).filter((one) => one.startsWith("drop-not-null"));
    expect(await nulls(", type_=sa.Text()")).toEqual([]);
    expect(await nulls(", type_=sa.Text(), existing_nullable=False")).toEqual(["drop-not-null 7"]);
    expect(await nulls("")).toEqual(["drop-not-null 7"]);
  });
});

const django = (files: Readonly<Record<string, string>>): Promise<LintResult> =>
  lintProject({
    fs: memoryFileSystem({
      "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
      "settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n',
      "shop/migrations/__init__.py": "",
      ...files,
    }),
  });

describe("the database of a Django project", () => {
  it.each([
    ["DatabaseTypes.MYSQL", "mysql"],
    ['"postgresql"', "postgres"],
  ])("is the default of the variable that chooses it: %s", async (value, dialect) => {
    const settings = `class DatabaseTypes:
    MYSQL = "mysql"
    POSTGRESQL = "postgresql"

DATABASE_TYPE = os.getenv("DATABASE_TYPE", ${value}).lower()
DATABASES = {
    "default": {"ENGINE": f"django.db.backends.{DATABASE_TYPE}"},
    "tests": {"ENGINE": "django.db.backends.sqlite3"},
}
`;
    const { histories } = await django({
      "manage.py": "from django.core.management import execute_from_command_line\n",
      "settings.py": settings,
      "shop/migrations/0001_initial.py": migration("", ""),
    });
    expect(histories.map((one) => one.dialect)).toEqual([dialect]);
  });
});

const migration = (imports: string, operations: string): string =>
  `from django.db import migrations, models\n${imports}\n\nclass Migration(migrations.Migration):\n    operations = [\n${operations}\n    ]\n`;

describe("a project's own classes for Django", () => {
  const create = `migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("url", models.URLField())]),`;

  it("are read where they do what Django's operation does", async () => {
    const sql = `"CREATE INDEX a ON shop_order (url)", reverse_sql="DROP INDEX a"`;
    const { coverage } = await django({
      "shop/sql.py": `from django.db import migrations

class PostgresOnly(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):  # type: ignore
        if schema_editor.connection.vendor != "postgresql":
            return
        super().database_forwards(app_label, schema_editor, from_state, to_state)

class MysqlOnly(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "mysql":
            return
        super().database_forwards(app_label, schema_editor, from_state, to_state)

class Twice(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
`,
      "shop/migrations/0001_initial.py": migration(
        "from shop.sql import MysqlOnly, PostgresOnly, Twice",
        `${create}\n        PostgresOnly(${sql}),\n        MysqlOnly(${sql}),\n        Twice(${sql}),`,
      ),
    });
    expect(coverage.operations).toEqual({ read: 4, notUnderstood: 2, kinds: { MysqlOnly: 1, Twice: 1 } });
  });

  it("may change the project's state alone, and marks for linters do nothing", async () => {
    const { coverage, findings } = await django({
      "shop/state.py": `from django.db.migrations import RemoveField

class RemoveFieldState(RemoveField):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        pass

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass
`,
      "shop/migrations/0001_initial.py": migration("", create),
      "shop/migrations/0002_state.py": migration(
        "import django_migration_linter as linter\nfrom shop.state import RemoveFieldState",
        'linter.IgnoreMigration(),\n        RemoveFieldState("order", "url"),',
      ).replace("operations", 'dependencies = [("shop", "0001_initial")]\n    operations'),
    });
    expect(coverage.operations).toEqual({ read: 3, notUnderstood: 0, kinds: {} });
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain("drop-column");
  });

  it("are fields of Django's types, also with type arguments", async () => {
    const { findings } = await django({
      "shop/fields.py":
        "from django.db import models\n\nclass SafeUrl(models.URLField[str, str]):\n    pass\n",
      "shop/migrations/0001_initial.py": migration("", create),
      "shop/migrations/0002_safe.py": migration(
        "import shop.fields",
        'migrations.AlterField("order", "url", shop.fields.SafeUrl()),',
      ).replace("operations", 'dependencies = [("shop", "0001_initial")]\n    operations'),
    });
    expect(findings.filter(({ file }) => file.endsWith("0002_safe.py"))).toEqual([]);
  });

  it("say nothing of a type that isn't known", async () => {
    const result = await django({
      "shop/migrations/0001_initial.py": migration("", create),
      "shop/migrations/0002_other.py": migration(
        "import plugin",
        'migrations.AlterField("order", "url", plugin.OtherField()),',
      ).replace("operations", 'dependencies = [("shop", "0001_initial")]\n    operations'),
    });
    expect(rulesOf(result, "0002_other.py").filter((one) => /type/.test(one))).toEqual([]);
    expect(result.coverage.operations?.kinds).toEqual({ AlterField: 1 });
  });
});
