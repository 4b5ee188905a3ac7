/** Methods of texts, numbers, lists and hashes that are known. */
import type { Segment } from "../../text/source-map.ts";
import { camelized, humanized, pluralized, singularized, tableized, underscored } from "./inflect.ts";
import { hole } from "./literal.ts";
import type { Env } from "./walk.ts";
import {
  asText,
  isNil,
  joined,
  madeText,
  numberOf,
  plain,
  matches,
  regExpOf,
  sameConstant,
  textOf,
  unknownAt,
  written,
  type CallValue,
  type ListValue,
  type Place,
  type RecordValue,
  type TextValue,
  type Value,
} from "./value.ts";

/** Undefined: not known. */
export function callValueMethod(receiver: Value, call: CallValue, env: Env): Value | undefined {
  const { name, args, at } = call;
  if (
    name === "freeze" ||
    name === "dup" ||
    name === "clone" ||
    name === "itself" ||
    name === "presence" ||
    name === "deep_dup"
  )
    return receiver;
  if (name === "nil?" && receiver.is !== "call" && receiver.is !== "unknown")
    return plain(isNil(receiver), at);
  const [first] = args;
  if ((name === "==" || name === "===" || name === "eql?") && first !== undefined && receiver.is !== "regexp")
    return compared(receiver, first, at, false);
  if (name === "!=" && first !== undefined) return compared(receiver, first, at, true);
  switch (receiver.is) {
    case "text":
      return onText(receiver, call, env);
    case "plain":
      return onPlain(receiver, call);
    case "list":
      return onList(receiver, call, env);
    case "record":
      return onRecord(receiver, call);
    case "regexp":
      return matching.test(name) || name === "===" ? matched(receiver, first, call) : undefined;
    default:
      return undefined;
  }
}

const matching = /^(?:=~|!~|match\??)$/;

/** A condition: of the match itself nothing is known but that there is one. */
function matched(pattern: Value | undefined, text: Value | undefined, { name, at }: CallValue): Value {
  const isMatch = pattern?.is === "regexp" && text !== undefined ? matches(pattern, text) : undefined;
  return isMatch === undefined ? unknownAt(at) : plain(isMatch !== (name === "!~"), at);
}

function compared(a: Value, b: Value, at: Place, negated: boolean): Value | undefined {
  const same = sameConstant(a, b);
  return same === undefined ? undefined : plain(same !== negated, at);
}

/** `a + b` and the like, also in `a += b`. */
export function operate(left: Value, operator: string, right: Value, at: Place): Value | undefined {
  if (left.is === "text" && (operator === "+" || operator === "<<")) {
    const text = asText(right);
    return text && joined([left, text], at);
  }
  if (left.is === "list" && operator === "+" && right.is === "list")
    return { ...left, items: [...left.items, ...right.items], open: left.open || right.open, at };
  if (left.is === "list" && operator === "-" && right.is === "list" && !left.open && !right.open)
    return {
      ...left,
      items: left.items.filter((item) => !right.items.some((one) => sameConstant(item, one) === true)),
      at,
    };
  if (left.is === "list" && operator === "<<") return { ...left, items: [...left.items, right], at };
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case "+":
      return plain(a + b, at);
    case "-":
      return plain(a - b, at);
    case "*":
      return plain(a * b, at);
    case "**":
      return plain(a ** b, at);
    case "/":
      return b === 0 ? undefined : plain(Math.floor(a / b), at);
    case "%":
      return b === 0 ? undefined : plain(a - b * Math.floor(a / b), at);
    case "<":
      return plain(a < b, at);
    case ">":
      return plain(a > b, at);
    case "<=":
      return plain(a <= b, at);
    case ">=":
      return plain(a >= b, at);
    default:
      return undefined;
  }
}

