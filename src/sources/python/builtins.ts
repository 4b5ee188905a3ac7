/** Functions of Python and its standard library that give constants for constants. */
import { folderOf } from "./modules.ts";
import type { Scope } from "./scope.ts";
import { asText, dedented, joined, madeText, plain, textValue, written } from "./text.ts";
import { isTrue } from "./operators.ts";
import { argument, numberOf, textOf, type CallValue, type ListValue, type Value } from "./value.ts";
import type { Run } from "./walk.ts";

const longestRange = 5000;

/** Undefined: not one of them, or not known. */
export function callBuiltin(run: Run, call: CallValue, scope: Scope): Value | undefined {
  const { callee, values, at } = call;
  const [first, second, third] = values;
  if (call.open) return undefined;
  const listed = (items: readonly Value[] | undefined, kind: ListValue["kind"] = "list"): Value | undefined =>
    items && { is: "list", kind, items, open: false, at };
  switch (callee) {
    case "str":
    case "typing.cast":
      return callee === "str"
        ? first === undefined
          ? madeText("", at)
          : asText(first, scope.module, first.at)
        : second;
    case "int": {
      const text = textOf(first);
      const number = numberOf(first) ?? (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);
      return number === undefined ? undefined : plain(Math.trunc(number), at);
    }
    case "bool": {
      const holds = first && isTrue(first);
      return holds === undefined ? undefined : plain(holds, at);
    }
    case "len": {
      const items = first && run.iterate(first);
      const text = textOf(first);
      const length = items?.length ?? text?.length;
      return length === undefined ? undefined : plain(length, at);
    }
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
      return first === undefined
        ? listed([], callee === "frozenset" ? "set" : callee)
        : listed(run.iterate(first), callee === "frozenset" ? "set" : callee);
    case "sorted": {
      const items = first && run.iterate(first);
      const texts = items?.map((item) => textOf(item));
      if (items === undefined || call.keywords.size > 0 || texts?.includes(undefined) === true)
        return undefined;
      return listed([...items].sort((a, b) => ((textOf(a) ?? "") < (textOf(b) ?? "") ? -1 : 1)));
    }
    case "reversed": {
      const items = first && run.iterate(first);
      return listed(items && [...items].reverse());
    }
    case "enumerate": {
      const start = numberOf(argument(call, "start", 1)) ?? 0;
      const items = first && run.iterate(first);
      return listed(
        items?.map((item, i) => ({
          is: "list",
          kind: "tuple",
          items: [plain(i + start, at), item],
          open: false,
          at,
        })),
      );
    }
    case "zip": {
      const lists = values.map((value) => run.iterate(value));
      const lengths = lists.map((items) => items?.length ?? -1);
      if (lists.length === 0 || lengths.includes(-1)) return undefined;
      return listed(
        Array.from({ length: Math.min(...lengths) }, (_, i) => ({
          is: "list",
          kind: "tuple",
          items: lists.flatMap((items) => items?.[i] ?? []),
          open: false,
          at,
        })),
      );
    }
    case "range": {
      const [from, to] = second === undefined ? [0, numberOf(first)] : [numberOf(first), numberOf(second)];
      const step = third === undefined ? 1 : numberOf(third);
      if (from === undefined || to === undefined || step === undefined || step === 0) return undefined;
      const length = Math.max(0, Math.ceil((to - from) / step));
      if (length > longestRange) return undefined;
      return listed(Array.from({ length }, (_, i) => plain(from + i * step, at)));
    }
    case "dict": {
      if (first !== undefined && first.is !== "record") return undefined;
      const fields = new Map([...(first?.fields ?? []), ...call.keywords]);
      return run.born({ is: "record", fields, open: first?.open ?? false, at });
    }
    case "json.dumps": {
      const json = first && jsonOf(first);
      return json === undefined || call.keywords.size > 0 ? undefined : madeText(json, at);
    }
    case "textwrap.dedent":
    case "inspect.cleandoc": {
      if (first?.is !== "text") return undefined;
      const text = dedented(first);
      return text;
    }
    case "os.path.dirname":
    case "os.path.abspath":
    case "os.path.realpath":
    case "os.path.normpath":
    case "pathlib.Path":
    case "pathlib.PurePath":
    case "os.fspath": {
      if (first?.is !== "text" || first.holes) return undefined;
      if (callee === "os.path.dirname") return madeText(folderOf(written(first)), at);
      return values.length === 1 ? first : pathOf(values, scope, call);
    }
    case "os.path.join":
      return pathOf(values, scope, call);
    case "open":
    case "io.open":
    case "codecs.open":
      return first?.is === "text" && /\.sql$/i.test(textOf(first) ?? "") ? first : undefined;
    default:
      return undefined;
  }
}

/** As `json.dumps` writes it: a blank behind commas and colons. Undefined: not known. */
function jsonOf(value: Value): string | undefined {
  const text = textOf(value);
  if (text !== undefined) return JSON.stringify(text);
  if (value.is === "plain")
    return value.value === null || typeof value.value === "boolean" ? String(value.value) : value.printed;
  if ((value.is !== "list" && value.is !== "record") || value.open) return undefined;
  const parts =
    value.is === "list"
      ? value.items.map(jsonOf)
      : [...value.fields].map(([name, one]) => {
          const json = jsonOf(one);
          return json && `${JSON.stringify(name)}: ${json}`;
        });
  if (parts.includes(undefined)) return undefined;
  return value.is === "list" ? `[${parts.join(", ")}]` : `{${parts.join(", ")}}`;
}

function pathOf(values: readonly Value[], scope: Scope, { at }: CallValue): Value | undefined {
  if (values.some((value) => textOf(value) === undefined)) return undefined;
  return textValue(
    joined(
      values.flatMap((value, i) => {
        const own = asText(value, scope.module, value.at);
        return i === 0 ? [own] : [madeText("/", at), own];
      }),
      at,
    ).segments,
    at,
  );
}
