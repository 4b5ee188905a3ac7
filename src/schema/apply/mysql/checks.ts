/** CHECK in MySQL and MariaDB: the names that they make up, and MariaDB's checks that belong to a column. */
import type { Key } from "../../../model/names.ts";
import type { AddCheck } from "../../../model/operation.ts";
import { asWritten, type Draft } from "../../draft.ts";
import type { Check, Constraint, Relation } from "../../model.ts";
import { constraintTag } from "../../state.ts";
import { otherName } from "../either-name.ts";

export function addCheck(draft: Draft, op: AddCheck): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const { isMariaDb } = draft.state.dialect;
  const column = isMariaDb ? op.inlineColumn?.text : undefined;
  const check: Check = {
    kind: "check",
    name: column ?? op.name?.text ?? (isMariaDb ? mariadbName(table) : mysqlName(table)),
    ...asWritten(column === undefined ? op.name : op.inlineColumn),
    ...(column === undefined ? otherName(op, () => (isMariaDb ? mariadbName(table) : mysqlName(table))) : {}),
    ofColumn: column,
    expression: op.expression,
    noInherit: false,
    validated: op.enforced,
    enforced: op.enforced,
    origin: draft.origin,
    inherited: false,
  };
  draft.mark(table.key, constraintTag(check.name), undefined);
  const isSame = (c: Constraint): boolean =>
    c.kind === "check" && c.ofColumn === column && (column !== undefined || c.name === check.name);
  draft.change(table.key, (old) => ({
    ...old,
    constraints: [...old.constraints.filter((c) => !isSame(c)), check],
    droppedConstraints: old.droppedConstraints.filter(({ name }) => name !== check.name),
  }));
}

/** The first of `CONSTRAINT_1`, `CONSTRAINT_2`… that is free. */
function mariadbName({ constraints }: Relation): string {
  const isTaken = (name: string): boolean => constraints.some((c) => c.name === name);
  let n = 1;
  while (isTaken(`constraint_${n}`)) n++;
  return `constraint_${n}`;
}

/** `orders_chk_1`, one more than the greatest that there is. */
function mysqlName({ name, constraints }: Relation): string {
  const start = `${name.toLowerCase()}_chk_`;
  const used = constraints
    .filter((c) => c.kind === "check" && c.name.startsWith(start))
    .map((c) => Number(c.name.slice(start.length)) || 0);
  return `${start}${Math.max(0, ...used) + 1}`;
}

/** MariaDB's MODIFY and DROP COLUMN take the column's own check away. */
export function forgetOwnCheck(draft: Draft, table: Key, column: string): void {
  draft.change(table, (old) => ({
    ...old,
    constraints: old.constraints.filter((c) => c.kind !== "check" || c.ofColumn !== column),
  }));
}

/** The check stays with its column, and keeps its name (measured). */
export function renameOwnCheck(draft: Draft, table: Key, from: string, to: string): void {
  draft.change(table, (old) => ({
    ...old,
    constraints: old.constraints.map((c) => (c.kind === "check" && c.ofColumn === from ? { ...c, ofColumn: to } : c)),
  }));
}
