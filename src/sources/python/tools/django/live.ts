/** The constraints and indexes that the tables have: what Django asks the database for. */

export interface LiveConstraint {
  readonly name: string;
  readonly columns: readonly string[];
  readonly is: "primary" | "unique" | "foreign" | "check" | "index";
  /** An index is behind it that Django's introspection lists as one. */
  readonly isIndex: boolean;
  readonly isUnique: boolean;
  /** A plain b-tree: what Django calls "idx". */
  readonly isPlain: boolean;
  /** MySQL made the index of a foreign key itself; another index on the column replaces it. */
  readonly isImplicit: boolean;
  /** A check of a column on MariaDB: Django numbers those of a table in the order of the columns. */
  readonly isUnnamed: boolean;
  /** A foreign key: the column that it refers to, as `LiveTables.column` has it. */
  readonly refersTo?: Column | undefined;
}

/** A column under whatever name it and its table have by now. */
type Column = object;

export interface Wanted {
  readonly columns?: readonly string[];
  readonly unique?: boolean;
  readonly primary?: boolean;
  readonly index?: boolean;
  readonly foreign?: boolean;
  readonly check?: boolean;
  readonly plain?: boolean;
  readonly exclude?: ReadonlySet<string>;
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const quoted = String.raw`["\x60]?(\w{1,64})["\x60]?`;
const alterTable = new RegExp(
  String.raw`\bALTER\s{1,99}TABLE\s{1,99}(?:IF\s{1,99}EXISTS\s{1,99})?(?:ONLY\s{1,99})?${quoted}([^;]*)`,
  "gi",
);
const dropConstraint = new RegExp(
  String.raw`\bDROP\s{1,99}(?:CONSTRAINT|FOREIGN\s{1,99}KEY|CHECK)\s{1,99}(?:IF\s{1,99}EXISTS\s{1,99})?${quoted}`,
  "gi",
);
const renameConstraint = new RegExp(
  String.raw`\bRENAME\s{1,99}CONSTRAINT\s{1,99}${quoted}\s{1,99}TO\s{1,99}${quoted}`,
  "gi",
);

const list = String.raw`\(([^()]{1,600})\)`;
const addKey = new RegExp(
  String.raw`\bADD\s{1,99}CONSTRAINT\s{1,99}${quoted}\s{1,99}(?:FOREIGN\s{1,99}KEY\s{0,99}${list}\s{0,99}REFERENCES\s{1,99}${quoted}\s{0,99}\(\s{0,99}${quoted}|UNIQUE\s{1,99}USING\s{1,99}INDEX\s{1,99}${quoted}|UNIQUE\s{0,99}(?:KEY\s{0,99}|INDEX\s{0,99})?${list})`,
  "gi",
);
const createIndex = new RegExp(
  String.raw`\bCREATE\s{1,99}(UNIQUE\s{1,99})?INDEX\s{1,99}(?:CONCURRENTLY\s{1,99})?(?:IF\s{1,99}NOT\s{1,99}EXISTS\s{1,99})?${quoted}\s{1,99}ON\s{1,99}${quoted}\s{0,99}${list}`,
  "gi",
);
/** A column, and maybe how PostgreSQL compares its values; not an expression. */
const element = new RegExp(String.raw`^\s*${quoted}(?:\s+\w+)?\s*$`);

/** The tables of one database; its methods do what a statement did. */
export class LiveTables {
  readonly #tables: Map<string, readonly LiveConstraint[]>;
  /** Those that foreign keys refer to, by table and name. */
  readonly #columns: Map<string, ReadonlyMap<string, Column>>;
  /** Those of them that were dropped, and with them, by CASCADE, what refers to them. */
  readonly #gone: Set<Column>;

