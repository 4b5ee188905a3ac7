/** Methods of texts, lists and dicts. Lists and dicts are changed in place, as Python does, for all names that hold them. */
import type { Segment } from "../../text/source-map.ts";
import { cleaned, foldersAbove, type Files } from "./modules.ts";
import type { Scope } from "./scope.ts";
import {
  asText,
  braceFormatted,
  joined,
  madeText,
  plain,
  replaced,
  sliced,
  textValue,
  written,
} from "./text.ts";
import {
  numberOf,
  textOf,
  type CallValue,
  type ListValue,
  type Place,
  type RecordValue,
  type TextValue,
  type Value,
} from "./value.ts";
import type { Run } from "./walk.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const none = (at: Place): Value => plain(null, at);
const unknownAt = (at: Place): Value => ({ is: "unknown", at });

/** Undefined: it isn't known. Adding to a list under a condition that it isn't made under leaves it open. */
export function callMethod(run: Run, object: Value, call: CallValue, scope: Scope): Value | undefined {
  if (object.is === "text") return textMethod(run, object, call, scope);
  if (object.is === "list") return listMethod(run, object, call);
  if (object.is === "record") return recordMethod(run, object, call);
  return undefined;
}

function textMethod(run: Run, text: TextValue, call: CallValue, scope: Scope): Value | undefined {
  const { method, values, at } = call;
  const [first, second] = values;
  const whole = written(text);
  const part = textOf(first);
  switch (method) {
    case "format":
      return braceFormatted(text, values, call.keywords, scope.module);
    case "join": {
      const items = first && run.iterate(first);
      if (items === undefined) return textValue(asText(unknownAt(at), scope.module, at).segments, at, true);
      return joined(
        items.flatMap((item, i) => {
          const own = asText(item, scope.module, item.at);
          return i === 0 ? [own] : [text, own];
        }),
        at,
      );
    }
    case "strip":
    case "lstrip":
    case "rstrip": {
      if (values.length > 0) return undefined;
      const from = method === "rstrip" ? 0 : whole.length - whole.trimStart().length;
      const to = method === "lstrip" ? whole.length : whole.trimEnd().length;
      return sliced(text, Math.min(from, to), to);
    }
    case "upper":
    case "lower":
    case "title":
    case "capitalize": {
      if (text.holes || method === "title") return undefined;
      const changed =
        method === "capitalize"
          ? whole.charAt(0).toUpperCase() + whole.slice(1).toLowerCase()
          : method === "upper"
            ? whole.toUpperCase()
            : whole.toLowerCase();
      return madeText(changed, text.at);
    }
    case "replace": {
      const to = second && asText(second, scope.module, second.at);
      if (part === undefined || part === "" || to === undefined || values.length > 2) return undefined;
      const pattern = new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "g");
      return replaced(text, pattern, () => to);
    }
    case "split":
    case "splitlines": {
      if (text.holes || values.length > 1 || (first !== undefined && part === undefined)) return undefined;
      const pattern = method === "splitlines" ? /\r\n|\n|\r/ : undefined;
      const pieces =
        pattern !== undefined
          ? whole.split(pattern)
          : part === undefined
            ? whole.split(/\s+/).filter((one) => one !== "")
            : whole.split(part);
      return { is: "list", kind: "list", items: splitAt(text, pieces), open: false, at };
    }
    case "startswith":
      return text.holes || part === undefined ? undefined : plain(whole.startsWith(part), at);
    case "endswith":
      return text.holes || part === undefined ? undefined : plain(whole.endsWith(part), at);
    // Of a path: `Path(__file__).parent`, `(folder / "x.sql").read_text()`.
    case "resolve":
    case "absolute":
    case "as_posix":
      return text;
    case "joinpath":
      return joined(
        [text, ...values.flatMap((value) => [madeText("/", at), asText(value, scope.module, value.at)])],
        at,
      );
    case "read_text":
    case "read":
      return fileText(run.files, text, at);
    case "open":
      return text;
    case "encode":
    case "decode":
      return text;
    default:
      return undefined;
  }
}

