/** From one column type to another: what stays as it is stored, and what is written anew. */
import type { ColumnDefinition } from "../../model/operation.ts";
import { typeText, type ColumnType } from "../../model/types.ts";
import { collationName, charsetName, isString, ofTable } from "../../schema/apply/mysql/charset.ts";
import type { Column } from "../../schema/model.ts";
import type { Change, ChangeKind } from "./change.ts";
import type { MysqlServer } from "./release.ts";
import { isSince } from "./release.ts";
import type { StatementContext } from "./statement-context.ts";
import { dictionary } from "../../text/dictionary.ts";

/** Bytes of the longest character. */
export const longest: Readonly<Record<string, number>> = dictionary({
  utf8mb4: 4,
  utf8mb3: 3,
  utf16: 4,
  utf16le: 4,
  utf32: 4,
  ucs2: 2,
  gb18030: 4,
  gbk: 2,
  gb2312: 2,
  big5: 2,
  sjis: 2,
  cp932: 2,
  euckr: 2,
  ujis: 3,
  eucjpms: 3,
});

/** The server's default for tables that say nothing; since MySQL 8.0 and with Debian's MariaDB it is this. */
const usual = "utf8mb4";

export interface Written {
  readonly charset: string;
  readonly collation: string;
}

/** With the default collation of its character set, where none is written. */
export function written(
  { charset, collation }: Pick<Column, "charset" | "collation">,
  server: MysqlServer,
): Written {
  const name = charset ?? collation?.split("_")[0] ?? usual;
  return { charset: name, collation: collation ?? defaultCollation(name, server) };
}

function defaultCollation(charset: string, server: MysqlServer): string {
  const unicode = ["utf8mb4", "utf8mb3", "ucs2", "utf16", "utf32"].includes(charset);
  if (server.isMariaDb && unicode && isSince(server, "11.5")) return `${charset}_uca1400_ai_ci`;
  if (!server.isMariaDb && charset === "utf8mb4" && isSince(server, "8.0")) return "utf8mb4_0900_ai_ci";
  if (charset === "latin1") return "latin1_swedish_ci";
  return charset === "binary" ? "binary" : `${charset}_general_ci`;
}

/** Of a definition: its own words, else the table's default. */
export function charsetOf(definition: ColumnDefinition, context: StatementContext): Written {
  const collation =
    definition.collation === undefined ? undefined : collationName(definition.collation.name.toLowerCase());
  const charset = definition.mysql?.charset === undefined ? undefined : charsetName(definition.mysql.charset);
  if (charset !== undefined || collation !== undefined)
    return written({ charset, collation }, context.server);
  // A new default of the same statement holds for its definitions already.
  for (const op of context.statement) {
    if (op.kind !== "setTableOptions") continue;
    const given = new Map(op.options.map(({ name, value }) => [name, value?.toLowerCase()]));
    const [set, order] = [given.get("charset"), given.get("collate")];
    if (set !== undefined || order !== undefined)
      return written(
        { charset: set && charsetName(set), collation: order && collationName(order) },
        context.server,
      );
  }
  return written(context.relation === undefined ? {} : ofTable(context.relation), context.server);
}

const varying: ReadonlySet<string> = new Set(["varchar", "varbinary"]);

/** The kinds that a new type amounts to; empty: the values stay as they are. */
export function typeChanges(
  definition: ColumnDefinition,
  column: Column,
  context: StatementContext,
): readonly Change[] {
  const from = column.type;
  const to = definition.type;
  if (from === undefined) return [{ kind: "change type" }];
  const was = written(column, context.server);
  const now = isString(to) ? charsetOf(definition, context) : was;
  const kinds: ChangeKind[] = [];
  const recoded = isString(from) && isString(to) ? recode(was, now, column, from, context) : undefined;
  if (recoded !== undefined) kinds.push(recoded);
  const resized = retype(from, to, was, now, context);
  if (resized !== undefined) kinds.push(resized);
  return kinds.map((kind) => ({ kind }));
}

