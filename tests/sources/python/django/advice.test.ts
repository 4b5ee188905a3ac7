/** Findings and advice for migrations of Django that need more than one file, or what stands beside them. */
import { expect, test } from "vitest";
import { lintProject } from "../../../../src/index.ts";
import { memoryFileSystem } from "../../../../src/project/file-system.ts";

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
}

/** The findings of the second migration; the first one makes `orders_shop` and `orders_order`. */
async function found(
  body: string,
  { django = "5.2.1", driver = "psycopg", engine = "postgresql", files = {} }: Project = {},
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
    merge: false,
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
    /^Pass db_default to AddField .*Change the model, too/,
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
  const rename = `        migrations.RenameField(model_name="order", old_name="shop", new_name="seller"),`;
  for (const project of [{}, mysql])
    expect(await instead("rename-column", rename, project)).toMatch(
      /^Rename only the field in the model, with db_column="shop_id"/,
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
  expect(await instead("not-atomic", `${first}\n${second}`, mysql)).toContain("one `ALTER TABLE`");
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
