/**
 * MySQL: each ALTER that adds or drops columns instantly leaves the rows as they are and keeps a version of the table
 * more. Their number is limited, and a rebuild begins anew (manual, "Online DDL Operations", "Column Operations").
 */
import type { Key } from "../../../model/names.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { serverIs } from "./server.ts";

/** How many each table has. */
export type RowVersions = ReadonlyMap<Key, number>;

export interface UsedVersions {
  readonly table: Key;
  /** This statement's own included. */
  readonly used: number;
  readonly most: number;
}

export const noRowVersions: RowVersions = new Map();

export function rowVersionsAfter(start: RowVersions, steps: readonly Step[]): RowVersions {
  let counts: Map<Key, number> | undefined;
  const now = (): RowVersions => counts ?? start;
  const put = (table: Key, count: number): void => {
    counts ??= new Map(start);
    counts.set(table, count);
  };
  for (const {
    operation,
    statement,
    before,
    effects: { online },
  } of steps) {
    if (online === undefined || operation !== statement.operations[0]) continue;
    const count = now().get(online.table) ?? 0;
    if (online.rowVersion) put(online.table, count + 1);
    else if ((online.rebuild || online.rowsCopied) && count > 0) put(online.table, 0);
    if (operation.kind !== "renameTable" || count === 0) continue;
    put(online.table, 0);
    put(before.resolve({ ...operation.table, schema: operation.toSchema, name: operation.to.text }), count);
  }
  return now();
}

/** See `MysqlQuestions.usedVersions`. */
export function usedVersions(step: Step, start: RowVersions, facts: ReplayFacts): UsedVersions | undefined {
  const { online } = step.effects;
  if (online?.rowVersion !== true || step.operation !== step.statement.operations[0]) return undefined;
  const { table } = online;
  const used = (rowVersionsAfter(start, step.earlier()).get(table) ?? 0) + 1;
  return { table, used, most: serverIs(step, facts, "mysql", "9.1") ? 255 : 64 };
}
