/** Tables that have few rows by what the history says of them. */
import { normalise } from "../../../schema/expression-text.ts";
import { isKeyAlone } from "../../../schema/index-definition.ts";
import { laterRelation } from "../../../schema/later.ts";
import { refersToRevisions } from "../../../schema/revisions.ts";
import type { Key } from "../../../model/names.ts";
import type { ColumnType } from "../../../model/types.ts";
import type { Lookup, Relation } from "../../../schema/model.ts";
import { isUserEnum } from "../../../schema/user-enum.ts";
import type { Schema } from "../../../schema/schema.ts";

/** A table of so many columns describes something; those that say what a word means have fewer. */
const mostColumns = 8;
const mostKeys = 1000;
const manySeeded = 10;

/**
 * True of settings (a key, a CHECK or the type of a key leaves room for few rows) and of look-up tables: the history
 * writes their rows itself, they refer to other look-up tables at most, and their columns only say what a word means.
 */
export const hasFewRows = (schema: Schema, table: Relation): boolean =>
  fewBecause(schema, table) !== undefined;

/** With IF NOT EXISTS, what the history says of its columns and rows counts. */
export const isTold = ({ kind, complete, maybeOlder }: Relation): boolean =>
  kind === "table" && (complete || maybeOlder !== undefined);

/** Of the primary key. */
const keyColumns = ({ constraints }: Pick<Relation, "constraints">): readonly string[] =>
  constraints.flatMap((one) => (one.kind === "primary key" ? one.columns : []));

/** Why, to be said behind its name: `is a look-up table, …`. */
export function fewBecause(schema: Schema, table: Relation, above: readonly Key[] = []): string | undefined {
  if (!isTold(table)) return undefined;
  if (hasBoundedKey(schema, table)) return "has a key that leaves room for few rows";
  if (table.columns.length > 0 && table.columns.every(({ name }) => ofSequences.test(name)))
    return "holds the next numbers of other tables";
  if (hasRowForEachDay(table)) return "has a row for each day at most";
  if (isOneOfSettings(table)) return "has one row of settings, which the migrations write";
  if (pairsWords(schema, table, above)) return "pairs rows of look-up tables";
  if (isFilledWithWords(schema, table, above)) return "is a look-up table: the migrations write its rows";
  return isNamedForWords(table) ? "is a look-up table by its name, and says nothing but words" : undefined;
}

/** The same of a table at a later point of the history, whose rows another migration may have written. */
export function hasFewRowsLater(later: Schema, table: Relation): boolean {
  const found = laterRelation(later, table);
  return found !== undefined && hasFewRows(later, found);
}

/**
 * Each row belongs to one of another table, whose key has no larger type than `type`: that one runs out of numbers first.
 * Not where rows are deleted and written again; that seldom happens beside a row that stays.
 */
export function extendsRow(later: Schema, table: Relation, type: string): boolean {
  const found = laterRelation(later, table);
  if (found === undefined) return false;
  return found.constraints.some((key) => {
    if (key.kind !== "foreign key") return false;
    const [column = "", ...others] = key.columns;
    const [referenced] = key.referencedColumns;
    const isOne =
      others.length === 0 &&
      found.columns.some(({ name, notNull }) => name === column && notNull === "yes") &&
      later.indexesOn(found.key).some((index) => isKeyAlone(index, column));
    if (!isOne || referenced === undefined || key.references === found.key) return false;
    const parent = later.column(key.references, referenced);
    return parent.is === "present" && parent.value.type?.name === type;
  });
}

/** Tables that stand for sequences, as Hibernate makes them where the server has none: a row for each. */
const ofSequences =
  /^(?:next_(?:hi_)?val(?:ue)?|seq(?:uence)?_(?:name|next_hi_value|count)|gen_(?:name|val(?:ue)?))$/i;

/** The migrations write its rows, which say what a word means. */
export const isLookUp = (schema: Schema, table: Relation): boolean =>
  isTold(table) && isFilledWithWords(schema, table, []);

