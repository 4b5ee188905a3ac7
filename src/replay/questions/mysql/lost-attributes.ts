/** MODIFY and CHANGE replace the whole definition of a column: what they don't repeat is gone. */
import type { ColumnDefinition, RedefineColumn } from "../../../model/operation.ts";
import { sameType } from "../../../model/types.ts";
import type { Column } from "../../../schema/model.ts";
import type { Edit } from "../../../text/span.ts";
import type { Step } from "../../step.ts";

export interface LostAttribute {
  readonly what:
    "NOT NULL" | "DEFAULT" | "COMMENT" | "AUTO_INCREMENT" | "CHARACTER SET" | "ON UPDATE" | "INVISIBLE";
  /** What the definition would have to say. */
  readonly words: string;
  /** Puts it where it belongs. */
  readonly edit: Edit;
}

/** How the call of a tool loses them. */
export interface LostInCall {
  /** It leaves out what it could state. */
  readonly isUnstated: boolean;
  /** What is written behind the type is sent. */
  readonly takesWords: boolean;
  readonly instead: string | undefined;
}

/** See `MysqlQuestions.lostAttributes`. */
export function lostAttributes(step: Step): readonly LostAttribute[] {
  const { operation, before, after, skipped } = step;
  if (operation.kind !== "redefineColumn" || skipped) return [];
  const { table, column, definition } = operation;
  const found = before.column(table, column.text);
  const now = after.column(table, definition.name.text);
  if (found.is !== "present" || found.value.type === undefined || definition.generated !== undefined)
    return [];
  const old = found.value;
  const said = definition.mysql;
  const { unstated, repeats } = operation.call ?? {};
  const lost: LostAttribute[] = [];
  const lose = (what: LostAttribute["what"], words: string, edit = atEnd(operation, words)): void => {
    if (repeats !== true || what === "CHARACTER SET" || what === "ON UPDATE" || what === "INVISIBLE")
      lost.push({ what, words, edit });
  };
  const relation = before.relation(table);
  // Else it is the default of the table, or of the server, that nobody knows.
  const isDefaultKnown =
    relation.is === "present" &&
    (relation.value.complete || relation.value.tableOptions?.["charset"] !== undefined);
  const charset =
    now.is === "present" && isDefaultKnown ? lostCharset(old, now.value, definition) : undefined;
  if (charset !== undefined)
    lose("CHARACTER SET", charset, inserted(definition.type.span.end, ` ${charset}`));
  const inPrimaryKey =
    relation.is === "present" &&
    relation.value.constraints.some((c) => c.kind === "primary key" && c.columns.includes(old.name));
  // A tool writes NULL where its call says nothing of it.
  // DEFAULT NULL says it, too: the server refuses that with NOT NULL.
  const isNullSaid = said?.nullWritten === true || definition.default?.isNull === true;
  const isNullMeant = isNullSaid && unstated?.["NOT NULL"] === undefined;
  // AUTO_INCREMENT makes it NOT NULL, also where NULL is written (run on MySQL 9.7 and MariaDB 10.11).
  const isKept = inPrimaryKey || said?.autoIncrement === true;
  const losesNotNull = old.notNull === "yes" && !definition.notNull && !isNullMeant && !isKept;
  if (losesNotNull && !isNullSaidLater(step)) lose("NOT NULL", "NOT NULL");
  const { default: value, mysql } = old;
  const counts = mysql?.autoIncrement === true;
  if (
    value !== undefined &&
    !value.isNull &&
    said?.defaultWritten !== true &&
    !counts &&
    mayHaveDefault(definition) &&
    !isDecidedLater(step)
  )
    lose("DEFAULT", `DEFAULT ${value.text}`);
  if (counts && said?.autoIncrement !== true) lose("AUTO_INCREMENT", "AUTO_INCREMENT");
  const isTime = definition.type.name === "timestamp" || definition.type.name === "datetime";
  if (mysql?.onUpdate !== undefined && said?.onUpdate === undefined && isTime)
    lose("ON UPDATE", `ON UPDATE ${mysql.onUpdate.text}`);
  if (mysql?.visible === false && said?.visible === undefined) lose("INVISIBLE", "INVISIBLE");
  const comment = mysql?.comment ?? "";
  if (comment !== "" && said?.comment === undefined)
    lose("COMMENT", `COMMENT '${comment.replaceAll("'", "''")}'`);
  return lost.every(({ what }) => what === "NOT NULL") && saysTypeAgain(operation, old.type) ? [] : lost;
}

