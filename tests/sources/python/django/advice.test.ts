/** Findings and advice for migrations of Django that need more than one file, or what stands beside them. */
import { expect, test } from "vitest";
import { lintProject } from "../../../../src/index.ts";
import { memoryFileSystem } from "../../../../src/project/files/file-system.ts";

const migration = (name: string, body: string, imports = ""): readonly [path: string, text: string] => {
  const number = Number(name.slice(0, 4));
  const before = number < 2 ? "" : `("orders", "${String(number - 1).padStart(4, "0")}_x")`;
  return [
    `orders/migrations/${name}.py`,
    `from django.db import migrations, models\n${imports}\n\nclass Migration(migrations.Migration):\n    dependencies = [${before}]\n    operations = [\n${body}\n    ]\n`,
  ];
};

const tables = `        migrations.CreateModel(name="Shop", fields=[("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("code", models.CharField(max_length=20)),
                ("shop", models.ForeignKey(on_delete=models.PROTECT, to="orders.shop")),
            ],
        ),`;

interface Project {
  readonly django?: string;
  readonly driver?: string;
  readonly engine?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly merge?: boolean;
}

/** The findings of the second migration; the first one makes `orders_shop` and `orders_order`. */
async function found(
  body: string,
  { django = "5.2.1", driver = "psycopg", engine = "postgresql", files = {}, merge = false }: Project = {},
  imports = "",
) {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "manage.py": "",
      "requirements.txt": `Django==${django}\n${driver}\n`,
      "shop/settings.py": `DATABASES = {"default": {"ENGINE": "django.db.backends.${engine}"}}\nINSTALLED_APPS = ["orders"]\n`,
      "orders/migrations/__init__.py": "",
      ...Object.fromEntries([migration("0001_x", tables), migration("0002_x", body, imports)]),
      ...files,
    }),
    merge,
  });
  return findings.filter(({ file }) => !file.endsWith("0001_x.py"));
}

const mysql = { driver: "mysqlclient", engine: "mysql" };

const altered = (field: string): string =>
  `        migrations.AlterField(model_name="order", name="shop", field=${field}),`;

test.each(["fields.TenantForeignKey", "fields.ShopField"])(
  "%s of a package is a foreign key by its name or its on_delete",
  async (name) => {
    const findings = await found(
      altered(`${name}(on_delete=models.PROTECT, to="orders.shop")`),
      {},
      "from somepackage import fields\n",
    );
    const rules = findings.map(({ ruleId }) => ruleId);
    expect(rules).not.toContain("rename-column");
    const dropped = findings.find(({ ruleId }) => ruleId === "drop-locks-referenced-table");
    expect(dropped?.instead).toContain("The database needs no change");
    expect(dropped?.instead).toContain("`state_operations`");
  },
);

test("a text that a helper of another file sends is reported where it stands", async () => {
  const helper = `from django.db import connection


def sent(sql, after=None):
    def run(apps, schema_editor):
        if connection.introspection.table_names():
            with connection.cursor() as cursor:
                cursor.execute(sql)
                cursor.execute("UPDATE orders_order SET code = %s WHERE id = 1", ["a"])

    return run
`;
  const text = `from django.db import migrations

from .sending import sent

UP = """
ALTER TABLE orders_order DROP COLUMN code;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_x")]
    operations = [migrations.RunPython(sent(UP), migrations.RunPython.noop)]
`;
  const findings = await found("", {
    files: { "orders/migrations/sending.py": helper, "orders/migrations/0002_x.py": text },
  });
  const dropped = findings.find(({ ruleId }) => ruleId === "drop-column");
  expect(dropped?.file).toBe("orders/migrations/0002_x.py");
  expect([dropped?.line, dropped?.column]).toEqual([6, 26]);
  // The function sends more than that, and not always.
  expect(dropped?.instead).not.toContain("RunSQL");
  expect(dropped?.instead).not.toContain("several calls");
});

const instead = async (rule: string, body: string, project?: Project): Promise<string> =>
  (await found(body, project)).find(({ ruleId }) => ruleId === rule)?.instead ?? "";

const added = (name: string, field: string, more = ""): string =>
  `        migrations.AddField(model_name="order", name="${name}", field=models.${field}${more}),`;

test("a default that Django drops at once: kept in the database, or a nullable column before 5.0", async () => {
  const field = added("paid", "BooleanField(default=False)");
  expect(await instead("drop-default", field)).toMatch(
    /^Pass db_default=False to AddField .*Change the model, too/,
  );
  expect(await instead("drop-default", field, { django: "4.2.1" })).toMatch(
    /^Pass null=True to AddField, and deploy/,
  );
});

test("a default for existing rows alone is kept for a while, and not in the model", async () => {
  const once = added("paid", "BooleanField(default=False)", ", preserve_default=False");
  const text = await instead("drop-default", once);
  expect(text).toContain("until a later migration drops it");
  expect(text).not.toContain("Change the model");
});

