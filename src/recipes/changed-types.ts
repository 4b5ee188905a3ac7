/** Changes of a column's type that aren't a matter of this column alone. */
import type { QualifiedName } from "../model/names.ts";
import type { OperationOf } from "../model/operation.ts";
import { areEnums, throughText } from "../replay/questions/values/through-text.ts";
import type { Place, Step } from "../replay/step.ts";
import type { UserType } from "../schema/model.ts";
import { heading, inWords, type Advice, type Heading, type RecipeStep } from "./advice.ts";
import { literal, quote } from "./words.ts";

type ChangeType = OperationOf<"changeColumnType">;

/**
 * `TYPE status_new USING (status::text::status_new)`, after which the new type gets the old one's name, or the old one is
 * dropped: one exchange of several statements. Undefined: the column changes from no enum type to another one.
 */
export function enumExchange(step: Step, operation: ChangeType): Advice | undefined {
  const types = throughText(step) ?? typesOf(step, operation);
  if (types === undefined) return undefined;
  const [old, made] = types;
  const isOld = (name: QualifiedName | undefined): boolean => name?.name === old.name;
  const isExchanged =
    step.neighbours("later", "renameObject").some(({ operation: other }) => other.object === "type") ||
    step.neighbours("earlier", "renameObject").some(({ operation: other }) => other.object === "type") ||
    (["earlier", "later"] as const).some((side) =>
      step.neighbours(side, "dropType").some(({ operation: other }) => isOld(other.type)),
    );
  if (!isExchanged) return undefined;
  const [had, has] = [old, made].map(({ labels }) => labels.map(({ label }) => label));
  const added = has?.filter((label) => had?.includes(label) !== true) ?? [];
  const removed = had?.filter((label) => has?.includes(label) !== true) ?? [];
  const kept = keptName(step, old.name);
  const name = quote(kept);
  const isRenamed = kept !== finalName(step, made.name);
  const model = isRenamed ? "; state this name of the type in the application's model" : "";
  const adds = added
    .map(
      (label) => `\`ALTER TYPE ${name} ADD VALUE ${literal(label)}${placeOf(label, had ?? [], has ?? [])}\``,
    )
    .join(", ");
  const same =
    had?.join("\n") === has?.join("\n")
      ? `${name} has the same values`
      : `the order of the values of ${name} is all that changes`;
  if (removed.length === 0)
    return [
      inWords(
        added.length === 0
          ? `leave the type as it is: ${same}${model}`
          : `${adds}, in a migration before the one that uses ${added.length === 1 ? "it" : "them"}, takes the place of the whole exchange: the new type, each change of a column, the RENAMEs and DROP TYPE${model}`,
      ),
    ];
  const rest = `leave ${removed.map(literal).join(", ")} in ${name}: a value that no row holds costs nothing${adds === "" ? "" : `, and new values are added by ${adds}, in a migration before the one that writes them`}`;
  return [
    inWords(
      `${rest}${model}. To be rid of it, take the exchange apart: the new type and a new column of it first, kept equal and filled, then the columns' names swapped, and the old column and type dropped in a later migration`,
    ),
  ];
}

/** Where a new value stands among the others; without a word the server puts it behind them. */
function placeOf(label: string, had: readonly string[], has: readonly string[]): string {
  const at = has.indexOf(label);
  const next = has.slice(at + 1).find((other) => had.includes(other));
  const last = has[at - 1];
  if (next === undefined) return "";
  return last === undefined ? ` BEFORE ${literal(next)}` : ` AFTER ${literal(last)}`;
}

/** The old and the new enum type of a statement. */
function typesOf({ before, isHere }: Step, operation: ChangeType): readonly [UserType, UserType] | undefined {
  const column = before.column(operation.table, operation.column.text);
  const type = column.is === "present" ? column.value.type : undefined;
  const [old, made] = [type && before.type(type), before.type(operation.type)];
  if (old?.is !== "present" || made.is !== "present" || !isHere(made.value.origin)) return undefined;
  return areEnums(old.value, made.value) ? [old.value, made.value] : undefined;
}

/** The migration also gives the column another name: functions that keep two columns equal would look for the old one. */
export const isRenamedToo = (step: Step, table: QualifiedName, column: string): boolean =>
  step
    .neighbours("later", "renameColumn")
    .some(
      ({ operation, before }) =>
        before.resolve(operation.table) === step.before.resolve(table) && operation.column.text === column,
    );