const wordMethods: Readonly<Record<string, (text: string) => string>> = {
  downcase: (text) => text.toLowerCase(),
  upcase: (text) => text.toUpperCase(),
  capitalize: (text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase(),
  strip: (text) => text.trim(),
  lstrip: (text) => text.trimStart(),
  rstrip: (text) => text.trimEnd(),
  chomp: (text) => text.replace(/\r?\n$/, ""),
  pluralize: pluralized,
  singularize: singularized,
  tableize: tableized,
  underscore: underscored,
  camelize: camelized,
  classify: (text) => camelized(singularized(text)),
  humanize: humanized,
};

const same =
  /^(?:to_s|to_str|html_safe|squish|strip_heredoc|inspect_sql|force_encoding|scrub|-@|\+@|undump|unindent|gsub_blank)$/;

function onText(text: TextValue, call: CallValue, env: Env): Value | undefined {
  const { name, args, at } = call;
  const [first, second] = args;
  if (name === "squish" && /--|\/\*/.test(written(text))) {
    // A comment to the end of the line then goes to the end of the text.
    return { ...madeText(written(text).replaceAll(/\s+/g, " ").trim(), text.at), holes: text.holes };
  }
  if (same.test(name)) return text.isSymbol ? { ...text, isSymbol: false } : text;
  if (name === "to_sym" || name === "intern") return { ...text, isSymbol: true };
  if (name === "%") return first === undefined ? undefined : formatted(text, first, env);
  if (name === "+" || name === "<<" || name === "concat") return first && operate(text, "+", first, at);
  if (matching.test(name)) return matched(first, text, call);
  const known = textOf(text);
  if (known === undefined) return wordMethods[name] === undefined ? undefined : text;
  const words = wordMethods[name];
  if (words !== undefined) return remade(text, words(known));
  const [a, b] = [textOf(first), textOf(second)];
  if (first?.is === "regexp" && /^g?sub$/.test(name)) {
    const pattern = regExpOf(first, name === "gsub" ? "g" : "");
    // A backslash stands for what was found.
    if (pattern === undefined || b?.includes("\\") !== false) return undefined;
    return remade(
      text,
      known.replace(pattern, () => b),
    );
  }
  switch (name) {
    case "*": {
      const times = numberOf(first);
      return times === undefined || times * known.length > 100_000
        ? undefined
        : madeText(known.repeat(times), at);
    }
    case "empty?":
      return plain(known === "", at);
    case "blank?":
      return plain(known.trim() === "", at);
    case "present?":
      return plain(known.trim() !== "", at);
    case "length":
    case "size":
      return plain(known.length, at);
    case "to_i":
      return plain(Number.parseInt(known, 10) || 0, at);
    case "include?":
      return a === undefined ? undefined : plain(known.includes(a), at);
    case "start_with?":
      return a === undefined ? undefined : plain(known.startsWith(a), at);
    case "end_with?":
      return a === undefined ? undefined : plain(known.endsWith(a), at);
    case "sub":
      return a === undefined || b === undefined
        ? undefined
        : remade(
            text,
            known.replace(a, () => b),
          );
    case "gsub":
    case "tr":
      return a === undefined || b === undefined || (name === "tr" && a.length !== 1)
        ? undefined
        : remade(
            text,
            known.replaceAll(a, () => b),
          );
    case "delete_suffix":
      return a === undefined
        ? undefined
        : remade(text, known.endsWith(a) ? known.slice(0, -a.length) : known);
    case "delete_prefix":
      return a === undefined ? undefined : remade(text, known.startsWith(a) ? known.slice(a.length) : known);
    case "split":
    case "lines":
      return a === undefined && first !== undefined
        ? undefined
        : {
            is: "list",
            items: (name === "lines"
              ? known.split(/(?<=\n)/)
              : a === undefined
                ? known.trim().split(/\s+/)
                : known.split(a)
            ).map((one) => madeText(one, text.at)),
            open: false,
            at,
          };
    default:
      return undefined;
  }
}

const remade = (text: TextValue, now: string): TextValue => ({
  ...madeText(now, text.at),
  isSymbol: text.isSymbol,
});

/** `"… %s %{name}" % values` */
function formatted(text: TextValue, given: Value, env: Env): Value | undefined {
  const values = given.is === "list" ? [...given.items] : [given];
  const segments: Segment[] = [];
  let holes = text.holes;
  for (const segment of text.segments) {
    let at = 0;
    for (const match of segment.text.matchAll(/%(?:%|s|d|\{(\w+)\}|<(\w+)>[sd])/g)) {
      const [all, braced, angled] = match;
      segments.push({ ...segment, text: segment.text.slice(at, match.index), exact: false });
      at = match.index + all.length;
      if (all === "%%") {
        segments.push({ ...segment, text: "%", exact: false });
        continue;
      }
      const key = braced ?? angled;
      const value =
        key === undefined ? values.shift() : given.is === "record" ? given.fields.get(key) : undefined;
      const own = value && asText(value);
      if (own === undefined) {
        holes = true;
        segments.push(hole(env, value?.at ?? text.at));
      } else {
        holes ||= own.holes;
        segments.push(...own.segments.map((one) => ({ ...one, exact: false })));
      }
    }
    segments.push(at === 0 ? segment : { ...segment, text: segment.text.slice(at), exact: false });
  }
  return { ...text, segments, holes };
}

const sizes: Readonly<Record<string, number>> = {
  byte: 1,
  kilobyte: 1024,
  megabyte: 1024 ** 2,
  gigabyte: 1024 ** 3,
};

function onPlain(value: Extract<Value, { is: "plain" }>, { name, args, at }: CallValue): Value | undefined {
  const [first] = args;
  if (name === "to_s" || name === "inspect") return madeText(value.printed, value.at);
  if (value.value === null) {
    if (name === "blank?" || name === "empty?") return plain(true, at);
    if (name === "present?") return plain(false, at);
    if (name === "to_a") return { is: "list", items: [], open: false, at };
    return undefined;
  }
  if (typeof value.value === "number") {
    const size = sizes[name.replace(/s$/, "")];
    if (size !== undefined) return plain(value.value * size, at);
    if (name === "to_i" || name === "to_f" || name === "to_d") return value;
    if (name === "-@")
      return plain(
        -value.value,
        at,
        value.printed.startsWith("-") ? value.printed.slice(1) : `-${value.printed}`,
      );
    if (name === "zero?") return plain(value.value === 0, at);
    return first && operate(value, name, first, at);
  }
  return undefined;
}

function onList(list: ListValue, { name, args, at }: CallValue, env: Env): Value | undefined {
  const [first] = args;
  const { items, open } = list;
  if ((name === "+" || name === "-" || name === "<<") && first !== undefined)
    return operate(list, name, first, at);
  if (open) return /^(?:to_a|uniq|compact|flatten|sort|reverse)$/.test(name) ? list : undefined;
  const of = (found: readonly Value[]): ListValue => ({ is: "list", items: found, open: false, at });
  switch (name) {
    case "to_a":
    case "entries":
    case "sort":
    case "lazy":
    case "each":
      return list;
    case "compact":
      return of(items.filter((item) => !isNil(item)));
    case "flatten":
      return of(items.flatMap((item) => (item.is === "list" ? item.items : [item])));
    case "uniq":
      return of(
        items.filter(
          (item, i) => !items.slice(0, Math.min(i, 200)).some((one) => sameConstant(item, one) === true),
        ),
      );
    case "reverse":
      return of(items.toReversed());
    case "first":
      return first === undefined
        ? (items[0] ?? plain(null, at))
        : of(items.slice(0, numberOf(first) ?? items.length));
    case "last":
      return items.at(-1) ?? plain(null, at);
    case "size":
    case "count":
    case "length":
      return plain(items.length, at);
    case "empty?":
    case "none?":
      return plain(items.length === 0, at);
    case "any?":
    case "present?":
      return plain(items.length > 0, at);
    case "include?": {
      if (first === undefined) return undefined;
      const found = items.map((item) => sameConstant(item, first));
      return found.includes(true)
        ? plain(true, at)
        : found.includes(undefined)
          ? unknownAt(at)
          : plain(false, at);
    }
    case "[]":
    case "at":
    case "fetch": {
      const index = numberOf(first);
      return index === undefined ? undefined : (items.at(index) ?? plain(null, at));
    }
    case "map":
      return list;
    case "product": {
      if (first?.is !== "list" || first.open) return undefined;
      return of(items.flatMap((one) => first.items.map((other) => of([one, other]))));
    }
    case "zip": {
      if (first?.is !== "list" || first.open) return undefined;
      return of(items.map((one, i) => of([one, first.items[i] ?? plain(null, at)])));
    }
    case "to_h": {
      const fields = new Map<string, Value>();
      for (const item of items) {
        const [key, value] = item.is === "list" ? item.items : [];
        const text = key && textOf(key);
        if (text === undefined || value === undefined) return undefined;
        fields.set(text, value);
      }
      return { is: "record", fields, open: false, at };
    }
    case "join": {
      const between = first === undefined ? "" : textOf(first);
      if (between === undefined) return undefined;
      const texts: TextValue[] = [];
      for (const [i, item] of items.entries()) {
        if (i > 0 && between !== "") texts.push(madeText(between, at));
        texts.push(asText(item) ?? { ...madeText("", item.at), segments: [hole(env, item.at)], holes: true });
      }
      return joined(texts, at);
    }
    default:
      return undefined;
  }
}

function onRecord(record: RecordValue, { name, args, at }: CallValue): Value | undefined {
  const [first, second] = args;
  const key = textOf(first) ?? (first?.is === "plain" ? first.printed : undefined);
  switch (name) {
    case "[]":
    case "fetch":
    case "dig":
      if (key === undefined) return undefined;
      return record.fields.get(key) ?? (record.open ? unknownAt(at) : (second ?? plain(null, at)));
    case "key?":
    case "has_key?":
    case "include?":
      if (key === undefined) return undefined;
      return record.fields.has(key) ? plain(true, at) : record.open ? unknownAt(at) : plain(false, at);
    case "keys":
      return {
        is: "list",
        items: [...record.fields].map(([one, { at: place }]) => madeText(one, place, true)),
        open: record.open,
        at,
      };
    case "values":
      return { is: "list", items: [...record.fields.values()], open: record.open, at };
    case "merge":
    case "reverse_merge":
    case "update":
    case "merge!": {
      if (first?.is !== "record") return { ...record, open: true };
      const [low, high] = name === "reverse_merge" ? [first, record] : [record, first];
      return {
        ...record,
        fields: new Map([...low.fields, ...high.fields]),
        open: record.open || first.open,
        at,
      };
    }
    case "except":
    case "slice": {
      const names = new Set(args.flatMap((one) => textOf(one) ?? []));
      return {
        ...record,
        fields: new Map([...record.fields].filter(([one]) => names.has(one) === (name === "slice"))),
        at,
      };
    }
    case "to_h":
    case "symbolize_keys":
    case "stringify_keys":
    case "with_indifferent_access":
    case "compact":
      return record;
    case "empty?":
    case "blank?":
      return record.open ? unknownAt(at) : plain(record.fields.size === 0, at);
    case "to_json":
      return undefined;
    default:
      return undefined;
  }
}