test("a field takes another name, and keeps its column by db_column", async () => {
  const renamed = `        migrations.RenameField(model_name="order", old_name="shop", new_name="seller"),`;
  for (const project of [{}, mysql])
    expect(await instead("rename-column", renamed, project)).toMatch(
      /^Keep the name of the column in the model, with db_column="shop_id"/,
    );
});

test("a field that is no key any more: Django takes the _id away and changes the type, one new column does for both", async () => {
  const altered = `        migrations.AlterField("order", "shop", models.CharField(max_length=20)),`;
  for (const rule of ["rename-column", "algorithm-copy"])
    expect(await instead(rule, altered, mysql)).toMatch(
      /^One new column does for both changes: add shop with the new type, .* and drop shop_id in a later/,
    );
});

test("the index of a foreign key is left out by db_index", async () => {
  const both = `${added("day", "DateField(null=True)")}
        migrations.AddField(
            model_name="order", name="buyer", field=models.ForeignKey(null=True, on_delete=models.PROTECT, to="orders.shop")
        ),
        migrations.AlterUniqueTogether(name="order", unique_together={("buyer", "day")}),`;
  expect(await instead("redundant-index", both)).toBe(
    "Pass `db_index=False` to the field, here and in the model.",
  );
});

test("changes of several tables can't be one ALTER TABLE", async () => {
  const shop = `        migrations.AddField(model_name="shop", name="note", field=models.CharField(max_length=9, null=True)),`;
  const first = added("note", "CharField(max_length=9, null=True)");
  expect(await instead("not-atomic", `${first}\n${shop}`, mysql)).toBe(
    "Write one statement per migration, or at least the changes of each table in its own.",
  );
  const second = added("memo", "CharField(max_length=9, null=True)");
  expect(await instead("not-atomic", `${first}\n${second}`, mysql)).toBe(
    "Write one statement per migration.",
  );
});

test("a new foreign key without a default is nullable first on MySQL, and its way back drops it", async () => {
  const text = await instead(
    "add-column-not-null",
    added("buyer", 'ForeignKey(on_delete=models.PROTECT, related_name="+", to="orders.shop")'),
    mysql,
  );
  expect(text).toContain('sql="ALTER TABLE orders_order ADD COLUMN buyer_id bigint NULL;"');
  expect(text).toContain("DROP FOREIGN KEY `orders_order_buyer_id");
  expect(text).toContain('sql="ALTER TABLE orders_order MODIFY COLUMN buyer_id bigint NOT NULL;"');
  expect(text).toContain('reverse_sql="ALTER TABLE orders_order MODIFY COLUMN buyer_id bigint NULL;"');
});

test("a package's field with `to` and no on_delete is a many-to-many relation", async () => {
  const tags = `        migrations.AddField(model_name="order", name="tags", field=labels.LabelField(blank=True, to="orders.shop")),`;
  const findings = await found(tags, {}, "from somepackage import labels\n");
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("add-column-not-null");
});

test("a migration that a squashed one replaces gets no migration behind it", async () => {
  const index = `        migrations.AddIndex(model_name="order", index=models.Index(fields=["code"], name="order_code")),`;
  const note = added("note", "CharField(max_length=9, null=True)");
  const squash = `from django.db import migrations


class Migration(migrations.Migration):
    replaces = [("orders", "0001_x"), ("orders", "0002_x")]
    dependencies = []
    operations = []
`;
  const files = { "orders/migrations/0001_squashed_0002_x.py": squash };
  const text = await instead("index-without-concurrently", `${note}\n${index}`, { files });
  expect(text).toContain("`0001_squashed_0002_x` replaces this migration");
  expect(text).not.toContain("class Migration");
  // What takes the place of the only operation needs no other migration.
  expect(await instead("index-without-concurrently", index, { files })).toContain("AddIndexConcurrently");
});

const swappable = `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[("id", models.BigAutoField(primary_key=True)), ("code", models.CharField(max_length=20))],
            options={"swappable": "ORDERS_ORDER_MODEL"},
        ),
    ]
`;

test("a model that another one may take the place of gets no SQL", async () => {
  const unique = `        migrations.AlterField(model_name="order", name="code", field=models.CharField(max_length=20, unique=True)),`;
  const files = { "orders/migrations/0001_x.py": swappable };
  const text = await instead("unique-constraint-without-index", unique, { files });
  expect(text).toContain("Another model may take the place of Order (`ORDERS_ORDER_MODEL`)");
  expect(text).not.toContain("RunSQL");
  const own = { "orders/migrations/0001_x.py": swappable.replace("ORDERS_ORDER_MODEL", "AUTH_USER_MODEL") };
  const settings = `AUTH_USER_MODEL = "orders.Order"\nINSTALLED_APPS = ["orders"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n`;
  expect(
    await instead("unique-constraint-without-index", unique, {
      files: { ...own, "manage.py": "import django", "shop/settings.py": settings },
    }),
  ).toContain("RunSQL");
});

