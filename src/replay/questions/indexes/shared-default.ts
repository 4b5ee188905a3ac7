/** Columns that are unique by themselves, and whose default is one value for all rows. */
import { laterRelation } from "../../../schema/later.ts";
import type { Column, Index, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { indexMade } from "./indexes.ts";

/** See `IndexQuestions.sharedDefault`. */
export interface SharedDefault {
  readonly column: string;
  /** As written. */
  readonly value: string;
  /** In that later schema the key or the default is gone. */
  readonly isGone: (later: Schema) => boolean;
}

/** See `IndexQuestions.sharedDefault`. */
export function sharedDefault(step: Step): SharedDefault | undefined {
  const { after } = step.scope;
  const index = indexMade(step, after);
  const found = index && after.relation(index.table);
  if (index === undefined || found?.is !== "present" || !step.isHere(found.value.origin)) return undefined;
  const column = columnAlone(index, found.value);
  const value = column?.default;
  if (column === undefined || value === undefined || !isForAll(column) || isChecked(column, found.value))
    return undefined;
  const isGone = (later: Schema): boolean => {
    const its = laterRelation(later, found.value);
    const left = its && later.indexesOn(its.key).find(({ name }) => name === index.name);
    const now = left && columnAlone(left, its);
    return now === undefined || now.name !== column.name || !isForAll(now);
  };
  return { column: column.name, value: value.text, isGone };
}

function columnAlone({ unique, where, elements }: Index, { columns }: Relation): Column | undefined {
  const [only, ...more] = elements;
  if (!unique || where !== undefined || more.length > 0) return undefined;
  return columns.find(({ name }) => name === only?.column);
}

/** A row of `true` is the only one on purpose. */
const isForAll = ({ default: value, type }: Column): boolean =>
  value?.constant === true && !value.isNull && !/^(?:bool|bit$|tinyint$)/.test(type?.name ?? "");

/** `CHECK (id = 1)` leaves room for one row. */
const isChecked = ({ name }: Column, { constraints }: Relation): boolean =>
  constraints.some(
    (one) => one.kind === "check" && one.expression.columns.some(({ column }) => column === name),
  );
