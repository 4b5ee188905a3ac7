/** How much one migration does: its changes one by one, and the groups of tables that have to do with each other. */
import type { Key, QualifiedName } from "../../../model/names.ts";
import { changed, tableOf, type Changed } from "../../../model/kinds.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { MigrationScope, Step } from "../../step.ts";

/** Neither schema nor rows; of an object, only what is said about it. */
const noChange: ReadonlySet<Changed> = new Set<Changed>(["description", "session", "nothing"]);

/** Steps that are a change of their own: a constraint written inside CREATE TABLE or ADD COLUMN isn't. */
export const changesIn = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(
    ({ operation, skipped }) =>
      !skipped &&
      !noChange.has(changed(operation)) &&
      !("within" in operation && operation.within !== "alterTable"),
  );

export function changesLeftBefore(changes: readonly Step[], step: Step): readonly Step[] {
  const before = changes.slice(0, changes.indexOf(step));
  const gone = new Set<Step>();
  for (const [at, one] of before.entries()) {
    if (!/^drop(?:Index|Column|Constraint)$/.test(one.operation.kind)) continue;
    const made = before.slice(0, at).findLast((other) => takesBack(one, other));
    if (made !== undefined) gone.add(one).add(made);
  }
  return before.filter((one) => !gone.has(one));
}

function takesBack({ operation, table, before }: Step, other: Step): boolean {
  if (table === undefined || other.table === undefined) return false;
  const { operation: made } = other;
  const isSame =
    operation.kind === "dropIndex"
      ? made.kind === "createIndex" && made.name?.name === operation.index.name
      : operation.kind === "dropColumn"
        ? made.kind === "addColumn" && made.column.name.text === operation.column.text
        : operation.kind === "dropConstraint" &&
          made.kind === "addForeignKey" &&
          made.name?.text === operation.name.text;
  return isSame && before.resolve(table) === other.before.resolve(other.table);
}

/** One group of tables that are linked, with the first step on one of them. */
export interface ChangeGroup {
  readonly tables: readonly string[];
  readonly first: Step;
}

/**
 * Tables whose schema is changed, in groups: linked by foreign keys, queries, views, a common word in their names, or
 * the same change.
 */
export function changeGroups(scope: MigrationScope): readonly ChangeGroup[] {
  const parents = new Map<string, string>();
  const find = (key: string): string => {
    let root = key;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up;
    // The way is walked once: thousands of tables may hang on each other.
    for (let at = key; at !== root;) {
      const up = parents.get(at) ?? root;
      parents.set(at, root);
      at = up;
    }
    return root;
  };
  const join = (a: string, b: string): void => {
    parents.set(find(a), find(b));
  };
  const firsts = new Map<Key, Step>();
  for (const step of changesIn(scope.steps)) {
    if (changed(step.operation) === "rows") {
      // Rows belong to the change of another table only as far as they link it.
      const [own, ...others] = tablesOf(step.operation, step.before);
      if (own !== undefined) for (const other of others) join(own, other);
      continue;
    }
    const [own, ...others] = tablesOf(step.operation, step.before);
    if (own === undefined || scope.isTracking(own)) continue;
    if (!firsts.has(own)) firsts.set(own, step);
    for (const other of others) join(own, other);
    const alike = signature(step.operation);
    if (alike !== undefined) join(own, `= ${alike}`);
    for (const word of wordsOf(own)) join(own, `word ${word}`);
  }
  for (const table of firsts.keys())
    for (const schema of [scope.before, scope.after])
      for (const other of linked(schema, table)) join(table, other);
  const groups = new Map<string, { tables: string[]; first: Step }>();
  for (const [table, first] of firsts) {
    const group = groups.get(find(table));
    if (group) group.tables.push(first.show(table));
    else groups.set(find(table), { tables: [first.show(table)], first });
  }
  return [...groups.values()];
}

/** The relation that the operation changes, then those that it speaks of. */
function tablesOf(operation: Operation, schema: Schema): readonly Key[] {
  const names: QualifiedName[] = [];
  const table = tableOf(operation);
  if (table !== undefined) names.push(table);
  if ("view" in operation && typeof operation.view === "object") names.push(operation.view);
  const keys = names.map((name) => schema.resolve(name));
  if (operation.kind === "dropIndex") {
    const index = schema.index(operation.index);
    if (index.is === "present") keys.push(index.value.table);
  }
  const read: QualifiedName[] = [];
  if (operation.kind === "addForeignKey") read.push(operation.references);
  if (operation.kind === "createTable")
    read.push(...operation.inherits, ...operation.like.map(({ table }) => table));
  if (operation.kind === "createTable" && operation.partitionOf) read.push(operation.partitionOf.parent);
  if (operation.kind === "attachPartition" || operation.kind === "detachPartition")
    read.push(operation.partition);
  if ("query" in operation && operation.query !== undefined) read.push(...operation.query.relations);
  return [...keys, ...read.map((name) => schema.resolve(name))];
}

/** Tables that a foreign key, view or partition links it with. */
function linked(schema: Schema, table: Key): readonly Key[] {
  const found = schema.relation(table);
  if (found.is !== "present") return [];
  const { constraints, partitionOf, parents, query } = found.value;
  const referenced = constraints.flatMap((one) => (one.kind === "foreign key" ? [one.references] : []));
  const users = schema
    .dependents({ table })
    .flatMap(({ relation }) => (relation === undefined ? [] : [relation]));
  const read = (query?.relations ?? []).map((name) => schema.resolve(name));
  return [...referenced, ...users, ...read, ...parents, ...(partitionOf ? [partitionOf.parent] : [])];
}

/** Words of a table's name that may tell what it belongs to, without their plural. */
const wordsOf = (key: Key): readonly string[] =>
  key
    .slice(key.indexOf(".") + 1)
    .split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u)
    .map((word) => word.toLowerCase().replace(/(?:ies|y|es|s|e)$/, ""))
    .filter((word, i) => i === 0 || word.length >= 4);

/** The same done to several tables is one change; undefined: each is one of its own. */
function signature(operation: Operation): string | undefined {
  if (operation.kind === "createTable" || operation.kind === "createView") return undefined;
  if (operation.kind === "addColumn") return `addColumn ${operation.column.name.text}`;
  if (operation.kind === "renameColumn") return `renameColumn ${operation.column.text}`;
  return operation.kind;
}
