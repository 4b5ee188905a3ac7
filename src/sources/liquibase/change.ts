/** One change of a changeset, as the files in `changes` ask for it. */
import type { DocumentOperation } from "../../model/operation.ts";
import type { IgnoredPart, ToolCall } from "../../model/call.ts";
import type { ChangelogNode, Changeset } from "../../model/changelog.ts";
import { nameOf, qualified, type Target } from "./database.ts";
import { sql, valueIn, valueOf, type Sql, type Value } from "./sql.ts";
import type { Get } from "./values.ts";

export interface Column {
  readonly node: ChangelogNode;
  readonly get: Get;
  readonly is: (name: string) => boolean;
  /** Of its `constraints`. */
  readonly constraint: Get;
  readonly constrained: (name: string) => boolean;
}

/** What a change sends. */
export interface Sent {
  readonly sql: Sql;
  readonly call?: ToolCall | undefined;
  /** What it does to documents: it sends no SQL. */
  readonly operations?: readonly DocumentOperation[] | undefined;
  /** Liquibase splits it at `;`. */
  readonly splits?: true | undefined;
  /** Only the beginning is known. */
  readonly dynamic?: { readonly prefix?: string; readonly isData?: true } | undefined;
}

export interface Refusal {
  readonly why: string;
  readonly instead: string;
  /** Before Liquibase asks any precondition (run on 4.20 and 5.0). */
  readonly isValidation?: true;
  /** By a release that the project may not have. */
  readonly isUnsure?: true;
}

export class Change {
  readonly node: ChangelogNode;
  readonly target: Target;
  readonly #changeset: Changeset;
  readonly #readFile: (path: string) => string | undefined;
  readonly sent: Sent[] = [];
  readonly refused: Refusal[] = [];
  /** What another release refuses; it is sent all the same. */
  readonly doubted: Refusal[] = [];
  readonly ignored: IgnoredPart[] = [];

  constructor(
    node: ChangelogNode,
    changeset: Changeset,
    target: Target,
    readFile: (path: string) => string | undefined,
  ) {
    this.node = node;
    this.target = target;
    this.#changeset = changeset;
    this.#readFile = readFile;
  }

  get name(): string {
    return this.node.name;
  }