test("a function that loads the rows again isn't replaced by its DELETE", async () => {
  const text = (more: string): string => `from django.core.management import call_command
from django.db import migrations


def reset(apps, schema_editor):
    apps.get_model("orders", "Order").objects.all().delete()
${more}

class Migration(migrations.Migration):
    dependencies = [("orders", "0001_x")]
    operations = [migrations.RunPython(reset, migrations.RunPython.noop)]
`;
  const of = (more: string): Promise<string> =>
    instead("delete-without-where", "", { files: { "orders/migrations/0002_x.py": text(more) } });
  expect(await of("")).toContain("DELETE FROM");
  expect(await of('    call_command("loaddata", "orders")\n')).toMatch(/^Name the rows to delete/);
});

test("default=None is no default, and Django's empty text is one", async () => {
  const none = await instead(
    "add-column-not-null",
    added("note", "CharField(default=None, max_length=9)", ", preserve_default=False"),
  );
  expect(none).toBe(
    "default=None gives existing rows no value: pass another default to AddField, or null=True.",
  );
  const blank = added("note", "TextField(blank=True)");
  expect(await instead("drop-default", blank)).toMatch(/^Pass db_default="" to AddField/);
  expect(await instead("drop-default", blank, { django: "4.2.1" })).toMatch(/^Pass null=True to AddField/);
});

test("a default that isn't what NULL is taken for has to be read from NULL", async () => {
  const of = (value: string): Promise<string> =>
    instead("drop-default", added("open", `BooleanField(default=${value})`), { django: "4.2.1" });
  expect(await of("True")).toContain("always gives the column a value, and takes NULL for True.");
  expect(await of("False")).toContain("always gives the column a value. Then");
  const count = added("open", "IntegerField(default=0)");
  expect(await instead("drop-default", count, { django: "4.2.1" })).toContain("and takes NULL for 0.");
});

test("a unique column takes its default for one row only", async () => {
  const of = (field: string): Promise<string> =>
    instead("drop-default", added("open", field), { django: "5.2.1" });
  expect(await of("IntegerField(default=0)")).toMatch(/^Pass db_default=0 to AddField/);
  expect(await of('CharField(default="new", max_length=9)')).toMatch(/^Pass db_default="new" to AddField/);
  expect(await of('BinaryField(default=b"new")')).toMatch(/^Pass db_default to AddField/);
  expect(await of("IntegerField(default=0, unique=True)")).toMatch(/^Pass null=True to AddField/);
});

test("a boolean is nullable by a class of its own before Django 2.1, whose checks refuse null=True", async () => {
  const of = (django: string): Promise<string> =>
    instead("drop-default", added("open", "BooleanField(default=False)"), { ...mysql, django });
  expect(await of("1.11.29")).toMatch(/^Pass NullBooleanField to AddField, and deploy/);
  expect(await of("2.1.0")).toMatch(/^Pass null=True to AddField, and deploy/);
});

test("a model that others refer to many times is renamed once a model of its own keeps their column", async () => {
  const many = migration(
    "0001_x",
    `${tables}
        migrations.CreateModel(
            name="Buyer",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("shops", models.ManyToManyField(to="orders.shop")),
            ],
        ),`,
  );
  const rename = `        migrations.RenameModel(old_name="Shop", new_name="Store"),`;
  const files = Object.fromEntries([many]);
  const how =
    'First give orders_buyer_shops a model of its own (`through`), with `db_column="shop_id"` on that field: Django then leaves the column as it is.';
  expect(await instead("rename-column", rename, { files })).toBe(how);
  expect(await instead("rename-table", rename, { files })).toBe(
    `A view with the old name isn't enough: the running version also uses orders_buyer_shops.shop_id. ${how}`,
  );
  expect(await instead("rename-table", rename)).toContain("CREATE VIEW orders_shop");
});

test("a CHECK that comes with another type is made on the new column, behind the swap", async () => {
  const field = (type: string): string =>
    `        migrations.AlterField(model_name="order", name="count", field=models.${type}(default=0)),`;
  const files = Object.fromEntries([
    migration(
      "0002_x",
      `        migrations.AddField(model_name="order", name="count", field=models.IntegerField(default=0)),`,
    ),
    migration("0003_x", field("PositiveSmallIntegerField")),
  ]);
  const text = await instead("change-column-type", "", { files });
  const swap = text.search(/RENAME COLUMN "?count_new"? TO "?count"?;/);
  expect(swap).toBeGreaterThan(0);
  expect(text.search(/CHECK \(\\?"count\\?" >= 0\) NOT VALID/)).toBeGreaterThan(swap);
});

const withModels = (models: string): Promise<string> =>
  instead("drop-default", added("open", "BooleanField(default=True)"), {
    files: { "orders/models.py": models },
  });

