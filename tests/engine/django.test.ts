/** Projects of Django from their folder to findings. */
import { describe, expect, it } from "vitest";
import { lintProject, unmerged, type LintResult } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const project = {
  "manage.py": "from django.core.management import execute_from_command_line\n",
  "requirements.txt": "Django==5.2.1\n",
  "site1/settings.py": `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n`,
};

const migration = (dependencies: string, operations: string, head = ""): string =>
  `from django.conf import settings
from django.db import migrations, models
${head}

class Migration(migrations.Migration):
    dependencies = [${dependencies}]

    operations = [
${operations}
    ]
`;

const orders = migration(
  "migrations.swappable_dependency(settings.AUTH_USER_MODEL)",
  `        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("note", models.TextField(null=True)),
                ("user", models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)),
            ],
        ),`,
);

const linted = (files: Readonly<Record<string, string>>): Promise<LintResult> =>
  lintProject({ fs: memoryFileSystem({ ...project, ...files }) });

const shown = ({ findings }: LintResult, rules: RegExp): readonly string[] =>
  findings
    .filter(({ ruleId }) => rules.test(ruleId))
    .map(({ ruleId, file, line }) => `${ruleId} ${file}:${line}`);

const second = (operations: string, head = ""): Readonly<Record<string, string>> => ({
  "shop/migrations/0001_initial.py": orders,
  "shop/migrations/0002_next.py": migration(`("shop", "0001_initial")`, operations, head),
});

type Files = Readonly<Record<string, string>>;

/** A model with Django's `AbstractBaseUser` as a base, as makemigrations writes it. */
const member = migration(
  "",
  `        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
            ],
        ),`,
);

const withoutSettings: Files = {
  "manage.py": project["manage.py"],
  "requirements.txt": "Django==5.2.1\npsycopg2==2.9.12\n",
  "shop/migrations/0001_initial.py": migration(
    "migrations.swappable_dependency(settings.AUTH_USER_MODEL)",
    `        migrations.CreateModel(
            name="Order",
            fields=[("id", models.BigAutoField(primary_key=True)), ("user_id", models.BigIntegerField())],
        ),`,
  ),
  "shop/migrations/0002_next.py": migration(
    `("shop", "0001_initial")`,
    `        migrations.AddField("order", "owner", models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)),`,
  ),
};

