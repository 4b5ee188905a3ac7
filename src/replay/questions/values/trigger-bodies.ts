/** What the body of a trigger does at each row: it reads all of its table, or deletes too late what a foreign key keeps. */
import type { Key } from "../../../model/names.ts";
import type { ForeignKey, Relation, Trigger } from "../../../schema/model.ts";
import { laterRelation, sameOrigin } from "../../../schema/later.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { bodiesOf, codeOf, rowReferences } from "../dependents/kept.ts";

export interface TableRead {
  /** `count(*)` */
  readonly call: string;
  /** What it is called for: `new row`. */
  readonly row: string;
  /** What asks the same of one row, where it only asks whether there is any: `NOT EXISTS`. */
  readonly asks: "EXISTS" | "NOT EXISTS" | undefined;
  /** In that later schema it reads the table no more. */
  readonly isGone: (later: Schema) => boolean;
}

export interface LateDelete {
  readonly child: string;
  readonly constraint: string;
  readonly isGone: (later: Schema) => boolean;
}

/** See `ValueQuestions.readsWholeTable`. */
export function readsWholeTable(step: Step): TableRead | undefined {
  const found = made(step);
  if (found === undefined || step.operation.kind !== "createTrigger" || !step.operation.forEachRow)
    return undefined;
  const read = wholeRead(found.trigger, found.relation, step.after);
  if (read === undefined) return undefined;
  const isGone = goneIf(
    found,
    (trigger, relation, later) => wholeRead(trigger, relation, later) === undefined,
  );
  return isGone(step.scope.after) ? undefined : { ...read, row: rowOf(found.trigger), isGone };
}

const rows = { insert: "new row", update: "updated row", delete: "deleted row", truncate: "row" };

function rowOf({ events: [event, another] }: Trigger): string {
  return event === undefined || another !== undefined ? "row that changes" : rows[event];
}

/** See `ValueQuestions.deletesTooLate`. */
export function deletesTooLate(step: Step): LateDelete | undefined {
  const found = made(step);
  if (found === undefined || step.operation.kind !== "createTrigger" || step.operation.constraint)
    return undefined;
  const late = lateDelete(found.trigger, found.relation, step.after);
  if (late === undefined) return undefined;
  const isGone = goneIf(
    found,
    (trigger, relation, later) => lateDelete(trigger, relation, later) === undefined,
  );
  const { child, constraint } = late;
  return isGone(step.scope.after)
    ? undefined
    : { child: step.show(child), constraint: constraint.name, isGone };
}

export interface Made {
  readonly trigger: Trigger;
  readonly relation: Relation;
}

/** The trigger that the step makes. */
export function made({ operation, after }: Step): Made | undefined {
  if (operation.kind !== "createTrigger") return undefined;
  const found = after.relation(operation.table);
  if (found.is !== "present" || found.value.kind !== "table") return undefined;
  const trigger = found.value.triggers.find(({ name }) => name === operation.name.text);
  return trigger && { trigger, relation: found.value };
}

export const goneIf =
  ({ trigger, relation }: Made, isGone: (trigger: Trigger, relation: Relation, later: Schema) => boolean) =>
  (later: Schema): boolean => {
    const left = laterRelation(later, relation);
    const same = left?.triggers.find((one) => sameOrigin(one.origin, trigger.origin));
    return left === undefined || same === undefined || isGone(same, left, later);
  };

export const codesOf = ({ body, function: called }: Trigger, schema: Schema): readonly string[] =>
  bodiesOf({ body: body === undefined ? undefined : { text: body }, function: called }, schema).map(codeOf);

/** Where a query over one table ends without a condition; the name may have an alias. */
const unconditional =
  /\bfrom\s+(?:only\s+)?((?:[\w"`]{1,64}\s?\.\s?)?[\w"`]{1,64})(?:\s+[\w"`]{1,64}){0,2}\s*(?=[;)]|$)/gi;
const aggregate = /\b(?:count|sum|avg)\s*\([^()]{0,80}\)/i;
const longest = 400;

/** The aggregate for which it reads all rows; not one that holds the table to so many rows. */
function wholeRead(
  trigger: Trigger,
  { name }: Relation,
  schema: Schema,
): Pick<TableRead, "call" | "asks"> | undefined {
  for (const code of codesOf(trigger, schema)) {
    if (limitsRows(code)) continue;
    for (const { 0: query, 1: table = "", index } of code.matchAll(unconditional)) {
      if (lastPart(table) !== name.toLowerCase()) continue;
      const before = code.slice(Math.max(0, index - longest), index);
      const list = before.slice(before.toLowerCase().lastIndexOf("select"));
      const [call] = aggregate.exec(list) ?? [];
      if (/^select\b/i.test(list) && !/;|\bfrom\b/i.test(list) && call !== undefined)
        return { call, asks: asksOf(list, code.slice(index + query.length), query, code) };
    }
  }
  return undefined;
}

