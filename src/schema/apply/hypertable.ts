/** Tables that TimescaleDB divides into chunks by time. */
import { nameInText } from "../../model/names.ts";
import type { CallFunction, StorageParameter } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";

/** `SELECT create_hypertable('events', 'ts')`: the first argument is the table, whose rows may be there already. */
export function callFunction(draft: Draft, { function: called, literals }: CallFunction): void {
  const table = literals?.[0];
  if (called.name !== "create_hypertable" || table === undefined) return;
  draft.change(draft.resolve(nameInText(table)), (old) => ({ ...old, hypertable: true }));
}

/** `CREATE TABLE … WITH (tsdb.hypertable)`, of TimescaleDB 2.20 and later. */
export const isHypertable = (options: readonly StorageParameter[] | undefined): boolean =>
  options?.some(({ name }) => /^(?:tsdb|timescaledb)\.hypertable$/.test(name)) === true;
