/** What MariaDB's grammar has and MySQL's has not, and the reverse (measured on MySQL 5.7 to 9.7, MariaDB 10.6 to 11.8). */
import type {
  ColumnDefinition,
  IndexVisibility,
  Operation,
  OperationKind,
} from "../../../model/operation.ts";
import type { DialectName } from "../../../model/dialect.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { definitionsOf } from "./dates.ts";

export interface OtherProduct {
  readonly words: string;
  /** The project states its server; else the product is a guess from its files. */
  readonly certain: boolean;
}

/** See `MysqlQuestions.otherProduct`. */
export function otherProduct({ operation, scope }: Step, facts: ReplayFacts): OtherProduct | undefined {
  // The tool asks the database, and sends the statement without these words.
  if (operation.asked === true) return undefined;
  const words = others[scope.history.dialect](operation);
  return words === undefined ? undefined : { words, certain: facts.versionStated === true };
}

/** `ALTER TABLE IF EXISTS`. */
const clauses: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "addColumn",
  "convertCharset",
  "dropColumn",
  "redefineColumn",
  "renameColumn",
  "renameTable",
  "setTableOptions",
]);

const types: ReadonlySet<string> = new Set(["uuid", "inet4", "inet6"]);

function ofMariaDb(op: Operation): string | undefined {
  if (op.request?.wait !== undefined) return "WAIT and NOWAIT here";
  if (op.request?.online !== undefined) return "ALTER ONLINE";
  if (op.request?.ignore !== undefined) return "ALTER IGNORE";
  if (clauses.has(op.kind) && "ifExists" in op && op.ifExists === true) return "ALTER TABLE IF EXISTS";
  const ofType = definitionsOf(op).find(({ type }: ColumnDefinition) => types.has(type.name));
  if (ofType !== undefined) return `type ${ofType.type.name}`;
  switch (op.kind) {
    case "addColumn":
      return op.ifNotExists ? "ADD COLUMN IF NOT EXISTS" : undefined;
    case "dropColumn":
      return op.columnIfExists ? "DROP COLUMN IF EXISTS" : undefined;
    case "redefineColumn":
      return op.columnIfExists === true ? `${op.form.toUpperCase()} COLUMN IF EXISTS` : undefined;
    case "alterIndex":
      return ignoredWord(op.visibility);
    case "createIndex":
      if (op.mysql?.orReplace === true) return "CREATE OR REPLACE INDEX";
      if (ignoredWord(op.mysql?.visibility) !== undefined) return ignoredWord(op.mysql?.visibility);
      return op.ifNotExists ? "IF NOT EXISTS for indexes" : undefined;
    case "dropIndex":
      return op.ifExists ? "DROP INDEX IF EXISTS" : undefined;
    case "addForeignKey":
    case "addCheck":
    case "addUnique":
    case "addPrimaryKey":
      return op.ifNotExists === true ? "IF NOT EXISTS for constraints" : undefined;
    case "dropConstraint":
      return op.constraintIfExists ? "IF EXISTS for constraints" : undefined;
    case "createTable":
      if (op.orReplace === true) return "CREATE OR REPLACE TABLE";
      return op.systemVersioned === true ? "SYSTEM VERSIONING" : undefined;
    case "setSystemVersioning":
      return "SYSTEM VERSIONING";
    default:
      return undefined;
  }
}

const ignoredWord = (word: IndexVisibility | undefined): string | undefined =>
  word === "ignored" || word === "not ignored"
    ? `${word.toUpperCase()} indexes (it has ${word === "ignored" ? "INVISIBLE" : "VISIBLE"})`
    : undefined;

const visibleWord = (word: IndexVisibility | undefined): string | undefined =>
  word === "invisible" || word === "visible"
    ? `${word.toUpperCase()} indexes (it has ${word === "visible" ? "NOT IGNORED" : "IGNORED"})`
    : undefined;

function ofMysql(op: Operation): string | undefined {
  switch (op.kind) {
    case "alterIndex":
      return visibleWord(op.visibility);
    case "createIndex":
    case "addUnique":
      if (visibleWord(op.mysql?.visibility) !== undefined) return visibleWord(op.mysql?.visibility);
      return op.elements?.some(({ expression }) => expression !== undefined) === true
        ? "keys on expressions"
        : undefined;
    case "dropConstraint":
      return op.object === "check" ? "DROP CHECK (it has DROP CONSTRAINT)" : undefined;
    case "addCheck":
      return op.enforced ? undefined : "NOT ENFORCED";
    case "setOption":
      return op.scope === "persist" || op.scope === "persist_only" ? "SET PERSIST" : undefined;
    default:
      return undefined;
  }
}

/** What a history's database has not, of the words of the other. */
const others: Readonly<Record<DialectName, (op: Operation) => string | undefined>> = {
  postgres: () => undefined,
  mysql: ofMariaDb,
  mariadb: ofMysql,
  mongodb: () => undefined,
};