function isFilledWithWords(schema: Schema, table: Relation, above: readonly Key[]): boolean {
  const { seeded = 0, columns, constraints, partitionOf, children } = table;
  const words = columns.filter(({ type }) => type?.name !== "boolean");
  const isNamedSo = isCalledAfterWords(table);
  const filled = filledBy(schema, table, above);
  if (filled === "others" || words.length > mostColumns) return false;
  if (filled === "migrations" && seeded < (isNamedSo ? 1 : 2)) return false;
  if (partitionOf !== undefined || children.length > 0 || ofUsers.test(spelt(table.name))) return false;
  const refers = new Set<string>();
  for (const key of constraints) {
    if (key.kind !== "foreign key") continue;
    if (key.references !== table.key && !isSmallAbove(schema, key.references, [...above, table.key]))
      return false;
    for (const name of key.columns) refers.add(name);
  }
  // Who writes that many rows in migrations, with the times that a row was written at, isn't writing examples.
  if (seeded >= manySeeded || isNamedSo || hasSmallKey(table) || ranksWords(schema, table))
    for (const { name } of columns) if (stamp.test(name)) refers.add(name);
  return saysWords(table, refers, seeded >= manySeeded ? ending : meaning);
}

/** People and things that users enter, however few columns they have: what migrations write of them are examples. */
const ofUsers =
  /(?:^|_)(?:users?|customers?|clients?|persons?|people|members?|employees?|students?|teachers?|patients?|authors?|contacts?|accounts?|products?|books?|movies?|songs?|photos?|posts?|articles?|comments?|messages?|orders?|invoices?|payments?|bookings?|tickets?|purchases?|reservations?|shipments?|transactions?|projects?|tasks?|todos?|companies|teams?|suppliers?|devices?|files?|documents?)$/;

/**
 * Where its rows come from: migrations write them out, a query makes them from look-up tables alone, whose rows are few, or
 * one from other tables.
 */
function filledBy(
  schema: Schema,
  { key, loaded, derivedFrom = [] }: Relation,
  above: readonly Key[],
): "migrations" | "words" | "others" {
  if (!loaded) return "migrations";
  const isOfWords = derivedFrom.every((one) => isSmallAbove(schema, one.key, [...above, key]));
  return derivedFrom.length > 0 && isOfWords ? "words" : "others";
}

/** A query has filled it with as many rows as other tables have, which may be many. */
export const isLoaded = (schema: Schema, table: Relation): boolean =>
  filledBy(schema, table, []) === "others";

/**
 * `event_types (id, name, created_at)`: called after words, and nothing else is in it. Where a column says more, or a row
 * may be somebody's, migrations have to write its rows.
 */
function isNamedForWords(table: Relation): boolean {
  const { columns, constraints, loaded, partitionOf, children } = table;
  const key = keyColumns({ constraints });
  const others = columns.filter(({ name }) => !key.includes(name) && !stamp.test(name));
  return (
    isCalledAfterWords(table) &&
    key.length === 1 &&
    others.length > 0 &&
    others.length <= mostBare &&
    !loaded &&
    partitionOf === undefined &&
    children.length === 0 &&
    !constraints.some(({ kind }) => kind === "foreign key") &&
    others.every(
      ({ name, type }) =>
        type?.name === "boolean" ||
        place.test(spelt(name)) ||
        (/char|text|string/.test(type?.name ?? "") && bare.test(ofOwn(table.name, name))),
    )
  );
}

/** A name, a code, what they mean and look like. */
const mostBare = 4;
const bare =
  /^(?:name|title|code|label|description|slug|status|type|kind|role|categor(?:y|ies)|colou?r|icon|image|picture|symbol)$/i;

/** What is there in a few forms, whatever a project is about; `order_status` whose key is `order_id` is of each order. */
export function isCalledAfterWords(relation: Relation): boolean {
  const [, word = ""] = ofWords.exec(spelt(relation.name)) ?? [];
  return (
    word !== "" &&
    keyColumns(relation).every(
      (name) => !/_id$/.test(spelt(name)) || spelt(name).includes(word.slice(0, 4)),
    ) &&
    !isForDays(relation) &&
    (!belongsToPerson(relation) || relation.columns.some(({ name }) => nameOfWord.test(spelt(name))))
  );
}

