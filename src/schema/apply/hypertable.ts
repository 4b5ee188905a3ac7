/** Tables that TimescaleDB divides into chunks by time. */
import { nameInText } from "../../model/names.ts";
import type { CallFunction, StorageParameter } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import { setEmptied } from "./named.ts";

/** `migrate_data`, by its place in the old interface. */
const migrates = 10;

/** `SELECT create_hypertable('events', 'ts')`: the first argument is the table, whose rows may be there already. */
export function callFunction(draft: Draft, op: CallFunction): void {
  const { function: called, literals, named } = op;
  const text = literals?.[0];
  if (called.name !== "create_hypertable" || text === undefined) return;
  const table = nameInText(text);
  const key = draft.resolve(table);
  // Without `migrate_data`, it refuses a table with rows; `if_not_exists` skips one that is a hypertable already.
  const old = draft.relation(key);
  const isNew =
    old?.hypertable !== true && (old?.complete === true || named?.includes("if_not_exists") === false);
  const refusesRows = named?.includes("migrate_data") === false && (literals?.length ?? 0) <= migrates;
  if (isNew && refusesRows) setEmptied(draft, table, "required", op);
  draft.change(key, (one) => ({ ...one, hypertable: true }));
}

/** `CREATE TABLE … WITH (tsdb.hypertable)`, of TimescaleDB 2.20 and later. */
export const isHypertable = (options: readonly StorageParameter[] | undefined): boolean =>
  options?.some(({ name }) => /^(?:tsdb|timescaledb)\.hypertable$/.test(name)) === true;
