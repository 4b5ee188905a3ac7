/** Everything that can be asked before migrations run. */
import type { DialectName } from "../../model/dialect.ts";
import type { MigrationScope } from "../../replay/step.ts";
import type { Schema } from "../../schema/schema.ts";
import { Batch } from "./batch.ts";
import type { Check, Checks } from "./check.ts";
import { Objects } from "./objects.ts";
import { rowChecks } from "./rows.ts";
import { serverChecks } from "./server.ts";
import { valueChecks } from "./values.ts";

export type { Check, CheckKind, Checks, Unchecked } from "./check.ts";

export interface CheckedHistory {
  readonly dialect: DialectName;
  /** Of the server, as the project states it. */
  readonly serverVersion?: string | undefined;
}

/**
 * `base`: the schema before the first of the migrations; `versions`: what asks whether their numbers are free.
 */
export function checksOf(
  scopes: readonly MigrationScope[],
  base: Schema,
  { dialect, serverVersion }: CheckedHistory,
  versions: readonly Check[],
): Checks {
  const batch = new Batch(scopes, base);
  const objects = new Objects(batch);
  const rows: Check[] = [];
  const rewritten = new Map<string, NonNullable<ReturnType<Batch["table"]>>>();
  for (const step of batch.steps()) {
    objects.add(step);
    rows.push(...rowChecks(batch, step), ...valueChecks(batch, step));
    const { online, rewrites, builds } = step.effects;
    const copied = online !== undefined && (online.rebuild || online.rowsCopied) ? [online.table] : [];
    for (const key of [...rewrites, ...builds.map(({ table }) => table), ...copied]) {
      const table = batch.table(step, key);
      if (table !== undefined) rewritten.set(table.name, table);
    }
  }
  const server = serverChecks({
    dialect,
    family: base.family,
    version: serverVersion,
    rewritten: [...rewritten.values()],
  });
  if (server.every(({ kind }) => kind !== "replication"))
    batch.unchecked.push({
      what: "how far each replica is behind",
      why: "only the replica knows it: run SHOW REPLICA STATUS there",
    });
  const all = [...server, ...versions, ...objects.checks(), ...rows];
  return {
    checks: onceEach(all, ({ sql }) => sql),
    unchecked: onceEach(batch.unchecked, ({ what }) => what),
  };
}

const onceEach = <T>(all: readonly T[], keyOf: (one: T) => string): readonly T[] => [
  ...new Map(all.map((one) => [keyOf(one), one])).values(),
];
