/** Migrations of Django where advice can't move an operation, or where the tables are new. */
import { describe, expect, it } from "vitest";
import { lintProject, unmerged, type LintResult } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const project = {
  "manage.py": "from django.core.management import execute_from_command_line\n",
  "requirements.txt": "Django==5.2.1\n",
  "site1/settings.py": `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n`,
};

const migration = (body: string, operations: string, head = ""): string =>
  `from django.conf import settings
from django.db import migrations, models
${head}

class Migration(migrations.Migration):
${body}
    operations = [
${operations}
    ]
`;

const model = (name: string, ...fields: readonly string[]): string =>
  `        migrations.CreateModel("${name}", fields=[("id", models.AutoField(primary_key=True)), ${fields.join(", ")}]),`;

const key = (to: string, more = ""): string =>
  `models.ForeignKey("${to}", null=True, on_delete=models.CASCADE${more})`;

const first = "    dependencies = []\n    initial = True\n";
const then = `    dependencies = [("shop", "0001_initial")]\n`;

const linted = (
  tables: string,
  operations: string,
  { body = then, head = "" }: { readonly body?: string; readonly head?: string } = {},
): Promise<LintResult> =>
  lintProject({
    fs: memoryFileSystem({
      ...project,
      "shop/migrations/0001_initial.py": migration(first, tables),
      "shop/migrations/0002_next.py": migration(body, operations, head),
    }),
  });

const found = ({ findings }: LintResult, rule: string) =>
  unmerged(findings).filter(({ ruleId, file }) => ruleId === rule && file.includes("0002"));

const advised = (result: LintResult, rule: string): string => {
  const [only] = found(result, rule);
  expect(only?.ruleId).toBe(rule);
  return only?.instead ?? "";
};

const goods = model("Good", `("note", models.TextField(null=True))`);
const orders = model("Order", `("good", ${key("shop.good")})`, `("amount", models.IntegerField(null=True))`);

describe("advice that would move an operation behind its migration", () => {
  const batches = (operations: string): Promise<LintResult> =>
    linted(
      orders.replace(/\("good", [^)]*\)\), /, ""),
      `        migrations.RunPython(limit, migrations.RunPython.noop),\n${operations}`,
      {
        head: `
def limit(apps, schema_editor):
    apps.get_model("shop", "Order").objects.filter(amount__gt=32767).update(amount=32767)
`,
      },
    );
  const altered = (field: string): string =>
    `        migrations.AlterField("order", "amount", models.${field}),`;

  it.each([
    ["gets a narrower type", altered("SmallIntegerField(null=True)")],
    ["becomes required", altered("IntegerField()")],
    ["becomes unique", altered("IntegerField(null=True, unique=True)")],
    ["gets another name", `        migrations.RenameField("order", "amount", "number"),`],
    ["goes with its table", `        migrations.DeleteModel("Order"),`],
  ])("is words where the column that is filled then %s", async (_, operations) => {
    expect(advised(await batches(operations), "backfill-without-batches")).toMatch(
      /^Change the rows in batches/,
    );
  });

  it("is code where the migration does nothing of that kind", async () => {
    const other = `        migrations.AddField("order", "note", models.TextField(null=True)),`;
    expect(advised(await batches(other), "backfill-without-batches")).toContain("class Migration");
  });

  it("is words where the way back refers to a table that the migration drops", async () => {
    const gone = `        migrations.RemoveField("order", "good"),\n        migrations.DeleteModel("Good"),`;
    const kept = `        migrations.RemoveField("order", "good"),\n        migrations.RemoveField("good", "note"),`;
    expect(advised(await linted(`${goods}\n${orders}`, gone), "drop-column")).toMatch(/^First mark it/);
    expect(advised(await linted(`${goods}\n${orders}`, kept), "drop-column")).toContain("class Migration");
  });

  it("isn't given for columns of a table that the migration drops", async () => {
    const result = await linted(
      `${goods}\n${orders}`,
      `        migrations.RemoveField("order", "good"),\n        migrations.DeleteModel("Order"),`,
    );
    expect(found(result, "drop-column")).toEqual([]);
    expect(found(result, "drop-table")).toHaveLength(1);
  });

  it("is words where the call sends more statements than anybody reads", async () => {
    const wide = `        migrations.AlterField("good", "id", models.BigAutoField(primary_key=True)),`;
    const users = (count: number): string =>
      Array.from({ length: count }, (_, i) =>
        model(`User${String(i)}`, `("good", ${key("shop.good")})`),
      ).join("\n");
    const rule = "foreign-key-without-not-valid";
    expect(advised(await linted(`${goods}\n${users(1)}`, wide), rule)).toContain(
      'ALTER COLUMN \\"id\\" TYPE bigint'.replaceAll("\\", ""),
    );
    expect(advised(await linted(`${goods}\n${users(3)}`, wide), rule)).not.toContain("migrations.");
  });
});

