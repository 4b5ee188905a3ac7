/** Triggers of django-pgtrigger become the SQL of its compiler. */
import { beforeAll, expect, test } from "vitest";
import { loadPython, openHistory } from "../../../../src/sources/python/index.ts";

beforeAll(loadPython);

const head =
  "import pgtrigger.compiler\nimport pgtrigger.migrations\nfrom django.db import migrations, models\n";

function read(operations: string, sends = 0): readonly string[] {
  const files: Readonly<Record<string, string>> = {
    "shop/migrations/0001_initial.py": `${head}
class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(name="Order", fields=[("id", models.BigAutoField(primary_key=True)), ("note", models.TextField(null=True))]),
        ${operations}
    ]
`,
    "requirements.txt": "Django==5.1\n",
  };
  const path = "shop/migrations/0001_initial.py";
  const reader = openHistory({
    root: "shop/migrations",
    tool: "django",
    dialect: "postgres",
    serverVersion: undefined,
    listFolder: () => [],
    paths: [path],
    readFile: (name: string) => files[name],
  } as Parameters<typeof openHistory>[0]);
  const { migration } = reader.read(
    { path, text: files[path] ?? "", tool: "django", wraps: true, readFile: (name) => files[name] },
    undefined,
  );
  if (migration === undefined) throw new Error("it is no migration");
  return migration.pieces
    .filter(({ part }) => part.end <= migration.up.part.end)
    .slice(sends)
    .map(({ dynamic, part }) => (dynamic === undefined ? migration.text.slice(part.start, part.end) : "?"));
}

const trigger = (sql: string): string =>
  `pgtrigger.migrations.AddTrigger(model_name="order", trigger=pgtrigger.compiler.Trigger(name="kept", sql=pgtrigger.compiler.UpsertTriggerSql(${sql}))),`;
const usual = `func="RETURN NULL;", hash="0a1b", operation="UPDATE OR DELETE", pgid="pgtrigger_kept_5f3c2", table="shop_order", when="AFTER"`;

test("what pgtrigger 4.17 sends", () => {
  const [ignores, ...others] = read(trigger(`${usual}, condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)'`), 1);
  expect(ignores).toContain(
    `CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name NAME)`,
  );
  expect(others).toEqual([
    `CREATE OR REPLACE FUNCTION pgtrigger_kept_5f3c2() RETURNS TRIGGER AS $$  BEGIN IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN IF (TG_OP = 'DELETE') THEN RETURN OLD; ELSE RETURN NEW; END IF; END IF; RETURN NULL; END; $$ LANGUAGE plpgsql`,
    `DROP TRIGGER IF EXISTS pgtrigger_kept_5f3c2 ON "shop_order"`,
    `CREATE TRIGGER pgtrigger_kept_5f3c2 AFTER UPDATE OR DELETE ON "shop_order" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE PROCEDURE pgtrigger_kept_5f3c2()`,
    `COMMENT ON TRIGGER pgtrigger_kept_5f3c2 ON "shop_order" IS '0a1b'`,
  ]);
});

test("options of the compiler", () => {
  const options = `${usual}, constraint="CONSTRAINT", timing="DEFERRABLE INITIALLY DEFERRED", declare="DECLARE n int;", ignore_func_name="skipped"`;
  const [ignores, body, , create] = read(trigger(options), 1);
  expect(ignores).toContain("CREATE OR REPLACE FUNCTION skipped(");
  expect(body).toContain("AS $$ DECLARE n int; BEGIN IF (skipped(TG_NAME)");
  expect(create).toBe(
    `CREATE CONSTRAINT TRIGGER pgtrigger_kept_5f3c2 AFTER UPDATE OR DELETE ON "shop_order" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE PROCEDURE pgtrigger_kept_5f3c2()`,
  );
});

test("a part that isn't constant leaves the whole unknown", () => {
  expect(read(trigger(usual.replace(`"RETURN NULL;"`, "body()")), 1)).toEqual(["?"]);
});

test("removing one that isn't known isn't known", () => {
  expect(read(`pgtrigger.migrations.RemoveTrigger(model_name="order", name="other"),`, 1)).toEqual(["?"]);
});
