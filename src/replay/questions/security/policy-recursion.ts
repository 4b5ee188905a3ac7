/** Policies that read, perhaps by way of other tables, the table that they are about. */
import type { Expression } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Policy, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

/** Tables whose policies read one another, the step's own first; alone, it reads itself. */
export interface PolicyRecursion {
  readonly tables: readonly Relation[];
  /** What fails: its queries, or only what writes to it, as the policies for SELECT close the circle. */
  readonly command: "select" | WriteCommand;
  /** Of what fails by its queries: further tables whose policies read it, and which fail with it at the end of the migration. */
  readonly alsoFailing: readonly Relation[];
  /** In that later schema it is gone. */
  readonly isGone: (later: Schema) => boolean;
}

type WriteCommand = (typeof writeCommands)[number];

const writeCommands = ["insert", "update", "delete"] as const;

/** Reads of a policy's own tables aren't followed further than this. */
const mostTables = 50;

/** See `SecurityQuestions.recursion`. */
export function policyRecursion({ operation, before, after, scope }: Step): PolicyRecursion | undefined {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return undefined;
  // A new one that asks nothing of a table closes no circle; tables have many of them.
  if (operation.kind === "createPolicy" && !asksTables(operation, after)) return undefined;
  const table = after.resolve(operation.table);
  const found = circleOf(table, after);
  if (found === undefined || circleOf(table, before) !== undefined) return undefined;
  // Row security may be on by the end of the migration.
  const isOn = ({ rowSecurity }: Relation): boolean => rowSecurity.enabled;
  const isGone = (later: Schema): boolean => circleOf(table, later, isOn) === undefined;
  if (isGone(scope.after)) return undefined;
  const alsoFailing = found.command === "select" ? readersOf(found, scope.after) : [];
  return { tables: found.tables, command: found.command, alsoFailing, isGone };
}

const asksTables = ({ using, withCheck }: Pick<Policy, "using" | "withCheck">, schema: Schema): boolean =>
  [using, withCheck].some(
    (one) => one !== undefined && (one.subquery || readsOf(one, schema, "all").length > 0),
  );

/** Functions in functions aren't followed further than this. */
const deepest = 3;

/**
 * Tables that a condition reads; `all`: also by way of functions that run with the rights of whoever asks, and always read.
 * PostgreSQL finds that circle only when it runs, by `stack depth limit exceeded` (measured on 15).
 */
function readsOf(
  { relations = [], functions }: Pick<Expression, "relations" | "functions">,
  schema: Schema,
  which: "own" | "all",
  depth = 0,
): readonly QualifiedName[] {
  if (which === "own" || depth === deepest) return relations;
  const inside = functions.flatMap((name) => {
    const found = schema.routines(name);
    const [only, ...others] = found.is === "present" ? found.value : [];
    if (only === undefined || others.length > 0) return [];
    const { securityDefiner, body, uses } = only.definition;
    const mayEnd = body === undefined || /\b(?:if|case|loop|exception)\b/i.test(body.text);
    return securityDefiner || mayEnd ? [] : readsOf(uses, schema, which, depth + 1);
  });
  return [...relations, ...inside];
}

interface Circle extends Pick<PolicyRecursion, "tables" | "command"> {
  /** For whom it closes. */
  readonly roles: readonly string[];
}

/** A table, and the roles that may be led to it. */
interface Reached {
  readonly key: string;
  readonly roles: readonly string[];
}

/** What a query of the table by one of these roles reads by the policies of it. */
function readByQueries({ policies }: Relation, roles: readonly string[], schema: Schema): readonly Reached[] {
  return policies.flatMap((policy) => {
    const shared = sharedRoles(roles, policy.roles);
    if (shared.length === 0) return [];
    return conditions(policy, "select")
      .flatMap((one) => readsOf(one, schema, "all"))
      .map((name) => ({ key: schema.resolve(name), roles: shared }));
  });
}

/** The table, if policies apply to it: a view is read with the rights of its owner. */
function securedTable(key: string, schema: Schema): Relation | undefined {
  const found = schema.relation(key);
  const isSecured = found.is === "present" && found.value.kind === "table" && found.value.rowSecurity.enabled;
  return isSecured ? found.value : undefined;
}

/**
 * Each query of the table by each of these roles fails: policies lead from it to a table that reads itself, perhaps in a
 * circle. PostgreSQL applies all policies of a table, also beside one that says `true` (measured on 13, 15 and 18).
 */
