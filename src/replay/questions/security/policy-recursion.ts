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
  return isGone(scope.after) ? undefined : { ...found, isGone };
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

type Circle = Omit<PolicyRecursion, "isGone">;

/** From table to table, by the policies that apply to SELECT, back to the first one; a write begins with its own. */
function circleOf(
  start: string,
  schema: Schema,
  applies: (table: Relation) => boolean = () => true,
): Circle | undefined {
  const tables = pathBack(start, "select", schema, applies);
  if (tables !== undefined) return { tables, command: "select" };
  for (const command of writeCommands) {
    const path = pathBack(start, command, schema, applies);
    if (path !== undefined) return { tables: path, command };
  }
  return undefined;
}

function pathBack(
  start: string,
  command: Circle["command"],
  schema: Schema,
  applies: (table: Relation) => boolean,
): readonly Relation[] | undefined {
  const seen = new Set([start]);
  const visit = (
    key: string,
    of: Circle["command"],
    roles: readonly string[],
  ): readonly Relation[] | undefined => {
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
    if (back !== undefined) return [found.value];
    for (const other of next) {
      if (seen.has(other.read) || seen.size > mostTables) continue;
      seen.add(other.read);
      const more = visit(other.read, "select", other.roles);
      if (more !== undefined) return [found.value, ...more];
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
