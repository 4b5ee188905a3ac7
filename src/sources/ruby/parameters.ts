/** What the parameters of a method or a block are, by the arguments of a call. */
import type { Parameter } from "./tree.ts";
import type { Env, Run } from "./walk.ts";
import { plain, unknownAt, type BlockValue, type Place, type Value } from "./value.ts";

interface Given {
  readonly args: readonly Value[];
  /** Of the last argument, if that is a hash of keywords. */
  readonly options: ReadonlyMap<string, Value> | undefined;
  readonly block: BlockValue | undefined;
}

export function bindParameters(
  run: Run,
  parameters: readonly Parameter[],
  { args, options, block }: Given,
  env: Env,
  at: Place,
): void {
  const { scope } = env;
  const takesKeys = parameters.some(({ kind }) => kind === "key" || kind === "keyRest");
  const hasRecord = takesKeys && options !== undefined && args.at(-1)?.is === "record";
  const values = hasRecord ? args.slice(0, -1) : args;
  const record = hasRecord ? args.at(-1) : undefined;
  const required = parameters.filter(({ kind }) => kind === "required" || kind === "parts").length;
  let spare = values.length - required;
  let next = 0;
  const rest = new Map(options);
  for (const { name, kind, value, parts } of parameters) {
    switch (kind) {
      case "required":
        scope.declare(name, values[next++] ?? plain(null, at));
        break;
      case "parts": {
        const whole = values[next++];
        const items = whole?.is === "list" && !whole.open ? whole.items : undefined;
        const isPlaced = parts?.every((part) => part.kind === "required") === true;
        for (const [i, part] of (parts ?? []).entries())
          scope.declare(part.name, (isPlaced ? items?.[i] : undefined) ?? unknownAt(at));
        break;
      }
      case "optional":
        if (spare > 0) {
          spare--;
          scope.declare(name, values[next++] ?? plain(null, at));
        } else scope.declare(name, value === undefined ? plain(null, at) : run.evaluate(value, env));
        break;
      case "rest": {
        const items = values.slice(next, next + Math.max(0, spare));
        next += items.length;
        spare -= items.length;
        scope.declare(name, { is: "list", items, open: false, at });
        break;
      }
      case "key": {
        const own = rest.get(name);
        rest.delete(name);
        const fallback = value === undefined ? unknownAt(at) : run.evaluate(value, env);
        scope.declare(name, own ?? (record?.is === "record" && record.open ? unknownAt(at) : fallback));
        break;
      }
      case "keyRest":
        scope.declare(name, {
          is: "record",
          fields: rest,
          open: record?.is === "record" && record.open,
          at,
        });
        break;
      case "block":
        scope.declare(name, block ?? plain(null, at));
    }
  }
}

/** `|a, b|` of one list takes its items. */
export function flattened(parameters: readonly Parameter[], values: readonly Value[]): readonly Parameter[] {
  const [only] = values;
  const wanted = parameters.filter(({ kind }) => kind !== "block");
  return wanted.length > 1 && values.length === 1 && only?.is === "list"
    ? [{ name: "", kind: "parts", parts: wanted }]
    : parameters;
}
