/** Keys that are too long, and keys that lose a column. */
import { isSince } from "../../../effects/mysql/release.ts";
import { covers } from "../../../effects/mysql/refused-keys.ts";
import { longest, written } from "../../../effects/mysql/types.ts";
import { engineOf } from "../../../model/engines.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { IndexElement } from "../../../model/operation.ts";
import type { Column, Index } from "../../../schema/model.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import { spellColumn } from "../names/spelling.ts";
import type { Step } from "../../step.ts";
import { isUniqueWithin } from "../values/new-unique.ts";

export interface KeyFault {
  /** `long`: refused; `cut`: only a beginning is indexed; `unlimited`: refused, as the column has no greatest length. */
  readonly how: "long" | "cut" | "unlimited";
  readonly bytes: number;
  readonly most: number;
  readonly column: string;
}

/** What a foreign key refers to: the columns of a key, of an index that isn't unique, or of none, which InnoDB refuses. */
export type ParentKey = "unique" | "index" | "none" | "unknown";

/** Bytes of all parts together, and of each in the newer row formats (MySQL manual, "InnoDB Limits"). */
const most = 3072;
/** Bytes of a part in COMPACT and REDUNDANT. */
const mostOfOld = 767;

interface NewKey {
  readonly table: QualifiedName;
  readonly elements: readonly IndexElement[];
  readonly kind: "plain" | "unique" | "primary";
}

function newKey({ operation, skipped }: Step): NewKey | undefined {
  if (skipped) return undefined;
  switch (operation.kind) {
    case "createIndex":
      if (operation.method !== "btree") return undefined;
      return {
        table: operation.table,
        elements: operation.elements,
        kind: operation.unique ? "unique" : "plain",
      };
    case "addUnique":
    case "addPrimaryKey":
      return {
        table: operation.table,
        elements: operation.elements ?? [],
        kind: operation.kind === "addUnique" ? "unique" : "primary",
      };
    default:
      return undefined;
  }
}

/** See `MysqlQuestions.keyFault`. Measured: MariaDB makes a hash of a unique key that is too long, and cuts a plain one. */
export function keyFault(step: Step, facts: ReplayFacts): KeyFault | undefined {
  const key = newKey(step);
  if (key === undefined) return undefined;
  const found = step.after.relation(key.table);
  if (found.is !== "present" || engineOf(found.value) !== "innodb") return undefined;
  const { isMariaDb } = step.before.dialect;
  const limit = ["compact", "redundant"].includes(found.value.tableOptions?.["row_format"] ?? "")
    ? mostOfOld
    : most;
  const nameOf = (column: string): string => spellColumn(step, key.table, column);
  let sum = 0;
  for (const { column: name, length } of key.elements) {
    const column = found.value.columns.find((one) => one.name === name);
    if (column?.type === undefined) continue;
    if (/text$|blob$/.test(column.type.name) && length === undefined) {
      if (isMariaDb) return undefined;
      return { how: "unlimited", bytes: 0, most: limit, column: nameOf(column.name) };
    }
    const bytes = bytesOf(column, length, step, facts);
    sum += bytes;
    if (bytes <= limit) continue;
    const fault = { bytes, most: limit, column: nameOf(column.name) };
    if (!isMariaDb || key.kind === "primary" || limit === mostOfOld) return { how: "long", ...fault };
    if (key.kind === "unique") return undefined;
    if (key.elements.length === 1) return { how: "cut", ...fault };
  }
  if (sum <= most || (isMariaDb && key.kind === "unique")) return undefined;
  return {
    how: "long",
    bytes: sum,
    most,
    column: key.elements.map(({ column }) => nameOf(column ?? "")).join(", "),
  };
}

/** Of string columns; those of others are short. A character set that nobody has written counts as one byte, but on a stated MySQL 8. */
function bytesOf(column: Column, length: number | undefined, step: Step, facts: ReplayFacts): number {
  const { type, charset, collation } = column;
  if (type === undefined) return 0;
  const isBinary = /binary$|blob$/.test(type.name);
  if (!isBinary && !/char$|text$/.test(type.name)) return 0;
  const characters = length ?? type.modifiers[0] ?? 1;
  if (isBinary) return characters;
  const { isMariaDb } = step.before.dialect;
  const isKnown = charset !== undefined || collation !== undefined;
  const { serverVersion: version, release = [] } = facts;
  const isMysql8 = facts.versionStated === true && !isMariaDb && isSince({ release }, "8.0");
  if (!isKnown && !isMysql8) return characters;
  const server = { version, isMariaDb, release, setting: () => undefined } as const;
  return characters * (longest[written(column, server).charset] ?? 1);
}

/** See `MysqlQuestions.shrunkKeys`. */
export function shrunkKeys({
  operation,
  before,
  statement: { operations },
  skipped,
}: Step): readonly Index[] {
  if (operation.kind !== "dropColumn" || skipped) return [];
  const column = operation.column.text;
  const dropped = new Set(
    operations.flatMap((op) => {
      if (op.kind === "dropIndex") return op.index.name;
      if (op.kind !== "dropConstraint" || op.object === "foreign key") return [];
      return op.name.text;
    }),
  );
  const gone = new Set(operations.flatMap((op) => (op.kind === "dropColumn" ? op.column.text : [])));
  return before.indexesOn(operation.table).filter(({ name, elements, implicit }) => {
    const columns = elements.map((element) => element.column);
    if (implicit === true || dropped.has(name) || !columns.includes(column)) return false;
    return columns.some((other) => other === undefined || (other !== column && !gone.has(other)));
  });
}

/** See `MysqlQuestions.parentKey`. */
export function parentKey({ operation, after }: Step): ParentKey {
  if (operation.kind !== "addForeignKey") return "unknown";
  const referenced = after.relation(operation.references);
  if (referenced.is !== "present" || operation.referencedColumns.length === 0) return "unknown";
  const wanted = operation.referencedColumns.map(({ text }) => text);
  const indexes = after.indexesOn(referenced.value.key);
  if (indexes.some((index) => index.elements.length === wanted.length && isUniqueWithin(index, wanted)))
    return "unique";
  if (!referenced.value.complete) return "unknown";
  const own = after.relation(operation.table);
  const isChecked = [own, referenced].every(
    (found) => found.is === "present" && engineOf(found.value) === "innodb",
  );
  if (!isChecked) return "unknown";
  return indexes.some((index) => covers(index, wanted)) ? "index" : "none";
}
