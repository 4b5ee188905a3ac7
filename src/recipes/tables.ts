import type { QualifiedName } from "../model/names.ts";
import type { MigrationScope, Step } from "../replay/step.ts";
import type { Origin } from "../schema/model.ts";
import { inBatchesOf } from "./batches.ts";
import { heading, mayBeEscaped, quote, textOf } from "./words.ts";

/** What is dropped fewer than `least` migrations after its deprecation: what to say of that; undefined: it isn't. */
export function tooEarly(
  deprecation: Origin | undefined,
  { migration: { index } }: Pick<MigrationScope, "migration">,
  least: number,
) {
  if (deprecation === undefined || index - deprecation.migration >= least) return undefined;
  const migrations = (count: number): string => `${count} ${count === 1 ? "migration" : "migrations"}`;
  const { path, span } = deprecation;
  return {
    data: { since: migrations(index - deprecation.migration), least },
    instead: `drop it in a later migration, ${migrations(least)} or more after the one that deprecates it`,
    related: [{ at: { path, span }, message: "it is deprecated here" }],
  };
}

/** Marks it as deprecated first, and drops it a release later. */
export function deprecateTable(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "dropTable") return undefined;
  const table = operation.table.text;
  const keys = step.before.relation(operation.table);
  const foreignKeys =
    keys.is === "present"
      ? keys.value.constraints.filter((constraint) => constraint.kind === "foreign key")
      : [];
  const users = step.dependents.ofDropped().filter(({ onDrop }) => onDrop === "refuses");
  return [
    `COMMENT ON TABLE ${table} IS 'deprecated: no longer used';`,
    heading("deploy the version that no longer uses it; then, in later migrations:"),
    ...(users.length === 0 ? [] : [heading(`first drop ${users.map(({ text }) => text).join(", ")}`)]),
    ...foreignKeys.map(({ name }) => `ALTER TABLE ${table} DROP CONSTRAINT ${quote(name)};`),
    `DROP TABLE ${table};`,
  ].join("\n");
}

/** The old name stays as a view, made in the same transaction. */
export function renameWithView(step: Step): string | undefined {
  const { operation } = step;
  switch (operation.kind) {
    case "renameTable":
      return viewFor(operation.table, "TABLE", operation.table.schema, operation.to.text);
    case "setTableSchema":
      return viewFor(operation.table, "TABLE", operation.to.text, operation.table.name);
    case "renameView": {
      const what = operation.materialized ? "MATERIALIZED VIEW" : "VIEW";
      return viewFor(operation.view, what, operation.view.schema, operation.to.text);
    }
    default:
      return undefined;
  }
}

function viewFor(old: QualifiedName, what: string, schema: string | undefined, name: string): string {
  const moved = name === old.name;
  const to = (schema === undefined ? "" : `${quote(schema)}.`) + quote(name);
  return [
    heading("in one transaction:"),
    `ALTER ${what} ${old.text} ${moved ? `SET SCHEMA ${quote(schema ?? "<schema>")}` : `RENAME TO ${quote(name)}`};`,
    `CREATE VIEW ${old.text} AS SELECT * FROM ${to};`,
    heading("deploy the version that uses the new name; then, in a later migration:"),
    `DROP VIEW ${old.text};`,
  ].join("\n");
}

/** The same change in batches that commit one by one. */
export function inBatches(step: Step): string | undefined {
  const { operation } = step;
  switch (operation.kind) {
    case "updateRows":
    case "deleteRows": {
      if (mayBeEscaped(step)) return undefined;
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
      return inBatchesOf(step, {
        table,
        statement: verb,
        undone,
        shrinks: operation.kind === "deleteRows",
      });
    }
    default:
      return undefined;
  }
}

/** A bounded wait, instead of an application that queues behind the statement. */
export function withLockTimeout(step: Step): string {
  const { transaction, script, effects } = step;
  // Two statements of one message are a transaction, even if one alone isn't.
  const together = script.transaction.sends === "text" && effects.inTransaction;
  const inTransaction = transaction.kind === "block" || transaction.kind === "implicit" || together;
  return [
    heading(
      "before the statement; or, if the connection sets it already, state lockTimeout in the configuration",
    ),
    `${inTransaction ? "SET LOCAL" : "SET"} lock_timeout = '2s';`,
  ].join("\n");
}
