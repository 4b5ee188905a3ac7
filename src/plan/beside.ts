/** What a history does to its database beside what the schema holds: statements that a fresh database needs as they are. */
import { changed, tableOf } from "../model/kinds.ts";
import { keyOf, type Key, type QualifiedName } from "../model/names.ts";
import type { Operation, StorageParameter } from "../model/operation.ts";
import { textOf } from "../recipes/words.ts";
import type { Migration } from "../project/migration.ts";
import type { Place, Step } from "../replay/step.ts";
import type { Origin } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { isUsualPath, namesIn } from "./definitions.ts";

type Kind = Operation["kind"];

/** Kinds whose effect the schema holds in part or not at all. */
const kept: ReadonlySet<Kind> = new Set<Kind>([
  "setTableOptions",
  "setTablespace",
  "setTriggerState",
  "setColumnOption",
  "alterIndex",
  "alterIdentity",
  "alterConstraint",
  "alterSequence",
  "alterFunction",
  "createRule",
  "createStatistics",
  "createObject",
  "alterObject",
  "setObjectSchema",
  "changeOwner",
  "comment",
  "grant",
]);

export interface Note {
  readonly what: string;
  readonly at: Place;
  readonly migration: Migration;
}

export interface Beside {
  /** For the database as it is behind its schemas. */
  readonly extensions: readonly string[];
  /** For the database with all its objects. */
  readonly statements: readonly string[];
  readonly notes: readonly Note[];
  /** Tables that the history writes rows into. */
  readonly filled: ReadonlySet<Key>;
  /** The search_path that a statement was written for; undefined: the usual one. */
  readonly pathOf: (origin: Origin) => readonly string[] | undefined;
}

/** Gathers it step by step; the schema at the end decides what of it is still true. */
export class BesideSchema {
  readonly #steps: Step[] = [];
  readonly #notes: Note[] = [];
  readonly #paths = new Map<string, readonly string[]>();

  add(step: Step): void {
    const { operation, skipped, refused, script, statement, before, scope } = step;
    if (skipped) return;
    if (!isUsualPath(before))
      this.#paths.set(placeKey(scope.migration.index, statement.span.start), before.searchPath);
    const changes = changed(operation);
    const note = (what: string): void => {
      const at = { path: script.path, span: operation.head };
      this.#notes.push({ what, at, migration: scope.migration });
    };
    if (refused) note("the server refuses this statement");
    else if (changes === "unknown") note("it isn't known what this statement does");
    else if (operation.conditional === true && changes === "schema")
      note("it isn't known whether this statement runs");
    if (refused || changes === "unknown") return;
    const isKept = kept.has(operation.kind) || storage(operation).length > 0;
    if (isKept || bringsRows(operation) || operation.kind === "createExtension") this.#steps.push(step);
  }

  /** Nothing is known of what it does. */
  unread(migration: Migration): void {
    const { path, part } = migration.up;
    this.#notes.push({ what: "this migration isn't read", at: { path, span: part }, migration });
  }

