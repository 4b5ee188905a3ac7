/** SQL put together from what a builder's calls say; every part stands where the call is that made it. */
import { quoteIdentifier } from "../../model/names.ts";
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import type { Reader } from "./evaluate.ts";
import { hole } from "./literal.ts";
import { fieldOf, textOf, type Value } from "./value.ts";

export type Sql = readonly Segment[];

/** Writes SQL for one file. */
export class SqlWriter {
  readonly file: Reader;

  constructor(file: Reader) {
    this.file = file;
  }

  /** `text` made by what stands at `at`. */
  at(at: Span, text: string): Sql {
    return text === "" ? [] : [{ text, path: this.file.path, at, exact: false }];
  }

  /** Parts in a row; what is plain text was made by what stands at `at`. */
  join(at: Span, ...parts: readonly (string | Sql)[]): Sql {
    return parts.flatMap((part) => (typeof part === "string" ? this.at(at, part) : part));
  }

  /** Where the name of a property is written: `age` of `age: "int"`. */
  keyOf({ start, end }: Span): Span {
    const key = /^(?:"[^"\n]{0,100}"|'[^'\n]{0,100}'|[\w$]{1,100})/.exec(this.file.text.slice(start, end));
    return { start, end: start + (key?.[0].length ?? end - start) };
  }

  /** A name that the tool makes. */
  made(at: Span, text: string): Value {
    return { is: "text", segments: this.at(at, text), holes: false, at };
  }

  /** A name as the database spells it. */
  quoted(written: string): string {
    const name = this.file.mapName?.(written) ?? written;
    return this.file.isMysql ? `\`${name.replaceAll("`", "``")}\`` : quoteIdentifier(name);
  }

  /** A text as the database spells it. */
  quotedText(text: string): string {
    return quoteLiteral(this.file.isMysql ? text.replaceAll("\\", "\\\\") : text);
  }

  /** A name without a schema, quoted where it has to be. */
  name(value: Value | undefined, at: Span): Sql {
    const text = textOf(value);
    if (value === undefined) return this.at(at, "${name}");
    return text === undefined ? [hole(this.file, value.at)] : this.at(value.at, this.quoted(text));
  }

  /** `schema.table`, `{ schema, name }`, `{ schema, tableName }`. */
  table(value: Value | undefined, at: Span, schema?: Value, dotted = true): Sql {
    const own = fieldOf(value, "schema") ?? schema;
    const bare = fieldOf(value, "tableName") ?? fieldOf(value, "name") ?? value;
    const text = textOf(bare);
    if (text !== undefined && dotted && text.includes(".") && bare !== undefined)
      return this.at(
        bare.at,
        text
          .split(".")
          .map((part) => this.quoted(part))
          .join("."),
      );
    const prefix =
      own === undefined || textOf(own) === "" ? [] : [...this.name(own, at), ...this.at(own.at, ".")];
    return [...prefix, ...this.name(bare, at)];
  }

  names(values: readonly Value[], at: Span): Sql {
    return this.list(
      values.map((value) => this.name(value, at)),
      at,
    );
  }

  /** Parts with commas between them. */
  list(parts: readonly Sql[], at: Span, separator = ", "): Sql {
    return parts.flatMap((part, i) => (i === 0 ? part : [...this.at(part[0]?.at ?? at, separator), ...part]));
  }

  /** The clause of CREATE TABLE, in a list: empty where no column is of the key. */
  primaryKey(keys: readonly { readonly name: Sql; readonly at: Span }[], at: Span): readonly Sql[] {
    const [first] = keys;
    if (first === undefined) return [];
    const names = keys.map(({ name }) => name);
    return [this.join(first.at, "PRIMARY KEY (", this.list(names, at), ")")];
  }

  /** A constant as SQL spells it; what isn't known is a placeholder. */
  literal(value: Value): Sql {
    const text = this.#constant(value);
    return text === undefined ? [hole(this.file, value.at)] : this.at(value.at, text);
  }

  /** Undefined if it isn't constant. */
  #constant(value: Value): string | undefined {
    switch (value.is) {
      case "text": {
        const text = textOf(value);
        return text === undefined ? undefined : this.quotedText(text);
      }
      case "plain":
        return value.value === null || value.value === undefined ? "NULL" : String(value.value);
      case "list":
      case "record": {
        const json = jsonOf(value);
        return json === undefined ? undefined : this.quotedText(JSON.stringify(json));
      }
      default:
        return undefined;
    }
  }
}

export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function jsonOf(value: Value): unknown {
  if (value.is === "plain") return value.value ?? null;
  if (value.is === "text") return textOf(value);
  if (value.is === "list") {
    const items = value.items.map(jsonOf);
    return items.includes(undefined) ? undefined : items;
  }
  if (value.is !== "record" || value.open) return undefined;
  const fields = [...value.fields].map(([name, one]) => [name, jsonOf(one)] as const);
  return fields.some(([, one]) => one === undefined) ? undefined : Object.fromEntries(fields);
}

export const plainText = (sql: Sql): string => sql.map(({ text }) => text).join("");
