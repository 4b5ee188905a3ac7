/** Methods with a block on lists, hashes and numbers: the block runs for each known value. */
import type { Run } from "./walk.ts";
import {
  madeText,
  plain,
  truth,
  unknownAt,
  type BlockValue,
  type CallValue,
  type ClassValue,
  type NameValue,
  type Value,
} from "./value.ts";

/** Rows are read: the block runs for each of them. */
const overRows =
  /^(?:find_each|find_in_batches|in_batches|each|map|each_with_index|pluck_each|each_record|each_batch|each_slice|flat_map|each_row|in_groups_of|select|reject|filter|collect|times|upto|each_with_object|inject|reduce|each_pair)$/;

/** Those that give one row after the other. */
const ofRows = /^(?:find_each|each|map|collect|each_record|each_with_index)$/;

/** `Order` of `Order.where(paid: nil).order(:id)`. */
function rootOf(value: Value): ClassValue | NameValue | undefined {
  let root: Value | undefined = value;
  while (root?.is === "call") root = root.receiver;
  return root?.is === "class" || root?.is === "name" ? root : undefined;
}

/** Undefined: it is no loop. */
export function iterate(run: Run, receiver: Value, call: CallValue, block: BlockValue): Value | undefined {
  const { name, at } = call;
  const items = itemsOfLoop(receiver, call);
  if (items === undefined) {
    if (receiver.is === "object" || receiver.is === "name" || receiver.is === "class") return undefined;
    if (!overRows.test(name)) return undefined;
    run.yieldOften(call, false, ofRows.test(name) ? rootOf(receiver) : undefined);
    return unknownAt(at);
  }
  const results: Value[] = [];
  for (const values of items) {
    results.push(run.yieldTo(block, values));
    if (run.endLoop()) break;
  }
  const inputs = items.map(([first]) => first ?? plain(null, at));
  switch (name) {
    case "map":
    case "collect":
      return { is: "list", items: results, open: false, at };
    case "flat_map": {
      const isOpen = results.some((one) => one.is === "list" && one.open);
      return {
        is: "list",
        items: results.flatMap((one) => (one.is === "list" ? one.items : [one])),
        open: isOpen,
        at,
      };
    }
    case "filter_map": {
      const known = results.every((one) => truth(one) !== undefined);
      return known
        ? { is: "list", items: results.filter((one) => truth(one) === true), open: false, at }
        : unknownAt(at);
    }
    case "select":
    case "filter":
    case "reject": {
      if (receiver.is !== "list" || results.some((one) => truth(one) === undefined)) return unknownAt(at);
      const kept = inputs.filter(
        (_, i) => (truth(results[i] ?? unknownAt(at)) === true) === (name !== "reject"),
      );
      return { is: "list", items: kept, open: false, at };
    }
    case "to_h":
    case "index_with":
    case "each_with_object":
    case "inject":
    case "reduce":
    case "any?":
    case "all?":
    case "find":
    case "detect":
    case "sum":
    case "group_by":
    case "sort_by":
    case "partition":
      return unknownAt(at);
    default:
      return receiver;
  }
}

const loops =
  /^(?:each|map|collect|flat_map|filter_map|select|filter|reject|each_with_index|each_pair|each_slice|each_cons|each_key|each_value|reverse_each|times|upto|downto|step|to_h|index_with|each_with_object|inject|reduce|any\?|all\?|find|detect|sum|group_by|sort_by|partition|each_entry|cycle|transform_values|transform_keys)$/;

/** The arguments of each round; undefined: not known, or no loop. */
function itemsOfLoop(
  receiver: Value,
  { name, args, at }: CallValue,
): readonly (readonly Value[])[] | undefined {
  if (!loops.test(name)) return undefined;
  if (receiver.is === "plain" && typeof receiver.value === "number") {
    const [to] = args;
    const from = receiver.value;
    const end = to?.is === "plain" && typeof to.value === "number" ? to.value : undefined;
    if (name === "times" && from <= 1000)
      return Array.from({ length: Math.max(0, from) }, (_, i) => [plain(i, at)]);
    if (name === "upto" && end !== undefined && end - from <= 1000)
      return Array.from({ length: Math.max(0, end - from + 1) }, (_, i) => [plain(from + i, at)]);
    return undefined;
  }
  if (receiver.is === "record" && !receiver.open) {
    const pairs = [...receiver.fields].map(([key, value]) => [madeText(key, value.at, true), value]);
    if (name === "each_key") return pairs.map(([key]) => (key === undefined ? [] : [key]));
    if (name === "each_value" || name === "transform_values")
      return pairs.map(([, value]) => (value === undefined ? [] : [value]));
    return pairs;
  }
  if (receiver.is !== "list" || receiver.open) return undefined;
  const { items } = receiver;
  switch (name) {
    case "each_with_index":
      return items.map((item, i) => [item, plain(i, at)]);
    case "each_slice": {
      const [size] = args;
      if (size?.is !== "plain" || typeof size.value !== "number" || size.value < 1) return undefined;
      const length = size.value;
      const slices: Value[][] = [];
      for (let i = 0; i < items.length; i += length)
        slices.push([{ is: "list", items: items.slice(i, i + length), open: false, at }]);
      return slices;
    }
    case "reverse_each":
      return items.toReversed().map((item) => [item]);
    case "each_with_object":
      return items.map((item) => [item, args[0] ?? unknownAt(at)]);
    case "inject":
    case "reduce":
      return items.map((item) => [unknownAt(at), item]);
    default:
      return items.map((item) => [item]);
  }
}
