/** Values that the file changes in a way that isn't followed: what may be otherwise isn't known. */
import type { Span } from "../../text/span.ts";
import type { ChangedNames, GivenFields } from "./changes.ts";
import type { UnknownValue, Value } from "./value.ts";

const unknownAt = ({ start, end }: Span): UnknownValue => ({ is: "unknown", at: { start, end } });

/** A constant that is changed somewhere is none; what the tool handed over stays what it is. */
export function asChanged(
  changed: ChangedNames,
  name: string,
  known: Value,
  at: Span,
  valueOf: (text: string) => Value,
): Value {
  const value = withGiven(known, changed.fields.get(name), valueOf);
  const isMutated = changed.mutated.has(name);
  if (value.is === "handle" || value.is === "chain" || (value.is === "plain" && value.ofRound)) return value;
  if (value.is === "record" && isMutated) {
    const fields = [...value.fields].map(([key, one]): [string, Value] => [
      key,
      one.is === "handle" || one.is === "chain" ? one : unknownAt(at),
    ]);
    return { ...value, fields: new Map(fields), open: true };
  }
  const isConstant = value.is === "list" || value.is === "new";
  return changed.reassigned.has(name) || (isMutated && isConstant) ? unknownAt(at) : value;
}

/**
 * `index.background = true`, of a record or of those in a list: it may have the field, and the others are as they were. A
 * field of a record that is always given the same text has that one: `options.tableName = "orders"`.
 */
function withGiven(value: Value, given: GivenFields | undefined, valueOf?: (text: string) => Value): Value {
  if (given === undefined) return value;
  if (value.is === "list") return { ...value, items: value.items.map((item) => withGiven(item, given)) };
  if (value.is !== "record") return value;
  const fields = new Map(value.fields);
  for (const [name, text] of given) {
    const old = fields.get(name);
    if (old === undefined && text !== undefined && valueOf !== undefined) fields.set(name, valueOf(text));
    else if (old !== undefined && old.is !== "handle" && old.is !== "chain")
      fields.set(name, unknownAt(old.at));
  }
  return { ...value, fields, open: true };
}
