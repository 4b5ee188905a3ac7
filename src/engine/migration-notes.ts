/** What a migration adds to the totals of a run, whether it is reported on or not. */
import { isCodeOnly } from "../model/dialect.ts";
import { enumsOfWayBack, madeNames, type MadeName } from "../replay/made-names.ts";
import { changesReading } from "../replay/reading.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { dataKind, dynamicKind, refusedKind, type Statement } from "../sql/front-end.ts";
import type { Span } from "../text/span.ts";

/** Plain data. */
export interface MigrationNotes {
  readonly statements: number;
  /** The kind of each statement that nothing is known of. */
  readonly unknown: readonly string[];
  /** Where the first of them stands: `a.sql:3`. */
  readonly first: string | undefined;
  /** Where those of them stand that its up script has. */
  readonly inUp: readonly Span[];
  /** What stands for a template's placeholder, with the placeholder as written. */
  readonly placeholders: readonly (readonly [string, string])[];
  /** For findings that ask what comes later. */
  readonly made: readonly MadeName[];
}

export function notesOf({ migration, steps, downSteps, parsed, dialect }: ReplayedMigration): MigrationNotes {
  const built = isCodeOnly[dialect.name] ? "calls that code puts together" : "SQL that code builds";
  const unread = new Set<Statement>();
  const unknown: string[] = [];
  const inUp: Span[] = [];
  let first: string | undefined;
  for (const { operation, statement, script } of steps) {
    const count = (kind: string): void => {
      unknown.push(kind);
      if (script === migration.up) inUp.push(statement.span);
      first ??= lineOf(script.path, script.code === undefined ? script.text : undefined, statement.span);
    };
    if (operation.kind === "unknown") {
      unread.add(statement);
      count(statement.kind);
    } else if (statement.kind === refusedKind) continue;
    else if (statement.kind === dynamicKind) count(built);
    else if (statement.kind === dataKind) count("code that changes rows");
    else if (operation.kind === "executeDynamic") {
      if (!unread.has(statement)) count("SQL that is built when it runs");
      unread.add(statement);
    } else if (changesReading(operation)) count(`what follows ${statement.kind}`);
  }
  const placeholders = [parsed.up, parsed.down].flatMap((text) => [...(text?.placeholders ?? [])]);
  const made = [...steps.flatMap((step) => madeNames(step)), ...enumsOfWayBack(downSteps)];
  return { statements: parsed.up?.statements.length ?? 0, unknown, first, inUp, placeholders, made };
}

/** `a.sql:3`; only the file where the line isn't that of the text. */
const lineOf = (file: string, text: string | undefined, { start }: Span): string =>
  text === undefined ? file : `${file}:${text.slice(0, start).split("\n").length}`;