  constructor(
    tables: ReadonlyMap<string, readonly LiveConstraint[]> = new Map(),
    columns: ReadonlyMap<string, ReadonlyMap<string, Column>> = new Map(),
    gone: ReadonlySet<Column> = new Set(),
  ) {
    this.#tables = new Map(tables);
    this.#columns = new Map(columns);
    this.#gone = new Set(gone);
  }

  copy(): LiveTables {
    return new LiveTables(this.#tables, this.#columns, this.#gone);
  }

  /** True if the table was made by a migration that was read. */
  knows(table: string): boolean {
    return this.#tables.has(table);
  }

  of(table: string): readonly LiveConstraint[] {
    const own = this.#tables.get(table) ?? [];
    return this.#gone.size === 0
      ? own
      : own.filter(({ refersTo }) => refersTo === undefined || !this.#gone.has(refersTo));
  }

  /** For what refers to it. */
  column(table: string, name: string): Column {
    const known = this.#columns.get(table)?.get(name);
    if (known !== undefined) return known;
    const made: Column = {};
    this.#columns.set(table, new Map(this.#columns.get(table)).set(name, made));
    return made;
  }

  create(table: string): void {
    this.#tables.set(table, []);
  }

  drop(table: string): void {
    this.#tables.delete(table);
    for (const column of this.#columns.get(table)?.values() ?? []) this.#gone.add(column);
    this.#columns.delete(table);
  }

  rename(table: string, name: string): void {
    moveKey(this.#tables, table, name);
    moveKey(this.#columns, table, name);
  }

  add(table: string, constraint: LiveConstraint): void {
    const [first] = constraint.columns;
    const before = this.of(table).map((one) =>
      one.isImplicit && constraint.isIndex && one.columns[0] === first
        ? { ...one, isIndex: false, isImplicit: false }
        : one,
    );
    this.#tables.set(table, [...before, constraint]);
  }

  remove(table: string, name: string): void {
    this.#tables.set(
      table,
      this.#numbered(table).flatMap(([one, own]) => (own === name ? [] : [one])),
    );
  }

  /** MySQL keeps the index that it made for a foreign key. */
  removeForeignKey(table: string, name: string): void {
    this.#tables.set(
      table,
      this.of(table).flatMap((one) => {
        if (one.name !== name || one.is !== "foreign") return [one];
        return one.isIndex ? [{ ...one, is: "index" as const, isImplicit: false }] : [];
      }),
    );
  }

  #numbered(table: string): readonly (readonly [LiveConstraint, string])[] {
    let unnamed = 0;
    return this.of(table).map((one) => [
      one,
      one.isUnnamed ? `__unnamed_constraint_${String(++unnamed)}__` : one.name,
    ]);
  }

  renameConstraint(table: string, name: string, to: string): void {
    this.#tables.set(
      table,
      this.of(table).map((one) => (one.name === name ? { ...one, name: to } : one)),
    );
  }

  dropColumn(table: string, column: string): void {
    this.#tables.set(
      table,
      this.of(table).filter(({ columns }) => !columns.includes(column)),
    );
    const referred = new Map(this.#columns.get(table));
    const gone = referred.get(column);
    if (gone === undefined) return;
    this.#gone.add(gone);
    referred.delete(column);
    this.#columns.set(table, referred);
  }

  renameColumn(table: string, column: string, to: string): void {
    const renamed = (one: string): string => (one === column ? to : one);
    this.#tables.set(
      table,
      this.of(table).map((one) => ({ ...one, columns: one.columns.map(renamed) })),
    );
    const referred = new Map(this.#columns.get(table));
    moveKey(referred, column, to);
    this.#columns.set(table, referred);
  }

  /** What SQL of the project does to constraints and indexes that Django would look for. */
  changedBy(sql: string, isPostgres: boolean): void {
    for (const [, isUnique, name = "", table = "", elements = ""] of sql.matchAll(createIndex)) {
      const columns = columnsIn(elements);
      if (columns !== undefined)
        this.#addNew(table, constraint(name, columns, "index", isUnique !== undefined, true));
    }
    for (const [, table = "", changes = ""] of sql.matchAll(alterTable)) {
      if (!this.knows(table)) continue;
      for (const [, name = ""] of changes.matchAll(dropConstraint)) this.remove(table, name);
      for (const [, name = "", to = ""] of changes.matchAll(renameConstraint))
        this.renameConstraint(table, name, to);
      for (const [, name = "", own, other = "", to = "", index, unique] of changes.matchAll(addKey))
        this.#addKey(table, { name, own, to: [other, to], index, unique }, isPostgres);
    }
  }

  #addKey(table: string, { name, own, to, index, unique }: WrittenKey, isPostgres: boolean): void {
    const made = this.of(table).find((one) => one.name === index);
    if (made !== undefined) this.remove(table, made.name);
    const columns = made?.columns ?? columnsIn(own ?? unique ?? "");
    if (columns === undefined) return;
    if (own === undefined) {
      this.#addNew(table, constraint(name, columns, "unique", true, !isPostgres));
      return;
    }
    const isCovered = this.of(table).some((one) => one.isIndex && one.columns[0] === columns[0]);
    const isImplicit = !isPostgres && !isCovered;
    const refersTo = this.column(...to);
    this.#addNew(table, { ...constraint(name, columns, "foreign", false, isImplicit), isImplicit, refersTo });
  }

