import type { Migration } from "../migration.ts";
import type { Database, PerFamily } from "../../model/dialect.ts";
import type { CodeFile, NewCodeFile } from "../../model/tool.ts";
import { pythonString } from "../../text/python.ts";
import { djangoDatabase } from "../layouts/apps.ts";
import { releaseOf } from "../../text/python-releases.ts";
import type { Tool } from "../tool.ts";
import { compareComponents } from "../version.ts";
import { djangoSteps } from "../advice/django-advice.ts";
import { lockTimeoutIn, statementTimeoutIn } from "../sessions/django-sessions.ts";

/** A call of RunSQL: what it is given, and a comment behind it. */
const runSql = /^migrations\.RunSQL\(([^]*)\)( {2}#[^\n]*)?$/;
const noop = "migrations.RunSQL.noop";

interface Both {
  readonly sql: string;
  readonly reverse: string;
  readonly comment: string;
}

/** One operation for each statement; what takes it back stands with it, or in an operation that only does that. */
function operationsOf({ up, down }: CodeFile): readonly Both[] {
  const read = (call: string): { readonly text: string; readonly comment: string } => {
    const [, text = call, comment = ""] = runSql.exec(call) ?? [];
    return { text, comment };
  };
  const [first, back] = [up[0], down[0]];
  if (up.length === 1 && down.length === 1 && first !== undefined && back !== undefined) {
    const { text, comment } = read(first);
    return [{ sql: text, reverse: read(back).text, comment }];
  }
  // Django takes the operations back in the reverse order.
  const backwards = down.toReversed().map((call): Both => {
    const { text, comment } = read(call);
    return { sql: noop, reverse: text, comment };
  });
  const forwards = up.map((call): Both => {
    const { text, comment } = read(call);
    return { sql: text, reverse: noop, comment };
  });
  return [...backwards, ...forwards];
}

/** Its operations change the database alone; what they are to Django's models, the state's operations say. */
function migration(file: CodeFile, follows?: string, state: readonly string[] = []): string {
  // Lines of a text keep their indentation: they are part of a literal.
  const list = operationsOf(file).map(
    ({ sql, reverse, comment }) =>
      `                migrations.RunSQL(${sql}, reverse_sql=${reverse}),${comment}`,
  );
  return [
    "class Migration(migrations.Migration):",
    ...(file.outside ? ["    atomic = False", ""] : []),
    ...(follows === undefined ? [] : [`    dependencies = ${follows}`, ""]),
    ...(list.length === 0 ? ["    operations = []"] : operations(list, state)),
  ].join("\n");
}

const operations = (list: readonly string[], state: readonly string[]): readonly string[] => [
  "    operations = [",
  "        migrations.SeparateDatabaseAndState(",
  "            database_operations=[",
  ...list,
  "            ],",
  ...(state.length === 0
    ? ["            state_operations=[],  # the operation that these statements replace, if there is one"]
    : ["            state_operations=[", ...state.map((one) => `                ${one},`), "            ],"]),
  "        ),",
  "    ]",
];

/** As `makemigrations` writes it; what takes the place of operations is to the models what they were. */
function newFile(file: NewCodeFile): string {
  const { after, replaces } = file;
  const follows =
    replaces?.follows ?? `[(${pythonString(after?.app ?? "")}, ${pythonString(after?.name ?? "")})]`;
  const imports = replaces?.imports ?? ["from django.db import migrations"];
  const state = (replaces?.calls ?? []).flatMap(
    ({ state: own }) => /^\[([^]*)\]$/.exec(own ?? "")?.[1] ?? [],
  );
  return `${imports.join("\n")}\n\n\n${migration(file, follows, state)}`;
}

/** `shop 0002_orders` */
const unitOf = ({ up, name }: Migration): string =>
  `${up.code?.unit?.app ?? "<app>"} ${up.code?.unit?.name ?? name}`;

/** The migration of its app that it follows. */
function before({ up }: Migration): string {
  const { app = "<app>", follows = "" } = up.code?.unit ?? {};
  const own = [...follows.matchAll(/\(\s*["'](\w+)["']\s*,\s*["'](\w+)["']\s*\)/g)].find(
    ([, of]) => of === app,
  );
  return `${app} ${own?.[2] ?? "zero"}`;
}

/** `minimum_database_version` of its releases, the newest first: a connection to an older server is refused since 4.1. */
const oldestServers: Readonly<
  Partial<Record<Database, readonly (readonly [from: string, server: string])[]>>
> = {
  postgres: [
    ["5.2", "14"],
    ["5.1", "13"],
    ["4.2", "12"],
    ["4.1", "11"],
  ],
  mysql: [
    ["5.0", "8.0.11"],
    ["4.2", "8.0"],
    ["4.1", "5.7"],
  ],
  mariadb: [
    ["6.0", "10.6"],
    ["5.1", "10.5"],
    ["4.2", "10.4"],
    ["4.1", "10.3"],
  ],
};

/** Fields whose index comes with another one, for `LIKE`. */
const likeIndexed: Readonly<Partial<PerFamily<RegExp>>> = {
  postgres: /\b(?:Char|Text|Slug|Email|URL|File)Field\(/,
};

/** As makemigrations writes it. */
const altered =
  /\bAlterField\(\s{0,40}model_name=["'](\w{1,100})["'],\s{0,40}name=["'](\w{1,100})["'],\s{0,40}field=([^]{0,4000}?)\n {8}\)/g;

const text = (option: string): RegExp => new RegExp(String.raw`\b${option}\s*=\s*["'](\w+)["']`);

/** Of `RemoveIndex` it has the name, of `AlterIndexTogether` the fields. */
function renamedIndex(dropped: string, made: string): string | undefined {
  const model = text("model_name").exec(made)?.[1];
  const name = /\bIndex\([^]*?\bname\s*=\s*["'](\w+)["']/.exec(made)?.[1];
  const fields = /\bfields\s*=\s*[[(]([^\])]*)[\])]/.exec(made)?.[1]?.match(/[\w-]+/g);
  const old = /\bRemoveIndex\(/.test(dropped) ? text("name").exec(dropped)?.[1] : undefined;
  if (!/\bAddIndex\(/.test(made) || model === undefined || name === undefined) return undefined;
  const before =
    old !== undefined
      ? `old_name="${old}"`
      : /\bAlterIndexTogether\(/.test(dropped) && fields != null
        ? `old_fields=(${fields.map((one) => `"${one}"`).join(", ")})`
        : undefined;
  return (
    before &&
    `\`migrations.RenameIndex(model_name="${model}", new_name="${name}", ${before})\` since Django 4.1`
  );
}

export const django: Tool = {
  name: "django",
  rank: 1,
  signs: [{ files: ["manage.py"], dependencies: { pypi: ["django", "Django"] } }],
  ownShape: "apps",
  database: { inProject: djangoDatabase },
  releaseIn: (root, read) => releaseOf({ root }, read, "django"),
  oldestServer: (release, dialect) =>
    oldestServers[dialect]?.find(([from]) => compareComponents(release, from) >= 0)?.[1],
  lockTimeoutIn,
  statementTimeoutIn,
  shapes: ["apps"],
  classes: true,
  wraps: "each",
  // The schema editor opens no transaction there (can_rollback_ddl is False), only RunPython has one.
  commitsCalls: true,
  sends: "statement",
  sendsDelimiter: {},
  cascades: true,
  savepoint: "`with transaction.atomic():`, inside the `try`",
  rawCall: (sql) => `migrations.RunSQL(${sql})`,
  codeFile: (file) => migration(file),
  newFile,
  // The content type is renamed by a signal that the operation alone sends.
  beyondSql: /^RenameModel$/,
  codeSteps: djangoSteps,
  optOut: "atomic = False in the class Migration",
  duplicates: "fine",
  declared: {
    where: "the model",
    compares: "migrations",
    index: (name, fields) =>
      `models.Index(fields=[${fields.map((field) => `"${field}"`).join(", ")}], name="${name}")`,
    key: () => "models.BigAutoField(primary_key=True)",
    keyElsewhere: (call, table) => {
      // The package makes the model from an option of the one whose rows it keeps.
      if (/\bsimple_history\.models\.Historical/.test(call))
        return "Pass `history_id_field=models.BigAutoField()` to `HistoricalRecords` in the model, and write `models.BigAutoField(editable=False, primary_key=True, serialize=False)` for `history_id` here.";
      const fields = call.matchAll(
        /(?:\bname\s*=\s*|[(,]\s*)["'](\w+)["']\s*,(?:\s*field\s*=)?\s*[\w.]*\bManyToManyField\(/g,
      );
      const tables = [...call.matchAll(/\bdb_table\s*=\s*["'](\w+)["']/g)];
      const field = [...fields].find(
        ([, name = ""]) =>
          table.endsWith(`_${name}`.toLowerCase()) || tables.some(([, given]) => given === table),
      )?.[1];
      if (field === undefined) return undefined;
      const bySettings =
        'Set `DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"` in the settings before it runs';
      // PermissionsMixin gives a user both.
      return /^(?:groups|user_permissions)$/.test(field)
        ? `${bySettings}.`
        : // A migration builds the model of the table without the app's own `default_auto_field`.
          `${bySettings}, or write a model for \`through\` with \`models.BigAutoField(primary_key=True)\`: without one, migrations take the settings, and not the \`default_auto_field\` of the app.`;
    },
    renamedJoin: (table, column) =>
      `First give ${table} a model of its own (\`through\`), with \`db_column="${column}"\` on that field: Django then leaves the column as it is.`,
    renamedIndex,
    isRead: true,
    deletesReferrers: true,
    renamed: (column) => `db_column="${column}"`,
    withoutIndex: (field, family) => {
      if (/\b\w*ForeignKey\(/.test(field)) return "Pass `db_index=False` to the field";
      if (!/\bdb_index\s*=\s*True\b/.test(field)) return undefined;
      const hasLike = likeIndexed[family]?.test(field) === true;
      return `Leave out its \`db_index=True\`${hasLike ? ", with which the index for `LIKE` goes as well" : ""}`;
    },
    indexedAgain: (text, table, column) =>
      [...text.matchAll(altered)].some(
        ([, model = "", name = "", field = ""]) =>
          `_${table.toLowerCase()}`.endsWith(`_${model.toLowerCase()}`) &&
          (name === column || `${name}_id` === column) &&
          (/\bdb_index\s*=\s*True\b/.test(field) ||
            (/\bForeignKey\(/.test(field) && !/\bdb_index\s*=\s*False\b/.test(field))),
      ),
    keyIndex: (field, isOfNewTable) => {
      if (!/\bdb_index\s*=\s*False\b/.test(field)) return undefined;
      const left = "Leave out its `db_index=False`, here and in the model";
      if (isOfNewTable) return `${left}.`;
      return `${left}. On a large table, rather give the model an index on the field, in a later migration with \`AddIndexConcurrently\` and \`atomic = False\`.`;
    },
    alone: "the operation into `state_operations` of `migrations.SeparateDatabaseAndState`",
  },
  inGraph: true,
  trackingTables: ["django_migrations"],
  tracking: {
    table: "django_migrations",
    key: "CONCAT(app, '.', name)",
    keyOf: ({ up, name }) =>
      up.code?.unit?.app === undefined ? undefined : `${up.code.unit.app}.${up.code.unit.name || name}`,
    order: "id",
  },
  commands: {
    server: "`DATABASES` of the settings",
    apply: () => "python manage.py migrate",
    applyTo: ({ migration }) => `python manage.py migrate ${unitOf(migration)}`,
    undo: ({ migration }) => `python manage.py migrate ${before(migration)}`,
    status: () => "python manage.py showmigrations",
    forget: ({ migration }) => `python manage.py migrate --fake ${before(migration)}`,
    mark: ({ migration }) => `python manage.py migrate --fake ${unitOf(migration)}`,
  },
};