/** `UNIQUE (user_id, date)`: whoever uses the program adds rows from day to day. */
const isForDays = ({ columns, constraints }: Relation): boolean =>
  constraints.some(
    (key) =>
      (key.kind === "unique" || key.kind === "primary key") &&
      columns.some(
        ({ name, type }) =>
          key.columns.includes(name) && /^(?:date|timestamp|datetime)/.test(type?.name ?? ""),
      ),
  );

const belongsToPerson = ({ columns }: Relation): boolean =>
  columns.some(({ name, notNull }) => notNull === "yes" && person.test(spelt(name)));
const person =
  /^(?:user|owner|author|customer|client|member|patient|student|employee|person|profile)(?:_(?:uu)?id)?$/;
const nameOfWord = /(?:^|_)(?:name|title|label|code|slug|key|value)$/;

export function isOfWords(schema: Schema, key: Key): boolean {
  const found = schema.relation(key);
  return found.is === "present" && isCalledAfterWords(found.value);
}

/** What a list of the world or of an organization has, which changes seldom; not `meal_plan` of each user and day. */
const isListed = (relation: Relation): boolean =>
  listed.test(spelt(relation.name)) && !isForDays(relation) && !belongsToPerson(relation);
const listed =
  /(?:^|_)(?:units?|plans?|tiers?|levels?|grades?|genres?|regions?|zones?|districts?|provinces?|cit(?:y|ies)|departments?|sectors?|severit(?:y|ies)|priorit(?:y|ies)|definitions?|genders?|colou?rs?|sizes?|makes?|brands?|industr(?:y|ies)|nationalit(?:y|ies)|facult(?:y|ies)|sexes|branch(?:es)?|warehouses?|outlets?|offices?)$/;

const ofWords =
  /(?:^|_)(status(?:es)?|types?|kinds?|roles?|permissions?|privileges?|authorit(?:y|ies)|currenc(?:y|ies)|countr(?:y|ies)|languages?|categor(?:y|ies)|tipos?|estados?|rol|categorias?|pais(?:es)?|monedas?|moedas?|idiomas?)$/i;

/** Its author expects few rows, or has made up a word for each: `professions (id, slug UNIQUE, name_en, created_at)`. */
const hasSmallKey = (table: Relation): boolean =>
  keysAlone(table).some(({ name, type }) =>
    /^(?:tiny|small)int$/.test(type.name)
      ? keyColumns(table).includes(name)
      : /char|text|string/.test(type.name) && /^(?:slug|code|key)$/.test(ofOwn(table.name, name)),
  );

/** `app_settings` with the one row that the history writes, which isn't somebody's. */
function isOneOfSettings({
  name: table,
  seeded,
  loaded,
  columns,
  constraints,
  partitionOf,
}: Relation): boolean {
  const key = keyColumns({ constraints });
  return (
    ofSettings.test(spelt(table)) &&
    seeded === 1 &&
    !loaded &&
    partitionOf === undefined &&
    !columns.some(
      ({ name }) => !key.includes(name) && /(?:^|_)id$/.test(spelt(name)) && !ofFiles.test(spelt(name)),
    )
  );
}

/** Where a file is kept: `logo_public_id`. */
const ofFiles = /(?:^|_)(?:public|external|asset|file|image|logo|photo)_id$/;
const ofSettings = /(?:^|_)(?:settings?|config(?:uration)?s?|preferences)$/i;

/** Words with a name that is there once, and a place among the others: nobody ranks examples. */
function ranksWords(schema: Schema, { key, columns }: Relation): boolean {
  const isNamed = schema.indexesOn(key).some(({ unique, elements, where }) => {
    const [only, ...more] = elements;
    return unique && where === undefined && more.length === 0 && isWord(columns, only?.column ?? "");
  });
  return isNamed && columns.some(({ name }) => place.test(spelt(name)));
}

const place = /(?:^|_)(?:order|position|priority|rank|sort|weight)$/i;