/** See `MysqlQuestions.lostInCall`. */
export function lostInCall(step: Step): LostInCall | undefined {
  const { call } = step.operation;
  if (call === undefined) return undefined;
  const lost = lostAttributes(step);
  const { name, unstated = {}, leftOut } = call;
  const left = Object.entries(unstated).flatMap(([what, argument]) =>
    lost.some((one) => one.what === what) ? argument : [],
  );
  const isUnstated = left.length > 0;
  const shared = step.script.code?.unit?.terms?.others;
  const apart =
    shared === undefined
      ? ""
      : ` Other databases refuse that, or do without it: write it in a changeset of its own with dbms:${shared.dbms}, and give this one dbms:${shared.ofOthers}.`;
  if (leftOut === undefined) {
    const instead = `Pass ${left.join(", ")} to ${name}, as the column has ${left.length > 1 ? "them" : "it"}.${apart}`;
    return { isUnstated, takesWords: true, instead: isUnstated ? instead : undefined };
  }
  const ways = new Map<string, string>(Object.entries(leftOut.otherwise));
  const known = lost.flatMap(({ what }) => ways.get(what) ?? []);
  const words = lost.map((one) => one.words).join(" ");
  const way =
    known.length === lost.length
      ? known.join(", and ")
      : `the statement as ${leftOut.plain} in its place, with ${words} behind the type`;
  const instead = `${name} sends nothing that is written behind ${leftOut.behind}. Write ${way}.${apart}`;
  return { isUnstated, takesWords: false, instead };
}

/** The migration drops the default behind it, or sets another: Django's own is there for the old rows only. */
function isDecidedLater({ operation, before, neighbours }: Step): boolean {
  if (operation.kind !== "redefineColumn") return false;
  const { table, definition } = operation;
  return neighbours("later", "dropDefault", "setDefault").some(
    ({ operation: other, before: then }) =>
      other.column.text === definition.name.text && then.resolve(other.table) === before.resolve(table),
  );
}

/** The migration says NULL or NOT NULL of the column behind it, as `dropNotNullConstraint` does behind `modifyDataType`. */
const isNullSaidLater = (step: Step): boolean =>
  redefinedLater(step).some(({ notNull, mysql }) => notNull || mysql?.nullWritten === true);

/** See `MysqlQuestions.isRedefinedLater`. */
export const isRedefinedLater = (step: Step): boolean => redefinedLater(step).length > 0;

function redefinedLater({ operation, before, neighbours }: Step): readonly ColumnDefinition[] {
  if (operation.kind !== "redefineColumn") return [];
  const { table, definition } = operation;
  return neighbours("later", "redefineColumn").flatMap(({ operation: other, before: then }) =>
    other.column.text === definition.name.text && then.resolve(other.table) === before.resolve(table)
      ? other.definition
      : [],
  );
}

/** `MODIFY note varchar(20)` of such a column, and no tool writes it: there is nothing to change but NOT NULL. */
const saysTypeAgain = (
  { column, definition: { name, type, mysql }, call }: RedefineColumn,
  old: Column["type"],
): boolean =>
  call === undefined &&
  name.text === column.text &&
  mysql?.definition.end === type.span.end &&
  mysql.position === undefined &&
  old !== undefined &&
  sameType(type, old);

/** Of the column's own; undefined: it stays, or is said. */
function lostCharset(old: Column, now: Column, definition: ColumnDefinition): string | undefined {
  if (definition.mysql?.charset !== undefined || definition.collation !== undefined) return undefined;
  const isOwn = old.mysql?.charset !== undefined || old.mysql?.charsetSpan !== undefined;
  if (!isOwn || old.charset === undefined || now.charset === old.charset || now.type?.name === "json")
    return undefined;
  if (!/char$|text$|^enum$|^set$/.test(definition.type.name)) return undefined;
  return `CHARACTER SET ${old.charset}`;
}

const mayHaveDefault = ({ type }: ColumnDefinition): boolean =>
  !/text$|blob$|^json$|^geometry$|^point$/.test(type.name);

const inserted = (at: number, text: string): Edit => ({ span: { start: at, end: at }, text });

/** Before FIRST or AFTER, which come last. */
function atEnd({ definition: { mysql }, span }: RedefineColumn, words: string): Edit {
  if (mysql?.position !== undefined) return inserted(mysql.position.span.start, `${words} `);
  return inserted(mysql?.definition.end ?? span.end, ` ${words}`);
}