/** Another character set or collation of the same type. */
function recode(
  was: Written,
  now: Written,
  column: Column,
  type: ColumnType,
  context: StatementContext,
): ChangeKind | undefined {
  if (was.charset === now.charset && was.collation === now.collation) return undefined;
  const widens = was.charset === "utf8mb3" && now.charset === "utf8mb4";
  if (was.charset !== now.charset && !widens) return "change type";
  if (type.name === "enum" || type.name === "set") return "change type";
  const indexes = context.indexesWith(column.name);
  if (type.name.endsWith("text") && indexes.length > 0) return "change collation of key or FULLTEXT column";
  const isSameOrder = was.collation.replace("utf8mb3", "utf8mb4") === now.collation;
  if (indexes.length === 0) return widens ? "utf8mb3 to utf8mb4" : "change collation";
  if (widens && isSameOrder) return "utf8mb3 to utf8mb4, indexed";
  const isKey = indexes.some((index) => index === context.primaryKey || index.method === "fulltext");
  return isKey ? "change collation of key or FULLTEXT column" : "change collation of indexed column";
}

function retype(
  from: ColumnType,
  to: ColumnType,
  was: Written,
  now: Written,
  context: StatementContext,
): ChangeKind | undefined {
  if (from.name !== to.name) return "change type";
  if (from.name === "enum" || from.name === "set") return members(from, to);
  if (varying.has(from.name)) return widen(from, to, was, now, context);
  if (isSameStorage(from, to)) return undefined;
  return "change type";
}

/** The display width of integers is no matter of storage; ZEROFILL changes the sign. */
const integers: ReadonlySet<string> = new Set(["tinyint", "smallint", "mediumint", "int", "bigint"]);

function isSameStorage(from: ColumnType, to: ColumnType): boolean {
  if (integers.has(from.name)) return from.unsigned === to.unsigned && from.zerofill === to.zerofill;
  if (from.name === "char" || from.name === "binary" || from.name === "bit")
    return (from.modifiers[0] ?? 1) === (to.modifiers[0] ?? 1);
  if (from.name === "decimal")
    return (
      (from.modifiers[0] ?? 10) === (to.modifiers[0] ?? 10) &&
      (from.modifiers[1] ?? 0) === (to.modifiers[1] ?? 0) &&
      from.unsigned === to.unsigned
    );
  // Digits of FLOAT and DOUBLE are for display.
  if (from.name === "float" || from.name === "double")
    return from.unsigned === to.unsigned && from.zerofill === to.zerofill;
  return typeText(from) === typeText(to);
}

/** Bytes that a SET of so many members takes; of an ENUM: 1, or 2 beyond 255. */
const bytesOf = (name: string, count: number): number => {
  if (name === "enum") return count > 255 ? 2 : 1;
  const bytes = Math.ceil(count / 8);
  return bytes > 4 ? 8 : bytes;
};

function members(from: ColumnType, to: ColumnType): ChangeKind | undefined {
  const [old, all] = [from.values ?? [], to.values ?? []];
  // Letters of another case are the same to the usual collations.
  const isStart = old.every((value, i) => all[i]?.toLowerCase() === value.toLowerCase());
  if (!isStart || bytesOf(from.name, old.length) !== bytesOf(to.name, all.length)) return "change type";
  if (all.length > old.length) return "append members";
  return undefined;
}

function widen(
  from: ColumnType,
  to: ColumnType,
  was: Written,
  now: Written,
  context: StatementContext,
): ChangeKind | undefined {
  const isBinary = from.name === "varbinary";
  const bytes = (type: ColumnType, charset: string): number =>
    (type.modifiers[0] ?? 0) * (isBinary ? 1 : (longest[charset] ?? 1));
  const [old, wide] = [bytes(from, was.charset), bytes(to, now.charset)];
  if ((to.modifiers[0] ?? 0) < (from.modifiers[0] ?? 0)) return "change type";
  if (old === wide) return undefined;
  if (old > 255 || wide <= 255) return "widen VARCHAR";
  if (context.rowFormat === "redundant") return "widen VARCHAR past 255 bytes in REDUNDANT";
  return old <= 127 ? "widen VARCHAR of at most 127 bytes past 255" : "change type";
}

/** Of CONVERT TO CHARACTER SET: what it does to a column. Texts grow a class where the characters may take more bytes. */
export function charsetChanges(
  column: Column,
  to: Pick<Column, "charset" | "collation">,
  context: StatementContext,
): readonly Change[] {
  const { type } = column;
  if (type === undefined) return [{ kind: "change type" }];
  const [was, now] = [written(column, context.server), written(to, context.server)];
  const recoded = recode(was, now, column, type, context);
  const grows = (longest[now.charset] ?? 1) > (longest[was.charset] ?? 1);
  const resized: ChangeKind | undefined =
    type.name.endsWith("text") && type.name !== "longtext"
      ? grows
        ? "change type"
        : undefined
      : retype(type, type, was, now, context);
  return [recoded, resized].flatMap((kind) => (kind === undefined ? [] : [{ kind }]));
}
