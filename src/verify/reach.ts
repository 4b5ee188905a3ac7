/**
 * What reaches beyond a database of a server. Only statements that are understood as staying inside are let through: by the
 * parser's name for them, and by what their texts, bodies and constants name. What builds SQL when it runs can't be seen, and
 * isn't let through.
 */
import type { DialectFamily, PerFamily } from "../model/dialect.ts";
import type { Operation } from "../model/operation.ts";
import type { Script } from "../project/migration.ts";
import type { Statement } from "../sql/front-end.ts";
import { codeTextOf, type CodeText } from "./code-text.ts";

/** @param others names of the server's other databases; MySQL's statements can name them */
type Judge = (statement: Statement, text: CodeText, others: readonly string[]) => string | undefined;

/** Why a statement may reach beyond its database, in words; undefined: it stays inside. */
export function reachOf(
  family: DialectFamily,
  statement: Statement,
  script: Script,
  others: readonly string[],
): string | undefined {
  const text = script.text.slice(statement.span.start, statement.span.end);
  return judges[family](statement, codeTextOf(family, text), others);
}

/** All operations of a statement, those of bodies too. */
function* allOf(operations: readonly Operation[]): Generator<Operation> {
  for (const operation of operations) {
    yield operation;
    if (operation.kind === "createFunction") yield* allOf(operation.operations);
  }
}

type Patterns = readonly (readonly [pattern: RegExp, what: string])[];

const first = (patterns: Patterns, text: string): string | undefined =>
  patterns.find(([pattern]) => pattern.test(text))?.[1];

/** Statements of PostgreSQL that change objects of their database only, by the parser's names. */
const inside: ReadonlySet<string> = new Set(
  `CreateStmt CreateTableAsStmt AlterTableStmt IndexStmt DropStmt RenameStmt ViewStmt CommentStmt CreateSeqStmt AlterSeqStmt
  CreateEnumStmt AlterEnumStmt CreateDomainStmt AlterDomainStmt CompositeTypeStmt CreateRangeStmt DefineStmt CreateFunctionStmt
  AlterFunctionStmt CreateTrigStmt CreatePolicyStmt AlterPolicyStmt RuleStmt CreateSchemaStmt CreateStatsStmt AlterStatsStmt
  InsertStmt UpdateStmt DeleteStmt MergeStmt SelectStmt TruncateStmt TransactionStmt VariableSetStmt VariableShowStmt DoStmt
  CallStmt LockStmt GrantStmt AlterDefaultPrivilegesStmt AlterObjectSchemaStmt AlterOwnerStmt RefreshMatViewStmt VacuumStmt
  ClusterStmt ReindexStmt ExplainStmt PrepareStmt ExecuteStmt DeallocateStmt DiscardStmt ConstraintsSetStmt NotifyStmt
  CreateExtensionStmt AlterExtensionStmt AlterExtensionContentsStmt CreateCastStmt CreateOpClassStmt CreateOpFamilyStmt
  AlterOpFamilyStmt AlterOperatorStmt AlterTypeStmt CreatePublicationStmt AlterPublicationStmt AlterObjectDependsStmt
  CreateEventTrigStmt AlterEventTrigStmt AlterCollationStmt DeclareCursorStmt FetchStmt ClosePortalStmt`.split(
    /\s+/,
  ),
);

/** Their texts are values: nothing that is let through runs them. */
const rowsOnly: ReadonlySet<string> = new Set(
  "InsertStmt UpdateStmt DeleteStmt MergeStmt CommentStmt CreateStmt CreateEnumStmt AlterEnumStmt".split(" "),
);

