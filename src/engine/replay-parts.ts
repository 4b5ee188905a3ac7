/** A sequence of parts, replayed and linted as migrations in place of the one that it is planned for. */
import { suppress } from "../findings/suppress.ts";
import { joined, scannedFiles } from "../findings/scanned-files.ts";
import { createSources } from "../findings/sources.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import { rulesOf, type RulesFor } from "../lint/rules-for.ts";
import { Linter } from "../lint/run.ts";
import type { Piece } from "../plan/pieces.ts";
import { partsOf, scriptOf, type Part, type Placed } from "../plan/sequence.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import type { ReplayFacts } from "../replay/replay-facts.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { ReplayState } from "../replay/state.ts";
import { replayer } from "./replayer.ts";
import type { ReplayFlow } from "./flow.ts";
import type { WrittenNames } from "./written-names.ts";

export interface Following {
  readonly history: History;
  readonly migration: Migration;
  /** Before the migration. */
  readonly state: ReplayState;
  readonly flow: ReplayFlow;
  readonly facts: ReplayFacts;
  /** The migration has BEGIN and COMMIT of its own. */
  readonly isBlock: boolean;
  readonly rulesFor: RulesFor;
  readonly asWritten: WrittenNames;
}

/** A part of the plan, replayed behind those before it. */
export interface ReplayedPart extends Part {
  readonly scope: ReplayedMigration;
  readonly findings: readonly RawFinding[];
  readonly placed: readonly Placed[];
}

/** `downs`: the rollbacks of parts, by their places. */
export function replayParts(
  following: Following,
  pieces: readonly Piece[],
  downs: readonly (string | undefined)[] = [],
): readonly ReplayedPart[] {
  const { history, migration, state: first, flow, facts, isBlock, rulesFor, asWritten } = following;
  const parts = partsOf(pieces, migration.up.transaction);
  let state = first;
  const migrations = history.migrations.slice(0, migration.index);
  const replay = replayer({ ...history, migrations }, flow, { facts });
  // What a later part repairs, no check of all of them reports.
  let end = first.schema;
  const isLeft = ({ repaired }: RawFinding): boolean => repaired?.(end) !== true;
  const { sendsBeside, ...own } = migration.up.transaction;
  const transaction = { ...own, sends: sendsBeside ?? own.sends };
  const replayed = parts.map((part, at): ReplayedPart => {
    const name = at === 0 ? migration.name : `${migration.name}#${at + 1}`;
    const path = at === 0 ? migration.up.path : `${migration.up.path}#${at + 1}`;
    const executed = part.kind === "migration" ? part : asExecuted(part);
    const { script, placed } = scriptOf(executed, path, transaction, isBlock);
    const down = downs[at];
    const one: Migration = {
      ...migration,
      index: migration.index + at,
      name,
      up: script,
      down: down === undefined ? undefined : downOf(script, `${path}.down`, down),
      irreversible: down === undefined ? undefined : /^-- ddlint-irreversible: (.*)$/m.exec(down)?.[1],
      partOf: undefined,
    };
    migrations.push(one);
    const { scope, state: next } = replay(one, state);
    state = next;
    let findings: readonly RawFinding[] | undefined;
    return {
      ...part,
      scope,
      placed,
      get findings() {
        return (findings ??=
          part.kind === "migration" ? reportedOn(scope, rulesFor, asWritten).filter(isLeft) : []);
      },
    };
  });
  end = state.schema;
  return replayed;
}

/** What a check reports on one migration. */
export function reportedOn(
  scope: ReplayedMigration,
  rulesFor: RulesFor,
  asWritten: Following["asWritten"],
): readonly RawFinding[] {
  const { history, migration, parsed } = scope;
  const both = [[migration.up, parsed.up] as const, [migration.down, parsed.down] as const];
  const files = both.flatMap(([script, text]) =>
    script === undefined || text === undefined ? [] : scannedFiles(script, text),
  );
  const texts = new Map(
    both.flatMap(([script]) => (script === undefined ? [] : [[script.path, script.text]])),
  );
  const { findings } = new Linter(rulesFor(history.dialect)).migration(scope);
  const { kept } = suppress(findings, joined(files), rulesOf(rulesFor, [history]), createSources(texts));
  return kept.map(asWritten.finding);
}

const downOf = (up: Script, path: string, text: string): Script => ({
  ...up,
  path,
  text,
  part: { start: 0, end: text.length },
});

/** What does the same where it isn't executed by hand, or by a command. */
const asExecuted = (part: Part): Part => ({
  ...part,
  pieces: part.pieces.map((piece) => ({
    ...piece,
    // What they say of a deprecation is a comment of a migration.
    when: piece.language === "words" ? piece.statements : piece.when,
    statements: piece.standsFor ?? (piece.language === "sql" ? piece.statements : []),
    transaction: "none",
  })),
});

/** All parts are of one release: what an earlier one makes is new to the application. */
export function released(following: Following): Following {
  const { history, migration, state, facts } = following;
  const startAfter = history.migrations[migration.index - 1]?.name;
  return {
    ...following,
    facts: { ...facts, startAfter, changes: undefined },
    state: { ...state, firstPending: migration.index },
  };
}