/** The text of a file of SQL that a path names. */
function fileText(files: Files, path: TextValue, at: Place): Value | undefined {
  const name = written(path);
  if (path.holes || !/\.sql$/i.test(name)) return undefined;
  const folders = name.startsWith("/") ? [""] : ["", ...foldersAbove(at.path)];
  for (const folder of folders) {
    const file = cleaned(`${folder}${name}`);
    const text = files.readFile(file);
    if (text === undefined) continue;
    const start = text.startsWith("\uFEFF") ? 1 : 0;
    const segment: Segment = {
      text: text.slice(start),
      path: file,
      at: { start, end: text.length },
      exact: true,
    };
    return textValue([segment], at);
  }
  return undefined;
}

/** Where each piece stands in the text. */
function splitAt(text: TextValue, pieces: readonly string[]): readonly Value[] {
  const whole = written(text);
  let at = 0;
  return pieces.map((piece) => {
    const start = whole.indexOf(piece, at);
    at = start + piece.length;
    return sliced(text, start, at);
  });
}

function listMethod(run: Run, list: ListValue, { method, values, at }: CallValue): Value | undefined {
  const items = list.items as Value[];
  const [first, second] = values;
  const isSure = run.changesSurely(list);
  const open = (): Value => {
    (list as Mutable<ListValue>).open = true;
    return none(at);
  };
  switch (method) {
    case "append":
    case "add":
      if (!isSure || first === undefined) return open();
      items.push(first);
      return none(at);
    case "extend":
    case "update": {
      const more = first && run.iterate(first);
      if (!isSure || more === undefined) return open();
      items.push(...more);
      return none(at);
    }
    case "insert": {
      const index = numberOf(first);
      if (!isSure || index === undefined || second === undefined) return open();
      items.splice(index, 0, second);
      return none(at);
    }
    case "pop": {
      const index = first === undefined ? -1 : numberOf(first);
      if (!isSure || list.open || index === undefined) {
        open();
        return undefined;
      }
      return items.splice(index, 1)[0];
    }
    case "clear":
    case "remove":
    case "sort":
    case "reverse":
    case "discard":
    case "difference_update":
      return open();
    case "copy":
      return { ...list, items: [...items] };
    case "index":
    case "count":
    default:
      return undefined;
  }
}

function recordMethod(run: Run, record: RecordValue, call: CallValue): Value | undefined {
  const { method, values, keywords, at } = call;
  const fields = record.fields as Map<string, Value>;
  const [first, second] = values;
  const key = textOf(first) ?? (first?.is === "plain" ? first.printed : undefined);
  const isSure = run.changesSurely(record);
  const open = (): Value => {
    (record as Mutable<RecordValue>).open = true;
    return none(at);
  };
  const listed = (items: readonly Value[]): Value => ({
    is: "list",
    kind: "list",
    items,
    open: record.open,
    at,
  });
  switch (method) {
    case "items":
      return listed(
        [...fields].map(([name, value]) => ({
          is: "list",
          kind: "tuple",
          items: [madeText(name, value.at), value],
          open: false,
          at: value.at,
        })),
      );
    case "keys":
      return listed([...fields].map(([name, value]) => madeText(name, value.at)));
    case "values":
      return listed([...fields.values()]);
    case "get": {
      const found = key === undefined ? undefined : fields.get(key);
      if (found !== undefined) return found;
      return record.open || key === undefined ? unknownAt(at) : (second ?? none(at));
    }
    case "copy":
      return { ...record, fields: new Map(fields) };
    case "update": {
      if (!isSure || (first !== undefined && (first.is !== "record" || first.open)) || call.open)
        return open();
      if (first?.is === "record") for (const [name, value] of first.fields) fields.set(name, value);
      for (const [name, value] of keywords) fields.set(name, value);
      return none(at);
    }
    case "setdefault":
    case "pop":
    case "popitem":
    case "clear":
      open();
      return undefined;
    default:
      return undefined;
  }
}

/** `holder[key] = value` */
export function putInto(run: Run, holder: Value, key: string | undefined, value: Value): void {
  if (holder.is === "record") {
    if (run.changesSurely(holder) && key !== undefined) (holder.fields as Map<string, Value>).set(key, value);
    else (holder as Mutable<RecordValue>).open = true;
  }
  if (holder.is === "list") (holder as Mutable<ListValue>).open = true;
}
