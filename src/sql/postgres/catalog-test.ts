/** Conditions that ask the catalog whether something is there: `NOT EXISTS (SELECT 1 FROM pg_constraint WHERE …)`. */
import type { Ask } from "../../model/operations/base.ts";
import type { Token } from "./lexer.ts";
import { canonicalTypes } from "./lower/type-names.ts";

const parts = ["column", "constraint", "policy", "trigger"] as const;
type Part = (typeof parts)[number];
type What = "schema" | "table" | "type" | "nullable" | "default" | Part;

/** What each catalog is asked by: the columns for the schema, the table and what belongs to it. */
const catalogs: Readonly<Record<string, Readonly<Record<string, What>>>> = {
  "information_schema.tables": { table_schema: "schema", table_name: "table" },
  "information_schema.columns": {
    table_schema: "schema",
    table_name: "table",
    column_name: "column",
    data_type: "type",
    udt_name: "type",
    is_nullable: "nullable",
    column_default: "default",
  },
  "information_schema.table_constraints": {
    table_schema: "schema",
    constraint_schema: "schema",
    table_name: "table",
    constraint_name: "constraint",
  },
  pg_tables: { schemaname: "schema", tablename: "table" },
  pg_attribute: { attrelid: "table", attname: "column" },
  pg_constraint: { conname: "constraint", conrelid: "table" },
  pg_policies: { schemaname: "schema", tablename: "table", policyname: "policy" },
  pg_trigger: { tgname: "trigger", tgrelid: "table" },
};

/** The names of `information_schema.columns.data_type` that CREATE TABLE has shorter ones for. */
const typeNames: Readonly<Record<string, string>> = {
  ...canonicalTypes,
  "character varying": "varchar",
  character: "char",
  "bit varying": "varbit",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamptz",
  "time without time zone": "time",
  "time with time zone": "timetz",
};

/** What a condition asks; `more`: something else, too, that isn't known. */
export interface CatalogTest {
  readonly asks: readonly Ask[];
  readonly more: boolean;
}

/** `at`: the place of the condition in the file. */
export function catalogTest(tokens: readonly Token[], at: number): CatalogTest {
  const found = dividedBy("and", tokens).map((one) => oneTest(one, at));
  return { asks: found.flatMap((one) => one ?? []), more: found.includes(undefined) };
}

/** Undefined: it asks something else. */
function oneTest(tokens: readonly Token[], at: number): Ask | undefined {
  const reader = new Reader(tokens);
  const isNot = reader.takes("not");
  if (reader.takes("exists", "(")) {
    const ask = selected(reader.inBrackets(), at);
    return reader.isAtEnd ? turned(ask, isNot) : undefined;
  }
  if (!reader.takes("(")) return undefined;
  const inner = reader.inBrackets();
  if (reader.isAtEnd) return turned(oneTest(inner, at), isNot);
  const counted = countedQuery(inner);
  const there = reader.countIsSome();
  return isNot || counted === undefined || there === undefined
    ? undefined
    : turned(selected(counted, at), !there);
}

const turned = (ask: Ask | undefined, isTurned: boolean): Ask | undefined =>
  ask && isTurned ? { ...ask, there: !ask.there } : ask;

/** `SELECT count(*) FROM …` as `SELECT * FROM …`. */
function countedQuery(tokens: readonly Token[]): readonly Token[] | undefined {
  const [select, count, open, all, close, ...rest] = tokens;
  const isCount = [select, count, open, close].map((token) => token?.value).join(" ") === "select count ( )";
  return isCount && select && all ? [select, all, ...rest] : undefined;
}

/** What a query of one catalog finds. */
function selected(tokens: readonly Token[], at: number): Ask | undefined {
  const reader = new Reader(tokens);
  if (!reader.takes("select") || !reader.takesSelected() || !reader.takes("from")) return undefined;
  if (reader.takes("pg_catalog")) reader.takes(".");
  const first = reader.word();
  const catalog = catalogs[reader.takes(".") ? `${first}.${reader.word()}` : first];
  if (catalog === undefined) return undefined;
  if (!reader.takes("where")) {
    reader.takes("as");
    reader.word();
    if (!reader.takes("where")) return undefined;
  }
  const known = new Map<string, string>();
  let type: Ask["type"];
  let hasDefault: Ask["hasDefault"];
  let more = false as boolean;
  // The catalog shows the tables of all schemas; `'t'::regclass` is looked up.
  let isAnywhere = Object.values(catalog).includes("schema");
  for (const condition of dividedBy("and", reader.rest())) {
    const compared = comparison(new Reader(condition), catalog);
    if (compared === "own schema") isAnywhere = false;
    if (compared === "any" || compared === "own schema") continue;
    const isSet = nullTest(new Reader(condition), catalog);
    if (isSet !== undefined && hasDefault === undefined) hasDefault = isSet;
    else if (compared === undefined || known.has(compared.what)) more = true;
    else if (compared.what === "type" && !compared.isEqual)
      type = { name: typeNames[compared.value] ?? compared.value, is: false };
    else if (!compared.isEqual) more = true;
    else known.set(compared.what, compared.value);
  }
  const written = known.get("type")?.toLowerCase();
  if (written !== undefined) type = { name: typeNames[written] ?? written, is: true };
  return asked(known, catalog, {
    there: true,
    at: String(at),
    ...(type === undefined ? {} : { type }),
    ...(known.has("nullable") ? { nullable: known.get("nullable")?.toLowerCase() === "yes" } : {}),
    ...(hasDefault === undefined ? {} : { hasDefault }),
    ...(more ? { more: true } : {}),
    ...(isAnywhere && !known.has("schema") ? { anywhere: true } : {}),
  });
}