  of(end: Schema): Beside {
    const extensions: string[] = [];
    const statements: string[] = [];
    const filled = new Set<Key>();
    const notes = [...this.#notes];
    const seen = new Set<object>();
    for (const step of this.#steps) {
      const { operation, statement, script, scope } = step;
      if (operation.kind === "createExtension") {
        if (end.object("extension", operation.extension.text) === "no") continue;
        const where = operation.schema === undefined ? "" : ` SCHEMA ${end.spell(operation.schema)}`;
        extensions.push(`CREATE EXTENSION IF NOT EXISTS ${end.spell(operation.extension)}${where};`);
      } else if (operation.kind === "createTable" || operation.kind === "createIndex")
        statements.push(...setStorage(step, end));
      else if (bringsRows(operation)) {
        const table = tableOf(operation);
        const key = table && step.after.resolve(table);
        if (key !== undefined && isStill(step.after, end, key)) filled.add(key);
      } else if (!isHeld(step) && concernsWhatIsThere(step, end) && !seen.has(statement)) {
        const isAlone = statement.operations.every((one) => kept.has(one.kind));
        const text = textOf(step, statement.span).trim().replace(/;\s*$/, "");
        if (isAlone && !step.inBody) {
          seen.add(statement);
          const path = isUsualPath(step.before) ? undefined : step.before.searchPath;
          statements.push(`${withPath(text, path, end)};`);
        } else
          notes.push({
            what: "this part of the statement isn't written",
            at: { path: script.path, span: operation.head },
            migration: scope.migration,
          });
      }
    }
    const pathOf = ({ migration, span }: Origin): readonly string[] | undefined =>
      this.#paths.get(placeKey(migration, span.start));
    return { extensions: [...new Set(extensions)], statements, notes, filled, pathOf };
  }
}

/** WITH: what the schema doesn't hold of PostgreSQL's tables and indexes. CREATE TABLE alone takes `oids`, and forgets it. */
const storage = (operation: Operation): readonly StorageParameter[] =>
  operation.kind === "createTable" || operation.kind === "createIndex"
    ? (operation.options ?? []).filter(({ name }) => name !== "oids")
    : [];

function setStorage({ operation, after, scope }: Step, end: Schema): readonly string[] {
  const table = tableOf(operation);
  if (table === undefined || !end.dialect.viewsHold) return [];
  const key = after.resolve(table);
  const list = storage(operation).map(({ name, value }) =>
    value === undefined ? name : `${name} = ${value}`,
  );
  const isHere = ({ origin }: { readonly origin?: Origin | undefined }): boolean =>
    origin?.migration === scope.migration.index && origin.span.start === operation.span.start;
  const { show } = namesIn(end);
  if (operation.kind === "createTable")
    return isStill(after, end, key) ? [`ALTER TABLE ${show(key)} SET (${list.join(", ")});`] : [];
  const index = [...end.indexes()].find(isHere);
  return index === undefined
    ? []
    : [`ALTER INDEX ${show(keyOf(index.schema, index.name))} SET (${list.join(", ")});`];
}

const bringsRows = (operation: Operation): boolean =>
  operation.kind === "insertRows" ||
  operation.kind === "mergeRows" ||
  (operation.kind === "copyRows" && operation.direction !== "to");

const placeKey = (migration: number, start: number): string => `${migration}:${start}`;

/** A statement with the search_path that it was written for; without its semicolon. */
export const withPath = (sql: string, path: readonly string[] | undefined, schema: Schema): string =>
  path === undefined
    ? sql
    : `SET search_path = ${path.map((one) => schema.spell(one)).join(", ")};\n${sql};\nRESET search_path`;

/** MySQL's table options, the text of a table's comment, and owners of tables are part of the schema. */
function isHeld({ operation, before }: Step): boolean {
  switch (operation.kind) {
    case "setTableOptions":
    case "setColumnOption":
      return !before.dialect.viewsHold;
    case "comment":
      return /^(?:table|column|view|materialized view)$/.test(operation.object);
    case "changeOwner":
      return operation.object === "table";
    case "alterIndex":
      return operation.change === "visibility";
    default:
      return false;
  }
}

/** The relation is the one that it was. */
function isStill(then: Schema, end: Schema, key: Key): boolean {
  const [was, is] = [then.relation(key), end.relation(key)];
  if (was.is === "present" && is.is === "present") return was.value.origin === is.value.origin;
  return is.is !== "absent" || end.index(key).is === "present";
}

function concernsWhatIsThere(step: Step, end: Schema): boolean {
  const { operation, after } = step;
  const isThere = (name: QualifiedName | undefined): boolean =>
    name === undefined || isStill(after, end, after.resolve(name));
  if (!isThere(tableOf(operation))) return false;
  if ("relations" in operation && !operation.relations.every(isThere)) return false;
  switch (operation.kind) {
    case "setColumnOption":
      return (
        operation.column === undefined || end.column(operation.table, operation.column.text).is !== "absent"
      );
    case "alterConstraint":
      return end.constraint(operation.table, operation.name.text).is !== "absent";
    case "alterSequence":
      return isThere(operation.sequence);
    case "alterIndex":
      return operation.onTable !== undefined || end.index(after.resolve(operation.index)).is === "present";
    case "alterFunction":
      return end.routines(operation.function).is !== "absent";
    case "createObject":
    case "alterObject":
      return operation.name === undefined || end.object(operation.object, operation.name.name) !== "no";
    case "comment":
    case "changeOwner":
    case "setObjectSchema":
      return isObjectThere(operation, end, isThere);
    default:
      return true;
  }
}

function isObjectThere(
  { object, name, ...rest }: Extract<Operation, { kind: "comment" | "changeOwner" | "setObjectSchema" }>,
  end: Schema,
  isThere: (name: QualifiedName) => boolean,
): boolean {
  const [relation] = rest.relations;
  if ("member" in rest && rest.member !== undefined && relation !== undefined && object === "constraint")
    return end.constraint(relation, rest.member.text).is !== "absent";
  if (name === undefined) return true;
  switch (object) {
    case "function":
    case "procedure":
      return end.routines(name).is !== "absent";
    case "type":
    case "domain":
      return end.type(name).is !== "absent";
    case "schema":
      return end.namespace(name.name) !== "no";
    case "index":
    case "sequence":
    case "view":
    case "materialized view":
      return isThere(name);
    default:
      return end.object(object, name.name) !== "no";
  }
}