test("a field that its model no longer has is not declared anywhere", async () => {
  const text = await withModels("class Order(models.Model):\n    code = models.CharField(max_length=20)\n");
  expect(text).toMatch(/^Pass db_default/);
  expect(text).not.toMatch(/the model|base class/);
});

test("a field that a base class may give is declared in the model", async () => {
  const of = withModels;
  expect(await of("class Order(Kept):\n    code = models.CharField(max_length=20)\n")).toContain(
    "If a base class gives the model the column, declare it in the model itself",
  );
  expect(await of("class Order(Kept):\n    open = models.BooleanField(default=True)\n")).toContain(
    "Change the model, too",
  );
});

test("a table of a many-to-many relation keeps its old name as well", async () => {
  const files = Object.fromEntries([
    migration(
      "0002_x",
      `        migrations.AddField(model_name="order", name="also", field=models.ManyToManyField(to="orders.shop")),`,
    ),
    migration("0003_x", `        migrations.AlterModelTable(name="order", table="sale"),`),
  ]);
  const text = await instead("rename-table", "", { files });
  expect(text).toContain("CREATE VIEW orders_order AS SELECT * FROM sale;");
  expect(text).toContain("CREATE VIEW orders_order_also AS SELECT * FROM sale_also;");
});

test("an index that waits for the end of the migration isn't there to be dropped", async () => {
  const both = `        migrations.CreateModel(
            name="Kind", fields=[("id", models.CharField(max_length=9, primary_key=True, serialize=False))]
        ),
        migrations.AlterField(
            model_name="kind", name="id", field=models.UUIDField(primary_key=True, serialize=False)
        ),`;
  const rules = (await found(both)).map(({ ruleId }) => ruleId);
  expect(rules).not.toContain("drop-index-without-concurrently");
});

test("a foreign key of a new column has nothing to check, and stays with it", async () => {
  const field = 'ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="orders.shop")';
  const text = await instead("index-without-concurrently", added("buyer", field));
  expect(text).toContain('ADD COLUMN "buyer_id" bigint NULL CONSTRAINT');
  expect(text).not.toContain("NOT VALID");
});

test("a column that comes back has no foreign key yet, which the way back of the first step brings", async () => {
  const remove = `        migrations.RemoveField(model_name="order", name="shop"),`;
  const [first = "", later = ""] = (await instead("drop-column", remove)).split("in a later migration");
  expect(first).toMatch(/reverse_sql=[^]*ADD CONSTRAINT \S+ FOREIGN KEY/);
  expect(later).toMatch(/reverse_sql=[^]*ADD COLUMN .?shop_id/);
  expect(later).not.toContain("REFERENCES");
  const [own = "", onMySql = ""] = (await instead("drop-column", remove, mysql)).split(
    "in a later migration",
  );
  expect(own).toMatch(/reverse_sql=[^]*ADD CONSTRAINT \S+ FOREIGN KEY/);
  expect(onMySql).toMatch(/reverse_sql=[^]*ADD COLUMN .?shop_id/);
  expect(onMySql).not.toContain("REFERENCES");
});

test("one new column does for a new name and a new type", async () => {
  const related = `        migrations.RenameField(model_name="order", old_name="code", new_name="label"),
        migrations.AlterField(model_name="order", name="label", field=models.UUIDField()),`;
  expect(await instead("rename-column", related)).toMatch(/^One new column does for both changes: add label/);
});

test("a default of the new type isn't set before the column has it", async () => {
  const files = Object.fromEntries([
    migration("0002_x", added("count", "IntegerField(null=True)")),
    migration("0003_x", added("note", "CharField(max_length=9, null=True)")),
    migration(
      "0004_x",
      `        migrations.AlterField(model_name="order", name="count", field=models.CharField(default="", max_length=9)),
        migrations.RenameField(model_name="order", old_name="note", new_name="memo"),`,
    ),
  ]);
  const text = await instead("change-column-type", "", { files });
  expect(text).toContain("set the default in a later migration");
  const required = await instead("set-not-null", "", { files });
  expect(required).toContain('TYPE integer USING "count"::integer');
});

test("a name is looked for as it is written", async () => {
  const odd = `        migrations.AddField(model_name="or(der", name="co[de", field=models.IntegerField(default=0)),`;
  await expect(instead("drop-default", odd)).resolves.not.toMatch(/base class/);
});

const renamed = `        migrations.RenameModel(old_name="Order", new_name="Sale"),`;

test("RenameModel stays an operation of the migration: Django renames the content type behind no other", async () => {
  const text = await instead("rename-table", renamed);
  const [now = "", later = ""] = text.split("# deploy the version");
  expect(now).toContain(`
        migrations.RenameModel(old_name="Order", new_name="Sale"),
        migrations.RunSQL(
            sql="CREATE VIEW orders_order AS SELECT * FROM orders_sale;",
            reverse_sql="DROP VIEW orders_order;",
        ),
`);
  expect(later).toContain('sql="DROP VIEW orders_order;"');
  expect(text).not.toContain("state_operations=[migrations");
});

