/** A column under a new name, beside the old one until no release uses that. */
import type { Step } from "../replay/step.ts";
import { instead, type Advice } from "./advice.ts";
import { inBatchesOf } from "./batches.ts";
import { firedTriggers } from "./changed-types.ts";
import { dropTrigger, isBound, oldRows, storedType, trigger } from "./columns.ts";
import { renamedInCode } from "./declared.ts";
import { movedIndexes } from "./indexes-of-columns.ts";
import { commentOf, notNullBlock, quote, together } from "./words.ts";

/**
 * Expand and contract: both names side by side while both versions of the application run. Undefined where the column is
 * more than a value: a key, a check, a generated one.
 */
export function renameByNewColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "renameColumn") return undefined;
  const relation = step.before.relation(operation.table);
  if (relation.is === "present" && relation.value.kind !== "table") return undefined;
  const table = operation.table.text;
  const [from, to] = [quote(operation.column.text), quote(operation.to.text)];
  const found = step.before.column(operation.table, operation.column.text);
  const old = found.is === "present" ? found.value : undefined;
  if (isBound(step, operation.table, operation.column.text)) return undefined;
  const type = old?.type === undefined ? "<type>" : storedType(old.type);
  const collation = old?.collation === undefined ? "" : ` COLLATE ${quote(old.collation)}`;
  // A default before would hide what the running application writes under the old name.
  const usual = old?.hasDefault === "yes" ? (old.default?.text ?? "<expression>") : undefined;
  const synced = trigger(step, operation.table, operation.column.text, bothWays(from, to));
  const indexes = movedIndexes(step, operation.table, operation.column.text, operation.to.text);
  const unsynced = dropTrigger(operation.table, operation.column.text);
  // It fills the old column at once: a plan rather says that it can't be undone.
  const back =
    old?.type === undefined || step.script.code === undefined
      ? undefined
      : [
          `ALTER TABLE ${table} ADD COLUMN ${from} ${type}${collation};`,
          `UPDATE ${table} SET ${from} = ${to};`,
          ...(old.notNull === "no" ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${from} SET NOT NULL;`]),
          ...(usual === undefined
            ? []
            : [
                `ALTER TABLE ${table} ALTER COLUMN ${to} DROP DEFAULT;`,
                `ALTER TABLE ${table} ALTER COLUMN ${from} SET DEFAULT ${usual};`,
              ]),
          ...synced,
        ];
  return instead(
    renamedInCode(step, operation.column),
    { heading: [], undo: [...unsynced, `ALTER TABLE ${table} DROP COLUMN ${to};`] },
    `ALTER TABLE ${table} ADD COLUMN ${to} ${type}${collation};`,
    (old && commentOf(old, table, to)) ?? "",
    ...synced,
    firedTriggers(step, operation.table, operation.to.text),
    inBatchesOf(
      step,
      {
        table: operation.table,
        statement: `UPDATE ${table} SET ${to} = ${from}`,
        undone: `${to} IS DISTINCT FROM ${from}`,
        shrinks: true,
      },
      oldRows,
    ),
    ...indexes.built,
    ...(old?.notNull === "yes" ? notNullBlock(table, operation.table.name, operation.to.text) : []),
    together(
      step,
      `deploy the version that uses only ${to}; then, in one transaction:`,
      [
        ...unsynced,
        ...(usual === undefined ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${to} SET DEFAULT ${usual};`]),
        `ALTER TABLE ${table} DROP COLUMN ${from};`,
        ...indexes.renamed,
      ],
      { deploy: `the version that uses only ${table}.${to}`, undo: back },
    ),
  );
}

/** Keeps two columns equal, whichever of them is written. */
const bothWays = (from: string, to: string): string =>
  [
    "IF TG_OP = 'INSERT' THEN",
    `IF NEW.${to} IS NULL THEN NEW.${to} := NEW.${from}; ELSE NEW.${from} := NEW.${to}; END IF;`,
    `ELSIF NEW.${to} IS DISTINCT FROM OLD.${to} THEN NEW.${from} := NEW.${to};`,
    `ELSE NEW.${to} := NEW.${from}; END IF;`,
  ].join(" ");