/** Likewise of its table. */
export const isMovedToo = (step: Step, table: QualifiedName): boolean =>
  step
    .neighbours("later", "renameTable", "setTableSchema")
    .some(({ operation, before }) => before.resolve(operation.table) === step.before.resolve(table));

/** Likewise of a RENAME: the type of the column is changed before it, or under its new name, which rewrites the table. */
export const isRetypedToo = (step: Step, table: QualifiedName, column: string, to: string): boolean =>
  (["earlier", "later"] as const).some((side) =>
    step
      .neighbours(side, "changeColumnType")
      .some(
        ({ operation, before, effects }) =>
          effects.rewrites.length > 0 &&
          before.resolve(operation.table) === step.before.resolve(table) &&
          operation.column.text === (side === "earlier" ? column : to),
      ),
  );

/** The other way round: the RENAME of the same migration, whose new column has the new type as well. */
export function renamedWith(step: Step): Step<"renameColumn"> | undefined {
  const { operation, before, effects, neighbours } = step;
  if (operation.kind !== "changeColumnType" || effects.rewrites.length === 0) return undefined;
  const own = before.resolve(operation.table);
  const found = (["earlier", "later"] as const)
    .flatMap((side) =>
      neighbours(side, "renameColumn").filter(
        ({ operation: { table, column, to }, before: then }) =>
          then.resolve(table) === own && (side === "earlier" ? to : column).text === operation.column.text,
      ),
    )
    .at(0);
  // Neither an exchange of two columns nor a change of letter case has such a column.
  const isAlone = found !== undefined && !found.dependents.replaced() && !found.names.keepsName();
  return isAlone ? found : undefined;
}

/** Of a change of the type: the RENAME that is reported with the advice for both. */
export function renameBeside(step: Step): { readonly rule: "rename-column"; readonly at: Place } | undefined {
  const found = renamedWith(step);
  return found && { rule: "rename-column", at: { path: found.script.path, span: found.statement.span } };
}

/** Where a column gets another name and another type. Both versions leave out the column that they don't know. */
export function oneForBoth(
  { before, spell }: Step,
  table: QualifiedName,
  old: string,
  next: string,
): RecipeStep {
  const found = before.column(table, old);
  const [from, to] = [spell(old), spell(next)];
  const required = found.is === "present" && found.value.notNull === "yes" ? `, make ${to} NOT NULL` : "";
  return inWords(
    `One new column does for both changes: add ${to} with the new type, and a trigger that converts both ways between ${from} and ${to}. Fill the old rows in batches${required}, deploy the version that uses it, and drop ${from} in a later migration, behind the trigger.`,
  );
}

/** What the old type is called before the exchange. */
const keptName = (step: Step, old: string): string =>
  step
    .neighbours("earlier", "renameObject")
    .find(({ operation: { object, to } }) => object === "type" && to.text === old)?.operation.name?.name ??
  old;

/** What the new type is called once it is done. */
const finalName = (step: Step, made: string): string =>
  step
    .neighbours("later", "renameObject")
    .find(({ operation: { object, name } }) => object === "type" && name?.name === made)?.operation.to.text ??
  made;

/** The triggers of a table that filling a column row by row fires. `synced`: a new trigger fills it, too. */
export function firedTriggers(
  { before, spell }: Step,
  table: QualifiedName,
  column: string,
  { synced = true } = {},
): readonly Heading[] {
  const found = before.relation(table);
  if (found.is !== "present") return [];
  const fired = found.value.triggers.filter(
    ({ events, updateOf }) =>
      events.includes("update") && (updateOf.length === 0 || updateOf.includes(column)),
  );
  if (fired.length === 0) return [];
  const names = fired.map(({ name }) => spell(name)).join(", ");
  const last =
    synced && fired.some(({ timing }) => timing === "before")
      ? "; BEFORE triggers fire in the order of their names, and the new one has to be the last"
      : "";
  return [heading(`filling the old rows fires ${names} for each row${last}`)];
}

/** Between `timestamp` and `timestamptz`, by the time zone that the migration has set: other sessions have another one. */
export function inZone(step: Step, { table, column, type, using }: ChangeType): string | undefined {
  const zone = step.setting("timezone");
  const found = step.before.column(table, column.text);
  const from = found.is === "present" ? found.value.type?.name : undefined;
  const isOfZone = [from, type.name].sort().join() === "timestamp,timestamptz";
  return isOfZone && using === undefined && zone !== undefined ? ` AT TIME ZONE ${literal(zone)}` : undefined;
}