  #addNew(table: string, one: LiveConstraint): void {
    if (this.knows(table) && !this.of(table).some(({ name }) => name === one.name)) this.add(table, one);
  }

  /** Names of all that are as wanted: as the database lists them, constraints in their order, then indexes by name. */
  names(table: string, wanted: Wanted): readonly string[] {
    const all = this.#numbered(table).map(([one, name]) => ({ ...one, name }));
    const indexes = all.filter(({ is }) => is === "index").sort((a, b) => (a.name < b.name ? -1 : 1));
    return [...all.filter(({ is }) => is !== "index"), ...indexes]
      .filter(
        (one) =>
          (wanted.columns === undefined || same(wanted.columns, one.columns)) &&
          (wanted.unique === undefined || one.isUnique === wanted.unique) &&
          (wanted.primary === undefined || (one.is === "primary") === wanted.primary) &&
          (wanted.index === undefined || one.isIndex === wanted.index) &&
          (wanted.check === undefined || (one.is === "check") === wanted.check) &&
          (wanted.foreign !== true || one.is === "foreign") &&
          (wanted.plain !== true || one.isPlain) &&
          wanted.exclude?.has(one.name) !== true,
      )
      .map(({ name }) => name);
  }

  /** True if a name is in use in any table: PostgreSQL's indexes share one namespace. */
  isTaken(name: string): boolean {
    for (const table of this.#tables.keys()) if (this.of(table).some((one) => one.name === name)) return true;
    return false;
  }
}

/** Of `ADD CONSTRAINT`: the columns of a foreign key or of a unique one, or the index that becomes one. */
interface WrittenKey {
  readonly name: string;
  readonly own: string | undefined;
  readonly to: readonly [table: string, column: string];
  readonly index: string | undefined;
  readonly unique: string | undefined;
}

function columnsIn(elements: string): readonly string[] | undefined {
  const names = elements.split(",").map((one) => element.exec(one)?.[1]);
  return names.every((name) => name !== undefined) ? names : undefined;
}

function moveKey<Value>(map: Map<string, Value>, key: string, to: string): void {
  const own = map.get(key);
  map.delete(key);
  if (own !== undefined) map.set(to, own);
}

/** A constraint or an index with a name. */
export const constraint = (
  name: string,
  columns: readonly string[],
  is: LiveConstraint["is"],
  isUnique: boolean,
  isIndex: boolean,
): LiveConstraint => ({
  name,
  columns,
  is,
  isUnique,
  isIndex,
  isPlain: is !== "check",
  isImplicit: false,
  isUnnamed: false,
});