test("on MySQL, the view gets the old name behind RenameModel", async () => {
  const text = await instead("rename-table", renamed, mysql);
  expect(text).toContain(`
                "DROP TABLE orders_sale;",
            ],
            reverse_sql="DROP VIEW orders_order_view;",
        ),
        migrations.RenameModel(old_name="Order", new_name="Sale"),
        migrations.RunSQL(
            sql="RENAME TABLE orders_order_view TO orders_order;",
            reverse_sql="RENAME TABLE orders_order TO orders_order_view;",
        ),
`);
});

const removed = `        migrations.RemoveField(model_name="order", name="shop"),
        migrations.AddField(model_name="order", name="shop", field=models.ManyToManyField(to="orders.shop")),`;

test("what moves to another migration stands before its own, where that adds a field of the same name", async () => {
  const findings = await found(removed);
  const dropped = findings.find(({ ruleId }) => ruleId === "drop-locks-referenced-table");
  expect(dropped?.instead).toContain('# 0002_x then depends on ("orders", "0002_1_1_x")');
  expect(dropped?.instead).toContain('dependencies = [("orders", "0001_x")]');
});

test("what can't stand before its own migration says what has to move behind it", async () => {
  const added = `        migrations.AddField(model_name="order", name="note", field=models.TextField(null=True)),`;
  const findings = await found(`${added}\n${removed}`);
  const dropped = findings.find(({ ruleId }) => ruleId === "drop-locks-referenced-table");
  expect(dropped?.instead).toContain("# 0002_x uses the name again: that has to move");
});

test.each([
  ["a foreign key becomes a ManyToManyField", 'models.ManyToManyField(to="orders.shop")', true],
  ["a class of a package may have a column", 'fields.ShopManyToManyField(to="orders.shop")', false],
  [
    "a foreign key stays one",
    'models.ForeignKey(null=True, on_delete=models.PROTECT, to="orders.shop")',
    false,
  ],
])("Django refuses to alter a field to one without a column: %s", async (_, field, isRefused) => {
  const findings = await found(altered(field), {}, "from somepackage import fields\n");
  const refused = findings.filter(({ ruleId }) => ruleId === "refused-statement");
  expect(refused.map(({ line }) => line)).toEqual(isRefused ? [8] : []);
});

test("Django refuses to give a ManyToManyField a through model, except in the state alone", async () => {
  const many = (more = ""): string => `models.ManyToManyField(to="orders.shop", related_name="+"${more})`;
  const operation = `migrations.AlterField(model_name="order", name="shops", field=${many(', through="orders.place"')})`;
  const of = async (text: string): Promise<readonly string[]> => {
    const files = Object.fromEntries([
      migration(
        "0002_x",
        `        migrations.AddField(model_name="order", name="shops", field=${many()}),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("order", models.ForeignKey(on_delete=models.CASCADE, to="orders.order")),
                ("shop", models.ForeignKey(on_delete=models.CASCADE, to="orders.shop")),
            ],
        ),`,
      ),
      migration("0003_x", text),
    ]);
    const findings = await found("", { files });
    return findings.filter(({ ruleId }) => ruleId === "refused-statement").map(({ message }) => message);
  };
  expect(await of(operation)).toEqual([
    "fails: Django can't alter a field to or from a ManyToManyField, nor add or remove its through",
  ]);
  expect(await of(`migrations.SeparateDatabaseAndState(state_operations=[${operation}])`)).toEqual([]);
});

test.each([
  ["isn't known", 'AUTH_USER_MODEL = config("USER_MODEL")', []],
  [
    "is Django's own",
    'INSTALLED_APPS = ["orders"]',
    ["fails: there is no column orders_shop_owners.customer_id"],
  ],
])("the column of a ManyToManyField to a user whose model %s", async (_, setting, expected) => {
  const body = `        migrations.AddField(model_name="shop", name="owners", field=models.ManyToManyField(to=settings.AUTH_USER_MODEL)),
        migrations.RunSQL("INSERT INTO orders_shop_owners (shop_id, customer_id) VALUES (3, 1)", migrations.RunSQL.noop),`;
  const engine = 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}';
  const program = "from django.core.management import execute_from_command_line\n";
  const files = { "manage.py": program, "shop/settings.py": `${engine}\n${setting}\n` };
  const findings = await found(body, { files }, "from django.conf import settings\n");
  const missing = findings.filter(({ ruleId }) => ruleId === "unknown-column").map(({ message }) => message);
  expect(missing).toEqual(expected);
});

test("default=None fills no rows where NOT NULL is set", async () => {
  const field = (more: string): string => `models.CharField(max_length=20, ${more})`;
  const files = Object.fromEntries([
    migration("0002_x", added("note", field("null=True").replace("models.", ""))),
    migration(
      "0003_x",
      `        migrations.AlterField(model_name="order", name="note", field=${field("default=None")}),`,
    ),
  ]);
  const findings = (await found("", { files })).filter(({ file }) => file.endsWith("0003_x.py"));
  const [required] = findings.filter(({ ruleId }) => ruleId === "set-not-null");
  expect(required?.instead).toContain("CHECK (note IS NOT NULL) NOT VALID");
  expect(required?.instead).not.toContain("UPDATE");
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("backfill-without-batches");
});

