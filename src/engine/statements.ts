/** What each statement of a file does to the server: for an editor that shows it beside the text. */
import {
  blocks,
  combine,
  combineOnline,
  costRank,
  lockModes,
  type Blocks,
  type Effects,
  type LockMode,
  type Online,
} from "../effects/effects.ts";
import { blocksOnline, describe } from "../effects/describe.ts";
import type { OnlineNote } from "../lint/finding.ts";
import type { Key } from "../model/names.ts";
import { changed } from "../model/kinds.ts";
import { inText } from "../findings/code-places.ts";
import type { Script } from "../project/migration.ts";
import type { Direction, MigrationScope, Step } from "../replay/step.ts";
import { indexLines } from "../text/lines.ts";
import type { Span } from "../text/span.ts";

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
  /** MySQL and MariaDB: what it does to tables that are not new, dearest first; then `locks` is empty. */
  readonly online: readonly (OnlineNote & { readonly blocks: Blocks })[];
  /** MySQL and MariaDB: tables whose metadata lock it needs alone, behind all transactions that use them. */
  readonly metadataLocks: readonly string[];
  /** Tables that are written anew, and those that are read wholly. */
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  /** MySQL and MariaDB: it commits the transaction around it, and itself. */
  readonly commits: boolean;
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
    // MySQL plans a statement as a whole: what each of its operations tells is the cost of all.
    const effects = combine(own.map((step) => step.effects));
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
        ...inMysql(effects, own),
        commits: effects.commits === true,
        transaction: first.transaction.kind,
      },
    ];
  });
}

function shown(effects: Effects, { show }: Step): Pick<StatementInfo, "locks" | "rewrites" | "scans"> {
  return {
    locks: effects.locks
      .map(({ relation, mode }) => ({ relation: show(relation), mode, blocks: blocks(mode) }))
      .sort((a, b) => lockModes.indexOf(b.mode) - lockModes.indexOf(a.mode)),
    rewrites: effects.rewrites.map((key) => show(key)),
    scans: effects.scans.map((key) => show(key)),
  };
}

/** What is said of MySQL and MariaDB alone, and the statement in words. */
function inMysql(
  effects: Effects,
  own: readonly Step[],
): Pick<StatementInfo, "online" | "metadataLocks" | "summary"> {
  const [first] = own;
  if (first === undefined || first.before.dialect.locksTables)
    return { online: [], metadataLocks: [], summary: describe(effects) };
  const tables = new Map<Key, Online>();
  for (const { online } of own.map((step) => step.effects)) {
    const known = online && tables.get(online.table);
    if (online !== undefined)
      tables.set(online.table, known === undefined ? online : combineOnline(known, online));
  }
  const online = [...tables.values()]
    .sort((a, b) => costRank(b) - costRank(a))
    .map(({ table, algorithm, lock, rebuild, rowsCopied }) => ({
      relation: first.show(table),
      algorithm,
      lock,
      rebuild,
      rowsCopied,
      blocks: blocksOnline({ lock }),
    }));
  const keys = new Set(own.flatMap((step) => step.locks.metadataLock() ?? []));
  const metadataLocks = [...keys].map((key) => first.show(key));
  if (effects.fails !== undefined || online.length > 0) {
    const builds = effects.builds.map((build) => ({ ...build, index: first.spell(build.index) }));
    return { online, metadataLocks, summary: describe({ ...effects, builds }, first.show) };
  }
  const summary =
    metadataLocks.length > 0
      ? `takes the metadata lock of ${metadataLocks.join(", ")}`
      : own.some((step) => changed(step.operation) === "rows" && step.effects.commits !== true)
        ? "locks the rows that it changes until its transaction ends"
        : "locks no existing table";
  return { online, metadataLocks, summary };
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
