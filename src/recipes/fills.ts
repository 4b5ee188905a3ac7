import { tableOf } from "../model/kinds.ts";
import type { Step } from "../replay/step.ts";
import { isKeyAlone, keyColumns } from "../schema/index-definition.ts";
import { ownValuesWhere } from "./alike.ts";
import { beside, heading, instead, inWords, type Advice } from "./advice.ts";
import { inBatchesOf } from "./batches.ts";
import { firedTriggers } from "./changed-types.ts";
import { literal, notNullBlock, quote } from "./words.ts";

/** A value for every old row, in batches, before NOT NULL. */
export function fillThenNotNull(step: Step): Advice | string | undefined {
  const { operation, values, createdHere } = step;
  if (operation.kind !== "setNotNull" && operation.kind !== "addNotNull") return undefined;
  const { table } = operation;
  if (createdHere(table) === "yes" && values.writtenWithout(table, operation.column.text) !== undefined)
    return "Write a value in the INSERT, or fill the column with an UPDATE before this statement.";
  const column = quote(operation.column.text);
  return instead(
    // Rows that the running version writes meanwhile have none, either.
    {
      heading: [],
      after: "deploy",
      deploy: `the version that gives ${step.show(table, operation.column.text)} a value in every row`,
    },
    ...(step.before.indexesOn(table).some((index) => isKeyAlone(index, operation.column.text))
      ? ownValuesWhere(step, table, column, `${column} IS NULL`)
      : [
          firedTriggers(step, table, operation.column.text, { synced: false }),
          inBatchesOf(
            step,
            {
              table,
              statement: `UPDATE ${table.text} SET ${column} = <value>`,
              undone: `${column} IS NULL`,
              shrinks: true,
            },
            "first fill the old rows:",
          ),
        ]),
    notNullBlock(table.text, table.name, operation.column.text),
  );
}

/** The INSERT with the columns of the table written out. */
export function withColumns(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "insertRows") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const columns = found.value.columns.map(({ name }) => quote(name)).join(", ");
  return withListOf(step) ?? instead(`INSERT INTO ${operation.table.text} (${columns}) <values or query>;`);
}

const longestRows = 400;

/** The statement as it is, with the list in it; undefined: which columns it fills isn't known, or it has many rows. */
export function withListOf(step: Step): Advice | undefined {
  const edit = step.edits.withColumnList();
  const { span } = step.statement;
  if (edit === undefined || span.end - span.start > longestRows) return undefined;
  const { text } = step.script;
  return instead(
    `${text.slice(span.start, edit.span.start)}${edit.text}${text.slice(edit.span.end, span.end).trimEnd()};`,
  );
}

/** Sets the sequence to continue after the highest existing key. */
export function advanceSequence(step: Step): Advice | undefined {
  const { operation } = step;
  const key = step.values.explicitKey();
  const table = tableOf(operation);
  if (key === undefined || table === undefined) return undefined;
  const { text } = table;
  const found = step.before.column(table, key);
  // A sequence that isn't the column's own isn't found by its name.
  if (found.is !== "present" || !(found.value.serial || found.value.identity !== undefined)) return undefined;
  return beside(
    heading("after it, in the same migration:", { after: "statement" }),
    `SELECT setval(pg_get_serial_sequence(${literal(text)}, ${literal(key)}), (SELECT max(${quote(key)}) FROM ${text}));`,
  );
}

/** INSERT … ON CONFLICT on the key that the row has. */
export function onConflict(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "insertRows") return undefined;
  const written = operation.columns.map(({ text }) => text);
  const key = before
    .indexesOn(operation.table)
    .map(keyColumns)
    .find((columns) => columns?.every((one) => written.includes(one)));
  if (key === undefined) return undefined;
  return [inWords(`end the INSERT with: ON CONFLICT (${key.map(quote).join(", ")}) DO NOTHING`)];
}
