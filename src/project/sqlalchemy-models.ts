/**
 * The models of SQLAlchemy, as far as advice names them: their tables, columns, keys and indexes. Read as text, as the
 * parser of Python is loaded for migrations alone; what isn't understood is left out.
 */
import type { DeclaredIndex, DeclaredTable } from "../model/tool.ts";
import { packageRootOf } from "./manifests.ts";
import type { FileSystem } from "./migration.ts";
import { sourcesBelow } from "./files/sources-below.ts";
import { ancestors } from "./files/paths.ts";
import { argumentsOf, logicalLines, stringOf, type Arguments, type LogicalLine } from "./python-lines.ts";

const mostFiles = 1000;
const longest = 400_000;
const notModels = /^(?:\.|versions$|docs?$|frontend$|env$|static$|templates$)/;

/** Tables that several classes claim, and those of which a base class isn't known, are left out. */
export function sqlalchemyTables(fs: FileSystem, migrations: string): readonly DeclaredTable[] | undefined {
  const home = packageRootOf(fs, migrations) ?? ancestors(migrations, 3).at(-1);
  if (home === undefined) return undefined;
  const texts: string[] = [];
  for (const path of sourcesBelow(fs, home, { most: mostFiles, notIn: notModels, isWanted: isModule })) {
    const text = fs.read(path) ?? "";
    if (text.length <= longest && speaksOfModels.test(text)) texts.push(text);
  }
  return tablesIn(texts);
}

const speaksOfModels = /\b(?:mapped_column|Column|SQLModel|Annotated|Index)\b/;

const isModule = (name: string): boolean =>
  name.endsWith(".py") && !/^(?:test_|conftest\b)|_test\.py$/.test(name);

interface Field {
  readonly name: string;
  readonly column: string;
  readonly index: boolean;
  readonly unique: boolean;
  readonly primary: boolean;
}

interface Model {
  readonly name: string;
  readonly bases: readonly string[];
  /** Of `class User(Base, table=True)`. */
  readonly isTable: boolean;
  readonly isAbstract: boolean;
  readonly table: string | undefined;
  readonly schema: string | undefined;
  /** What a method of it makes of the name of a class; undefined: there is none. */
  readonly naming: ((name: string) => string | undefined) | undefined;
  readonly fields: readonly Field[];
  /** The calls of `__table_args__`. */
  readonly parts: readonly string[];
}