export function queriesFail(start: string, roles: readonly string[], schema: Schema): boolean {
  const path = new Set<string>();
  const seen = new Set<string>();
  const visit = (key: string): boolean => {
    if (path.has(key)) return true;
    const table = seen.has(key) || seen.size > mostTables ? undefined : securedTable(key, schema);
    seen.add(key);
    if (table === undefined) return false;
    path.add(key);
    const next = readByQueries(table, roles, schema).filter(
      ({ roles: shared }) => shared.length === roles.length,
    );
    const fails = next.some((other) => visit(other.key));
    path.delete(key);
    return fails;
  };
  return visit(start);
}

const readers = new WeakMap<Schema, ReadonlyMap<string, readonly Reached[]>>();

/** By the table that they read. */
function readersIn(schema: Schema): ReadonlyMap<string, readonly Reached[]> {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const made = new Map<string, Reached[]>();
  for (const { key } of schema.relations()) {
    const table = securedTable(key, schema);
    const reads = table === undefined ? [] : readByQueries(table, ["public"], schema);
    for (const { key: read, roles } of reads) made.set(read, [...(made.get(read) ?? []), { key, roles }]);
  }
  readers.set(schema, made);
  return made;
}

/** Tables outside of the circle whose policies lead into it, by name. */
function readersOf({ tables, roles }: Circle, schema: Schema): readonly Relation[] {
  const found = new Map<string, Relation>();
  const inside = new Set(tables.map(({ key }) => key));
  const open: Reached[] = [...inside].map((key) => ({ key, roles }));
  for (const { key, roles: led } of open) {
    for (const reader of readersIn(schema).get(key) ?? []) {
      const shared = sharedRoles(led, reader.roles);
      const table = securedTable(reader.key, schema);
      if (table === undefined || shared.length === 0 || inside.has(reader.key)) continue;
      if (found.has(reader.key) || found.size > mostTables) continue;
      found.set(reader.key, table);
      open.push({ key: reader.key, roles: shared });
    }
  }
  return [...found.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** From table to table, by the policies that apply to SELECT, back to the first one; a write begins with its own. */
function circleOf(
  start: string,
  schema: Schema,
  applies: (table: Relation) => boolean = () => true,
): Circle | undefined {
  for (const command of ["select", ...writeCommands] as const) {
    const found = pathBack(start, command, schema, applies);
    if (found !== undefined) return { ...found, command };
  }
  return undefined;
}

function pathBack(
  start: string,
  command: Circle["command"],
  schema: Schema,
  applies: (table: Relation) => boolean,
): Omit<Circle, "command"> | undefined {
  const seen = new Set([start]);
  const visit = (
    key: string,
    of: Circle["command"],
    roles: readonly string[],
  ): Omit<Circle, "command"> | undefined => {
    const found = schema.relation(key);
    // A view is read with the rights of its owner.
    if (found.is !== "present" || found.value.kind !== "table" || !applies(found.value)) return undefined;
    const { policies } = found.value;
    const next = policies.flatMap((policy) => {
      const shared = sharedRoles(roles, policy.roles);
      if (shared.length === 0) return [];
      return conditions(policy, of)
        .flatMap((one) => readsOf(one, schema, command === "select" ? "all" : "own"))
        .map((name) => ({ read: schema.resolve(name), roles: shared }));
    });
    const back = next.find(
      ({ read, roles: shared }) => read === start && (command === "select" || asksAside(start, shared)),
    );
    if (back !== undefined) return { tables: [found.value], roles: back.roles };
    for (const other of next) {
      if (seen.has(other.read) || seen.size > mostTables) continue;
      seen.add(other.read);
      const more = visit(other.read, "select", other.roles);
      if (more !== undefined) return { ...more, tables: [found.value, ...more.tables] };
    }
    return undefined;
  };
  // The server takes a table with any sub-select in its conditions for open, `(SELECT auth.uid())` included.
  const asksAside = (key: string, roles: readonly string[]): boolean => {
    const found = schema.relation(key);
    return (
      found.is === "present" &&
      found.value.policies.some(
        (policy) =>
          sharedRoles(roles, policy.roles).length > 0 &&
          conditions(policy, "select").some(({ subquery }) => subquery),
      )
    );
  };
  return visit(start, command, ["public"]);
}

/** What is asked of rows of the table by that command itself. */
function conditions({ command, using, withCheck }: Policy, of: Circle["command"]): readonly Expression[] {
  if (command !== of && command !== "all") return [];
  // Without WITH CHECK, USING is asked of new rows, too.
  const asked =
    of === "select" || of === "delete"
      ? [using]
      : of === "insert"
        ? [withCheck ?? using]
        : [using, withCheck];
  return asked.flatMap((one) => one ?? []);
}

/** For whom both apply; PUBLIC is everybody. */
const sharedRoles = (one: readonly string[], other: readonly string[]): readonly string[] => {
  if (one.includes("public")) return other;
  return other.includes("public") ? one : one.filter((role) => other.includes(role));
};