/** A number compared so says whether there is a row: `= 0`, `>= 1`. */
const compared = String.raw`\s*(=|<>|!=|<=|>=|<|>)\s*([01])\b`;
const isNone: ReadonlySet<string> = new Set(["=0", "<=0", "<1"]);
const isSome: ReadonlySet<string> = new Set(["<>0", "!=0", ">0", ">=1"]);

/** See `TableRead.asks`: the count is compared at once, or in a variable that does nothing else. */
function asksOf(list: string, behind: string, query: string, code: string): TableRead["asks"] {
  if (!/^select\s+count\s*\([^()]*\)\s*(?:into\s+\w+\s*)?$/i.test(list)) return undefined;
  const variable = /\binto\s+(\w+)/i.exec(list + query)?.[1];
  const found =
    variable === undefined
      ? [new RegExp(String.raw`^\s*\)${compared}`).exec(behind)]
      : [
          ...code.matchAll(
            new RegExp(String.raw`\b${variable}\b(?:${compared})?(?!\s+(?:\w*int|numeric)\w*\b)`, "gi"),
          ),
        ].filter(({ index }) => !/\b(?:into|declare)\s+$/i.test(code.slice(0, index)));
  const asked = new Set(
    found.map((one) => {
      const text = `${one?.[1] ?? ""}${one?.[2] ?? ""}`;
      return isNone.has(text) ? "NOT EXISTS" : isSome.has(text) ? "EXISTS" : undefined;
    }),
  );
  return asked.size === 1 ? [...asked][0] : undefined;
}

/** It refuses rows once there are so many: there never are more. */
const limitsRows = (code: string): boolean =>
  /\braise\s+exception\b|\bsignal\s+sqlstate\b|\breturn\s+null\b/i.test(code) &&
  /[<>=]\s*\d{1,6}\b/.test(code);

export const lastPart = (written: string): string =>
  written
    .slice(written.lastIndexOf(".") + 1)
    .trim()
    .replaceAll(/["`]/g, "")
    .toLowerCase();

/** PostgreSQL runs the triggers of an event in the order of their names, those of foreign keys among them. */
const ofKeys = "RI_ConstraintTrigger";

/** Rows of a child that the trigger deletes behind the check that they keep their parent. */
function lateDelete(
  trigger: Trigger,
  relation: Relation,
  schema: Schema,
): { readonly child: Key; readonly constraint: ForeignKey } | undefined {
  if (!isAfterDelete(trigger) || !isBehindKeys(trigger)) return undefined;
  const codes = codesOf(trigger, schema);
  for (const { table: child, constraint } of schema.foreignKeysTo(relation.key)) {
    const isDeleted = codes.some((code) => deletesRows(code, nameOf(child), constraint));
    if (!isDeleted || !refuses(constraint)) continue;
    // They may be gone by then.
    const isDoneBefore = relation.triggers.some(
      (other) =>
        other !== trigger &&
        other.events.includes("delete") &&
        !(isAfterDelete(other) && isBehindKeys(other)) &&
        codesOf(other, schema).some((code) => code.toLowerCase().includes(nameOf(child).toLowerCase())),
    );
    if (!isDoneBefore) return { child, constraint };
  }
  return undefined;
}

export const isAfterDelete = ({ timing, events }: Trigger): boolean =>
  timing === "after" && events.includes("delete");

/** With a body of its own it is MySQL's, which checks keys at each row. */
const isBehindKeys = ({ name, function: called }: Trigger): boolean => called === undefined || name > ofKeys;

const refuses = ({ onDelete, deferrable, deferred, enforced }: ForeignKey): boolean =>
  enforced &&
  deferrable !== true &&
  deferred !== true &&
  (onDelete === undefined || onDelete === "no action" || onDelete === "restrict");

export const nameOf = (table: Key): string => table.slice(table.lastIndexOf(".") + 1);

const deletion = /\bdelete\s+from\s+(?:only\s+)?((?:[\w"`]{1,64}\s?\.\s?)?[\w"`]{1,64})\s([^;]{0,400})/gi;

/** `DELETE FROM child WHERE parent_id = OLD.id` */
function deletesRows(code: string, child: string, { columns, referencedColumns }: ForeignKey): boolean {
  const [column, ...more] = columns;
  const [referenced] = referencedColumns;
  if (column === undefined || referenced === undefined || more.length > 0) return false;
  return [...code.matchAll(deletion)].some(
    ([, table = "", rest = ""]) =>
      lastPart(table) === child.toLowerCase() &&
      rowReferences(rest, "old").includes(referenced) &&
      rest
        .toLowerCase()
        .split(/[^\w$]+/)
        .includes(column.toLowerCase()),
  );
}
