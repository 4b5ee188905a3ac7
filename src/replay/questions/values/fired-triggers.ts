/** What the triggers of a table do to each row that a backfill changes. */
import type { Relation, Trigger } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { assignedValues, bodiesOf, codeOf, rowReferences } from "../dependents/kept.ts";
import { statementTokens, tokenizers } from "../tokens.ts";
import { literalOf } from "./check-value.ts";
import type { RowValue, Rows } from "./conditions-of-rows.ts";
import { reachedIn } from "./trigger-guards.ts";
import { assigned } from "./written-rows.ts";

export interface Fired {
  /** Undefined: the column's own `ON UPDATE CURRENT_TIMESTAMP`. */
  readonly trigger?: Trigger | undefined;
  /** `writes`: into that other table; `time`: that column of each row becomes the time of the backfill. */
  readonly what: "writes" | "time";
  /** The table, as written, or the column. */
  readonly name: string;
}

const event = { updateRows: "update", deleteRows: "delete", insertRows: "insert" } as const;
const eventOf = ({ kind }: Step["operation"]): string | undefined =>
  kind === "updateRows" || kind === "deleteRows" || kind === "insertRows" ? event[kind] : undefined;

/** Of these, one value is written in several ways. */
const severalForms =
  /date|time|json|int|serial|bool|uuid|bytea|binary|blob|inet|cidr|mac|money|numeric|decimal|real|double|float|\bbit\b|year/;

