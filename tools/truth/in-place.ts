/** Advice replayed where it would stand: in its migration, with what stands behind it there. */
import { misfitsIn } from "../../src/engine/fitting-advice.ts";
import type { Flow } from "../../src/engine/flow.ts";
import type { World } from "../../src/engine/open.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import type { RulesFor } from "../../src/lint/rules-for.ts";
import { Linter } from "../../src/lint/run.ts";
import { isCodeOnly } from "../../src/model/dialect.ts";
import type { History } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";

/** A finding whose advice stands in place of its statement; `misfit` is empty where it fits. */
export interface Tried {
  readonly scope: ReplayedMigration;
  readonly finding: RawFinding;
  /** What the server would refuse where the advice is followed, or what the migration then leads to otherwise. */
  readonly misfit: readonly string[];
}

/** Tries the advice of all findings in a history. */
export function* triedIn(
  history: History,
  world: World,
  flow: Flow,
  rulesFor: RulesFor,
  isWanted: (finding: RawFinding) => boolean = () => true,
): Generator<Tried> {
  if (isCodeOnly[history.dialect]) return;
  const linter = new Linter(rulesFor(history.dialect));
  for (const scope of flow.replay(history, world)) {
    const misfitsOf = misfitsIn(flow, rulesFor, scope, { thorough: true });
    for (const finding of linter.migration(scope).findings.filter(isWanted)) {
      const misfit = misfitsOf(finding)?.map(({ text }) => text);
      if (misfit !== undefined) yield { scope, finding, misfit };
    }
  }
}
