/**
 * Advice that doesn't fit into its migration, found without a server:
 *
 *     npx tsx tools/truth/advice-in-place.ts <project's folder>… [--examples 3] [--rule id]
 *
 * The advice of each finding (preset `recommended`) is replayed in place of its statement, with the rest of the migration.
 */
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { openProject } from "../../src/engine/open-project.ts";
import { openWorlds } from "../../src/engine/open.ts";
import { rulesByDialect } from "../../src/lint/rules-for.ts";
import { Linter } from "../../src/lint/run.ts";
import { isCodeOnly } from "../../src/model/dialect.ts";
import { noted } from "../../src/engine/chosen-migration.ts";
import type { ReplayState } from "../../src/replay/state.ts";
import { rules } from "../../rules/index.ts";
import { addTo } from "../../src/text/group.ts";
import { misfitsOf } from "./in-place.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { examples: { type: "string", default: "3" }, rule: { type: "string" } },
});
if (positionals.length === 0) {
  console.error("which projects? npx tsx tools/truth/advice-in-place.ts <folder>…");
  process.exit(2);
}

interface Found {
  readonly at: string;
  readonly message: string;
  readonly instead: string | undefined;
  readonly misfit: readonly string[];
}

let replaced = 0;
const byRule = new Map<string, Found[]>();
for (const folder of positionals)
  try {
    await search(folder);
  } catch (error) {
    console.error(`${folder}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
const all = [...byRule.values()].flat().length;
console.log(`${replaced} findings have advice in place of their statement; ${all} don't fit.`);
for (const [rule, found] of [...byRule].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`\n## ${rule}: ${found.length}`);
  for (const { at, message, instead, misfit } of found.slice(0, Number(values.examples)))
    console.log(`\n${at}: ${message}\n${instead ?? ""}\n=> ${misfit.join("\n=> ")}`);
}

async function search(folder: string): Promise<void> {
  const { fs, flow, histories } = await openProject({ cwd: folder });
  const worldOf = openWorlds(fs, {}, flow);
  const rulesFor = rulesByDialect(rules, {});
  for (const history of histories.filter(({ dialect }) => !isCodeOnly[dialect])) {
    const world = worldOf(history);
    const linter = new Linter(rulesFor(history.dialect));
    let state: ReplayState | undefined;
    const onState = (_: number, now: ReplayState): void => {
      state = now;
    };
    for (const scope of flow.replay(history, world, { after: 0, state: undefined, onState })) {
      if (state === undefined) continue;
      const following = {
        history,
        migration: scope.migration,
        state,
        flow,
        facts: world.facts,
        rulesFor,
        asWritten: { text: (text: string) => text, finding: <T>(finding: T) => finding },
      };
      const note = noted(scope);
      const found = linter
        .migration(scope)
        .findings.filter(({ ruleId }) => values.rule === undefined || ruleId === values.rule);
      const { tried, misfits } = misfitsOf(following, scope, found);
      replaced += tried;
      for (const { finding, misfit } of misfits) {
        const { ruleId, message, instead } = finding;
        const { file, line } = note({ what: "", at: finding });
        addTo(byRule, ruleId, { at: `${relative(".", folder)}/${file}:${line}`, message, instead, misfit });
      }
    }
  }
}