test("Django can't make a deleted model again with an index or a key of a field that was removed before", async () => {
  const of = async (first: string, then: string): Promise<readonly (readonly string[])[]> => {
    const files = Object.fromEntries([
      migration(
        "0002_x",
        `        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("order", models.ForeignKey(on_delete=models.CASCADE, to="orders.order")),
                ("day", models.DateField()),
            ],
            options={"indexes": [models.Index(fields=["order", "-day"], name="visit_of_order")], "unique_together": {("order", "day")}},
        ),`,
      ),
      migration("0003_x", `${first}        migrations.RemoveField(model_name="visit", name="order"),${then}`),
    ]);
    const findings = await found("", { files });
    return findings
      .filter(({ ruleId }) => /^(?:refused|rollback)-/.test(ruleId))
      .map(({ message, instead = "" }) => [message, instead]);
  };
  const deleted = '\n        migrations.DeleteModel(name="Visit"),';
  const index = 'migrations.RemoveIndex(model_name="visit", name="visit_of_order")';
  const key = 'migrations.AlterUniqueTogether(name="visit", unique_together=set())';
  expect(await of("", deleted)).toEqual([
    [
      "the rollback fails: Django can't make the index visit_of_order again: its field order was removed first",
      `Before that field is removed: \`${index}\`, \`${key}\`.`,
    ],
  ]);
  expect(await of(`        ${index},\n        ${key},\n`, deleted)).toEqual([]);
});

test("migrations of other apps that depend on the changed one depend on what is put behind it, too", async () => {
  const after = (app: string, name: string, dependencies: string, operations = ""): [string, string] => [
    `${app}/migrations/${name}.py`,
    `from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [${dependencies}]\n    operations = [${operations}]\n`,
  ];
  const old = `migrations.CreateModel(name="Old", fields=[("id", models.BigAutoField(primary_key=True))])`;
  const first = migration("0001_x", tables.replace("orders.shop", "billing.old"));
  const findings = await found(altered('models.ForeignKey(on_delete=models.PROTECT, to="orders.shop")'), {
    files: Object.fromEntries([
      ["manage.py", "from django.core.management import execute_from_command_line\n"],
      [first[0], first[1].replace("dependencies = []", 'dependencies = [("billing", "0001_x")]')],
      migration("0003_x", added("note", "TextField(null=True)")),
      after("billing", "0001_x", "", old),
      after(
        "billing",
        "0002_x",
        "\n        (\"billing\", \"0001_x\"),\n        ('orders', '0002_x'),\n    ",
        'migrations.DeleteModel(name="Old")',
      ),
      after("shipping", "0001_x", '("orders", "0002_x")'),
      // Another app's migration of that name, and a later one of the same app.
      after("users", "0001_x", '("billing", "0002_x"), ("orders", "0003_x")'),
    ]),
  });
  const dropped = findings.find(({ ruleId }) => ruleId === "drop-locks-referenced-table");
  expect(dropped?.instead).toContain(`# 0003_x then depends on ("orders", "0002_3_x")
# billing.0002_x, shipping.0001_x then depend on ("orders", "0002_3_x") as well
`);
  expect(dropped?.instead).not.toContain("users.");
});

test("a foreign key behind the rewrite of a type, in one operation, is a part of that", async () => {
  const findings = await found(
    `        migrations.AlterField(model_name="order", name="code", field=models.ForeignKey(null=True, on_delete=models.CASCADE, related_name="+", to="orders.shop")),`,
    { merge: true },
  );
  const rules = findings.map(({ ruleId }) => ruleId);
  expect(rules).not.toContain("foreign-key-without-not-valid");
  const renamed = findings.find(({ ruleId }) => ruleId === "rename-column");
  const also = renamed?.also?.map(({ ruleId }) => ruleId);
  expect(also).toEqual(expect.arrayContaining(["change-column-type", "foreign-key-without-not-valid"]));
});

