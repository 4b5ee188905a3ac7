/** Conditions that ask the database whether a table or column is there: `"t" in inspector.get_table_names()`. */
import type { Ask } from "../../model/operations/base.ts";
import { perhaps, type Flow } from "./host.ts";
import { statements, type Tree } from "./tree.ts";
import { argument, textOf, type CallValue, type Value } from "./value.ts";
import type { Run } from "./walk.ts";

/** All that a condition of this value asks; undefined: it asks something else, or more. */
export function asksOf(value: Value): readonly Ask[] | undefined {
  if (value.is === "unknown") return value.asks;
  const ask = value.is === "call" ? (membership(value) ?? hasTable(value)) : undefined;
  return ask && [ask];
}

/** Which of several isn't so isn't known. */
export function negated(asks: readonly Ask[] | undefined): readonly Ask[] | undefined {
  const [first, ...more] = asks ?? [];
  return first === undefined || more.length > 0 ? undefined : [{ ...first, there: !first.there }];
}

/** Of `a and b`. */
export function bothAsk(a: Value, b: Value): readonly Ask[] | undefined {
  const [first, second] = [asksOf(a), asksOf(b)];
  return first && second && [...first, ...second];
}

/** `"c" in names`, `"c" not in names` */
function membership({ method, object, values: [holder] }: CallValue): Ask | undefined {
  const name = textOf(object);
  const listed = namesIn(holder);
  if ((method !== "in" && method !== "not in") || name === undefined || listed === undefined)
    return undefined;
  const there = method === "in";
  const common = { schema: textOf(listed.keywords.get("schema")), there, at: placeOf(listed) };
  if (listed.method === "get_table_names") return { ...common, table: name };
  const table = textOf(argument(listed, "table_name", 0));
  return table === undefined ? undefined : { ...common, table, column: name };
}

/** `inspector.has_table("t")` */
function hasTable(call: CallValue): Ask | undefined {
  const table = textOf(argument(call, "table_name", 0));
  if (call.method !== "has_table" || table === undefined || !isInspector(call.object)) return undefined;
  const schema = textOf(argument(call, "schema", 1));
  return { schema, table, there: true, at: placeOf(call) };
}

/** The call of an inspector that gives what the value holds the names of. */
function namesIn(value: Value | undefined): CallValue | undefined {
  if (value?.is === "list" || value?.is === "record") return namesIn(value.namesOf);
  if (value?.is !== "call") return undefined;
  if (/^(?:set|list|tuple|frozenset|sorted)$/.test(value.callee)) return namesIn(value.values[0]);
  const isKnown = /^get_(?:table_names|columns)$/.test(value.method) && isInspector(value.object);
  return isKnown ? value : undefined;
}

const isInspector = (value: Value | undefined): boolean =>
  value?.is === "call" && /(?:^|\.)(?:inspect|from_engine)$/.test(value.callee);

/** The inspector is asked there, and keeps its answer. */
const placeOf = ({ at }: CallValue): string => `${at.path}:${at.start}`;

/** Behind a condition that asks this: it is known only if all conditions around it are. */
export function behind({ flow }: Run, asks: readonly Ask[] | undefined): Flow {
  const around = flow.conditional ? flow.asks : [];
  if (asks === undefined || around === undefined) return perhaps(flow);
  const own = asks.map((ask) => ({ ...ask, at: `${ask.at} ${flow.inCall ?? ""}` }));
  return { ...flow, conditional: true, asks: [...around, ...own] };
}

/** Behind a statement that may have been the end: `if …: return`. */
export function unlessLeft(run: Run, tree: Tree): Flow {
  const [, test, body, more] = tree.children;
  const isAll = tree.type === "IfStatement" && more === undefined && body?.type === "Body";
  const last = isAll ? statements(body).at(-1) : undefined;
  const leaves = last !== undefined && /^(?:Return|Continue)Statement$/.test(last.type);
  return behind(run, leaves && test !== undefined ? negated(run.asked.get(test)) : undefined);
}
