/** What each statement of a file does to the server: for an editor that shows it beside the text. */
import { blocks, combine, lockModes, type Blocks, type Effects, type LockMode } from "./effects/effects.ts";
import { describe } from "./effects/describe.ts";
import { inText } from "./lint/code-places.ts";
import type { Script } from "./project/migration.ts";
import type { Direction, MigrationScope, Step } from "./replay/step.ts";
import { indexLines } from "./text/lines.ts";
import type { Span } from "./text/span.ts";

/** Lines and columns count from 1; columns are UTF-16 code units. */
export interface StatementInfo {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly direction: Direction;
  /** Its first words: `CREATE INDEX orders_status_idx ON orders`. */
  readonly title: string;
  /** On relations that are not new in this migration, strongest first. */
  readonly locks: readonly {
    readonly relation: string;
    readonly mode: LockMode;
    readonly blocks: Blocks;
  }[];
  /** Tables that are written anew, and those that are read wholly. */
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  /** In words: `takes SHARE on orders, scans orders, builds orders_status_idx`. */
  readonly summary: string;
  /** The transaction it runs in, as far as the runner is known. */
  readonly transaction: "block" | "implicit" | "pipeline" | "none" | "unknown";
}

/** The statements of one file in the order of the text. */
export function statementsIn(scope: MigrationScope, file: string): readonly StatementInfo[] {
  const { up, down } = scope.migration;
  return [
    ...statementsOf(scope.steps, up, "up", file),
    ...(down === undefined ? [] : statementsOf(scope.downSteps, down, "down", file)),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
}

function statementsOf(
  steps: readonly Step[],
  script: Script,
  direction: Direction,
  file: string,
): readonly StatementInfo[] {
  const places = inText(script, file);
  if (places === undefined) return [];
  const lines = indexLines(places.text);
  const groups = new Map<Step["statement"], Step[]>();
  for (const step of steps) {
    // What a called function does belongs to the statement that calls it, which stands here.
    const group = groups.get(step.statement);
    if (group) group.push(step);
    else groups.set(step.statement, [step]);
  }
  return [...groups].flatMap(([statement, own]) => {
    const [first] = own;
    const span = first?.script === script ? places.place(statement.span) : undefined;
    if (first === undefined || span === undefined) return [];
    const start = lines.position(span.start);
    const end = lines.position(span.end);
    // MySQL plans a statement as a whole: each of its operations tells the cost of all.
    const planned = own.find((step) => step.effects.online !== undefined)?.effects;
    const effects = planned ?? combine(own.map((step) => step.effects));
    return [
      {
        file,
        line: start.line,
        column: start.column,
        endLine: end.line,
        endColumn: end.column,
        direction,
        title: titleOf(script.text, statement.span),
        ...shown(effects, first),
        transaction: first.transaction.kind,
      },
    ];
  });
}

function shown(
  effects: Effects,
  { show }: Step,
): Pick<StatementInfo, "locks" | "rewrites" | "scans" | "summary"> {
  return {
    locks: effects.locks
      .map(({ relation, mode }) => ({ relation: show(relation), mode, blocks: blocks(mode) }))
      .sort((a, b) => lockModes.indexOf(b.mode) - lockModes.indexOf(a.mode)),
    rewrites: effects.rewrites.map((key) => show(key)),
    scans: effects.scans.map((key) => show(key)),
    summary: describe(effects),
  };
}

const longestTitle = 60;

/** Up to the first parenthesis or semicolon, on one line. */
function titleOf(text: string, { start, end }: Span): string {
  const words = text
    .slice(start, Math.min(end, start + 4 * longestTitle))
    .split(/[(;]/, 1)
    .join("")
    .trim()
    .split(/\s+/)
    .join(" ");
  return words.length > longestTitle ? `${words.slice(0, longestTitle - 1)}…` : words;
}