/** `role_permissions`: there are as many rows as pairs of a few words, whoever writes them. */
function pairsWords(
  schema: Schema,
  { key: own, columns, constraints, partitionOf, children }: Relation,
  above: readonly Key[],
): boolean {
  const keys = constraints.flatMap((one) => (one.kind === "foreign key" ? [one] : []));
  if (keys.length < 2 || partitionOf !== undefined || children.length > 0) return false;
  const refers = new Set(keys.flatMap((key) => key.columns));
  const id = keyColumns({ constraints });
  return (
    columns.every(
      ({ name, type }) =>
        type?.name === "boolean" || refers.has(name) || id.includes(name) || moment.test(spelt(name)),
    ) && keys.every(({ references }) => isSmallAbove(schema, references, [...above, own]))
  );
}

/** A table that look-up tables refer to; those that refer to each other are none. */
function isSmallAbove(schema: Schema, key: Key, above: readonly Key[]): boolean {
  const found = schema.relation(key);
  return (
    found.is === "present" && !above.includes(key) && fewBecause(schema, found.value, above) !== undefined
  );
}

const saysWords = (
  { name: table, columns, constraints }: Relation,
  others: ReadonlySet<string>,
  words = meaning,
): boolean => {
  const key = keyColumns({ constraints });
  return columns.every(
    ({ name, type }) =>
      type?.name === "boolean" || key.includes(name) || others.has(name) || words.test(ofOwn(table, name)),
  );
};

/**
 * What bounds the rows of a table isn't time: each is a word of its own (a unique name beside what it means, an enum or a
 * short text beside the key alone), or a pair of rows of other tables that can't be there twice.
 */
export function hasRowsOfWords(schema: Schema, made: Relation): boolean {
  const table = laterRelation(schema, made);
  if (table === undefined || !isTold(table) || table.columns.length > mostColumns) return false;
  if (numbersLabels(schema, table)) return true;
  const { columns, constraints } = table;
  const written = new Set(columns.flatMap(({ name }) => (stamp.test(name) ? [name] : [])));
  const refers = new Set(constraints.flatMap((one) => (one.kind === "foreign key" ? one.columns : [])));
  const keys = schema
    .indexesOn(table.key)
    .filter(({ unique, where }) => unique && where === undefined)
    .map(({ elements }) => elements.map(({ column }) => column));
  if (refers.size === 0)
    return (
      saysWords(table, written) &&
      keys.some(([name = "", ...more]) => more.length === 0 && isWord(columns, name))
    );
  return (
    refers.size > 1 &&
    saysWords(table, new Set([...written, ...refers])) &&
    keys.some((key) => key.length > 1 && key.every((name) => name !== undefined && refers.has(name)))
  );
}

/** By what is known later, rows of `parent` are seldom deleted: what they say stays, also what they say of rows of `made`. */
export function keepsRows(later: Schema, made: Lookup<Relation>, parent: Lookup<Relation>): boolean {
  const words = parent.is === "present" ? laterRelation(later, parent.value) : undefined;
  if (words === undefined) return false;
  const isAdded = made.is === "present" && refersToRevisions(made.value, words);
  // Whoever its rows belong to: a word that is in use is seldom deleted.
  return (
    isAdded ||
    isCalledAfterWords(words) ||
    isListed(words) ||
    isKeyedByWord(words) ||
    isListOfTexts(later, words) ||
    hasFewRows(later, words) ||
    pairsWithWord(later, made, words)
  );
}

/** `courses (code text PRIMARY KEY, name text)`: a word is the key, and nothing but words stand beside it. */
function isKeyedByWord(table: Relation): boolean {
  const { name: own, columns, constraints } = table;
  if (isOfUsers(table) || !columns.every(({ type }) => /char|text|string|boolean/.test(type?.name ?? "")))
    return false;
  const [key = "", ...more] = keyColumns(table);
  return (
    more.length === 0 &&
    /^(?:name|code|slug|key|label)$/.test(ofOwn(own, key)) &&
    constraints.every(({ kind }) => kind !== "foreign key")
  );
}

