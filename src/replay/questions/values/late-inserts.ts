/** Triggers that, behind a DELETE, insert a row which refers to a deleted one: the foreign key refuses the DELETE. */
import type { Key } from "../../../model/names.ts";
import type { ForeignKey, Relation, Trigger } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { tokenizers } from "../tokens.ts";
import { codesOf, goneIf, isAfterDelete, lastPart, made, nameOf } from "./trigger-bodies.ts";
import { reachedIn } from "./trigger-guards.ts";

export interface LateInsert {
  /** Whose rows can't be deleted. */
  readonly parent: string;
  readonly child: string;
  readonly constraint: string;
  readonly isGone: (later: Schema) => boolean;
}

interface Found {
  readonly parent: Key;
  readonly child: Key;
  readonly constraint: ForeignKey;
}

/** See `ValueQuestions.insertsTooLate`. */
export function insertsTooLate(step: Step): LateInsert | undefined {
  const { operation } = step;
  const found = made(step);
  if (found === undefined || operation.kind !== "createTrigger" || !operation.forEachRow) return undefined;
  const late = lateInsert(found.trigger, found.relation, step.after);
  if (late === undefined) return undefined;
  const isGone = goneIf(
    found,
    (trigger, relation, later) => lateInsert(trigger, relation, later) === undefined,
  );
  return isGone(step.scope.after)
    ? undefined
    : {
        parent: step.show(late.parent),
        child: step.show(late.child),
        constraint: late.constraint.name,
        isGone,
      };
}

function lateInsert(trigger: Trigger, relation: Relation, schema: Schema): Found | undefined {
  if (!isAfterDelete(trigger) || trigger.when !== undefined || trigger.function === undefined)
    return undefined;
  const [code, ...others] = codesOf(trigger, schema);
  // What fails in the body may be caught there.
  if (code === undefined || others.length > 0 || /\bexception\s+when\b|\bexecute\b/i.test(code))
    return undefined;
  const [sure, perhaps] = (["all", "some"] as const).map((least) => ofDelete(code, relation, schema, least));
  for (const { target, columns, given } of insertsIn(sure ?? ""))
    for (const found of keysTo(relation, schema)) {
      const { child, constraint } = found;
      const [column, ...more] = constraint.columns;
      if (column === undefined || more.length > 0 || !constraint.enforced) continue;
      if (nameOf(child).toLowerCase() !== lastPart(target) || isFilledOtherwise(child, schema)) continue;
      const value = given[columns.indexOf(column)];
      if (value !== undefined && rowColumn(value, sure ?? "", perhaps ?? "") === found.column) return found;
    }
  return undefined;
}

/** Another trigger may give the row other values, or leave it out. */
function isFilledOtherwise(child: Key, schema: Schema): boolean {
  const found = schema.relation(child);
  return (
    found.is !== "present" ||
    found.value.triggers.some(({ timing, events }) => timing === "before" && events.includes("insert"))
  );
}

const ofDelete = (code: string, { name }: Relation, schema: Schema, least: "all" | "some"): string =>
  reachedIn(
    code,
    tokenizers[schema.dialect.name](code, 0, code.length),
    { valueOf: () => undefined, event: "DELETE", tableName: name },
    least,
  );

/** Keys to the table, and to those from which a DELETE comes here, with the column of the deleted row that they must hold. */
function keysTo(
  { key, constraints }: Relation,
  schema: Schema,
): readonly (Found & { readonly column: string })[] {
  const parents = constraints.flatMap((one) =>
    one.kind === "foreign key" && one.onDelete === "cascade" && one.columns.length === 1 && one.enforced
      ? { parent: one.references, column: one.columns[0] ?? "", referenced: one.referencedColumns[0] }
      : [],
  );
  const own = schema.foreignKeysTo(key).flatMap(({ table: child, constraint }) => {
    const [column] = constraint.referencedColumns;
    return column === undefined || child === key ? [] : { parent: key, child, constraint, column };
  });
  const above = parents.flatMap(({ parent, column, referenced }) =>
    schema
      .foreignKeysTo(parent)
      .flatMap(({ table: child, constraint }) =>
        child === key || constraint.referencedColumns[0] !== referenced
          ? []
          : { parent, child, constraint, column },
      ),
  );
  return [...own, ...above];
}

interface Insert {
  readonly target: string;
  readonly columns: readonly string[];
  readonly given: readonly string[];
}

const insert = /\binsert\s+into\s+([\w."]+)\s*\(([^()]*)\)\s*values\s*\(/gi;

function* insertsIn(code: string): Generator<Insert> {
  for (const { 0: head, 1: target = "", 2: list = "", index } of code.matchAll(insert))
    yield { target, columns: list.split(",").map(lastPart), given: partsOf(code.slice(index + head.length)) };
}

/** Up to the parenthesis that closes what is open before the text. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const one = text[at];
    if (one === "'") at = text.indexOf("'", at + 1);
    if (at === -1) return [];
    if (one === "(") depth++;
    else if (depth === 0 && (one === "," || one === ")")) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
      if (one === ")") return parts;
    } else if (one === ")") depth--;
  }
  return [];
}

const forms = [
  /^old\s*\.\s*"?(\w+)"?$/i,
  /^coalesce\s*\(\s*new\s*\.\s*"?\w+"?\s*,\s*old\s*\.\s*"?(\w+)"?\s*\)$/i,
  /^coalesce\s*\(\s*old\s*\.\s*"?(\w+)"?\s*,\s*new\s*\.\s*"?\w+"?\s*\)$/i,
  /^case\s+when\s+tg_op\s*=\s*'DELETE'\s+then\s+old\s*\.\s*"?(\w+)"?\s+else\b[^]*\bend$/i,
];

/** The column of the deleted row that the value is: by itself, or by the only assignment to a variable. */
function rowColumn(value: string, sure: string, perhaps: string, depth = 0): string | undefined {
  const bare = value.replace(/::\s*\w+$/, "").trim();
  const column = forms.map((form) => form.exec(bare)?.[1]).find((one) => one !== undefined);
  if (column !== undefined || !/^\w+$/.test(bare) || depth > 2) return column?.toLowerCase();
  const [only, ...more] = assigned(bare, perhaps);
  const isSure =
    assigned(bare, sure).length === 1 &&
    !new RegExp(`\\binto\\s+(?:strict\\s+)?${bare}\\b`, "i").test(perhaps);
  return only === undefined || more.length > 0 || !isSure
    ? undefined
    : rowColumn(only, sure, perhaps, depth + 1);
}

const assigned = (variable: string, code: string): readonly string[] =>
  [...code.matchAll(new RegExp(`(?<![\\w.])${variable}(?:\\s+[\\w.]+)?\\s*:?=\\s*([^;]*);`, "gi"))].map(
    ([, value = ""]) => value.trim(),
  );