interface Comparison {
  readonly what: What;
  readonly value: string;
  readonly isEqual: boolean;
}

/**
 * `any`: it is so of all that the history knows; `own schema`: of all in the current one. Undefined: it isn't one of the
 * catalog's columns with a text.
 */
function comparison(
  reader: Reader,
  catalog: Readonly<Record<string, What>>,
): Comparison | "any" | "own schema" | undefined {
  if (reader.takes("not")) return reader.column() === "attisdropped" && reader.isAtEnd ? "any" : undefined;
  const name = reader.column();
  const what = catalog[name];
  const isEqual = reader.takes("=");
  if (name === "attnum" && reader.takes(">")) return "any";
  if (isEqual && name === "table_type" && reader.text() === "BASE TABLE") return "any";
  if (isEqual && what === "schema" && reader.takes("current_schema")) return "own schema";
  if (isEqual && name === "table_catalog" && reader.takes("current_database")) return "any";
  if (!isEqual && !reader.takes("<>") && !reader.takes("!=")) return undefined;
  const value = reader.text();
  if (what === undefined || what === "default" || value === undefined) return undefined;
  if (reader.takes("::") && !reader.takes("regclass")) return undefined;
  return reader.isAtEnd ? { what, value, isEqual } : undefined;
}

/** `column_default IS NULL`: whether there is to be one. Other columns are never NULL where there is such a column. */
function nullTest(reader: Reader, catalog: Readonly<Record<string, What>>): boolean | undefined {
  if (catalog[reader.column()] !== "default" || !reader.takes("is")) return undefined;
  const isSet = reader.takes("not");
  return reader.takes("null") && reader.isAtEnd ? isSet : undefined;
}

function asked(
  found: ReadonlyMap<string, string>,
  catalog: Readonly<Record<string, string>>,
  facts: Pick<Ask, "there" | "at" | "type" | "nullable" | "hasDefault" | "more" | "anywhere">,
): Ask | undefined {
  const table = found.get("table");
  const part = parts.find((one) => Object.values(catalog).includes(one));
  const name = part && found.get(part);
  if (part !== undefined && name === undefined) return undefined;
  // Policies and triggers of several tables may have one name.
  if (part !== "constraint" && table === undefined) return undefined;
  // `'shop.orders'::regclass`, or a name with capitals in quotes.
  if (table !== undefined && /[."]/.test(table)) return undefined;
  return { schema: found.get("schema"), table, ...(part && { [part]: name }), ...facts };
}

/** The parts between this word, outside of brackets. All as one where OR stands beside it. */
function dividedBy(word: string, tokens: readonly Token[]): readonly (readonly Token[])[] {
  const divided: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const { kind, value } = token;
    if (kind === "punctuation") depth += value === "(" ? 1 : value === ")" ? -1 : 0;
    const isWord = depth === 0 && kind === "word";
    if (isWord && value === "or") return [tokens];
    if (isWord && value === word) divided.push([]);
    else divided.at(-1)?.push(token);
  }
  return divided;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  takes(...values: readonly string[]): boolean {
    const isNext = values.every((value, i) => {
      const token = this.#tokens[this.#at + i];
      return token !== undefined && token.kind !== "string" && token.value === value;
    });
    if (isNext) this.#at += values.length;
    return isNext;
  }

  /** `1`, `*`, columns: what is selected says nothing. Nothing before FROM at all is fine, too. */
  takesSelected(): boolean {
    for (; !this.isAtEnd; this.#at++) {
      const token = this.#tokens[this.#at];
      if (token?.kind === "word" && token.value === "from") return true;
      if (token?.kind === "string" || token?.value === "(") return false;
    }
    return false;
  }

  /** Up to the bracket that closes the one before. */
  inBrackets(): readonly Token[] {
    const from = this.#at;
    for (let depth = 1; !this.isAtEnd;) {
      const { kind, value } = this.#tokens[this.#at++] ?? {};
      if (kind === "punctuation") depth += value === "(" ? 1 : value === ")" ? -1 : 0;
      if (depth === 0) return this.#tokens.slice(from, this.#at - 1);
    }
    return [];
  }

  rest(): readonly Token[] {
    const rest = this.#tokens.slice(this.#at);
    this.#at = this.#tokens.length;
    return rest.at(-1)?.value === ";" ? rest.slice(0, -1) : rest;
  }

  word(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word") return "";
    this.#at++;
    return token.value;
  }

  /** `column_name`, `c.column_name`. */
  column(): string {
    const first = this.word();
    return this.takes(".") ? this.word() : first;
  }

  text(): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "string") return undefined;
    this.#at++;
    return token.value;
  }

  /** Of a count: `> 0`, `= 1` and their like, or `= 0`, `< 1`. Undefined: another comparison. */
  countIsSome(): boolean | undefined {
    const written = this.rest()
      .map(({ value }) => value)
      .join(" ");
    if (/^(?:> 0|>= 1|= 1|<> 0|!= 0)$/.test(written)) return true;
    return /^(?:= 0|< 1|<= 0)$/.test(written) ? false : undefined;
  }
}
