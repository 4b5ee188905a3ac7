import type { CodeFile } from "../../model/tool.ts";
import { djangoDatabase } from "../layouts/django.ts";
import type { Tool } from "../tool.ts";

const runSql = /^migrations\.RunSQL\(([^]*)\)( {2}#[^\n]*)?$/;

/** One operation for each statement; what takes it back stands beside it, or in an operation that only does that. */
function operationsOf({ up, down }: CodeFile): readonly string[] {
  const [one, back] = [up[0] ?? "", down[0] ?? ""].map((call) => runSql.exec(call)?.[1]);
  if (up.length === 1 && down.length === 1 && one !== undefined && back !== undefined)
    return [`migrations.RunSQL(\n    ${one},\n    reverse_sql=${back},\n)`];
  // Django takes the operations back in the reverse order.
  const backwards = down
    .toReversed()
    .map((call) => call.replace(runSql, "migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=$1)$2"));
  const forwards = up.map((call) =>
    call.replace(runSql, "migrations.RunSQL($1, reverse_sql=migrations.RunSQL.noop)$2"),
  );
  return [...backwards, ...forwards];
}

/** Its operations change the database alone; what they are to Django's models, the state's operations say. */
function migration(file: CodeFile): string {
  const list = operationsOf(file).map((one) => `${one.replace(/^/gm, "                ")},`);
  return [
    "class Migration(migrations.Migration):",
    ...(file.outside ? ["    atomic = False", ""] : []),
    "    operations = [",
    "        migrations.SeparateDatabaseAndState(",
    "            database_operations=[",
    ...list,
    "            ],",
    "            state_operations=[],  # the operation that these statements replace, if there is one",
    "        ),",
    "    ]",
  ].join("\n");
}

export const django: Tool = {
  name: "django",
  rank: 1,
  signs: [{ files: ["manage.py"], dependencies: { pypi: ["django", "Django"] } }],
  ownShape: "django",
  database: { inProject: djangoDatabase },
  shapes: ["django"],
  classes: true,
  wraps: "each",
  sends: "statement",
  rawCall: (sql) => `migrations.RunSQL(${sql})`,
  codeFile: migration,
  optOut: "atomic = False in the class Migration",
  duplicates: "fine",
  late: { what: "Django runs it after the newer ones", runs: true },
  declared: {
    where: "the model",
    compares: "migrations",
    index: (name, fields) =>
      `models.Index(fields=[${fields.map((field) => `"${field}"`).join(", ")}], name="${name}")`,
    key: () => "models.BigAutoField(primary_key=True)",
    reference: "models.BigIntegerField()",
    renamed: (column) => `db_column="${column}"`,
  },
  trackingTables: ["django_migrations"],
};
