/** Python's values as the constants that Django's drivers send. */
import { flagOf, isNone, itemsOf, numberOf, textOf, type CallValue, type Value } from "../../value.ts";
import type { Apps, BoundField } from "./apps.ts";
import {
  hasDefault,
  internalType,
  isBlank,
  isForeignKey,
  isGenerated,
  isNullable,
  readField,
  takesEmptyText,
  type Field,
} from "./fields.ts";
import { isSince, type Vendor } from "./vendor.ts";

/** What isn't known before it runs. */
export const unknownConstant = "${value}";

/** A time that stands for the one of the run, which Django sends as a constant. */
const now = { date: "2000-01-01", time: "00:00:00", seconds: "2000-01-01 00:00:00" };
const anyUuid = "00000000-0000-4000-8000-000000000000";

/** The constant that a new column gets where a migration gives no value; undefined: none. */
export function effectiveDefault(apps: Apps, bound: BoundField): string | undefined {
  const { field } = bound;
  const value = field.options.get("default");
  if (hasDefault(field) && value !== undefined) return constantOf(apps, bound, value);
  if (isGenerated(field)) return undefined;
  const { vendor } = apps.facts;
  const internal = internalType(field);
  if (!isNullable(field) && isBlank(field) && takesEmptyText(field))
    return internal === "BinaryField" ? bytes(vendor, "") : vendor.text("");
  return givesTime(field) ? currentTime(vendor, internal) : undefined;
}

/** `auto_now`: Django gives the time, to existing rows as well. */
export const givesTime = (field: Field): boolean =>
  autoDates.has(field.path) ||
  ["auto_now", "auto_now_add"].some((name) => flagOf(field.options.get(name)) === true);

/** Their classes give auto_now themselves. */
const autoDates = new Set([
  "model_utils.fields.AutoCreatedField",
  "model_utils.fields.AutoLastModifiedField",
  "django_extensions.db.fields.CreationDateTimeField",
  "django_extensions.db.fields.ModificationDateTimeField",
]);

/** A value for a column of a field; undefined: None. */
export function constantOf(apps: Apps, bound: BoundField, given: Value): string | undefined {
  const value = called(apps, given);
  if (isNone(value)) return undefined;
  const { field } = bound;
  if (isForeignKey(field)) {
    const target = apps.target(bound);
    return target === undefined ? plain(apps.facts.vendor, value) : constantOf(apps, target, value);
  }
  const { vendor } = apps.facts;
  const internal = internalType(field);
  switch (internal) {
    case "JSONField":
      return json(vendor, value);
    case "ArrayField":
      return array(apps, bound, value);
    case "BooleanField":
      return boolean(vendor, value);
    case "DecimalField":
      return decimal(value);
    case "FloatField": {
      const number = countOf(value);
      if (number === undefined) return plain(vendor, value);
      const printed = Number.isInteger(number) ? `${String(number)}.0` : String(number);
      return vendor.isPostgres ? printed : `${printed}e0`;
    }
    case "DateTimeField":
    case "DateField":
    case "TimeField":
      return isNow(value) ? currentTime(vendor, internal) : temporal(vendor, internal, value);
    case "UUIDField":
      return uuid(vendor, apps.type(bound), value);
    case "DurationField":
      return duration(vendor, value);
    case "BinaryField":
      return bytes(vendor, textOf(value) ?? unknownConstant);
    case "GenericIPAddressField": {
      const text = textOf(value);
      if (text === undefined) return unknownConstant;
      return vendor.isPostgres ? `${vendor.text(text)}::inet` : vendor.text(text);
    }
    case "HStoreField":
      return hstore(vendor, value);
    default:
      if (value.is !== "plain") return plain(vendor, value);
      if (isTextual(internal)) return vendor.text(pythonText(value));
      if (/Integer|Auto/.test(internal ?? "") && typeof value.value === "boolean")
        return String(Number(value.value));
      return plain(vendor, value);
  }
}

/** Python counts with True and False. */
const countOf = (value: Value): number | undefined =>
  value.is === "plain" && typeof value.value === "boolean" ? Number(value.value) : numberOf(value);

const isTextual = (internal: string | undefined): boolean =>
  internal !== undefined && /^(?:Char|Text|Slug|File|FilePath|CIChar|CIText|CIEmail)/.test(internal);

const pythonText = (value: Value): string =>
  value.is !== "plain"
    ? ""
    : typeof value.value === "boolean"
      ? value.value
        ? "True"
        : "False"
      : value.printed;