test("MySQL: the keys of a deleted model go with it, as a delete in the other table would fail by them", async () => {
  const models = `        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("shop", models.ForeignKey(on_delete=models.CASCADE, to="orders.shop")),
                ("order", models.ForeignKey(on_delete=models.CASCADE, to="orders.order")),
                ("others", models.ManyToManyField(to="orders.shop", related_name="+")),
            ],
        ),`;
  const body = `        migrations.DeleteModel(name="Line"),
        migrations.DeleteModel(name="Order"),`;
  const files = Object.fromEntries([migration("0002_x", models), migration("0003_x", body)]);
  const text = await instead("drop-table", "", { ...mysql, files });
  const [now = "", later = ""] = text.split("# deploy the version");
  expect(now.match(/(?:DROP FOREIGN KEY|ADD CONSTRAINT) `?orders_line_\w+?_id_/g)).toEqual([
    "DROP FOREIGN KEY orders_line_others_shop_id_",
    "DROP FOREIGN KEY orders_line_shop_id_",
    "DROP FOREIGN KEY orders_line_order_id_",
    "ADD CONSTRAINT `orders_line_others_shop_id_",
    "ADD CONSTRAINT `orders_line_shop_id_",
    "ADD CONSTRAINT `orders_line_order_id_",
  ]);
  // The key between the two stays until both are dropped.
  expect(later.match(/ADD CONSTRAINT `\w+_fk_\w+`/g)).toEqual([
    expect.stringMatching(/^ADD CONSTRAINT `orders_line_others_line_id_\w+_fk_orders_line_id`$/),
  ]);
});

test("a deleted model whose name is taken again: its keys go at once, and nothing says to drop it later", async () => {
  const again = `        migrations.CreateModel(name="Order", fields=[("id", models.BigAutoField(primary_key=True))]),`;
  const files = Object.fromEntries([
    migration("0002_x", `        migrations.DeleteModel(name="Order"),`),
    migration("0003_x", again),
  ]);
  const findings = await found("", { files, merge: true });
  const [dropped] = findings.filter(({ ruleId }) => ruleId === "drop-table");
  expect(dropped?.instead).toMatch(
    /^orders\/migrations\/0003_x\.py creates orders_order again, .* drop its foreign keys here \(`ALTER TABLE orders_order DROP CONSTRAINT orders_order_shop_id_\w+;`\), rename the old one to orders_order_old/,
  );
  const [locks] = dropped?.also ?? [];
  expect(locks?.ruleId).toBe("drop-locks-referenced-table");
  expect(locks?.instead).not.toMatch(/later migration/);
});

test("MySQL: the key goes first and comes back there, where the table that it refers to is dropped behind it", async () => {
  const body = `        migrations.RemoveField(model_name="order", name="shop"),
        migrations.DeleteModel(name="Shop"),`;
  const [first = "", second = ""] = (await instead("drop-column", body, mysql)).split(
    "# that version has it no longer in the model",
  );
  expect(first).toMatch(/sql=[^]*DROP FOREIGN KEY [^]*reverse_sql=[^]*REFERENCES `orders_shop`/);
  expect(second).toContain("DROP COLUMN shop_id;");
  expect(second).not.toContain("orders_shop");
});