/** Exported for tests. */
export function tablesIn(texts: readonly string[]): readonly DeclaredTable[] {
  const models = new Map<string, Model | undefined>();
  const own: Model[] = [];
  const apart: string[] = [];
  const found: DeclaredTable[] = [];
  const files = texts.map(logicalLines);
  const annotated = new Map(files.flat().flatMap(({ text }) => annotatedIn(text)));
  for (const lines of files) {
    lines.forEach(({ text, indent }, at) => {
      const [, name, given = "()"] = /^class (\w+)\s*(\(.*\))?\s*:$/.exec(text) ?? [];
      if (name !== undefined) {
        const model = modelOf(name, argumentsOf(given, 0), bodyOf(lines, at), annotated);
        own.push(model);
        // Of two classes of one name, it isn't known which is meant.
        models.set(name, models.has(name) ? undefined : model);
      } else if (indent === 0) {
        if (/^(?:\w+\s*=\s*)?(?:\w+\.)?Index\(/.test(text)) apart.push(text);
        found.push(...(tableOf(text) ?? []));
      }
    });
  }
  for (const model of own) {
    const chain = chainOf(model, models);
    const table = chain && tableName(model, chain);
    if (chain === undefined || table === undefined) continue;
    const [, ...inherited] = chain;
    const fields = [model, ...inherited.filter((one) => one.table === undefined && !one.isTable)]
      .toReversed()
      .flatMap((one) => one.fields);
    const parts = chain.find((one) => one.parts.length > 0)?.parts ?? [];
    const behind = apart.filter((text) => new RegExp(`\\b${model.name}\\.`).test(text));
    const schema = chain.find((one) => one.schema !== undefined)?.schema;
    found.push(declared({ name: model.name, schema, table, fields, parts: [...parts, ...behind] }));
  }
  const times = new Map<string, number>();
  for (const { table } of found) times.set(table, (times.get(table) ?? 0) + 1);
  return found.filter(({ table }) => times.get(table) === 1);
}

/** `intpk = Annotated[int, mapped_column(primary_key=True)]` */
function annotatedIn(text: string): readonly (readonly [string, string])[] {
  const [, name, call] = /^(\w+)\s*=\s*Annotated\[.*?\b(mapped_column\(.*)$/.exec(text) ?? [];
  return name === undefined || call === undefined ? [] : [[name, call]];
}

/** The lines of a block, without those of blocks in it; of the functions that name tables, what they return, too. */
function bodyOf(lines: readonly LogicalLine[], head: number): readonly string[] {
  const outer = lines[head]?.indent ?? 0;
  const inner = lines[head + 1]?.indent ?? 0;
  const found: string[] = [];
  if (inner <= outer) return found;
  for (let at = head + 1; at < lines.length; at++) {
    const { indent, text } = lines[at] ?? { indent: 0, text: "" };
    if (indent <= outer) break;
    const last = found.at(-1) ?? "";
    if (indent === inner) found.push(text);
    else if (computed.test(last) && text.startsWith("return ")) found.push(`${last} ${text}`);
  }
  return found;
}

const computed = /^def __(?:tablename|table_args)__\b/;

/** `return cls.__name__.lower()`, and the forms that people write it in; else nothing is known. */
function namedBy(line: string): (name: string) => string | undefined {
  const [, plain, lower, ending] =
    /return (?:(cls\.__name__)|(?:f["']\{)?cls\.__name__(\.lower\(\))(?:\}(\w*)["'])?)$/.exec(line) ?? [];
  if (plain !== undefined) return (name) => name;
  return (name) => (lower === undefined ? undefined : `${name.toLowerCase()}${ending ?? ""}`);
}

function modelOf(
  name: string,
  { values: bases, keywords }: Arguments,
  body: readonly string[],
  annotated: ReadonlyMap<string, string>,
): Model {
  const fields: Field[] = [];
  let table: string | undefined;
  let schema: string | undefined;
  let naming: Model["naming"];
  let isAbstract = false;
  let parts: readonly string[] = [];
  for (const line of body) {
    if (computed.test(line)) naming = namedBy(line);
    const [, field, annotation = "", value = ""] =
      /^(\w+)\s*(?::\s*((?:[^=[\]]|\[.*?\](?=\s*(?:[=|]|$)))+?))?\s*(?:=\s*([^]*))?$/.exec(line) ?? [];
    if (field === undefined) continue;
    if (field === "__tablename__") {
      table = stringOf(value);
      if (table === undefined) naming = () => undefined;
    } else if (field === "__abstract__") isAbstract = value === "True";
    else if (field === "__table_args__") {
      parts = callsIn(value);
      schema = schemaIn(value);
    } else if (!field.startsWith("__")) {
      const made = fieldOf(field, annotation, value, annotated);
      if (made !== undefined) fields.push(made);
    }
  }
  const isTable = keywords.get("table") === "True";
  // Indexes that a method adds aren't read.
  if (body.some((line) => line.startsWith("def __table_args__"))) {
    table = undefined;
    naming = () => undefined;
  }
  return { name, bases, isTable, isAbstract, table, schema, naming, fields, parts };
}

const schemaIn = (text: string): string | undefined => /["']schema["']\s*:\s*["'](\w+)["']/.exec(text)?.[1];

const columnCall = /^(?:\w+\.)*(?:Column|mapped_column|Field)\(/;

function fieldOf(
  name: string,
  annotation: string,
  value: string,
  annotated: ReadonlyMap<string, string>,
): Field | undefined {
  const [, alias = ""] = /^Mapped\[(\w+)\]$/.exec(annotation) ?? [];
  const call = columnCall.test(value) ? value : (annotated.get(alias) ?? "");
  if (
    call === "" &&
    (annotation === "" || /\b(?:relationship|Relationship|ClassVar)\b/.test(annotation + value))
  )
    return undefined;
  return ofCall(name, call);
}

function ofCall(name: string, call: string): Field {
  const { values, keywords } = argumentsOf(call, call.indexOf("("));
  const within = keywords.get("sa_column");
  if (within !== undefined && columnCall.test(within)) return ofCall(name, within);
  const isTrue = (keyword: string): boolean => keywords.get(keyword) === "True";
  const isField = /^(?:\w+\.)*Field\(/.test(call);
  const stated = stringOf(isField ? "" : (values[0] ?? "")) ?? stringOf(keywords.get("name") ?? "");
  return {
    name,
    column: stated ?? name,
    index: isTrue("index"),
    unique: isTrue("unique"),
    primary: isTrue("primary_key"),
  };
}

/** `Index(…)` and the like, without what only looks like one in a text. */
const callsIn = (text: string): readonly string[] =>
  argumentsOf(text.startsWith("(") ? text : `(${text})`, 0).values;

/** The model and what it inherits from; undefined: a base class isn't known, which may have columns. */
function chainOf(
  model: Model,
  models: ReadonlyMap<string, Model | undefined>,
  depth = 0,
): readonly Model[] | undefined {
  if (depth > 8) return undefined;
  const chain = [model];
  for (const base of model.bases) {
    const found = models.get(base);
    if (found !== undefined && found !== model) {
      const further = chainOf(found, models, depth + 1);
      if (further === undefined) return undefined;
      chain.push(...further);
    } else if (!withoutColumns.test(base) || (models.has(base) && found !== model)) return undefined;
  }
  return chain;
}

/** Of SQLAlchemy, of packages around it, and what people call the result of `declarative_base()`. */
const withoutColumns =
  /^(?:\w+\.)*(?:\w*Base|Model|SQLModel|DeclarativeBase\w*|DeclarativeMeta|MappedAsDataclass|AsyncAttrs|object|ABC|UserMixin|RoleMixin|SerializerMixin|AllFeaturesMixin|(?:Generic|Protocol)\[.*\])$/;

function tableName(model: Model, chain: readonly Model[]): string | undefined {
  if (model.table !== undefined) return model.table;
  if (model.isAbstract) return undefined;
  const hasKey = chain.some(({ fields }) => fields.some(({ primary }) => primary));
  const naming = chain.find((one) => one.naming !== undefined)?.naming;
  // The class that names the others has no table itself.
  if (naming !== undefined) return hasKey && model.naming === undefined ? naming(model.name) : undefined;
  if (model.isTable) return model.name.toLowerCase();
  const isOfFlask = chain.some(({ bases }) => bases.some((base) => /^\w+\.Model$/.test(base)));
  return isOfFlask && hasKey ? snakeCase(model.name) : undefined;
}

/** As Flask-SQLAlchemy makes it. */
const snakeCase = (name: string): string =>
  name
    .replaceAll(/((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))/g, "_$1")
    .toLowerCase()
    .replace(/^_+/, "");

/** `members = Table("members", metadata, Column("id", Integer, primary_key=True), …)` */
function tableOf(text: string): readonly DeclaredTable[] | undefined {
  const [head, name] = /^(\w+)\s*(?::[^=]*)?=\s*(?:\w+\.)*Table\(/.exec(text) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const { values, keywords } = argumentsOf(text, head.length - 1);
  const table = stringOf(values[0] ?? "");
  if (table === undefined || values.some((one) => one.startsWith("*"))) return undefined;
  const fields = values.flatMap((one) => {
    const made = columnCall.test(one) ? ofCall("", one) : undefined;
    return made === undefined ? [] : [{ ...made, name: made.column }];
  });
  const schema = stringOf(keywords.get("schema") ?? "");
  return [declared({ name, schema, table, fields, parts: values })];
}

interface Found {
  readonly name: string;
  readonly schema: string | undefined;
  readonly table: string;
  readonly fields: readonly Field[];
  readonly parts: readonly string[];
}

function declared({ name, schema, table, fields, parts }: Found): DeclaredTable {
  const columns = new Map(fields.map((one) => [one.name, one.column]));
  const keyed = fields.filter(({ primary }) => primary);
  const indexes: DeclaredIndex[] = fields.flatMap((field) => {
    const own = { name: undefined, fields: [field.name] };
    const unique =
      field.unique && !field.primary ? [{ ...own, unique: true, text: `unique=True of ${field.name}` }] : [];
    // Both make one unique index.
    return field.index ? [{ ...own, unique: false, text: `index=True of ${field.name}` }, ...unique] : unique;
  });
  if (keyed.length > 0)
    indexes.push({
      name: undefined,
      unique: true,
      primary: true,
      fields: keyed.map((field) => field.name),
      text: `primary_key=True of ${keyed.map((field) => field.name).join(", ")}`,
    });
  for (const part of parts) indexes.push(...(indexOf(part, columns) ?? []));
  return { name, schema, table, columns, indexes };
}

/** Undefined: no index or key, or not one of whole rows and columns. */
function indexOf(part: string, columns: ReadonlyMap<string, string>): readonly DeclaredIndex[] | undefined {
  const [head, kind] =
    /^(?:\w+\s*=\s*)?(?:\w+\.)*(Index|UniqueConstraint|PrimaryKeyConstraint)\(/.exec(part) ?? [];
  if (head === undefined) return undefined;
  const { values, keywords } = argumentsOf(part, head.length - 1);
  if ([...keywords.keys()].some((keyword) => /_(?:where|using|ops|length)$/.test(keyword))) return undefined;
  const [first, ...rest] = kind === "Index" ? values : ["", ...values];
  const fields = rest.map((one) => fieldIn(one, columns));
  if (fields.length === 0 || fields.includes(undefined)) return undefined;
  const isUnique = kind !== "Index" || keywords.get("unique") === "True";
  return [
    {
      name: stringOf(kind === "Index" ? (first ?? "") : (keywords.get("name") ?? "")),
      unique: isUnique,
      ...(kind === "PrimaryKeyConstraint" ? { primary: true as const } : {}),
      fields: fields.flatMap((one) => one ?? []),
      text: part.slice(head.length - (kind ?? "").length - 1).replaceAll(/\s+/g, " "),
    },
  ];
}

/** `"owner_id"`, the name of a column; `owner_id` or `Pet.owner_id`, a field; `pets.c.owner_id`. */
function fieldIn(written: string, columns: ReadonlyMap<string, string>): string | undefined {
  const column = stringOf(written);
  if (column !== undefined) return [...columns].find(([, own]) => own === column)?.[0];
  const [, field] = /^(?:\w+\.){0,2}(\w+)$/.exec(written) ?? [];
  return field !== undefined && columns.has(field) ? field : undefined;
}