/** What a function gives that stands for a default; the value itself if it is none. */
function called(apps: Apps, value: Value): Value {
  if (value.is === "function") return apps.facts.result(value) ?? value;
  if (value.is !== "name") return value;
  if (/^(?:builtins\.)?(?:dict|OrderedDict|collections\.OrderedDict)$/.test(value.dotted))
    return { is: "record", fields: new Map(), open: false, at: value.at };
  if (/^(?:builtins\.)?(?:list|tuple|set)$/.test(value.dotted))
    return { is: "list", kind: "list", items: [], open: false, at: value.at };
  const constant = { str: "", int: 0, float: 0, bool: false }[value.dotted.replace(/^builtins\./, "")];
  if (constant === undefined) return value;
  return typeof constant === "string"
    ? { is: "text", segments: [], holes: false, at: value.at }
    : { is: "plain", value: constant, printed: String(constant), at: value.at };
}

/** A value without a column's type. */
export function plain(vendor: Vendor, value: Value): string {
  if (value.is === "plain") {
    if (value.value === null) return "NULL";
    if (typeof value.value === "boolean") return boolean(vendor, value);
    return value.isFloat === true && !vendor.isPostgres ? `${value.printed}e0` : value.printed;
  }
  const text = textOf(value);
  if (text !== undefined)
    return value.is === "text" && value.bytes === true ? bytes(vendor, text) : vendor.text(text);
  if (value.is === "call") {
    if (value.method === "Decimal") return textOf(value.values[0]) ?? plain(vendor, value.values[0] ?? value);
    const kind = { datetime: "DateTimeField", date: "DateField", time: "TimeField" }[value.method];
    if (kind !== undefined) return temporal(vendor, kind, value);
    if (value.method === "UUID") return uuid(vendor, "uuid", value);
    if (value.method === "timedelta") return duration(vendor, value);
  }
  return unknownConstant;
}

function boolean(vendor: Vendor, value: Value): string {
  const on = value.is === "plain" ? Boolean(value.value) : undefined;
  if (on === undefined) return unknownConstant;
  return vendor.isPostgres ? String(on) : on ? "1" : "0";
}

function decimal(value: Value): string {
  const given = value.is === "call" && value.method === "Decimal" ? (value.values[0] ?? value) : value;
  const printed = textOf(given) ?? (given.is === "plain" ? given.printed : undefined);
  if (printed === undefined || !/^-?\d+(?:\.\d+)?$/.test(printed)) return unknownConstant;
  return given.is === "plain" && given.isFloat === true ? printed.replace(/\.0$/, "") : printed;
}

const isNow = (value: Value): boolean =>
  value.is === "name" && /(?:^|\.)(?:now|today|utcnow|localtime|localdate|time)$/.test(value.dotted);

/** PostgreSQL: what advice may take over. */
const currentTime = ({ isPostgres }: Vendor, internal: string | undefined): string =>
  internal === "DateField"
    ? isPostgres
      ? "CURRENT_DATE"
      : `'${now.date}'`
    : internal === "TimeField"
      ? isPostgres
        ? "LOCALTIME"
        : `'${now.time}'`
      : isPostgres
        ? "now()"
        : `'${now.seconds}'`;

const typed = (vendor: Vendor, text: string, type: string): string =>
  vendor.isPostgres ? `'${text}'::${type}` : `'${text}'`;

/** `datetime.datetime(2020, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)` */
function temporal(vendor: Vendor, internal: string, value: Value): string {
  const text = textOf(value);
  if (text !== undefined) {
    if (internal === "DateField") return typed(vendor, text.slice(0, 10), "date");
    if (internal === "TimeField") return typed(vendor, text, "time");
    return unknownConstant;
  }
  if (value.is !== "call") return isCallable(value) ? currentTime(vendor, internal) : unknownConstant;
  if (/^(?:now|today|utcnow)$/.test(value.method)) return currentTime(vendor, internal);
  const numbers = value.values.map((one) => numberOf(one));
  if (numbers.includes(undefined) || numbers.length === 0) return unknownConstant;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = numbers.map((one) => one ?? 0);
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = (h: number, m: number, s: number, micro: number): string =>
    `${two(h)}:${two(m)}:${two(s)}${micro === 0 ? "" : `.${String(micro).padStart(6, "0")}`}`;
  if (value.method === "time") {
    const whole = !vendor.isPostgres && d === 0 ? `${clock(a, b, c, 0)}.000000` : clock(a, b, c, d);
    return typed(vendor, whole, "time");
  }
  const day = `${String(a).padStart(4, "0")}-${two(b)}-${two(c)}`;
  if (internal === "DateField") return typed(vendor, day, "date");
  const rest = clock(d, e, f, g);
  return vendor.isPostgres ? `'${day}T${rest}+00:00'::timestamptz` : `'${day} ${rest}'`;
}

