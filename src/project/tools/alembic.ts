import type { FileSystem, Migration } from "../migration.ts";
import type { PerFamily } from "../../model/dialect.ts";
import type { CodeFile, CodeUnit, KeyCall, NewCodeFile } from "../../model/tool.ts";
import { pythonString } from "../../text/python.ts";
import { releaseOf } from "../../text/python-releases.ts";
import type { Tool } from "../tool.ts";
import { compareComponents } from "../version.ts";
import { ancestors, join } from "../files/paths.ts";
import { alembicSteps, revisionIn } from "../advice/alembic-advice.ts";
import { addedKey } from "../advice/alembic-keys.ts";
import { sqlalchemyTables } from "../sqlalchemy-models.ts";

/** The functions `upgrade` and `downgrade`; what is to run outside of a transaction, in a block that commits at once. */
function upAndDown({ up, down, outside }: CodeFile): string {
  const body = (calls: readonly string[]): string => {
    if (calls.length === 0) return "    pass";
    if (!outside) return calls.map((call) => `    ${call}`).join("\n");
    return `    with op.get_context().autocommit_block():\n${calls.map((call) => `        ${call}`).join("\n")}`;
  };
  return `def upgrade():\n${body(up)}\n\n\ndef downgrade():\n${body(down)}`;
}

/** As `alembic revision` writes it. */
function newRevision(file: NewCodeFile): string {
  const { title, name, after, replaces, now } = file;
  const revision = replaces?.name ?? /[0-9a-f]{12}/.exec(name)?.[0] ?? name;
  const follows = replaces?.follows ?? pythonString(after?.name ?? "");
  return [
    `"""${title.replaceAll(/["\\\\]/g, "")}`,
    "",
    `Revision ID: ${revision}`,
    `Revises: ${follows.replaceAll(/["'()]/g, "")}`,
    `Create Date: ${now.toISOString().replace("T", " ").replace("Z", "")}`,
    "",
    '"""',
    "from alembic import op",
    "",
    "",
    "# revision identifiers, used by Alembic.",
    `revision = ${pythonString(revision)}`,
    `down_revision = ${follows}`,
    "branch_labels = None",
    "depends_on = None",
    "",
    "",
    upAndDown(file),
  ].join("\n");
}

/** `ab12cd34ef56_add_status.py`, or with the time before it where the newest one has one: `file_template`. */
function newName(newest: string, after: CodeUnit | undefined, words: string, now: Date): string | undefined {
  const at = after === undefined ? -1 : revisionIn(newest, after.name);
  if (after === undefined || at < 0) return undefined;
  const digits = now.toISOString().replaceAll(/\D/g, "");
  let next = 0;
  const before = newest.slice(0, at).replaceAll(/\d/g, () => digits.charAt(next++));
  const revision = crypto.randomUUID().replaceAll("-", "").slice(-12);
  // truncate_slug_length
  const slug = words.toLowerCase().match(/\w+/g)?.join("_") ?? "";
  const [between = ""] = /^[_-]+(?=\w)/.exec(newest.slice(at + after.name.length)) ?? ["_"];
  return `${before}${revision}${between}${slug.slice(0, 40)}.py`;
}

/** `CREATE INDEX CONCURRENTLY` as Alembic's own operation, where it has the words for it. */
function call(sql: string): string {
  const [, unique, name, table, columns = ""] =
    /^"CREATE (UNIQUE )?INDEX CONCURRENTLY (\w{1,63}) ON (\w{1,63}) \((\w+(?:, \w+){0,31})\);?"$/.exec(sql) ??
    [];
  if (name !== undefined && table !== undefined) {
    const list = columns.split(", ").map((column) => `"${column}"`);
    const option = unique === undefined ? "" : ", unique=True";
    return `op.create_index("${name}", "${table}", [${list.join(", ")}]${option}, postgresql_concurrently=True)`;
  }
  const [, exists, dropped] = /^"DROP INDEX CONCURRENTLY (IF EXISTS )?(\w{1,63});?"$/.exec(sql) ?? [];
  // Not every release has `if_exists`.
  if (dropped === undefined || exists !== undefined) return `op.execute(${sql})`;
  return `op.drop_index("${dropped}", postgresql_concurrently=True)`;
}