/** `tickers (id, coin)`: nothing but a number and one text, and the migrations write the rows. */
function isListOfTexts(schema: Schema, table: Relation): boolean {
  const { seeded = 0, columns, constraints } = table;
  const key = keyColumns(table);
  const [text, ...others] = columns.filter(({ name }) => !key.includes(name) && !isStamp(name));
  if (seeded < 2 || others.length > 0 || !/char|text|string/.test(text?.type?.name ?? "")) return false;
  const refers = constraints.some(({ kind }) => kind === "foreign key");
  return key.length === 1 && !refers && !isOfUsers(table) && !isLoaded(schema, table);
}

/**
 * `user_roles`: its key is a pair of rows, or would be if it had one, and the row of `words` that it refers to says what a word
 * means and is written by migrations, whatever else that table says of when its rows were written.
 */
function pairsWithWord(later: Schema, made: Lookup<Relation>, words: Relation): boolean {
  const table = made.is === "present" ? laterRelation(later, made.value) : undefined;
  if (table === undefined) return false;
  const { seeded = 0 } = words;
  const refers = new Set(table.constraints.flatMap((one) => (one.kind === "foreign key" ? one.columns : [])));
  const own = keyColumns(table);
  const key = own.length === 0 ? [...refers] : own;
  return (
    key.length === 2 &&
    table.columns.every(({ name }) => key.includes(name) && refers.has(name)) &&
    seeded > 1 &&
    !isLoaded(later, words) &&
    hasRowsOfWords(later, words)
  );
}

/** A key, and nothing beside it but an enum, or a short text that is there once. */
function numbersLabels(schema: Schema, { key: table, columns, constraints }: Relation): boolean {
  const key = keyColumns({ constraints });
  const [label, ...others] = columns.filter(({ name }) => !key.includes(name));
  if (key.length !== 1 || others.length > 0 || label?.type === undefined) return false;
  if (constraints.some(({ kind }) => kind === "foreign key")) return false;
  const { name, type } = label;
  if (isEnum(schema, type)) return true;
  const [length = Infinity] = type.modifiers;
  return (
    /^(?:var)?char$/.test(type.name) &&
    length <= longestLabel &&
    !ofEach.test(name) &&
    schema.indexesOn(table).some((index) => isKeyAlone(index, name))
  );
}

const longestLabel = 64;
/** What is new with every row, however short it is. */
const ofEach =
  /(?:^|_)(?:e?_?mail|phone|mobile|badge|card|plate|iban|isbn|ean|barcode|sku|token|hash|digest|secret|uu?id|session|ip|address|number|no|reference|ref|serial|url|uri|path|login|user_?name)$/i;
/** By its name, what is new with every row. */
export const isOfEach = (column: string): boolean => ofEach.test(column);

/** An enum of the history, or of MySQL. */
export function isEnum(schema: Schema, type: ColumnType): boolean {
  return type.name === "enum" || isUserEnum(schema, type);
}

/** Of people and of what they enter, by its name. */
export const isOfUsers = ({ name }: Relation): boolean => ofUsers.test(spelt(name));
/** Of a time, by its name. */
export const moment = /(?:_at|_on|_date|_time|timestamp)$/i;

/** When a row was written or changed: `created_at`, `create_time`, `gmt_modified`, `last_updated`. */
const stamp =
  /^(?:(?:gmt|date|last)_?)?(?:created?|updated?|deleted?|edited|insert(?:ed)?|modif(?:ied|y))(?:_?(?:at|on|date|time|timestamp))?$/i;
export const isStamp = (column: string): boolean => stamp.test(column);

/** `SocialMediaTypes`: with a line between words. */
export const spelt = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();

/** What `title_en` says in one of several languages, and `name` of `role_name`, `name_role` and `role` in `user_roles`. */
function ofOwn(table: string, column: string): string {
  const word = spelt(column).replace(inLanguage, "");
  const whole = spelt(table).replace(ofTables, "");
  const own = [whole, whole.slice(whole.lastIndexOf("_") + 1)].flatMap((name) => [
    name,
    name.replace(/s$/, ""),
    name.replace(/es$/, ""),
    name.replace(/ies$/, "y"),
  ]);
  if (own.includes(word)) return "name";
  for (const one of own) {
    if (word.startsWith(`${one}_`)) return word.slice(one.length + 1);
    if (word.endsWith(`_${one}`)) return word.slice(0, -one.length - 1);
  }
  return word;
}