const isCallable = ({ is }: Value): boolean => is === "name" || is === "function" || is === "class";

function uuid(vendor: Vendor, type: string | undefined, value: Value): string {
  const given = value.is === "call" ? textOf(value.values[0]) : textOf(value);
  const text = given ?? (isCallable(value) ? anyUuid : undefined);
  if (text === undefined) return unknownConstant;
  if (vendor.isPostgres) return `'${text}'::uuid`;
  return type === "uuid" ? `'${text}'` : `'${text.replaceAll("-", "")}'`;
}

const units: Readonly<Record<string, number>> = {
  weeks: 604_800_000_000,
  days: 86_400_000_000,
  hours: 3_600_000_000,
  minutes: 60_000_000,
  seconds: 1_000_000,
  milliseconds: 1000,
  microseconds: 1,
};

function duration(vendor: Vendor, value: Value): string {
  if (value.is !== "call" || value.method !== "timedelta") return unknownConstant;
  const order = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
  const given: (readonly [string, Value])[] = [
    ...value.values.map((one, i) => [order[i] ?? "", one] as const),
    ...value.keywords,
  ];
  let micro = 0;
  for (const [name, one] of given) {
    const number = numberOf(one);
    const unit = units[name];
    if (number === undefined || unit === undefined) return unknownConstant;
    micro += number * unit;
  }
  if (!vendor.isPostgres) return String(micro);
  const day = units.days ?? 1;
  const days = Math.floor(micro / day);
  const rest = micro - days * day;
  const seconds = Math.floor(rest / 1_000_000);
  const fraction = String(rest - seconds * 1_000_000).padStart(6, "0");
  return `'${String(days)} days ${String(seconds)}.${fraction} seconds'::interval`;
}

function bytes(vendor: Vendor, text: string): string {
  if (text === unknownConstant) return text;
  const hex = Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
  return vendor.isPostgres ? `'\\x${hex}'::bytea` : `X'${hex}'`;
}

function json(vendor: Vendor, value: Value): string {
  const text = jsonText(value);
  if (text === undefined) return unknownConstant;
  return vendor.isPostgres && isSince(vendor, 5, 0) ? `${vendor.text(text)}::jsonb` : vendor.text(text);
}

/** As Python's json.dumps writes it. */
export function jsonText(value: Value): string | undefined {
  switch (value.is) {
    case "plain":
      return value.value === null
        ? "null"
        : typeof value.value === "boolean"
          ? String(value.value)
          : value.printed;
    case "text": {
      const text = textOf(value);
      return text === undefined ? undefined : asciiJson(text);
    }
    case "list": {
      const items = value.open ? [undefined] : value.items.map(jsonText);
      return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
    }
    case "record": {
      if (value.open) return undefined;
      const parts = [...value.fields].map(([name, one]) => [name, jsonText(one)] as const);
      if (parts.some(([, one]) => one === undefined)) return undefined;
      return `{${parts.map(([name, one]) => `${asciiJson(name)}: ${one ?? ""}`).join(", ")}}`;
    }
    default:
      return undefined;
  }
}

const asciiJson = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function array(apps: Apps, bound: BoundField, value: Value): string {
  const items = itemsOf(value);
  if (items === undefined) return unknownConstant;
  if (items.length === 0) return "'{}'";
  const inner = readField(bound.field.options.get("base_field"), apps.facts.custom);
  if (inner === undefined) return unknownConstant;
  const parts = items.map((one) => constantOf(apps, { ...bound, field: inner }, one) ?? "NULL");
  return `ARRAY[${parts.join(",")}]`;
}

function hstore(vendor: Vendor, value: Value): string {
  return value.is === "record" && !value.open && value.fields.size === 0 ? vendor.text("") : unknownConstant;
}

/** `Value(…)` */
export const isValueCall = (value: Value): value is CallValue =>
  value.is === "call" && /^django\.db\.models(?:\.expressions)?\.Value$/.test(value.callee);
