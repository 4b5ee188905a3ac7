/** Histories that keep their own books: each script writes a row about itself into a table of migrations. */
import type { Key } from "../../../model/names.ts";
import type { History, Migration } from "../../../project/migration.ts";
import { stripZeros } from "../../../project/version.ts";
import type { MigrationScope, Place, Step } from "../../step.ts";
import { tokenizers } from "../tokens.ts";

const usual =
  /^_?(?:(?:schema|db|database|app|applied|sql)_)?(?:migrations?|versions?|schema_history)(?:_(?:history|log|info))?$/;

const ownName = (key: Key): string => key.slice(key.indexOf(".") + 1);

/** A table that the SQL of a hand-made history itself writes its migrations into. */
export function trackingTableOf(history: History, steps: readonly Step[]): Key | undefined {
  if (!history.handMade) return undefined;
  for (const { operation, before } of steps) {
    if (operation.kind !== "insertRows") continue;
    const key = before.resolve(operation.table);
    const name = ownName(key);
    if (name !== "versions" && name !== "version" && usual.test(name)) return key;
  }
  return undefined;
}

export interface TrackingFault {
  readonly fault: "not inserted" | "inserts another" | "not deleted" | "deletes another";
  readonly table: string;
  readonly at: Place;
  /** The migration that is named instead. */
  readonly other?: string | undefined;
}

/** What is wrong with the row; `table` is the one that earlier migrations, or this one, write to. */
export function trackingFaults(scope: MigrationScope, table: Key): readonly TrackingFault[] {
  const { migration, history, steps, downSteps } = scope;
  if (migration.kind !== "versioned" || migration.unread === true || migration.up.empty) return [];
  const shown = table.replace(/^public\./, "");
  const writes = (all: readonly Step[], kind: "insertRows" | "deleteRows"): readonly Step[] =>
    all.filter(
      ({ operation, before }) => operation.kind === kind && before.resolve(operation.table) === table,
    );
  const judge = (
    found: readonly Step[],
    script: Migration["up"],
    missing: TrackingFault["fault"],
    wrong: TrackingFault["fault"],
  ): readonly TrackingFault[] => {
    if (found.length === 0) return [{ fault: missing, table: shown, at: scope.startOf(script) }];
    const named = found.map((step) => namedIn(step, history, migration));
    if (named.some((one) => one === "own" || one === "unknown")) return [];
    const at = { path: script.path, span: found[0]?.operation.head ?? script.part };
    return [{ fault: wrong, table: shown, at, other: named[0] }];
  };
  const faults = [...judge(writes(steps, "insertRows"), migration.up, "not inserted", "inserts another")];
  const { down } = migration;
  const dropped = downSteps.some(
    ({ operation, before }) => operation.kind === "dropTable" && before.resolve(operation.table) === table,
  );
  if (down !== undefined && !down.empty && downSteps.length > 0 && !dropped)
    faults.push(...judge(writes(downSteps, "deleteRows"), down, "not deleted", "deletes another"));
  return faults;
}

/** `own`; the name of another migration; or `unknown`: no literal says which. */
function namedIn({ statement: { span }, script, operation }: Step, history: History, own: Migration): string {
  const computed = operation.kind === "insertRows" && operation.query.relations.length > 0;
  if (computed || operation.called === true) return "unknown";
  const literals = tokenizers[history.dialect](
    script.text,
    span.start,
    Math.min(span.end, span.start + 20_000),
  ).flatMap(({ kind, value }) => (kind === "string" || kind === "number" ? [value] : []));
  const names = (migration: Migration): boolean =>
    literals.some((literal) => {
      const bare = literal.replace(/^.*\//s, "").replace(/\.sql$/i, "");
      const { version, name, description } = migration;
      return (
        bare === name ||
        bare === description ||
        (version !== undefined &&
          (bare === version || (/^\d+$/.test(bare) && stripZeros(bare) === stripZeros(version))))
      );
    });
  if (names(own)) return "own";
  return history.migrations.find(names)?.name ?? "unknown";
}
