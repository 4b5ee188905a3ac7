/** What a change of a column's type lacks, where the server doesn't convert the values or the default by itself. */
import { converted, meaning } from "../model/converted.ts";
import type { OperationOf } from "../model/operation.ts";
import { asValueOf } from "../replay/questions/values/of-another-type.ts";
import type { Step } from "../replay/step.ts";
import { quote } from "./words.ts";

type ChangeType = OperationOf<"changeColumnType">;

/** The project's own type that nothing has made: whatever the column is, it isn't of that type. */
const isOfMissingType = ({ operation, failures }: Step): boolean =>
  operation.call?.ownType !== undefined && failures.some(({ what }) => what === "type");

/** The SQL behind USING; undefined: it is there, isn't needed, or isn't known. */
export function usingOf(step: Step): string | undefined {
  const { operation, before, effects } = step;
  if (operation.kind !== "changeColumnType" || operation.using !== undefined) return undefined;
  if (!isOfMissingType(step) && effects.unconverted?.includes("values") !== true) return undefined;
  const found = before.column(operation.table, operation.column.text);
  const type = found.is === "present" ? found.value.type : undefined;
  const name = quote(operation.column.text);
  const { type: to } = operation;
  return type === undefined ? `${name}::text::${to.text}` : converted(name, type, to, to.text);
}

/** How the type is made that only a call of the tool needs, and what else the call lacks then. */
export function typeFirst(step: Step): string | undefined {
  const made = step.operation.call?.ownType;
  const more = conversion(step);
  return made === undefined || more === undefined ? made : `${made}. Then ${more}`;
}

/** What to write in addition; undefined: nothing, or it isn't known. */
export function conversion(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return ownRollback(step);
  const using = usingOf(step);
  const stated = using === undefined ? inOtherWords(step) : statedAs(operation, using);
  const isInTheWay =
    step.effects.unconverted?.includes("default") === true ||
    (isOfMissingType(step) && hasDefault(step, operation));
  if (stated === undefined) return isInTheWay ? defaultAside(step, operation) : undefined;
  return isInTheWay ? `${stated}; and ${defaultAside(step, operation)}` : stated;
}

const statedAs = (operation: ChangeType, using: string): string =>
  `state how the values are converted: \`${written(operation, using)}\``;

function written({ call }: ChangeType, using: string): string {
  const argument = call?.converts?.using;
  return argument === undefined ? `USING ${using}` : `${argument}${JSON.stringify(using)}`;
}

/** Without a cast between the two types, only the author knows what a value becomes. Undefined: the values aren't the problem. */
function inOtherWords({ operation, before, effects }: Step): string | undefined {
  if (operation.kind !== "changeColumnType" || effects.unconverted?.includes("values") !== true)
    return undefined;
  const { table, column, type: to } = operation;
  const found = before.column(table, column.text);
  const from = found.is === "present" ? found.value.type : undefined;
  if (from === undefined) return undefined;
  const [name, target] = [quote(column.text), operation.using?.castOf?.type ?? to];
  const certain = operation.using === undefined ? undefined : converted(name, from, to, to.text);
  if (certain !== undefined) return statedAs(operation, certain);
  const means = meaning(name, from, to);
  const none = `no cast leads from ${from.text} to ${target.text}`;
  const another = "add a column of the new type and fill it";
  return means === undefined
    ? `${none}: ${another}, or state what each value becomes with \`${written(operation, "CASE … END")}\``
    : `${none}: if ${means.when}, \`${written(operation, means.using)}\`; otherwise ${another}`;
}

/** Nobody has written what the tool derives. */
const ownRollback = ({ direction, script }: Step): string | undefined =>
  direction === "down" && script.code?.derived === true
    ? "The rollback is derived from this call. Leave the call out if it changes nothing, or give the migration a rollback of its own."
    : undefined;

function hasDefault({ before }: Step, { table, column }: ChangeType): boolean {
  const found = before.column(table, column.text);
  return found.is === "present" && found.value.default?.isNull === false;
}

/** The default is dropped before its column gets another type, and set again as a value of that type. */
function defaultAside({ before }: Step, { table, column, type, call }: ChangeType): string {
  const { converts } = call ?? {};
  const found = before.column(table, column.text);
  const written = found.is === "present" ? found.value.default : undefined;
  const old = written?.constant === true ? /^(?:'(?:[^']|'')*'|[\w.]+)/.exec(written.text)?.[0] : undefined;
  const value = old === undefined || converts !== undefined ? old : asValueOf(type, old);
  const words = `drop the default before the type changes, and set it again after, as a value of ${type.text}`;
  if (converts !== undefined) {
    const label = /^'([^'\\"]*)'$/.exec(value ?? "")?.[1];
    const again = label === undefined ? "…" : `"${label}"`;
    return `${words}: in a call of its own before it with \`${converts.none}\`, and in one after it with \`${converts.default}${again}\``;
  }
  const name = quote(column.text);
  return `${words}; one \`ALTER TABLE\` can do all three: \`ALTER COLUMN ${name} DROP DEFAULT\`, the change, \`ALTER COLUMN ${name} SET DEFAULT ${value ?? "<value>"}\``;
}
