import type { Step } from "../../replay/step.ts";
import { inBatchesOf } from "./batches.ts";
import { heading, quote, textOf } from "./words.ts";

/** Say so first, drop a release later. */
export function deprecateTable(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "dropTable") return undefined;
  const table = operation.table.text;
  const keys = step.before.relation(operation.table);
  const foreignKeys =
    keys.is === "present"
      ? keys.value.constraints.filter((constraint) => constraint.kind === "foreign key")
      : [];
  return [
    `COMMENT ON TABLE ${table} IS 'deprecated: not used since …';`,
    heading("deploy the version that no longer uses it; then, in later migrations:"),
    ...foreignKeys.map(({ name }) => `ALTER TABLE ${table} DROP CONSTRAINT ${quote(name)};`),
    `DROP TABLE ${table};`,
  ].join("\n");
}

/** The old name stays as a view, made in the same transaction. */
export function renameWithView(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "renameTable") return undefined;
  const { text } = operation.table;
  const to = quote(operation.to.text);
  return [
    heading("in one transaction:"),
    `ALTER TABLE ${text} RENAME TO ${to};`,
    `CREATE VIEW ${text} AS SELECT * FROM ${to};`,
    heading("deploy the version that uses the new name; then, in a later migration:"),
    `DROP VIEW ${text};`,
  ].join("\n");
}

/** The same change in batches that commit one by one. */
export function inBatches(step: Step): string | undefined {
  const { operation } = step;
  switch (operation.kind) {
    case "updateRows":
    case "deleteRows": {
      const { where, table } = operation;
      const head = step.script.text
        .slice(operation.span.start, where?.span.start ?? operation.span.end)
        .trim();
      const verb = head
        .replaceAll(/\s+/g, " ")
        .replace(/ where$/i, "")
        .replace(/ returning .*$/i, "");
      const undone =
        where === undefined || where.trivial
          ? undefined
          : `(${textOf(step, where.span).replaceAll(/\s+/g, " ")})`;
      return [
        heading("in a migration of its own, outside of a transaction"),
        inBatchesOf(step, { table, statement: verb, undone, shrinks: operation.kind === "deleteRows" }),
      ].join("\n");
    }
    default:
      return undefined;
  }
}

/** A bounded wait instead of a queue of the application behind it. */
export function withLockTimeout(step: Step): string {
  const inTransaction = step.transaction.kind === "block" || step.transaction.kind === "implicit";
  return [
    heading("before it; or, if the connection sets it already, lockTimeout in the configuration"),
    `${inTransaction ? "SET LOCAL" : "SET"} lock_timeout = '2s';`,
  ].join("\n");
}