/** What says nothing but that it is a table: `product_info`, `tbl_product`. */
const ofTables = /^(?:tbl|tb|t)_|_(?:info|data|details?|table|tbl)$/g;
const inLanguage =
  /_(?:ar|bg|cs|da|de|el|en|eng|es|et|fa|fi|fr|he|hi|hu|it|ja|jp|ko|lt|lv|nl|pl|pt|ro|ru|sk|sr|sv|th|tr|ua|uk|ukr|vi|zh)$/;

const isWord = (columns: Relation["columns"], name: string, words = meaning): boolean =>
  words.test(spelt(name)) &&
  /char|text|string/.test(columns.find((column) => column.name === name)?.type?.name ?? "");

/** What a look-up table says of a word: its name, its place among the others. */
const said =
  "(?:abbreviation|active|code|colou?r|default|definition|description|enabled|icon|identifier|indicator|key|kind|label|level|locale|name|order|position|priority|rank|slug|sort|symbol|title|type|value|weight)$";
const meaning = new RegExp(`^(?:\\w+_)?${said}`, "i");
/** Without an underscore, where so many rows are written: `columntype`; and what a rule or a level says, `points`. */
const ending = new RegExp(
  `^\\w*(?:${said}|(?:days|difficulty|format|limit|max(?:imum)?|min(?:imum)?|percent(?:age)?|phase|points|prefix|score|severity|stage|status|suffix|threshold|unit)$)`,
  "i",
);

/** `CHECK (id = 1)`, `CHECK (id BETWEEN 1 AND 12)`, a key that is a boolean or an enum. */
function hasBoundedKey(schema: Schema, { key: table, columns, constraints }: Relation): boolean {
  // `UNIQUE INDEX ON settings ((true))`: one row.
  const isSingle = schema
    .indexesOn(table)
    .some(
      ({ unique, where, elements }) =>
        unique &&
        where === undefined &&
        elements.every(
          ({ expression }) => expression !== undefined && constant.test(normalise(expression.text)),
        ),
    );
  if (isSingle) return true;
  return keysAlone({ columns, constraints }).some((column) => {
    if (column.type.name === "boolean" || isEnum(schema, column.type)) return true;
    return constraints.some(
      (check) =>
        check.kind === "check" &&
        check.enforced &&
        check.validated &&
        check.expression.columns.length > 0 &&
        check.expression.columns.every((one) => one.column === column.name) &&
        isNarrow(check.expression.text),
    );
  });
}

/** Columns of which each row has a value of its own. */
const keysAlone = ({ columns, constraints }: Pick<Relation, "columns" | "constraints">) =>
  constraints.flatMap((key) => {
    if ((key.kind !== "primary key" && key.kind !== "unique") || key.columns.length !== 1) return [];
    const column = columns.find(({ name }) => name === key.columns[0]);
    if (column?.type === undefined || (key.kind === "unique" && column.notNull !== "yes")) return [];
    return [{ ...column, type: column.type }];
  });

const hasRowForEachDay = (table: Relation): boolean =>
  keysAlone(table).some(({ type }) => type.name === "date");

const constant = /^\(*(?:true|false|\d{1,9}|'[^']{0,60}')\)*$/i;
const oneValue = /^[^()=<>!]{1,70}=\s*(?:\d+|true|'[^']*')$/i;
const range = /^[^()=<>!]{1,70}\bBETWEEN\s+(\d{1,9})\s+AND\s+(\d{1,9})$/i;

function isNarrow(text: string): boolean {
  const bare = normalise(text);
  const [, from, to] = range.exec(bare) ?? [];
  return oneValue.test(bare) || (from !== undefined && Number(to) - Number(from) < mostKeys);
}