describe("advice for Django", () => {
  it.each([
    ["shop_order_readers", ""],
    ["reading", 'db_table="reading", '],
  ])("names the model for the key of a table that a ManyToManyField makes: %s", async (table, given) => {
    const { findings } = await linted({
      "site1/settings.py": project["site1/settings.py"].replace("BigAutoField", "SmallAutoField"),
      ...second(
        `        migrations.AddField(
            model_name="order",
            name="readers",
            field=models.ManyToManyField(${given}related_name="+", to=settings.AUTH_USER_MODEL),
        ),`,
      ),
    });
    const found = findings.find(({ ruleId }) => ruleId === "integer-primary-key");
    expect(found?.message).toContain(`${table}.id`);
    expect(found?.instead).toContain("or write a model for `through`");
    expect(found?.instead).not.toContain("In the model");
  });

  it("brings a foreign key column back as it was, where another operation has no way back", async () => {
    const { findings } = await linted(
      second(
        `        migrations.RunPython(count),
        migrations.RemoveField(model_name="order", name="user"),`,
        "def count(apps, schema_editor):\n    print(apps.get_model('shop', 'Order').objects.count())\n",
      ),
    );
    const text = findings.find(({ ruleId }) => ruleId === "drop-column")?.instead ?? "";
    expect(text).toContain('"ALTER TABLE shop_order ADD COLUMN user_id integer;",');
    expect(text).toMatch(
      /ADD CONSTRAINT \w+ FOREIGN KEY \(user_id\) REFERENCES auth_user \(id\) DEFERRABLE INITIALLY DEFERRED;/,
    );
    expect(text).toMatch(/CREATE INDEX \w+ ON shop_order \(user_id\);/);
  });

  it("names later migrations that state the field with its index again", async () => {
    const { findings } = await linted({
      "shop/migrations/0001_initial.py": migration(
        "",
        `        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("kind", models.CharField(db_index=True, max_length=20)),
                ("name", models.CharField(max_length=20)),
            ],
            options={"indexes": [models.Index(fields=["kind", "name"], name="by_kind")]},
        ),`,
      ),
      ...Object.fromEntries(
        ["db_index=True, max_length=30", "db_index=True, max_length=40"].map((options, i) => [
          `shop/migrations/000${String(i + 2)}_role.py`,
          migration(
            `("shop", "000${String(i + 1)}_${i === 0 ? "initial" : "role"}")`,
            `        migrations.AlterField(
            model_name="role",
            name="kind",
            field=models.CharField(${options}),
        ),`,
          ),
        ]),
      ),
    });
    const { instead } = findings.find(({ ruleId }) => ruleId === "redundant-index") ?? {};
    expect(instead).toMatch(
      /^Leave out its `db_index=True`.*, here, in shop\.0002_role and shop\.0003_role, and in the model\.$/,
    );
  });

  it("asks for alike rows under the names that there are before the migration", async () => {
    const { findings } = await linted(
      second(
        `        migrations.RenameField(model_name="order", old_name="note", new_name="code"),
        migrations.AlterUniqueTogether(name="order", unique_together={("user", "code")}),`,
      ),
    );
    const found = findings.find(({ ruleId }) => ruleId === "unique-on-existing-rows");
    expect(found?.instead).toContain("SELECT user_id, note, count(*) FROM shop_order");
  });

  it.each([
    [`{"ENGINE": f"django.db.backends.{os.getenv('DB_ENGINE', 'sqlite3')}"}`],
    [`{"ENGINE": os.getenv("DB_ENGINE", "django.db.backends.sqlite3")}`],
    [`env.db("DATABASE_URL", default="sqlite:///db.sqlite3")`],
    [`dj_database_url.config(default=f"sqlite:///{BASE_DIR}/db.sqlite3")`],
  ])("sets lock_timeout for PostgreSQL alone where one entry is for SQLite by default: %s", async (entry) => {
    const { findings } = await linted({
      "requirements.txt": "Django==5.2.1\npsycopg2-binary==2.9\n",
      "site1/settings.py": `import os\nDATABASES = {"default": ${entry}}\n`,
      ...second(`        migrations.AddField("order", "more", models.TextField(null=True)),`),
    });
    expect(findings.find(({ ruleId }) => ruleId === "lock-without-timeout")?.instead).toMatch(
      /^Set it for connections to PostgreSQL alone/,
    );
  });

  it("lets the operation itself run on the other databases that the settings name", async () => {
    const settings = `import os
if os.environ.get("PROD"):
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
`;
    const files = {
      "site1/settings.py": settings,
      ...second(
        `        migrations.AddIndex(model_name="order", index=models.Index(fields=["note"], name="by_note")),`,
      ),
    };
    const { findings } = await linted(files);
    const text = findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
    const [, advised = ""] = /^# shop\/migrations\/0002_next\.py\n([^]*)/m.exec(text) ?? [];
    const added = `        migrations.AddField("order", "more", models.TextField(null=True)),`;
    const waiting = (await linted({ "site1/settings.py": settings, ...second(added) })).findings;
    expect(waiting.find(({ ruleId }) => ruleId === "lock-without-timeout")?.instead).toContain(
      'if "postg" in DATABASES["default"]["ENGINE"]: DATABASES["default"].setdefault("OPTIONS", {})["options"]',
    );
    expect(advised).toMatch(/class OnPostgres\(migrations\.SeparateDatabaseAndState\):/);
    expect(advised).toMatch(
      /OnPostgres\(\s+database_operations=\[[^]*AddIndexConcurrently\([^]*state_operations=\[\s*migrations\.AddIndex\(/,
    );
    const again = await linted({ ...files, "shop/migrations/0002_next.py": advised });
    expect(again.coverage.complete).toBe(true);
    expect(shown(again, /./).filter((one) => one.includes("0002"))).toEqual([]);
    // Advice for what it sends keeps its state, and the operation is written once.
    const locking = advised
      .replace(
        /database_operations=\[[^]*\],\s+state_operations/,
        'database_operations=[migrations.RunSQL("CREATE INDEX by_note ON shop_order (note);")],\n            state_operations',
      )
      .replace("atomic = False", "");
    const anew = await linted({ ...files, "shop/migrations/0002_next.py": locking });
    const next = anew.findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
    expect(next.match(/^ +OnPostgres\($/gm)).toHaveLength(1);
    expect(next).toMatch(/state_operations=\[\s*migrations\.AddIndex\(/);
    // A class that does something else there is none of Django's.
    const other = advised.replaceAll("self.database_operations = self.state_operations", "self.run_else()");
    const unread = await linted({ ...files, "shop/migrations/0002_next.py": other });
    expect(unread.coverage.complete).toBe(false);
  });

  it("puts off the table of a relation without its keys, where a later operation drops what it refers to", async () => {
    const tags = `        migrations.CreateModel("Tag", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("order", "tags", models.ManyToManyField(to="shop.tag")),`;
    const { findings } = await linted({
      ...second(tags),
      "shop/migrations/0003_last.py": migration(
        `("shop", "0002_next")`,
        `        migrations.RemoveField("order", "tags"),\n        migrations.DeleteModel("Tag"),`,
      ),
    });
    const advice = findings.find(({ ruleId }) => ruleId === "drop-table")?.instead ?? "";
    const [now = "", later = ""] = advice.split("# deploy the version");
    expect(now.match(/DROP CONSTRAINT shop_order_tags_\w+_id_/g)).toHaveLength(2);
    expect(now).toMatch(/ADD CONSTRAINT shop_order_tags_tag_id_\w+ FOREIGN KEY/);
    expect(later).toMatch(/sql="DROP TABLE shop_order_tags;"/);
    expect(later).not.toMatch(/FOREIGN KEY/);
  });

  it("drops a column later by the name that its table has then", async () => {
    const { findings } = await linted(
      second(
        `        migrations.RemoveField("order", "note"),\n        migrations.AlterModelTable("order", "orders"),`,
      ),
    );
    const advice = findings.find(({ ruleId }) => ruleId === "drop-column")?.instead;
    expect(advice).toContain('`migrations.RunSQL("ALTER TABLE orders DROP COLUMN note;")`');
  });

  it("gives follow-up migrations names that don't begin with the whole name of the first", async () => {
    const { findings } = await linted(
      second(`        migrations.RemoveField(model_name="order", name="note"),`),
    );
    const { instead } = findings.find(({ ruleId }) => ruleId === "drop-column") ?? {};
    expect(instead).toContain("# shop/migrations/0002_2_next.py\n");
    expect(instead).toContain('dependencies = [("shop", "0002_next")]');
  });

  it("gives old rows the time of the run, as Django does, in place of one that stands for it", async () => {
    const day = `        migrations.AddField("order", "day", models.DateField(unique=True, default=timezone.now)),`;
    const { findings } = await linted(second(day, "from django.utils import timezone"));
    const { instead } = findings.find(({ ruleId }) => ruleId === "add-column-with-constraint") ?? {};
    expect(instead).toContain("ADD COLUMN day date NOT NULL DEFAULT CURRENT_DATE;");
  });
});

describe("Django on MySQL", () => {
  const on = (backend: string): string =>
    project["site1/settings.py"].replace("backends.postgresql", `backends.${backend}`);
  const advised = async (rule: string, operation: string, more: Readonly<Record<string, string>> = {}) => {
    const head = "from django.utils import timezone";
    const { findings } = await linted({
      "site1/settings.py": on("mysql"),
      ...second(operation, head),
      ...more,
    });
    return findings.find(({ ruleId }) => ruleId === rule)?.instead;
  };

  it("gives a new column no expression as its default, for which MySQL copies the table", async () => {
    const added = (field: string): string => `        migrations.AddField("order", "more", models.${field}),`;
    const mariadb = { "compose.yml": "services:\n  db:\n    image: mariadb:10.11\n" };
    const now = added("DateTimeField(default=timezone.now)");
    expect(await advised("drop-default", now)).toMatch(/^Pass null=True/);
    const kept = added("DateTimeField(auto_now=True)");
    expect(await advised("drop-default", kept)).toMatch(/^Pass null=True/);
    expect(await advised("drop-default", kept, mariadb)).toMatch(/^Pass db_default=Now\(\)/);
    expect(await advised("drop-default", now, mariadb)).toMatch(/^Pass db_default=Now\(\)/);
    expect(await advised("drop-default", added("IntegerField(default=0)"))).toMatch(/^Pass db_default=0 to/);
  });

  it("sends no query whose rows somebody has to look at", async () => {
    const narrower = `        migrations.AlterField("order", "code", models.CharField(max_length=5)),`;
    const initial = orders.replace(
      "models.TextField(null=True)",
      'models.TextField(null=True)),\n("code", models.CharField(max_length=9)',
    );
    const files = { "shop/migrations/0001_initial.py": initial };
    expect(await advised("algorithm-copy", narrower, files)).toMatch(
      /^# by hand before it, until this finds no rows:\n# SELECT code, COUNT/,
    );
    const postgres = { ...files, "site1/settings.py": on("postgresql") };
    expect(await advised("change-column-type", narrower, postgres)).toMatch(
      /^# by hand before it, until this finds no rows, and no version writes any \(the trigger refuses them\):\n# SELECT \* FROM shop_order WHERE NOT \(char_length\(code\) <= 5\);\n# then:\n/,
    );
  });

  it("commits each call by itself: no change of rows is lost to a later one", async () => {
    const { findings } = await linted({
      "site1/settings.py": project["site1/settings.py"].replace("postgresql", "mysql"),
      ...second(
        `        migrations.RunSQL("UPDATE shop_order SET note = 'a'", "SELECT 1"),
        migrations.AlterField("order", "note", models.TextField(default="")),`,
      ),
    });
    expect(findings.map(({ ruleId }) => ruleId)).toContain("update-without-where");
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain("implicit-commit-in-transaction");
  });
});

describe("a project of Django", () => {
  it("is found by manage.py, with its database", async () => {
    const { histories, coverage } = await linted({ "shop/migrations/0001_initial.py": orders });
    expect(histories.map(({ tool, dialect, root }) => [tool, dialect, root])).toEqual([
      ["django", "postgres", "."],
    ]);
    expect(coverage.complete).toBe(true);
  });

  it("leaves a program below it, such as an older state of the project, a history of its own", async () => {
    const { histories, findings } = await linted({
      ...second(`        migrations.RemoveField(model_name="order", name="note"),`),
      "shop-2024/manage.py": project["manage.py"],
      "shop-2024/site1/settings.py": project["site1/settings.py"],
      "shop-2024/shop/migrations/0001_initial.py": orders.replace('"note"', '"remark"'),
    });
    expect(histories.map(({ root, migrations }) => [root, migrations.length])).toEqual([
      [".", 2],
      ["shop-2024", 1],
    ]);
    expect(findings.filter(({ ruleId }) => ruleId.startsWith("duplicate"))).toEqual([]);
  });

  it("finds the folders that MIGRATION_MODULES names, and packages without __init__.py", async () => {
    const result = await linted({
      "site1/settings.py": `${project["site1/settings.py"]}MIGRATION_MODULES = {"shop": "db.shop_migrations"}\n`,
      "db/shop_migrations/0001_initial.py": orders,
      "db/shop_migrations/0002_next.py": migration(
        `("shop", "0001_initial")`,
        `        migrations.AddIndex("order", models.Index(fields=["note"], name="by_note")),`,
      ),
    });
    expect(result.histories[0]?.migrations.map(({ name }) => name)).toEqual([
      "shop.0001_initial",
      "shop.0002_next",
    ]);
    expect(shown(result, /^index-without/)).toEqual([
      "index-without-concurrently db/shop_migrations/0002_next.py:9",
    ]);
  });

  it("reads a package of apps without a program, each by the label that it has", async () => {
    const merged = {
      "0001_initial.py": orders,
      "0002_a.py": migration(`("shopnotes", "0001_initial")`, ""),
      "0002_b.py": migration(`("shopnotes", "0001_initial")`, ""),
      "0003_merge.py": migration(`("shopnotes", "0002_a"), ("shopnotes", "0002_b")`, ""),
    };
    const package_ = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
      "requirements.txt": project["requirements.txt"],
      ...Object.fromEntries(
        Object.entries(merged).map(([name, text]) => [`shop/notes/migrations/${name}`, text]),
      ),
      ...more,
    });
    const configs: readonly Readonly<Record<string, string>>[] = [
      {},
      { "shop/notes/apps.py": `class NotesConfig(AppConfig):\n    label = "shopnotes"\n` },
      { "shop/notes/__init__.py": `class NotesConfig(PluginConfig):\n    label = "shopnotes"\n` },
    ];
    for (const config of configs) {
      const result = await lintProject({ fs: memoryFileSystem(package_(config)) });
      expect(result.histories[0]?.migrations.map(({ name }) => name)).toEqual([
        "0001_initial",
        "0002_b",
        "0002_a",
        "0003_merge",
      ]);
      expect(shown(result, /^duplicate-version/)).toEqual([]);
    }
  });

  it("reads settings that are a template, with a database that the environment may change", async () => {
    const { histories } = await lintProject({
      fs: memoryFileSystem({
        "manage.py": project["manage.py"],
        "site1/settings/settings.dist.py": `env = Env(DB_ENGINE=(str, "django.db.backends.postgresql"))\nDATABASES = {"default": {"ENGINE": env("DB_ENGINE")}}\nMIGRATION_MODULES = {"shop": "shop.db_migrations"}\n`,
        "site1/settings/unittests.py": `DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n`,
        "shop/db_migrations/0001_initial.py": orders,
      }),
    });
    expect(histories.map(({ tool, dialect, migrations }) => [tool, dialect, migrations.length])).toEqual([
      ["django", "postgres", 1],
    ]);
  });

  it("takes SQLite in the settings for a first try where the project depends on a server's driver", async () => {
    const { histories } = await lintProject({
      fs: memoryFileSystem({
        "manage.py": project["manage.py"],
        "requirements.txt": "Django==5.2.1\npsycopg[binary]==3.2.1\n",
        "site1/settings.py": `DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}\n`,
        "shop/migrations/0001_initial.py": orders,
      }),
    });
    expect(histories.map(({ dialect, migrations }) => [dialect, migrations.length])).toEqual([
      ["postgres", 1],
    ]);
  });

  it("does so where an example of the environment names SQLite, and packages name several servers", async () => {
    const { histories } = await lintProject({
      fs: memoryFileSystem({
        "manage.py": project["manage.py"],
        "pyproject.toml": `[project]
dependencies = ["django>=5.2,<5.3"]

[project.optional-dependencies]
pgsql = ["psycopg2>=2.9.3,<3"]
mysql = ["mysqlclient>=2.1.1,<3"]
`,
        ".env.example": "DATABASE_URL=sqlite:///data/db.sqlite3\n",
        "site1/settings.py": `DATABASES = {"default": env.db_url()}\n`,
        "shop/migrations/0001_initial.py": orders,
      }),
    });
    expect(histories.map(({ dialect }) => dialect)).toEqual(["postgres"]);
  });

  it("takes a setting that no environment changes over the one driver", async () => {
    const { histories } = await lintProject({
      fs: memoryFileSystem({
        "manage.py": project["manage.py"],
        "requirements.txt": "Django==5.2.1\nmysqlclient==2.2.4\n",
        "site1/settings.py": `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}}\n`,
        "shop/migrations/0001_initial.py": orders,
      }),
    });
    expect(histories.map(({ dialect }) => dialect)).toEqual(["postgres"]);
  });

  it.each([
    ["a default without its driver", `dj_database_url.config(default="mysql://root@localhost/shop")`],
    [
      "a comparison",
      `{"ENGINE": "django.db.backends.sqlite3"}}\nif DATABASES["default"].get("ENGINE") == "django.db.backends.mysql":\n    DATABASES = {"default": {}`,
    ],
  ])("takes the one driver over %s in the settings", async (_, setting) => {
    const { histories } = await lintProject({
      fs: memoryFileSystem({
        "manage.py": project["manage.py"],
        "requirements.txt": "-r requirements/prod.txt\n",
        "requirements/prod.txt": "Django==5.2.1\npsycopg2==2.9.12\n",
        "site1/settings.py": `DATABASES = {"default": ${setting}}\n`,
        "shop/migrations/0001_initial.py": orders,
      }),
    });
    expect(histories.map(({ dialect }) => dialect)).toEqual(["postgres"]);
  });

  it("speaks of db_default only where the project's Django is known to have it", async () => {
    const added = `        migrations.AddField("order", "total", models.IntegerField(default=0)),`;
    const advice = async (files: Readonly<Record<string, string>>): Promise<string | undefined> => {
      const { findings } = await lintProject({
        fs: memoryFileSystem({
          "manage.py": project["manage.py"],
          "site1/settings.py": project["site1/settings.py"],
          ...second(added),
          ...files,
        }),
      });
      return findings.find(({ ruleId }) => ruleId === "drop-default")?.instead;
    };
    expect(await advice({ "requirements/requirements.txt": "django==5.2.1\n" })).toMatch(/^Pass db_default/);
    expect(await advice({ "requirements/requirements.txt": "django==4.2.16\n" })).toMatch(/^Pass null=True/);
    expect(await advice({})).toMatch(/^Pass null=True/);
    const given = async (field: string): Promise<string | undefined> => {
      const one = second(
        `        migrations.AddField("order", "total", models.${field}),`,
        `import datetime\nfrom django.utils import timezone\n\n\ndef first():\n    return 1`,
      );
      return advice({ "requirements.txt": "django==5.2.1\n", ...one });
    };
    expect(await given("DateTimeField(default=timezone.now)")).toMatch(/^Pass db_default=Now\(\) \(from /);
    for (const field of ["DateTimeField(auto_now=True)", "DateField(auto_now_add=True)"])
      expect(await given(field)).toMatch(/^Pass db_default=Now\(\) \(from /);
    expect(await given("JSONField(default=dict)")).toMatch(/^Pass null=True/);
    expect(await given("IntegerField(default=first)")).toMatch(/^Pass null=True/);
    const next = second(added)["shop/migrations/0002_next.py"] ?? "";
    const written = (release: string): Readonly<Record<string, string>> => ({
      "shop/migrations/0002_next.py": `# Generated by Django ${release} on 2026-03-02 10:15\n\n${next}`,
    });
    expect(await advice(written("5.1.5"))).toMatch(/^Pass db_default/);
    expect(await advice(written("4.2"))).toMatch(/^Pass null=True/);
  });

  it("names database routers as not read", async () => {
    const { coverage } = await linted({
      "site1/settings.py": `${project["site1/settings.py"]}DATABASE_ROUTERS = ["site1.routers.Logs"]\n`,
      "shop/migrations/0001_initial.py": orders,
    });
    expect(coverage.complete).toBe(false);
    expect(coverage.named).toEqual([
      "site1/settings.py names DATABASE_ROUTERS, which aren't read: all migrations are checked as if they ran on the default database",
    ]);
  });

  it.each([
    ["no settings", {}, "people_member"],
    [
      "settings that take it from elsewhere",
      { "site1/settings.py": "AUTH_USER_MODEL = env('USER')\n" },
      "people_member",
    ],
    ["settings that state it", { "site1/settings.py": "AUTH_USER_MODEL = 'shop.Owner'\n" }, "shop_owner"],
    ["settings without it", { "site1/settings.py": "INSTALLED_APPS = ['people']\n" }, "auth_user"],
  ])("takes the user model from the migrations where there are %s", async (_, files: Files, table) => {
    const { findings, coverage } = await lintProject({
      fs: memoryFileSystem({ ...withoutSettings, "people/migrations/0001_initial.py": member, ...files }),
    });
    const found = findings.filter(({ file }) => file.endsWith("0002_next.py")).map(({ message }) => message);
    expect(found).toContainEqual(expect.stringMatching(new RegExp(String.raw`\b${table}\b`)));
    expect(coverage.named).toBeUndefined();
  });

  it("says that the user model is assumed where nothing tells it", async () => {
    const { coverage } = await lintProject({ fs: memoryFileSystem(withoutSettings) });
    expect(coverage.named).toEqual(["no settings that name AUTH_USER_MODEL are found: auth.User is assumed"]);
    const second = member.replace("Member", "Guest");
    const two = { "people/migrations/0001_initial.py": member, "guests/migrations/0001_initial.py": second };
    const { coverage: ofTwo } = await lintProject({ fs: memoryFileSystem({ ...withoutSettings, ...two }) });
    expect(ofTwo.named).toHaveLength(1);
  });

  it("reports an index where its operation stands, with an operation that is safe", async () => {
    const result = await linted(
      second(`        migrations.AddIndex("order", models.Index(fields=["note"], name="order_note")),`),
    );
    expect(shown(result, /^index-/)).toEqual(["index-without-concurrently shop/migrations/0002_next.py:9"]);
    const [found] = result.findings.filter(({ ruleId }) => ruleId === "index-without-concurrently");
    expect(JSON.stringify(found)).toContain("atomic = False");
    expect(JSON.stringify(found)).toContain("AddIndexConcurrently(");
  });

  it.each([
    ["index_together", `migrations.AlterIndexTogether("order", set())`, `old_fields=("note", "id")`],
    ["an index", `migrations.RemoveIndex(model_name="order", name="before")`, `old_name="before"`],
  ])("names RenameIndex where %s is dropped and built again", async (_, dropped, old) => {
    const options = `options={"index_together": {("note", "id")}, "indexes": [models.Index(fields=["note", "id"], name="before")]},`;
    const made = orders.replace(
      "            ],\n        ),",
      `            ],\n            ${options}\n        ),`,
    );
    const added = `migrations.AddIndex(model_name="order", index=models.Index(fields=["note", "id"], name="now")),`;
    const { findings } = await linted({
      ...second(`        ${dropped},\n        ${added}`),
      "shop/migrations/0001_initial.py": made,
    });
    expect(findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead).toContain(
      `\`migrations.RenameIndex(model_name="order", new_name="now", ${old})\` since Django 4.1`,
    );
  });

  it("obeys comments of Python", async () => {
    const result = await linted(
      second(`        # ddlint-disable-next-line drop-column -- unused since May
        migrations.RemoveField("order", "note"),`),
    );
    expect(shown(result, /^drop-/)).toEqual([]);
  });

  it("reads updates of whole tables in RunPython", async () => {
    const fill = `
def fill(apps, schema_editor):
    Order = apps.get_model("shop", "Order")
    Order.objects.filter(user__isnull=False).update(note=None)
    Order.objects.update(note="x")

`;
    const result = await linted(
      second(`        migrations.RunPython(fill, migrations.RunPython.noop),`, fill),
    );
    expect(shown(result, /^update-without-where$/)).toEqual([
      "update-without-where shop/migrations/0002_next.py:7",
    ]);
  });

  it("reports two last migrations of one app", async () => {
    const nothing = migration(
      `("shop", "0001_initial")`,
      `        migrations.AlterModelOptions("order", {"ordering": ["id"]}),`,
    );
    const result = await linted({
      "shop/migrations/0001_initial.py": orders,
      "shop/migrations/0002_a.py": nothing,
      "shop/migrations/0002_b.py": nothing,
    });
    expect(shown(result, /^duplicate-version$/)).toEqual(["duplicate-version shop/migrations/0002_b.py:1"]);
  });

  it("takes no operation on the state alone for an empty migration", async () => {
    const result = await linted(
      second(`        migrations.AlterModelOptions("order", {"ordering": ["id"]}),`),
    );
    expect(shown(result, /^empty-migration$/)).toEqual([]);
  });

  it("knows the classes of fields that the project defines", async () => {
    const result = await linted({
      "shop/__init__.py": "",
      "shop/fields.py": `from django.db import models\n\n\nclass CodeField(models.CharField):\n    def __init__(self, *args, **kwargs):\n        kwargs["max_length"] = 12\n        super().__init__(*args, **kwargs)\n`,
      ...second(
        `        migrations.AddField("order", "code", shop.fields.CodeField(null=True)),
        migrations.AlterField("order", "code", models.CharField(max_length=12, null=True)),`,
        "import shop.fields",
      ),
    });
    expect(result.coverage.complete).toBe(true);
    expect(shown(result, /type/)).toEqual([]);
    const [, added] = result.histories[0]?.migrations ?? [];
    expect(added?.up.text).toContain('ADD COLUMN "code" varchar(12) NULL');
  });
});

describe("constraints that SQL of the project changes", () => {
  it("aren't looked for by the operations that come after it, nor on the way back", async () => {
    const drop = `"ALTER TABLE shop_order DROP CONSTRAINT IF EXISTS shop_order_user_id_00aba627_fk_auth_user_id"`;
    const result = await linted({
      "shop/migrations/__init__.py": "",
      "shop/migrations/0001_initial.py": orders,
      "shop/migrations/0002_free.py": migration(
        `("shop", "0001_initial")`,
        `        migrations.AlterField("order", "user", models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)),
        migrations.RunSQL(${drop}, migrations.RunSQL.noop),`,
      ),
    });
    expect(result.coverage.operations?.notUnderstood).toBe(0);
    expect(shown(result, /^(?:unknown-object|refused-statement)$/)).toEqual([]);
  });
});

describe("a key that becomes a BigAutoField", () => {
  const files = {
    "requirements.txt": "Django==4.0.5\n",
    "shop/migrations/0001_initial.py": migration(
      "",
      `        migrations.CreateModel("Node", [("id", models.IntegerField(primary_key=True))]),
        migrations.CreateModel(
            "Domain",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("node", models.ForeignKey("shop.Node", on_delete=models.CASCADE)),
            ],
        ),`,
    ),
    "shop/migrations/0002_key.py": migration(
      `("shop", "0001_initial")`,
      `        migrations.AlterField("node", "id", models.BigAutoField(primary_key=True)),`,
    ),
  };
  const advice = async (django: string): Promise<string> => {
    const { findings } = await linted({ ...files, "requirements.txt": `Django==${django}\n` });
    const key = unmerged(findings).find(({ ruleId }) => ruleId === "foreign-key-without-not-valid");
    return key?.instead ?? "";
  };

  it("gets a sequence before Django 4.1", async () => {
    const text = await advice("4.0.5");
    expect(text).toContain(`ALTER COLUMN "id" TYPE bigint USING "id"::bigint;`);
    expect(text).toContain(`CREATE SEQUENCE "shop_node_id_seq";`);
    expect(text).toContain(`ALTER SEQUENCE "shop_node_id_seq" OWNED BY "shop_node"."id";`);
    expect(text).not.toMatch(/serial|IDENTITY/);
  });

  it("is an identity column from 4.1 on", async () => {
    const text = await advice("4.2");
    expect(text).toContain("ADD GENERATED BY DEFAULT AS IDENTITY");
    expect(text).not.toMatch(/serial|CREATE SEQUENCE/);
  });

  it("goes back to a plain one, and its rollback makes the sequence again", async () => {
    const result = await linted({
      "requirements.txt": "Django==4.0.5\n",
      "shop/migrations/0001_initial.py": migration(
        "",
        `        migrations.CreateModel("Node", [("id", models.BigAutoField(primary_key=True))]),`,
      ),
      "shop/migrations/0002_key.py": migration(
        `("shop", "0001_initial")`,
        `        migrations.AlterField("node", "id", models.BigIntegerField(primary_key=True)),`,
      ),
    });
    expect(shown(result, /^(?:drop-cascade|rollback-does-not-reverse)$/)).toEqual([]);
  });
});
