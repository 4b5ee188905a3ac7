/** Columns that go with an extension, of which the rollback drops types that other tables have. */
import type { Key } from "../../../model/names.ts";
import type { Difference } from "../../../schema/model.ts";
import type { MigrationScope, Place, Step } from "../../step.ts";

/** See `MigrationScope.rollbackCause`; undefined where one of the differences is another. */
export function goneWithExtension(
  { steps, downSteps, migration: { down } }: Pick<MigrationScope, "steps" | "downSteps" | "migration">,
  found: readonly Difference[],
): { readonly how: "extension"; readonly at: Place } | undefined {
  const dropping = downSteps.find(
    (step) => dropsExtension(step) && found.every((one) => one.change === "missing" && goesWith(step, one)),
  );
  if (dropping === undefined) return undefined;
  const making = steps.find(({ operation }) => operation.kind === "createExtension");
  // Where the tool makes the rollback, its calls stand for it.
  const { script, operation } = (down?.code?.automatic === true ? making : undefined) ?? dropping;
  return { how: "extension", at: { path: script.path, span: operation.head } };
}

const dropsExtension = ({ operation: op }: Step): boolean =>
  op.kind === "dropObject" && op.object === "extension" && op.cascade;

function goesWith({ before, after }: Step, { table }: Difference): boolean {
  if (table === undefined) return false;
  const columns = (schema: typeof before, key: Key): number => {
    const relation = schema.relation(key);
    return relation.is === "present" ? relation.value.columns.length : 0;
  };
  return columns(after, table) < columns(before, table);
}