describe("a foreign key to a field that a setting names", () => {
  const late = model("Part", `("good", ${key("shop.good", ", to_field=settings.KEY_FIELD")})`);

  it("has a type that isn't known: no code, no other type", async () => {
    const result = await linted(`${goods}\n${late}`, `        migrations.DeleteModel("Part"),`);
    expect(advised(result, "drop-table")).toMatch(/^First mark it/);
    expect(result.findings.filter(({ ruleId }) => ruleId === "foreign-key-type-mismatch")).toEqual([]);
  });
});

describe("the first migrations of an app", () => {
  const required = `        migrations.AddField("good", "order", models.ForeignKey("shop.order", on_delete=models.CASCADE)),`;

  it("run together: tables that one of them makes are new to the others", async () => {
    const result = await linted(`${goods}\n${orders}`, required, { body: `${then}    initial = True\n` });
    expect(
      result.findings.filter(({ severity, file }) => severity !== "note" && file.includes("0002")),
    ).toEqual([]);
  });

  it("are the ones that say so", async () => {
    expect(found(await linted(`${goods}\n${orders}`, required), "add-column-not-null")).toHaveLength(1);
  });
});

describe("a column that takes the place of another one of its name", () => {
  const named = `        migrations.CreateModel("Item", fields=[("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=50))]),`;
  it.each([
    `        migrations.RunSQL("ALTER TABLE shop_item DROP COLUMN name; ALTER TABLE shop_item ADD COLUMN name integer;", "SELECT 1", state_operations=[migrations.AlterField("item", "name", models.IntegerField(null=True))]),`,
    `        migrations.RemoveField("item", "name"),\n        migrations.AddField("item", "name", models.IntegerField(null=True)),`,
  ])("is one of the state with its own db_column: %s", async (operations) => {
    const advice = advised(await linted(named, operations), "drop-column");
    const states = [...advice.matchAll(/state_operations=\[\s*([^\]]*?)\s*\]/g)].map(([, said]) => said);
    expect(states).toEqual([
      '# AddField of the new field, with db_column="name_new"',
      "",
      "",
      '# RemoveField of the old field; if the new one takes its name: RenameField, and AlterField that keeps db_column="name_new"',
    ]);
  });
});

it("names what follows by another way than its name, and not what follows the latest one", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      ...project,
      "site1/settings.py": `${project["site1/settings.py"]}AUTH_USER_MODEL = "extra.User"\n`,
      "shop/migrations/0001_initial.py": migration(first, goods),
      "stock/migrations/0001_initial.py": migration(first, model("Place")),
      "stock/migrations/0002_more.py": migration(
        `    dependencies = [("stock", "0001_initial")]\n`,
        model("Shelf"),
      ),
      "extra/migrations/0001_rules.py": migration(
        `${then}    run_before = [("stock", "0002_more")]\n`,
        `        migrations.RunSQL("ALTER TABLE shop_good ADD CONSTRAINT note_uq UNIQUE (note)", "ALTER TABLE shop_good DROP CONSTRAINT note_uq"),`,
      ),
      "billing/migrations/0001_a.py": migration(
        `    dependencies = [("extra", "__first__")]\n`,
        model("Bill"),
      ),
      "pay/migrations/0001_a.py": migration(
        "    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n",
        model("Payment"),
      ),
      "wages/migrations/0001_a.py": migration(
        `    dependencies = [("extra", "__latest__")]\n`,
        model("Wage"),
      ),
    }),
  });
  const [advice = ""] = findings.flatMap(({ ruleId, instead }) =>
    ruleId === "unique-constraint-without-index" ? [instead ?? ""] : [],
  );
  expect(/^# .* as well.*$/m.exec(advice)?.[0]).toBe(
    '# billing.0001_a, pay.0001_a, stock.0002_more then depend on ("extra", "0001_2_rules") as well',
  );
});

it("widens the key of a history where its package takes it from", async () => {
  const history = `        migrations.CreateModel("HistoricalGood", fields=[("note", models.TextField(null=True)), ("history_date", models.DateTimeField()), ("history_id", models.AutoField(primary_key=True, serialize=False))], bases=(simple_history.models.HistoricalChanges, models.Model)),`;
  expect(advised(await linted(goods, history), "integer-primary-key")).toBe(
    "Pass `history_id_field=models.BigAutoField()` to `HistoricalRecords` in the model, and write `models.BigAutoField(editable=False, primary_key=True, serialize=False)` for `history_id` here.",
  );
});
