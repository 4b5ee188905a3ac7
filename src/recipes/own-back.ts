/** What advice for a migration in code asks of the migration's own way back. */
import type { Step } from "../replay/step.ts";
import { goneColumns, tablesDropped } from "./goes-with.ts";
import { dropsMeant } from "./nameless.ts";
import { touchedBy } from "./statement-forms.ts";
import { wayBack, type WayBack } from "./way-back.ts";

export interface OwnBack {
  /** In the order in which they run. */
  readonly statements: readonly string[];
  readonly makes: WayBack;
  /** As `touchedBy` names them. */
  readonly touched: ReadonlySet<string>;
  /** As `asWritten` writes them. */
  readonly written: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
  /** As `plain` writes them, without their schemas. */
  readonly tables: ReadonlySet<string>;
}

const known = new WeakMap<Step["scope"], OwnBack>();

/** Each way back is gone through once, whatever the number of statements that have advice. */
export function ownBackOf(scope: Step["scope"]): OwnBack {
  const found = known.get(scope);
  if (found !== undefined) return found;
  const statements = statementsOf(scope);
  const made: OwnBack = {
    statements,
    makes: wayBack(statements),
    touched: new Set(statements.flatMap(touchedBy)),
    written: new Set(statements.map(asWritten)),
    gone: goneColumns(statements),
    tables: tablesDropped(statements),
  };
  known.set(scope, made);
  return made;
}

function statementsOf(scope: Step["scope"]): readonly string[] {
  const { down } = scope.migration;
  if (down?.code === undefined) return [];
  const statements = [...new Set(scope.downSteps.map((one) => one.statement))];
  return [...dropsMeant(scope), ...statements.map(({ span }) => down.text.slice(span.start, span.end))];
}

/** The same for a statement however its names are quoted. */
export const asWritten = (sql: string): string =>
  sql
    .replace(/;\s*$/, "")
    .replaceAll(/"([a-z_][a-z0-9_]*)"/g, "$1")
    .replaceAll(/\s+/g, " ")
    .toLowerCase();