  /** The same change with another element: one that it is made of, or its way back. */
  with(node: ChangelogNode): Change {
    return new Change(node, this.#changeset, this.target, this.#readFile);
  }

  /** An attribute; undefined if it is left out or empty. */
  get(name: string): Value | undefined {
    return this.#of(this.node, name);
  }

  is(name: string): boolean {
    return isTrue(this.get(name));
  }

  /** The text inside, or that of the key or the element `name`. */
  text(...names: readonly string[]): Value | undefined {
    const { properties } = this.#changeset;
    for (const name of names) {
      const own = this.node.attributes.get(name) ?? this.child(name)?.text;
      if (own !== undefined) return valueOf(own, properties);
    }
    return this.node.text && valueOf(this.node.text, properties);
  }

  child(name: string): ChangelogNode | undefined {
    return this.node.children.find((one) => one.name === name);
  }

  value(node: ChangelogNode, name: string): Value | undefined {
    const own = node.attributes.get(name);
    return own && valueOf(own, this.#changeset.properties);
  }

  /** A file that it names; undefined: it isn't found. */
  file(name = "path"): { readonly text: Value; readonly path: string } | undefined {
    const path = this.get(name);
    const found = path && this.#changeset.resolve(path.text, this.is("relativeToChangelogFile"));
    const text = found === undefined ? undefined : this.#readFile(found);
    return found === undefined || text === undefined
      ? undefined
      : { path: found, text: valueIn(text, found, this.#changeset.properties) };
  }

  /** The file isn't anywhere: Liquibase refuses it before it runs a changeset. What a property stands for may not be known. */
  refuseMissing(name = "path"): void {
    const path = this.get(name);
    const relative = this.is("relativeToChangelogFile");
    if (path === undefined || path.text.includes("${")) return;
    if (this.#changeset.resolve(path.text, relative) !== undefined) return;
    if (relative && this.#isFoundAbove(path.text)) return;
    this.invalid(
      `Liquibase doesn't find the file ${path.text}`,
      `Correct ${name}, or add the file. It was looked for ${this.#changeset.lookedFor(path.text, relative)}.`,
    );
  }

  /** Under Spring, 4.17 to 4.19 look one folder up (4.17.2, run; 4.16.0 and 4.20.0 don't). */
  #isFoundAbove(path: string): boolean {
    const { isSince } = this.target;
    const looksAbove = isSince("4.17") === "yes" && isSince("4.20") === "no";
    return looksAbove && this.#changeset.resolve(`../${path}`, true) !== undefined;
  }

  get columns(): readonly Column[] {
    const lists = this.node.children.filter(({ name }) => name === "columns");
    // YAML and JSON: a single one may stand in `columns` without its `column`.
    const alone = lists.filter(({ attributes }) => attributes.has("name"));
    return [...this.node.children, ...lists.flatMap((one) => one.children)]
      .filter((one) => one.name === "column" || alone.includes(one))
      .map((node): Column => {
        const inner = node.children.find(({ name }) => name === "constraints");
        const get: Get = (name) =>
          name === "value" ? (this.value(node, name) ?? this.#inside(node)) : this.#of(node, name);
        const constraint: Get = (name) => (inner === undefined ? undefined : this.#of(inner, name));
        return {
          node,
          get,
          is: (name) => isTrue(get(name)),
          constraint,
          constrained: (name) => isTrue(constraint(name)),
        };
      });
  }

  #inside({ text }: ChangelogNode): Value | undefined {
    return text && valueOf(text, this.#changeset.properties);
  }

  #of(node: ChangelogNode, name: string): Value | undefined {
    const own = node.attributes.get(name);
    if (own === undefined) return undefined;
    const found = valueOf(own, this.#changeset.properties);
    return found.text === "" && !name.startsWith("defaultValue") ? undefined : found;
  }

  /** A name that must be there. */
  named(name: string): Sql {
    const own = this.get(name);
    if (own !== undefined) return nameOf(this.target, own);
    this.invalid(`${this.name} has no ${name}`, `Add ${name}.`);
    return [];
  }

  /** A table, or what else has a schema: `tableName` with `schemaName`, `baseTableName` with `baseTableSchemaName`. */
  object(name: string, before = ""): Sql {
    const own = this.get(name);
    if (own === undefined) return this.named(name);
    const prefixed = (word: string): string =>
      before === "" ? word : `${before}${word.charAt(0).toUpperCase()}${word.slice(1)}`;
    return qualified(this.target, own, this.get(prefixed("schemaName")), this.get(prefixed("catalogName")));
  }

  get table(): Sql {
    return this.object("tableName");
  }

  /** Its table's name in the schema of this one. */
  inSchema(name: Value): Sql {
    return qualified(this.target, name, this.get("schemaName"), this.get("catalogName"));
  }

  isFor(dbms: string | undefined): boolean {
    return this.#changeset.isFor(dbms);
  }

  send(own: Sql, call?: Omit<ToolCall, "name">): void {
    this.sent.push({ sql: own, call: { name: this.name, ...call } });
  }

  /** SQL as the changelog writes it. */
  raw(own: Value, splits = false): void {
    this.sent.push({ sql: sql`${own}`, ...(splits ? { splits } : {}) });
  }

  documents(operations: readonly DocumentOperation[]): void {
    this.sent.push({ sql: [], operations });
  }

  /** What isn't known before it runs. */
  dynamic(dynamic: NonNullable<Sent["dynamic"]> = {}): void {
    this.sent.push({ sql: [], dynamic });
  }

  refuse(why: string, instead: string): void {
    this.refused.push({ why, instead });
  }

  /** An attribute without which Liquibase runs no changeset of any file (3.10 to 5.0, run). */
  needs(name: string): void {
    if (this.node.attributes.has(name) || this.refused.length > 0) return;
    this.invalid(`Liquibase refuses ${this.name} without ${name}, and runs no changeset`, `Add ${name}.`);
  }

  /** Of what Liquibase validates in all changesets before it runs the first. */
  invalid(why: string, instead: string): void {
    this.refused.push({ why, instead, isValidation: true });
  }

  /** An attribute that this database doesn't have: all of the changelog is refused, by the release `since` and later ones. */
  forbid(condition: boolean, attribute: string, since?: string): void {
    const isRefused = since === undefined ? "yes" : this.target.isSince(since);
    if (!condition || isRefused === "no") return;
    const { title } = this.target;
    const instead = `Leave ${attribute} out, or give the changeset the dbms that has it.`;
    if (isRefused === "yes")
      this.invalid(`Liquibase refuses ${attribute} on ${title}, and runs no changeset`, instead);
    else {
      const why = `Liquibase ${since ?? ""} and later refuse ${attribute} on ${title}, and run no changeset`;
      this.doubted.push({ why, instead, isValidation: true, isUnsure: true });
    }
  }
}

const isTrue = (value: Value | undefined): boolean => value?.text.trim().toLowerCase() === "true";

export type Lowering = (change: Change) => void;

/** For the databases that `dbms` names. */
export const forDatabase =
  (lower: Lowering): Lowering =>
  (change) => {
    if (change.isFor(change.get("dbms")?.text)) lower(change);
  };
