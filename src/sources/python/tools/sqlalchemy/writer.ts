/** SQL put together from what calls say; every part stands where the value is that made it. */
import type { DialectName } from "../../../../model/dialect.ts";
import { quoteIdentifier } from "../../../../model/names.ts";
import type { Segment } from "../../../../text/source-map.ts";
import { isMysqlFamily } from "../../../families.ts";
import type { Run } from "../../walk.ts";
import { placeholder } from "../../text.ts";
import type { Module } from "../../modules.ts";
import { md5 } from "../md5.ts";
import { numberOf, textOf, type Place, type Value } from "../../value.ts";

export type Sql = readonly Segment[];

/** What names constraints that have none, by kind: "ix", "uq", "ck", "fk", "pk". */
export type NamingConvention = ReadonlyMap<string, string>;

export interface WriterFacts {
  readonly dialect: DialectName;
  readonly serverVersion: string | undefined;
  readonly run: Run;
  /** The migration's own file. */
  readonly module: Module;
  readonly convention: NamingConvention;
  /** Which release of a package the project uses. */
  readonly release: (name: string) => string | undefined;
  /** Whether that is, or may be, this release or a newer one. */
  readonly mayUse: (name: string, release: string) => boolean;
}

/** How SQLAlchemy calls the database, in options too: its own name first, then the one that most addresses have. */
export const sqlalchemyNames: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: ["postgresql"],
  mysql: ["mysql"],
  mariadb: ["mariadb", "mysql"],
  mongodb: [],
};

/** Writes the SQL that SQLAlchemy sends to one database. */
export class Writer {
  readonly dialect: DialectName;
  readonly isMysql: boolean;
  readonly isMariaDb: boolean;
  /** See `sqlalchemyNames`. */
  readonly names: readonly string[];
  readonly serverVersion: string | undefined;
  readonly run: Run;
  readonly module: Module;
  readonly convention: NamingConvention;
  readonly release: WriterFacts["release"];
  readonly mayUse: WriterFacts["mayUse"];
  /** What the convention has named since this was emptied: see `ToolCall.conventional`. */
  readonly conventional = new Map<string, string | undefined>();
  /** Columns of tables have their table's name before them: in statements on rows, not in those on the schema. */
  #qualifies = false;

  constructor({ dialect, serverVersion, run, module, convention, release, mayUse }: WriterFacts) {
    this.dialect = dialect;
    this.isMysql = isMysqlFamily[dialect];
    this.names = sqlalchemyNames[dialect];
    this.isMariaDb = this.names.includes("mariadb");
    this.serverVersion = serverVersion;
    this.run = run;
    this.module = module;
    this.convention = convention;
    this.release = release;
    this.mayUse = mayUse;
  }

  /** `text` made by what stands at `at`. */
  at(at: Place, text: string): Sql {
    return text === "" ? [] : [{ text, path: at.path, at: { start: at.start, end: at.end }, exact: false }];
  }

  get qualifies(): boolean {
    return this.#qualifies;
  }

  /** What `write` gives, with columns as statements on rows have them. */
  qualified<T>(write: () => T): T {
    const before = this.#qualifies;
    this.#qualifies = true;
    try {
      return write();
    } finally {
      this.#qualifies = before;
    }
  }

  /** Parts in a row; what is plain text was made by what stands at `at`. */
  join(at: Place, ...parts: readonly (string | Sql)[]): Sql {
    return parts.flatMap((part) => (typeof part === "string" ? this.at(at, part) : part));
  }

  /** Parts with commas between them. */
  list(at: Place, parts: readonly Sql[], separator = ", "): Sql {
    return parts.flatMap((part, i) => (i === 0 ? part : [...this.at(at, separator), ...part]));
  }

  hole(at: Place): Sql {
    return placeholder(this.module, at).segments;
  }

  /** A name as the database spells it. */
  quoted(name: string): string {
    return this.isMysql ? `\`${name.replaceAll("`", "``")}\`` : quoteIdentifier(name);
  }

  /** A text as the database spells it. */
  quotedText(text: string): string {
    return `'${(this.isMysql ? text.replaceAll("\\", "\\\\") : text).replaceAll("'", "''")}'`;
  }

  name(value: Value | undefined, at: Place): Sql {
    const text = nameOf(value);
    if (value === undefined) return this.at(at, "${name}");
    if (text === undefined) return this.hole(value.at);
    const isMade = value.is === "call" && value.method !== "quoted_name";
    return this.at(value.at, this.quoted(isMade ? this.shortened(text) : text));
  }

  /** What SQLAlchemy makes of a name by a convention, or of `op.f(…)`, that is too long. */
  shortened(name: string): string {
    const most = this.isMysql ? 64 : 63;
    return name.length <= most ? name : `${name.slice(0, most - 8)}_${md5(name).slice(-4)}`;
  }

  /** `schema.table`; a schema of None is none. */
  table(value: Value | undefined, schema: Value | undefined, at: Place): Sql {
    const isNone = schema === undefined || (schema.is === "plain" && schema.value === null);
    return isNone ? this.name(value, at) : this.join(at, this.name(schema, at), ".", this.name(value, at));
  }

  /** A constant as SQL spells it; undefined: it isn't one. */
  constant(value: Value | undefined): Sql | undefined {
    if (value === undefined) return undefined;
    const text = textOf(value);
    if (text !== undefined) return this.at(value.at, this.quotedText(text));
    if (value.is !== "plain") return undefined;
    if (value.value === null) return this.at(value.at, "NULL");
    return this.at(value.at, typeof value.value === "boolean" ? String(value.value) : value.printed);
  }
}

/** `op.f("ix_t_c")`, `quoted_name("T", True)`: a name that stays as it is. */
export function isFinalName(value: Value | undefined): boolean {
  return value?.is === "call" && /^(?:f|conv)$/.test(value.method);
}

/** The characters of a name. */
export function nameOf(value: Value | undefined): string | undefined {
  if (value?.is === "call" && /^(?:f|conv|quoted_name)$/.test(value.method)) return textOf(value.values[0]);
  return textOf(value);
}

export const integerOf = (value: Value | undefined): number | undefined => {
  const number = numberOf(value);
  return number !== undefined && Number.isInteger(number) ? number : undefined;
};

/** The last part of a dotted name: `String` of `sqlalchemy.String`. */
export const lastName = (dotted: string): string => dotted.slice(dotted.lastIndexOf(".") + 1);

/** The name of what is called or named: `sa.String()`, `sa.String`; empty for everything else. */
export const dottedOf = (value: Value | undefined): string =>
  value?.is === "call"
    ? value.callee
    : value?.is === "name"
      ? value.dotted
      : value?.is === "class"
        ? value.dotted
        : "";