const clock =
  /\b(?:now|sysdate|(?:clock|statement|transaction|utc)_timestamp)\s*\(|\b(?:current|local)_?timestamp\b/i;
const written =
  /(?<!\b(?:for|do|on|or|before|after)\s+)\b(?:insert\s+(?:ignore\s+)?into|replace\s+into|delete\s+from|update)\s+(?!set\b|of\b|on\b)(?:only\s+)?([\w.]+)/gi;
/** Two tables that are kept equal: a row that is equal already isn't touched. */
const onlyWhatDiffers = /\bis\s+distinct\s+from\b|<=>/i;

/** See `ValueQuestions.firedTriggers`. */
export function firedTriggers(step: Step, setting: (name: string) => string | undefined): readonly Fired[] {
  const { operation, before } = step;
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows" && operation.kind !== "insertRows")
    return [];
  const found = before.relation(operation.table);
  if (found.is !== "present" || found.value.kind !== "table") return [];
  const given =
    operation.kind === "deleteRows" ? undefined : new Set(operation.columns.map(({ text }) => text));
  const isReplica = setting("session_replication_role")?.toLowerCase() === "replica";
  const fired = isReplica
    ? []
    : found.value.triggers.filter(
        (trigger) =>
          trigger.events.includes(event[operation.kind]) &&
          (operation.kind !== "updateRows" || isMeant(trigger, given, step)) &&
          !isOff(step, trigger),
      );
  const ofTriggers = fired.flatMap((trigger) => effectsOf(trigger, found.value, step, given));
  const [column] = operation.kind === "updateRows" ? stamped(found.value, given) : [];
  return column === undefined ? ofTriggers : [...ofTriggers, { what: "time", name: column }];
}

/** `UPDATE OF`, and what its condition or its body compares of the old row, name a column that changes. */
function isMeant(trigger: Trigger, given: ReadonlySet<string> | undefined, { before }: Step): boolean {
  const changes = (columns: readonly string[]): boolean =>
    columns.length === 0 || columns.some((column) => given?.has(column) === true);
  const condition = trigger.when === undefined ? [] : rowReferences(trigger.when.text, "old");
  return (
    changes(trigger.updateOf) &&
    changes(condition) &&
    bodiesOf(ownBody(trigger), before).every((body) => changes(comparedIn(body)))
  );
}

const ownBody = ({ body, function: called }: Trigger): Parameters<typeof bodiesOf>[0] => ({
  body: body === undefined ? undefined : { text: body },
  function: called,
});

/** `IF NEW.email IS DISTINCT FROM OLD.email THEN`, `ELSIF OLD.state <> NEW.state THEN`. */
const comparedIn = (body: string): readonly string[] =>
  [...codeOf(body).matchAll(/\b(?:else?)?if\b((?:(?!\bthen\b)[^;])*)/gi)].flatMap(([, condition = ""]) =>
    rowReferences(condition, "old"),
  );

function effectsOf(
  trigger: Trigger,
  relation: Relation,
  step: Step,
  given: ReadonlySet<string> | undefined,
): readonly Fired[] {
  const { name: own, columns } = relation;
  const codes = bodiesOf(ownBody(trigger), step.before).flatMap((body) =>
    reached(body, relation, step, given),
  );
  const found = codes.flatMap((code): Fired[] => {
    const [name] = [...code.matchAll(written)]
      .filter(({ index }) => !onlyWhatDiffers.test(code.slice(index).split(";", 1)[0] ?? ""))
      .map(([, table = ""]) => table)
      .filter((table) => table.slice(table.lastIndexOf(".") + 1).toLowerCase() !== own);
    const time = assignedValues(code).find(
      ([column, value]) =>
        clock.test(value) && given?.has(column) === false && columns.some((one) => one.name === column),
    );
    return [
      ...(name === undefined ? [] : [{ trigger, what: "writes" as const, name }]),
      ...(time === undefined || trigger.timing !== "before"
        ? []
        : [{ trigger, what: "time" as const, name: time[0] }]),
    ];
  });
  return found.filter(
    (one, at) => found.findIndex(({ what, name }) => what === one.what && name === one.name) === at,
  );
}

/** More columns whose NULLs decide aren't told apart. */
const mostNullable = 3;

/** What rows of the statement reach in a body: one text for each case of NULLs that it asks for. */
function reached(
  body: string,
  { columns, triggers }: Relation,
  step: Step,
  given: ReadonlySet<string> | undefined,
): readonly string[] {
  const { operation, before } = step;
  const code = codeOf(body);
  const isUpdate = operation.kind === "updateRows";
  const values = new Map(isUpdate ? assigned(statementTokens(step)) : []);
  const first = triggers
    .filter(({ timing }) => timing === "before")
    .flatMap((one) => bodiesOf(ownBody(one), before));
  const changed = new Set([code, ...first].flatMap((one) => assignedValues(one).map(([column]) => column)));
  const isKnown = (column: string): boolean =>
    isUpdate &&
    !changed.has(column) &&
    columns.some((one) => one.name === column && one.generated === undefined);
  const isKept = (column: string): boolean => isKnown(column) && given?.has(column) === false;
  const asked = [...code.matchAll(/\b(?:new|old)\s*\.\s*"?(\w+)"?\s+is\b/gi)].map(([, name = ""]) => name);
  const nullable = [...new Set(asked)].filter(isKept).slice(0, mostNullable);
  const tokens = tokenizers[before.dialect.name](code, 0, code.length);
  return Array.from({ length: 2 ** nullable.length }, (_, nulls) => {
    const valueOf: Rows["valueOf"] = (row, column): RowValue => {
      const at = nullable.indexOf(column);
      if (isKept(column))
        return { is: "kept", column, isNull: at === -1 ? undefined : (nulls & (1 << at)) !== 0 };
      const value = row === "new" && isKnown(column) ? values.get(column) : undefined;
      if (value?.length === 1 && value[0]?.kind === "word" && value[0].value.toLowerCase() === "null")
        return { is: "null" };
      const literal = value && literalOf(value);
      const type = columns.find((one) => one.name === column)?.type?.name ?? "date";
      const isPlain = literal?.isText === true ? !severalForms.test(type) : Number.isInteger(literal?.number);
      return literal !== undefined && isPlain ? { is: "literal", literal } : undefined;
    };
    return reachedIn(code, tokens, { valueOf, event: eventOf(operation)?.toUpperCase() ?? "" });
  });
}

/** `ON UPDATE CURRENT_TIMESTAMP`, where the UPDATE gives the column no value. */
const stamped = ({ columns }: Relation, given: ReadonlySet<string> | undefined): readonly string[] =>
  columns.flatMap(({ name, mysql }) =>
    mysql?.onUpdate !== undefined && given?.has(name) !== true ? [name] : [],
  );

/** The script has disabled it before. */
function isOff(step: Step, trigger: Trigger): boolean {
  const { operation, before } = step;
  const table = "table" in operation ? operation.table : undefined;
  const last = step
    .neighbours("earlier", "setTriggerState")
    .findLast(
      ({ operation: { table: other, which }, before: then }) =>
        table !== undefined &&
        then.resolve(other) === before.resolve(table) &&
        (typeof which === "string" || which.text === trigger.name),
    );
  return last?.operation.state === "disable";
}