/** Those of functions whose texts are names. */
const namedByTexts: Patterns = [
  [
    /\bset_config\s*\(\s*(?!'(?!role|session_authorization|standard_conforming_strings)\w[\w.]*')/i,
    "it takes another role",
  ],
];

const ofPostgres: Patterns = [
  [/\b(?:create|alter|drop|comment\s+on|rename)\s+(?:role|user|group)\b/i, "it changes roles"],
  [
    /\bgrant\s+(?:"[^"]*"|\w+)(?:\s*,\s*(?:"[^"]*"|\w+))*\s+to\b|\brevoke\s+(?:admin\s+option\s+for\s+)?(?:"[^"]*"|\w+)\s+from\b/i,
    "it changes who is a member of a role",
  ],
  [
    /\b(?:create|alter|drop|comment)\s+(?:on\s+)?database\b|\bon\s+(?:database|parameter)\b/i,
    "it changes databases",
  ],
  [/(?<!default_)\btablespace\b/i, "it names a tablespace"],
  [/\b(?:prepare\s+transaction|(?:commit|rollback)\s+prepared)\b/i, "it leaves a transaction behind"],
  [/\bstandard_conforming_strings\b(?!"?\s*(?:=|to)\s*(?:'on'|on\b)|",)/i, "it changes where texts end"],
  [/\balter\s+system\b|\bcheckpoint\b/i, "it changes the server"],
  [
    /(?<!\bupdate\s[^;]*)\bset\s+(?:(?:local|session)\s+)?"?(?:role|authorization|session_authorization)\b/i,
    "it takes another role",
  ],
  [/\b(?:reassign|drop)\s+owned\b|\bsecurity\s+label\b/i, "it changes objects of other databases"],
  [/\bcopy\b[^;]*\b(?:from|to|program)\b|\bload\s+'/i, "it reads or writes files or programs of the server"],
  [
    /\b(?:dblink\w*|postgres_fdw|file_fdw|adminpack|pg_cron|pg_net)\b|\bforeign\s+(?:data|table)\b|\b(?:create|alter|drop)\s+server\b|\bimport\s+foreign\b|\buser\s+mapping\b|\bsubscription\b/i,
    "it connects elsewhere",
  ],
  [
    /\bpg_(?:read_|ls_|stat_file|file_|logfile|reload|rotate|terminate|cancel|promote|switch|create_|start_|stop_|backup|wal_|logical|replication|copy_|drop_|sync_|stat_reset|log_|import|current_logfile|hba|execute|write|export|signal|checkpoint)\w*/i,
    "it calls a function that reaches the server",
  ],
  [/\blo_(?:import|export)\b/i, "it reads or writes files of the server"],
  [
    /\b(?:query|cursor|table|schema|database)_to_xml\w*\b|\b(?:ts_stat|ts_rewrite|crosstab\w*|connectby|xpath_table)\b/i,
    "it runs a text as SQL",
  ],
  [
    /\bpg_(?:authid|auth_members|database|shadow|db_role_setting|shdepend|shdescription|shseclabel|parameter_acl|largeobject|tablespace|subscription|replication_origin)\b/i,
    "it names a catalogue of the whole server",
  ],
  [
    /\b(?:insert\s+into|(?:update|delete\s+from|merge\s+into)(?:\s+only)?)\s+(?:"?pg_catalog"?\s*\.\s*)?"?pg_|\bcreate\b[^;]*\bview\b[^;]*\bpg_(?:proc|language|aggregate|operator|cast|type|attrdef|rewrite|trigger|settings)\b/i,
    "it writes to a catalogue, by which anything can be called",
  ],
  [/\bU&"/i, "it hides a name"],
  [
    /\bcreate\s+(?:or\s+replace\s+)?(?:trusted\s+|procedural\s+)*language\b|\baccess\s+method\b/i,
    "it changes what the server can run",
  ],
];

/** Objects that belong to no database, or lead to others. */
const outside: ReadonlySet<string> = new Set([
  "database",
  "foreign data wrapper",
  "foreign table",
  "language",
  "parameter",
  "role",
  "server",
  "subscription",
  "system",
  "tablespace",
  "user mapping",
]);

/** Marked as trusted in the distribution: a user without rights on the server may create them. */
const trusted: ReadonlySet<string> = new Set(
  "btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn ltree pg_trgm pgcrypto plpgsql seg tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp vector".split(
    " ",
  ),
);

/** `CREATE ROLE` */
const headOf = (text: string): string => {
  const words = /^[a-z]+(?:\s+[a-z]+)?/i.exec(text.replace(/^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)+/, ""))?.[0];
  return words?.replace(/\s+/, " ").toUpperCase() ?? "it";
};

/** What a routine sets while it runs stands outside of its body. */
const takesRole = /\bset\s+"?(?:role|session_authorization)\b/i;

const judgePostgres: Judge = ({ kind, operations }, { whole, bare }) => {
  if (!inside.has(kind)) return `${headOf(bare)} isn't known to stay inside of the database`;
  for (const operation of allOf(operations)) {
    if (operation.kind === "executeDynamic") return "it runs SQL that is built when it runs";
    if (operation.kind === "unknown") return "it isn't understood";
    if (operation.composed === true || operation.unnamed === true)
      return "it runs SQL that is built when it runs";
    if ("object" in operation && outside.has(operation.object ?? ""))
      return `it changes a ${operation.object}`;
    if (operation.kind === "copyRows") return "it reads or writes files or programs of the server";
    if (operation.kind === "setOption" && /^(?:role|session_authorization)$/.test(operation.name))
      return "it takes another role";
    if (operation.kind === "createFunction" && !/^(?:sql|plpgsql)$/.test(operation.language))
      return `its language is ${operation.language}, which isn't read`;
    if (operation.kind === "createExtension" && !trusted.has(operation.extension.text))
      return `the extension ${operation.extension.text} may reach the server`;
  }
  if (/Function/.test(kind) && takesRole.test(bare)) return "it takes another role";
  // With the names of what is called by a text that is put together of constants.
  const text = rowsOnly.has(kind) ? bare : `${whole} ${JSON.stringify(operations)}`;
  return first(namedByTexts, whole) ?? first(ofPostgres, text);
};

/** How statements of MySQL that change objects of their database begin. */
const begins =
  /^\s*(?:create\s+(?:or\s+replace\s+)?(?:definer\s*=\s*\S+\s+|algorithm\s*=\s*\w+\s+|sql\s+security\s+\w+\s+|temporary\s+|unique\s+|fulltext\s+|spatial\s+|online\s+|offline\s+|aggregate\s+)*(?:table|index|view|trigger|procedure|function|sequence)|alter\s+(?:online\s+|ignore\s+|definer\s*=\s*\S+\s+|algorithm\s*=\s*\w+\s+|sql\s+security\s+\w+\s+)*(?:table|view|procedure|function|sequence)|drop\s+(?:temporary\s+)?(?:table|index|view|trigger|procedure|function|sequence)|rename\s+table|truncate|insert|replace|update|delete|select|with|call|do|set|lock\s+tables?|unlock\s+tables|analyze|optimize|check|repair|start\s+transaction|begin|commit|rollback|savepoint|release|show|describe|explain)\b/i;

const ofMysql: Patterns = [
  [
    /\bset\s+[^;]*(?:\b(?:global|persist|persist_only)\b|@@(?:global|persist|persist_only)\b)|(?<!\bupdate\s+(?:low_priority\s+|ignore\s+)*[\w`.]+(?:\s+(?:as\s+)?[\w`]+)?\s+)\bset\s+(?:password|default\s+role|role|resource)\b/i,
    "it changes the server or a user",
  ],
  [
    /\b(?:outfile|dumpfile|load_file|infile|load\s+(?:data|xml))\b/i,
    "it reads or writes files of the server",
  ],
  [/\bprepare\s+\S+\s+from\b|\bexecute\s+(?:immediate\b|\S)/i, "it runs SQL that is built when it runs"],
  [
    /\b(?:create|alter|drop|rename)\s+(?:or\s+replace\s+)?(?:user|role|database|schema|server|tablespace|event|logfile|undo|resource|spatial\s+reference)\b/i,
    "it changes users, databases or the server",
  ],
  [/\b(?:data|index)\s+directory\b|\btablespace\b|\bsoname\b/i, "it names files of the server"],
  [/\b(?:mysql|sys|performance_schema)\s*`?\s*\./i, "it names a database of the server"],
];

const enginesOfMysql: Patterns = [
  [
    /\bengine\s*=?\s*['"`]?(?:federated\w*|connect|spider|s3|csv|mrg_\w+|merge|sphinx)\b|\bconnection\s*=|storage_engine\s*:?=(?!\s*['"]?(?:innodb|myisam|aria|memory|default)\b)/i,
    "its engine reaches elsewhere",
  ],
];

const hasBody = /\b(?:procedure|function|trigger|begin)\b/i;

const inBodies: Patterns = [
  [
    /\b(?:grant|revoke|flush|kill|shutdown|install|uninstall|purge|binlog|handler|xa|use)\s+\w/i,
    "it reaches the server",
  ],
];

const judgeMysql: Judge = ({ operations }, { whole, bare }, others) => {
  const plain = bare.replace(/^\s*\/\*M?!\d*\s*/, "");
  if (!begins.test(plain)) return `${headOf(plain)} isn't known to stay inside of the database`;
  for (const { kind } of allOf(operations)) {
    if (kind === "executeDynamic") return "it runs SQL that is built when it runs";
    if (kind === "unknown") return "it isn't understood";
  }
  const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const other = others.find((name) =>
    new RegExp(`(?<![\\w$])[\`"]?${escaped(name)}[\`"]?\\s*\\.`, "i").test(bare),
  );
  if (other !== undefined) return `it names the database ${other}`;
  const inside = hasBody.test(bare) ? first(inBodies, bare) : undefined;
  return inside ?? first(ofMysql, bare) ?? first(enginesOfMysql, whole);
};

const judges: PerFamily<Judge> = {
  postgres: judgePostgres,
  mysql: judgeMysql,
  mongodb: () => "no server of MongoDB is reached",
};