test("MySQL: an optional column leaves the state with the model, and the database a release later", async () => {
  const shop = `        migrations.AddField("order", "note", models.CharField(max_length=20, null=True)),`;
  const files = Object.fromEntries([
    migration("0002_x", shop),
    migration("0003_x", `        migrations.RemoveField(model_name="order", name="note"),`),
  ]);
  const [now = "", later = ""] = (await instead("drop-column", "", { ...mysql, files })).split(
    "# deploy the version",
  );
  expect(now).toContain("orders/migrations/0003_x.py");
  expect(now).not.toContain("release before");
  expect(now).toMatch(/database_operations=\[\],\s+state_operations=\[\s*migrations\.RemoveField\(/);
  expect(later).toMatch(/DROP COLUMN note;[^]*state_operations=\[\],/);
  expect(later).not.toContain("RemoveField");
});

test("a field that fills its NULLs and takes none any more: one plan, with batches", async () => {
  const files = Object.fromEntries([
    migration(
      "0002_x",
      `        migrations.AddField("order", "note", models.CharField(max_length=20, null=True)),`,
    ),
    migration(
      "0003_x",
      `        migrations.AlterField("order", "note", models.CharField(max_length=20, default="x")),`,
    ),
  ]);
  const findings = await found("", { files, merge: true });
  const plans = findings.filter(({ instead: text }) => text?.includes("class Migration") === true);
  expect(plans.map(({ ruleId }) => ruleId)).toEqual(["set-not-null"]);
  expect(plans[0]?.also?.map(({ ruleId }) => ruleId)).toContain("backfill-without-batches");
  expect(plans[0]?.instead).toMatch(/WHILE batch_from < batch_last LOOP[^]*NOT VALID[^]*SET NOT NULL/);
});

const pairs = (options: string): Record<string, string> =>
  Object.fromEntries([
    migration(
      "0001_x",
      `        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("row", models.IntegerField()),
                ("place", models.IntegerField()),
            ],
            options={"unique_together": ${options}},
        ),`,
    ),
  ]);

const constraintOf = (pair: string): string => `        migrations.AlterUniqueTogether("seat", set()),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=${pair}, name="seat_once"),
        ),`;

test("unique_together that becomes a constraint: the models get both operations", async () => {
  const text = await instead("unique-constraint-without-index", constraintOf(`("row", "place")`), {
    files: pairs(`{("row", "place")}`),
  });
  expect(text).toContain(`RENAME CONSTRAINT orders_seat_row_place_`);
  expect(text).toContain(`    state_operations=[
        migrations.AlterUniqueTogether("seat", set()),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("row", "place"), name="seat_once"),
        ),
    ],`);
});

test("unique_together that loses another pair, too, stays where it is", async () => {
  const text = await instead("unique-constraint-without-index", constraintOf(`("row", "place")`), {
    files: pairs(`{("row", "place"), ("place", "row")}`),
  });
  expect(text).toContain("CREATE UNIQUE INDEX CONCURRENTLY seat_once ");
  expect(text).not.toContain("AlterUniqueTogether");
});

test("a key that the column it refers to has taken along isn't dropped again, nor an index that a number never had", async () => {
  const kinds = `        migrations.CreateModel(name="Kind", fields=[
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=100, unique=True)),
        ]),
        migrations.CreateModel(name="Event", fields=[
            ("id", models.BigAutoField(primary_key=True)),
            ("kind", models.ForeignKey(on_delete=models.PROTECT, to="orders.kind")),
        ]),`;
  const body = (type: string): string =>
    `        migrations.AlterField("kind", "name", models.${type}, primary_key=True)),`;
  const findings = await found("", {
    files: Object.fromEntries([
      migration("0001_x", kinds),
      migration(
        "0002_x",
        `        migrations.RemoveField("kind", "id"),\n${body("CharField(max_length=100")}`,
      ),
      migration("0003_x", body("TextField(max_length=100"), ""),
      // A table that the project doesn't make may have anything.
      [
        "orders/migrations/0000_x.py",
        `from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [migrations.RunSQL("SELECT setup()")]\n`,
      ],
    ]),
  });
  const own = findings.filter(({ file }) => file.endsWith("0003_x.py"));
  expect(own.map(({ ruleId }) => ruleId)).not.toContain("drop-index-without-concurrently");
  const added = own.find(({ ruleId }) => ruleId === "foreign-key-without-not-valid");
  expect(added?.instead).toContain(" NOT VALID;");
  expect(added?.instead).not.toContain("_fk_orders_kind_id");
});

test("on MySQL, the first step of RemoveField takes back what it does to the foreign key and the default", async () => {
  const removed = `        migrations.RemoveField(model_name="order", name="shop"),`;
  const [first = "", second = ""] = (await instead("drop-column", removed, mysql)).split(
    'class Migration(migrations.Migration):\n    dependencies = [("orders", "0002_x")]',
  );
  const back = (text: string): string => text.slice(text.indexOf("reverse_sql="));
  expect(back(first)).toMatch(/DROP DEFAULT;[^]*ADD CONSTRAINT `orders_order_shop_id_\w+` FOREIGN KEY/);
  expect(back(second)).toContain("ADD COLUMN `shop_id`");
  expect(back(second)).not.toContain("FOREIGN KEY");
});

test("unique_together of other fields, and one of the old ones goes: its constraint goes and comes back in its place", async () => {
  const text = await instead(
    "unique-constraint-without-index",
    `        migrations.AlterUniqueTogether("seat", {("row",)}),\n        migrations.RemoveField("seat", "place"),`,
    { files: pairs(`{("row", "place")}`) },
  );
  expect(text).toMatch(
    /^migrations\.SeparateDatabaseAndState\([^]*DROP CONSTRAINT[^]*reverse_sql=[^]*UNIQUE/,
  );
  expect(text).toContain("CREATE UNIQUE INDEX CONCURRENTLY orders_seat_row_");
});

test("what RemoveField locks by its foreign key is a part of what it drops", async () => {
  const removed = `        migrations.RemoveField(model_name="order", name="shop"),\n        migrations.RemoveField(model_name="order", name="code"),`;
  const findings = await found(removed, { merge: true });
  const dropped = findings.find(({ ruleId }) => ruleId === "drop-column");
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("drop-locks-referenced-table");
  expect(dropped?.also?.map(({ ruleId }) => ruleId)).toContain("drop-locks-referenced-table");
});

test("an AlterField over several migrations tells the models once", async () => {
  const kinds = `        migrations.CreateModel(name="Kind", fields=[("code", models.CharField(max_length=20, primary_key=True))]),
        migrations.CreateModel(name="Event", fields=[
            ("id", models.BigAutoField(primary_key=True)),
            ("kind", models.ForeignKey(on_delete=models.PROTECT, to="orders.kind")),
        ]),`;
  const altered = `        migrations.AlterField("kind", "code", models.TextField(primary_key=True)),`;
  const text = await instead("index-without-concurrently", altered, {
    files: Object.fromEntries([migration("0001_x", kinds)]),
  });
  expect(text).toContain("DROP INDEX CONCURRENTLY IF EXISTS orders_kind_code_");
  expect(text.match(/state_operations=\[migrations\.AlterField/g)).toHaveLength(1);
});
