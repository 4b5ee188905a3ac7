/** Conditions that ask the catalog whether something is there: `NOT EXISTS (SELECT 1 FROM pg_constraint WHERE …)`. */
import type { Ask } from "../../model/operations/base.ts";
import type { Token } from "./lexer.ts";

const parts = ["column", "constraint", "policy", "trigger"] as const;
type Part = (typeof parts)[number];

/** What each catalog is asked by: the columns for the schema, the table and what belongs to it. */
const catalogs: Readonly<Record<string, Readonly<Record<string, "schema" | "table" | Part>>>> = {
  "information_schema.tables": { table_schema: "schema", table_name: "table" },
  "information_schema.columns": { table_schema: "schema", table_name: "table", column_name: "column" },
  "information_schema.table_constraints": {
    table_schema: "schema",
    constraint_schema: "schema",
    table_name: "table",
    constraint_name: "constraint",
  },
  pg_tables: { schemaname: "schema", tablename: "table" },
  pg_constraint: { conname: "constraint", conrelid: "table" },
  pg_policies: { schemaname: "schema", tablename: "table", policyname: "policy" },
  pg_trigger: { tgname: "trigger", tgrelid: "table" },
};

/** Undefined: it asks something else, or more. `at`: the place of the condition in the file. */
export function catalogTest(tokens: readonly Token[], at: number): Ask | undefined {
  const reader = new Reader(tokens);
  const there = !reader.takes("not");
  if (!reader.takes("exists", "(", "select")) return undefined;
  if (!reader.takesOne() || !reader.takes("from")) return undefined;
  if (reader.takes("pg_catalog")) reader.takes(".");
  const first = reader.word();
  const catalog = catalogs[reader.takes(".") ? `${first}.${reader.word()}` : first];
  if (catalog === undefined || !reader.takes("where")) return undefined;
  const found = new Map<string, string>();
  do {
    const what = catalog[reader.word()];
    const value = reader.takes("=") ? reader.text() : undefined;
    if (what === undefined || value === undefined || found.has(what)) return undefined;
    if (reader.takes("::") && !reader.takes("regclass")) return undefined;
    found.set(what, value);
  } while (reader.takes("and"));
  reader.takes(";");
  if (!reader.takes(")") || !reader.isAtEnd) return undefined;
  return asked(found, catalog, there, at);
}

function asked(
  found: ReadonlyMap<string, string>,
  catalog: Readonly<Record<string, string>>,
  there: boolean,
  at: number,
): Ask | undefined {
  const table = found.get("table");
  const part = parts.find((one) => Object.values(catalog).includes(one));
  const name = part && found.get(part);
  if (part !== undefined && name === undefined) return undefined;
  // Policies and triggers of several tables may have one name.
  if (part !== "constraint" && table === undefined) return undefined;
  // `'shop.orders'::regclass`, or a name with capitals in quotes.
  if (table !== undefined && /[."]/.test(table)) return undefined;
  return { schema: found.get("schema"), table, ...(part && { [part]: name }), there, at: String(at) };
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

  /** `1`, `*`, a column: what is selected says nothing. Nothing before FROM at all is fine, too. */
  takesOne(): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind === "word" && token.value === "from") return true;
    this.#at++;
    return token !== undefined && token.kind !== "string";
  }

  word(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word") return "";
    this.#at++;
    return token.value;
  }

  text(): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "string") return undefined;
    this.#at++;
    return token.value;
  }
}