/** `connection.execute(text("SET lock_timeout = 4000"))`, `"options": "-c lock_timeout=4s"` */
const timeout =
  /^[^#\n]*?(?:\bSET\s{1,9}(?:SESSION\s{1,9})?|-c\s?)lock_timeout\s{0,9}(?:=|\bTO\b)\s{0,9}'?(\d+(?:ms|s|min)?)\b/im;

function lockTimeoutIn(
  root: string,
  read: (path: string) => string | undefined,
): { readonly value: string; readonly file: string } | undefined {
  for (const folder of [root, ...ancestors(root)].slice(0, 3)) {
    const file = join(folder, "env.py");
    const [, value] = timeout.exec(read(file)?.slice(0, 65_536) ?? "") ?? [];
    if (value !== undefined) return { value, file };
  }
  return undefined;
}

const metadata = /^[ \t]*target_metadata[ \t]*(?::[^=\n]{1,60})?=[ \t]*(\w*)/gm;

/** `target_metadata = None`, as the template has it: autogenerate has nothing to compare with. */
function declaresNothing({ read }: Pick<FileSystem, "read">, root: string): boolean {
  for (const folder of [root, ...ancestors(root)].slice(0, 3)) {
    const text = read(join(folder, "env.py"))?.slice(0, 65_536);
    if (text === undefined || !/\balembic\b/.test(text)) continue;
    const given = Array.from(text.matchAll(metadata), ([, name]) => name);
    // `target_metadata=target_metadata,` of a call stands on a line of its own, too.
    const values = given.filter((name) => name !== "target_metadata");
    return values.length > 0 && values.every((name) => name === "None");
  }
  return false;
}

/** `with engine.begin() as connection:` gives Alembic its connection. */
function isBegun(text: string): boolean {
  return [...text.matchAll(/\.begin\(\)\s+as\s+(\w{1,40})\s*:/g)].some(
    ({ 0: found, 1: name = "", index }) => {
      const [block = ""] = text.slice(index + found.length).split(new RegExp(`\\bas\\s+${name}\\s*:`), 1);
      return new RegExp(`\\bconnection\\s*=\\s*${name}\\b|\\b${name}\\.run_sync\\(`).test(block);
    },
  );
}

/** `connection.execute(text("COMMIT"))`, and nothing commits what is run later. */
const isCommittedAsText = (text: string): boolean =>
  /\b(?:execute|exec_driver_sql)\(\s*(?:\w+\.)?(?:text\(\s*)?["']COMMIT;?["']/i.test(text) &&
  !text.slice(text.lastIndexOf("run_migrations(")).includes(".commit()");

/** Its connections begin no transaction by themselves. */
const isOfSqlAlchemy1 = (fs: Pick<FileSystem, "read">, root: string): boolean =>
  releaseOf({ root }, (path) => fs.read(path), "sqlalchemy")?.startsWith("1.") === true;

/**
 * `autocommit_block()` ends only a transaction that Alembic has begun. What gives `env.py` a connection may have begun one
 * on it; a `begin()` has. After a COMMIT as text, a driver that counts on a transaction leaves each statement to
 * commit itself; a block would make it begin the next one, which nothing commits.
 */
function hasOwnTransactions(fs: Pick<FileSystem, "read">, root: string): boolean {
  for (const folder of [root, ...ancestors(root)].slice(0, 3)) {
    const text = fs
      .read(join(folder, "env.py"))
      ?.slice(0, 65_536)
      .replaceAll(/^[ \t]*#.*$/gm, "");
    if (text === undefined || !/\balembic\b/.test(text)) continue;
    if (/\bconfig\.attributes\b/.test(text) && !/\b(?:\w*engine\w*|connectable|connect)\b/i.test(text))
      return true;
    return isBegun(text) || (isCommittedAsText(text) && !isOfSqlAlchemy1(fs, root));
  }
  return false;
}

/** As the call writes columns: `sa.Column`. A key of `BigInteger` is numbered by itself, in SQLite `Integer` alone is. */
function keyCall({ columns, family, call, unit }: KeyCall): string {
  const [, owner = "sa."] = /\b(\w+\.|)Column\(/.exec(call) ?? [];
  if (columns !== undefined)
    return `\`${owner}PrimaryKeyConstraint(${columns.map((one) => JSON.stringify(one)).join(", ")})\``;
  // The model has the same type.
  const hasSqlite = (unit?.ofModels ?? unit?.others)?.includes("SQLite") === true;
  const variant = hasSqlite ? `.with_variant(${owner}Integer(), "sqlite")` : "";
  const hasIdentity = compareComponents(unit?.releases?.get("sqlalchemy") ?? "2", "1.4") >= 0;
  const identity = countsBy[family] && hasIdentity && !hasSqlite ? `, ${owner}Identity(always=True)` : "";
  return `\`${owner}Column("id", ${owner}BigInteger()${variant}${identity}, primary_key=True)\``;
}

/** The database has identity columns. */
const countsBy: PerFamily<boolean> = { postgres: true, mysql: false, mongodb: false };

/** As its file names it. */
const revision = ({ up, version, name }: Migration): string => up.code?.unit?.name ?? version ?? name;

export const alembic: Tool = {
  name: "alembic",
  aliases: ["flask-migrate"],
  rank: 1,
  signs: [
    {
      files: ["alembic.ini"],
      dependencies: { pypi: ["alembic", "Flask-Migrate", "flask-migrate", "Flask-Alembic", "flask-alembic"] },
    },
  ],
  ownShape: "revisions",
  database: {
    codeSettings: [
      {
        files: ["alembic.ini", "migrations/alembic.ini", "alembic/env.py", "migrations/env.py"],
        pattern: /^[ \t]*sqlalchemy\.url[ \t]*=[ \t]*(postgres(?:ql)?|mysql|mariadb|sqlite|mssql)(?=[+:])/m,
      },
    ],
  },
  releaseIn: (root, read) => releaseOf({ root }, read, "alembic"),
  lockTimeoutIn,
  shapes: ["revisions"],
  wraps: "all",
  // transactional_ddl is False there: each revision has a transaction for its rows.
  wrapsOn: { mysql: "each", mariadb: "each" },
  sends: "statement",
  sendsDelimiter: {},
  duplicates: "`alembic upgrade head` refuses",
  savepoint: "`with op.get_bind().begin_nested():`, inside the `try`",
  rawCall: call,
  codeFile: upAndDown,
  newFile: newRevision,
  newName,
  codeSteps: alembicSteps,
  optOut: "with op.get_context().autocommit_block():",
  adaptedCode: (fs, root) => (hasOwnTransactions(fs, root) ? { optOut: undefined } : {}),
  wrapsSetting: {
    files: ["env.py"],
    // Options may stand in a dictionary: `{"transaction_per_migration": True}`.
    pattern:
      /\b(?:transaction_per_migration(?:["']\]?)?[ \t]*[:=][ \t]*(True)|transactional_ddl(?:["']\]?)?[ \t]*[:=][ \t]*(False))\b/,
    wraps: () => "each",
  },
  keyCall,
  declaredAs: (declared, fs, root) => (declaresNothing(fs, root) ? undefined : declared),
  declaredTables: sqlalchemyTables,
  declared: {
    where: "the model",
    compares: "migrations",
    isPartlyRead: true,
    // Without compare_server_default in env.py.
    ignores: ["dropDefault", "setDefault"],
    index(name, fields, isUsual) {
      const [field = "", ...more] = fields;
      if (isUsual && more.length === 0) return `index=True in ${field}`;
      return `Index("${name}", ${fields.map((one) => `"${one}"`).join(", ")})`;
    },
    leftOut: (table, source) =>
      /\bauto generated by Alembic\b/.test(source)
        ? `leave this drop out, with those of its indexes and what takes them back: no migration makes ${table}. If no model declares it, exclude it in env.py (\`include_object\` or \`include_name\`), otherwise autogenerate drops it again. If nothing else uses it either, drop it in a migration of its own.`
        : undefined,
    keepsNames: true,
    // In Column, mapped_column or SQLModel's Field.
    key: (_family, _numbered, others) =>
      // SQLite numbers INTEGER alone.
      others.includes("SQLite") ? `BigInteger().with_variant(Integer(), "sqlite")` : "BigInteger",
    reference: "BigInteger",
    addedKey,
    stated: {
      comment: {
        column: (text) => `comment="${text}"`,
        table: (text) => `{"comment": "${text}"} in its __table_args__`,
      },
      nullable: "nullable=True",
    },
    renamed: (column) => `"${column}" as the first argument of its column`,
  },
  // SQLAlchemy's default for `index=True`.
  indexName: (table, columns) => `ix_${table}_${columns.join("_")}`,
  inGraph: true,
  trackingTables: ["alembic_version"],
  tracking: {
    table: "alembic_version",
    key: "version_num",
    keyOf: revision,
    newestOnly: true,
    follows: ({ up }) =>
      [...(up.code?.unit?.follows ?? "").matchAll(/["']([^"']+)["']/g)].map(([, name = ""]) => name),
  },
  commands: {
    server: "what `alembic.ini` or `env.py` say",
    apply: () => "alembic upgrade head",
    applyTo: ({ migration }) => `alembic upgrade ${revision(migration)}`,
    undo: ({ previous }) => `alembic downgrade ${previous === undefined ? "base" : revision(previous)}`,
    status: () => "alembic current --verbose",
    forget: ({ previous }) => `alembic stamp ${previous === undefined ? "base" : revision(previous)}`,
    mark: ({ migration }) => `alembic stamp ${revision(migration)}`,
  },
};
