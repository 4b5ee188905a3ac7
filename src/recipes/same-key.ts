/** A second foreign key beside one that does the same, or that refers from and to the same columns. */
import type { PerFamily } from "../model/dialect.ts";
import type { Step } from "../replay/step.ts";
import type { ForeignKey } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { alsoBack } from "./named-back.ts";
import { inWords, type Advice, type RecipeStep } from "./advice.ts";

/** MySQL and MariaDB check at once in any case; on PostgreSQL, RESTRICT refuses what NO ACTION leaves to the statement's end. */
const restrictsAtOnce: PerFamily<boolean> = { postgres: false, mysql: true, mongodb: false };

/** Undefined: no other key does what the new one does. */
export function leftOutAsSame(step: Step): Advice | undefined {
  const { made, others } = alike(step) ?? {};
  if (made === undefined || others === undefined) return undefined;
  const same = others.find((one) => actionsOf(one, step) === actionsOf(made, step));
  return same && [inWords(`leave it out${alsoBack(step, made.name)}: ${same.name} is the same foreign key`)];
}

/** Words for a key from and to the same columns that does something else on delete or update: both of them hold. */
export function otherActions(step: Step): readonly RecipeStep[] {
  const [other] = alike(step)?.others ?? [];
  if (other === undefined) return [];
  const drop = `${other.name} refers from and to the same columns, and stays in force: if the new one is to replace it, drop it afterwards`;
  return [{ ...inWords(drop), after: "statement" }];
}

const actionsOf = ({ onDelete, onUpdate, onDeleteColumns, deferred }: ForeignKey, { before }: Step): string =>
  JSON.stringify([
    ...[onDelete, onUpdate].map((action = "no action") =>
      action === "restrict" && restrictsAtOnce[before.family] ? "no action" : action,
    ),
    onDeleteColumns,
    deferred,
  ]);

/** The new key, and those with its columns that the table has before and after the migration. */
function alike({
  operation,
  before,
  after,
  scope,
}: Step): { readonly made: ForeignKey; readonly others: readonly ForeignKey[] } | undefined {
  if (operation.kind !== "addForeignKey") return undefined;
  const keysIn = (schema: Schema): readonly ForeignKey[] => {
    const table = schema.relation(operation.table);
    return table.is === "present" ? table.value.constraints.filter((one) => one.kind === "foreign key") : [];
  };
  const old = keysIn(before);
  const made = keysIn(after).find(({ name }) => !old.some((one) => one.name === name));
  if (made === undefined) return undefined;
  const columnsOf = ({ columns, references, referencedColumns }: ForeignKey): string =>
    JSON.stringify([columns, references, referencedColumns]);
  const stays = ({ name }: ForeignKey): boolean => keysIn(scope.after).some((one) => one.name === name);
  return { made, others: old.filter((one) => columnsOf(one) === columnsOf(made) && stays(one)) };
}
