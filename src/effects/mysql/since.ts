/**
 * What only newer releases of MySQL and MariaDB know (release notes of both; "What Is New in MySQL 8.0"). The release
 * is the first that is fit for production.
 */
import type { ColumnDefinition, Operation } from "../../model/operation.ts";
import { isSince, type MysqlServer } from "./release.ts";
import { dictionary } from "../../text/dictionary.ts";

export interface Needed {
  /** As the statement says it: `RENAME COLUMN`. */
  readonly words: string;
  /** The word at which an older server stops. */
  readonly near: string;
  readonly release: string;
}

/** `undefined`: that server has never known it, which isn't a matter of releases. */
interface Since {
  readonly words: string;
  readonly near?: string;
  readonly mysql?: string | undefined;
  readonly mariadb?: string | undefined;
}

const types: Readonly<Record<string, Since>> = dictionary({
  json: { words: "type json", mysql: "5.7.8", mariadb: "10.2.7" },
  uuid: { words: "type uuid", mariadb: "10.7" },
  inet6: { words: "type inet6", mariadb: "10.5" },
  inet4: { words: "type inet4", mariadb: "10.10" },
  vector: { words: "type vector", mysql: "9.0", mariadb: "11.7" },
});

/** What the server is too old for; undefined: nothing that is known. */
export function neededRelease(op: Operation, server: MysqlServer): Needed | undefined {
  const { isMariaDb } = server;
  for (const { words, near = words, ...since } of asked(op, isMariaDb)) {
    const release = isMariaDb ? since.mariadb : since.mysql;
    if (release !== undefined && !isSince(server, release)) return { words, near, release };
  }
  return undefined;
}

function asked(op: Operation, isMariaDb: boolean): readonly Since[] {
  return [...ofRequest(op), ...ofColumns(op), ...ofCollation(op), ...ofKind(op, isMariaDb)];
}

function ofRequest({ request }: Operation): readonly Since[] {
  const algorithm = request?.algorithm?.value;
  const found: Since[] = [];
  if (algorithm === "instant") found.push({ words: "ALGORITHM=INSTANT", mysql: "8.0.12", mariadb: "10.3" });
  if (algorithm === "nocopy") found.push({ words: "ALGORITHM=NOCOPY", mariadb: "10.3" });
  if (request?.wait !== undefined) found.push({ words: "WAIT and NOWAIT here", mariadb: "10.3" });
  return found;
}

export const definedColumns = (op: Operation): readonly ColumnDefinition[] =>
  op.kind === "createTable"
    ? op.columns
    : op.kind === "addColumn"
      ? [op.column]
      : op.kind === "redefineColumn"
        ? [op.definition]
        : [];

const ofColumns = (op: Operation): readonly Since[] =>
  definedColumns(op).flatMap(({ type, mysql, default: value, collation }) => {
    const found: Since[] = [];
    const ofType = types[type.name];
    if (ofType !== undefined) found.push(ofType);
    if (mysql?.visible === false)
      found.push({ words: "invisible columns", near: "INVISIBLE", mysql: "8.0.23", mariadb: "10.3" });
    if (value?.text.trim().startsWith("(") === true)
      found.push({ words: "DEFAULT (expression)", near: "(", mysql: "8.0.13", mariadb: "10.2.1" });
    if (collation !== undefined) found.push(...ofCollationName(collation.name));
    return found;
  });

function ofCollation(op: Operation): readonly Since[] {
  if (op.kind === "convertCharset") return ofCollationName(op.collation ?? "");
  if (op.kind !== "createTable" && op.kind !== "setTableOptions") return [];
  return (op.options ?? []).flatMap(({ name, value }) =>
    name === "collate" ? ofCollationName(value ?? "") : [],
  );
}

/** MariaDB 11.4.5 takes MySQL's names for its own. */
function ofCollationName(name: string): readonly Since[] {
  if (/^utf8mb4_[a-z0-9_]{0,40}0900_/i.test(name))
    return [{ words: `collation ${name}`, mysql: "8.0", mariadb: "11.4.5" }];
  return /^(?:utf8mb[34]_|utf8_)?uca1400_/i.test(name)
    ? [{ words: `collation ${name}`, mariadb: "10.10" }]
    : [];
}

const expressionKey: Since = { words: "keys on expressions", near: "(", mysql: "8.0.13" };
const isExpression = ({ expression }: { readonly expression?: unknown }): boolean => expression !== undefined;

function ofKind(op: Operation, isMariaDb: boolean): readonly Since[] {
  switch (op.kind) {
    case "renameColumn":
      return [{ words: "RENAME COLUMN", near: "COLUMN", mysql: "8.0", mariadb: "10.5.2" }];
    case "renameIndex":
      return [{ words: "RENAME INDEX", near: "INDEX", mysql: "5.7", mariadb: "10.5.2" }];
    case "alterIndex":
      return op.change === "visibility"
        ? [{ words: isMariaDb ? "IGNORED" : "ALTER INDEX", near: "INDEX", mysql: "8.0", mariadb: "10.6" }]
        : [];
    case "dropConstraint":
      if (op.object === "check") return [{ words: "DROP CHECK", near: "CONSTRAINT", mysql: "8.0.16" }];
      return op.object === undefined
        ? [{ words: "DROP CONSTRAINT", near: "CONSTRAINT", mysql: "8.0.19", mariadb: "10.2.22" }]
        : [];
    case "alterConstraint":
      return [{ words: "ALTER CHECK", near: "CHECK", mysql: "8.0.16" }];
    case "addCheck":
      return op.enforced ? [] : [{ words: "NOT ENFORCED", near: "ENFORCED", mysql: "8.0.16" }];
    case "createIndex":
      return [
        ...(op.elements.some(isExpression) ? [expressionKey] : []),
        ...(op.mysql?.visible === false
          ? [{ words: isMariaDb ? "IGNORED" : "INVISIBLE indexes", mysql: "8.0", mariadb: "10.6" }]
          : []),
      ];
    case "addUnique":
      return op.elements?.some(isExpression) === true ? [expressionKey] : [];
    case "setSystemVersioning":
      return [{ words: "SYSTEM VERSIONING", mariadb: "10.3" }];
    case "createTable":
      return op.systemVersioned === true ? [{ words: "SYSTEM VERSIONING", mariadb: "10.3" }] : [];
    case "createSequence":
      return [{ words: "CREATE SEQUENCE", near: "SEQUENCE", mariadb: "10.3" }];
    case "createView":
      return op.ifNotExists ? [{ words: "CREATE VIEW IF NOT EXISTS", near: "IF", mysql: "9.1" }] : [];
    case "createTrigger":
      return op.ifNotExists === true
        ? [{ words: "CREATE TRIGGER IF NOT EXISTS", near: "IF", mysql: "8.0.29" }]
        : [];
    case "setOption":
      return op.scope === "persist" || op.scope === "persist_only"
        ? [{ words: "SET PERSIST", near: "PERSIST", mysql: "8.0" }]
        : [];
    case "grant":
      return op.grantees.includes("public") ? [{ words: "TO PUBLIC", near: "PUBLIC", mariadb: "10.11" }] : [];
    default:
      return [];
  }
}
