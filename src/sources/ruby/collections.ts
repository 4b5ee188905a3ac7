/** Lists, hashes and ranges as literals. */
import type { Tree } from "./tree.ts";
import { madeText, plain, unknownAt, type Place, type RecordValue, type Value } from "./value.ts";
import type { Env, Run } from "./walk.ts";

export function listOf(run: Run, items: readonly Tree[], env: Env, at: Place): Value {
  const found: Value[] = [];
  let open = false;
  for (const item of items) {
    const value = run.evaluate(item, env);
    if (item.is !== "splat") found.push(value);
    else if (value.is === "list" && !value.open) found.push(...value.items);
    else open = true;
  }
  return { is: "list", items: found, open, at };
}

export function recordOf(run: Run, tree: Extract<Tree, { is: "hash" }>, env: Env, at: Place): RecordValue {
  const fields = new Map<string, Value>();
  let open = false;
  for (const { key, value } of tree.pairs) {
    const found = run.evaluate(value, env);
    if (key === undefined) {
      if (found.is === "record") {
        for (const [name, one] of found.fields) fields.set(name, one);
        open ||= found.open;
      } else open ||= !(found.is === "plain" && found.value === null);
      continue;
    }
    const name = run.evaluate(key, env);
    const text =
      name.is === "plain" ? name.printed : name.is === "text" && !name.holes ? textOfKey(name) : undefined;
    if (text === undefined) open = true;
    else fields.set(text, found);
  }
  return { is: "record", fields, open, at };
}

export function rangeOf(run: Run, tree: Extract<Tree, { is: "range" }>, env: Env, at: Place): Value {
  const from = tree.from && run.evaluate(tree.from, env);
  const to = tree.to && run.evaluate(tree.to, env);
  if (
    from?.is !== "plain" ||
    to?.is !== "plain" ||
    typeof from.value !== "number" ||
    typeof to.value !== "number"
  )
    return unknownAt(at);
  const count = to.value - from.value + (tree.open ? 0 : 1);
  if (count > 1000) return unknownAt(at);
  const first = from.value;
  const items = Array.from({ length: Math.max(0, count) }, (_, i) => plain(first + i, at));
  return { is: "list", items, open: false, at };
}

const textOfKey = (value: Extract<Value, { is: "text" }>): string =>
  value.segments.map(({ text }) => text).join("");

/** What `for a, b in over` gives its variables in each round; undefined: not known. */
export function roundsOf(over: Value, count: number): readonly (readonly Value[])[] | undefined {
  if (over.is === "record" && !over.open && count === 2)
    return [...over.fields].map(([key, value]) => [madeText(key, value.at, true), value]);
  if (over.is !== "list" || over.open) return undefined;
  if (count === 1) return over.items.map((item) => [item]);
  const rounds = over.items.map((item) => (item.is === "list" && !item.open ? item.items : undefined));
  return rounds.every((one) => one !== undefined) ? rounds : undefined;
}
