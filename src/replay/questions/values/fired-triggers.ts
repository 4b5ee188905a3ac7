/** What the triggers of a table do to each row that a backfill changes. */
import type { Relation, Trigger } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { assignedValues, bodiesOf, codeOf, rowReferences } from "../dependents/kept.ts";

export interface Fired {
  /** Undefined: the column's own `ON UPDATE CURRENT_TIMESTAMP`. */
  readonly trigger?: Trigger | undefined;
  /** `writes`: into that other table; `time`: that column of each row becomes the time of the backfill. */
  readonly what: "writes" | "time";
  /** The table, as written, or the column. */
  readonly name: string;
}

const event = { updateRows: "update", deleteRows: "delete", insertRows: "insert" } as const;

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
  { name: own, columns }: Relation,
  { before }: Step,
  given: ReadonlySet<string> | undefined,
): readonly Fired[] {
  return bodiesOf(ownBody(trigger), before).flatMap((body): Fired[] => {
    const code = codeOf(body);
    const [name] = [...code.matchAll(written)]
      .filter(({ index }) => !onlyWhatDiffers.test(code.slice(index).split(";", 1)[0] ?? ""))
      .map(([, table = ""]) => table)
      .filter((table) => table.slice(table.lastIndexOf(".") + 1).toLowerCase() !== own);
    const time = assignedValues(body).find(
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
