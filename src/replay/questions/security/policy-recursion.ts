/** Policies that read, perhaps by way of other tables, the table that they are about. */
import type { Policy, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

/** Tables whose policies read one another, the step's own first; alone, it reads itself. */
export interface PolicyRecursion {
  readonly tables: readonly Relation[];
  /** In that later schema it is gone. */
  readonly isGone: (later: Schema) => boolean;
}

/** Reads of a policy's own tables aren't followed further than this. */
const mostTables = 50;

/** See `SecurityQuestions.recursion`. */
export function policyRecursion({ operation, before, after, scope }: Step): PolicyRecursion | undefined {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return undefined;
  const table = after.resolve(operation.table);
  const tables = circleOf(table, after);
  if (tables === undefined || circleOf(table, before) !== undefined) return undefined;
  // Row security may be on by the end of the migration.
  const isOn = ({ rowSecurity }: Relation): boolean => rowSecurity.enabled;
  const isGone = (later: Schema): boolean => circleOf(table, later, isOn) === undefined;
  return isGone(scope.after) ? undefined : { tables, isGone };
}

/** From table to table, by the policies that apply to SELECT, back to the first one. */
function circleOf(
  start: string,
  schema: Schema,
  applies: (table: Relation) => boolean = () => true,
): readonly Relation[] | undefined {
  const seen = new Set([start]);
  const visit = (key: string): readonly Relation[] | undefined => {
    const found = schema.relation(key);
    // A view is read with the rights of its owner.
    if (found.is !== "present" || found.value.kind !== "table" || !applies(found.value)) return undefined;
    const next = found.value.policies.flatMap((policy) => tablesRead(policy, schema));
    if (next.includes(start)) return [found.value];
    for (const other of next) {
      if (seen.has(other) || seen.size > mostTables) continue;
      seen.add(other);
      const more = visit(other);
      if (more !== undefined) return [found.value, ...more];
    }
    return undefined;
  };
  return visit(start);
}

/** What a policy of INSERT reads alone ends at the policies of SELECT. */
const tablesRead = ({ command, using }: Policy, schema: Schema): readonly string[] =>
  command === "all" || command === "select"
    ? (using?.relations ?? []).map((name) => schema.resolve(name))
    : [];
