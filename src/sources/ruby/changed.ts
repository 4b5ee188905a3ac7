/** Methods that change the hash, list or text that a variable holds: `options[:column] = :id`, `sql << "…"`. */
import { callValueMethod } from "./methods.ts";
import type { CallTree } from "./tree.ts";
import {
  plain,
  textOf,
  unknownAt,
  type CallValue,
  type ListValue,
  type RecordValue,
  type Value,
} from "./value.ts";
import type { Env } from "./walk.ts";

/** The value of the call; undefined for one that changes nothing. The variable then holds what is known of the change. */
export function changeVariable(
  tree: CallTree,
  receiver: Value | undefined,
  call: CallValue,
  env: Env,
): Value | undefined {
  const variable = variableOf(tree, env);
  if (variable === undefined || receiver === undefined) return undefined;
  const changed = changedBy(receiver, call, env);
  if (changed === undefined) return undefined;
  env.scope.assign(variable, changed);
  const [first] = call.args;
  if (call.name === "[]=" || call.name === "store") return call.args.at(-1) ?? changed;
  if (!removing.test(call.name)) return changed;
  const isKnown = receiver.is === "record" && call.name === "delete" && first !== undefined;
  return (isKnown && callValueMethod(receiver, { ...call, name: "[]" }, env)) || unknownAt(call.at);
}

function variableOf({ receiver }: CallTree, { scope }: Env): string | undefined {
  if (receiver?.is === "variable") return receiver.name;
  const isLocal = receiver?.is === "call" && receiver.isBare && scope.lookUp(receiver.name) !== undefined;
  return isLocal ? receiver.name : undefined;
}

const removing = /^(?:delete|delete_at|delete_if|shift|pop|keep_if)$/;
/** Each addition copies the list. */
const mostItems = 2000;
const adding = /^(?:<<|push|append)$/;
/** What is left of it isn't known. */
const otherwise =
  /^(?:insert|unshift|prepend|concat|replace|clear|fill|extract!|\w+!)$|^(?:delete|delete_at|delete_if|shift|pop|keep_if)$/;

function changedBy(receiver: Value, call: CallValue, env: Env): Value | undefined {
  switch (receiver.is) {
    case "record":
      return changedRecord(receiver, call, env);
    case "list":
      return changedList(receiver, call);
    case "text":
      if (call.name !== "<<" && call.name !== "concat" && call.name !== "prepend") return undefined;
      return (
        (call.name !== "prepend" && call.args.length === 1 && callValueMethod(receiver, call, env)) ||
        unknownAt(call.at)
      );
    default:
      return undefined;
  }
}

function changedRecord(record: RecordValue, call: CallValue, env: Env): Value | undefined {
  const { name, args, at } = call;
  const [first, second] = args;
  const key = textOf(first) ?? (first?.is === "plain" ? first.printed : undefined);
  const isAssigned = name === "[]=" || name === "store";
  if ((isAssigned || name === "delete") && key !== undefined) {
    const fields = new Map(record.fields);
    if (isAssigned) fields.set(key, second ?? plain(null, at));
    else fields.delete(key);
    // An unknown key may be the one that goes.
    return { ...record, fields };
  }
  if (name === "merge!" || name === "update") {
    const merged = args.length === 1 && call.block === undefined && callValueMethod(record, call, env);
    return merged || unknownAt(at);
  }
  return isAssigned || otherwise.test(name) ? unknownAt(at) : undefined;
}

function changedList(list: ListValue, { name, args, at }: CallValue): Value | undefined {
  const hasRoom = list.items.length + args.length <= mostItems;
  if (adding.test(name) && hasRoom) return { ...list, items: [...list.items, ...args] };
  return name === "[]=" || adding.test(name) || otherwise.test(name)
    ? { ...list, items: [], open: true, at }
    : undefined;
}
