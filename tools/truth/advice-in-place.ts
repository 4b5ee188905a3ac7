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
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import { rulesByDialect } from "../../src/lint/rules-for.ts";
import { noted } from "../../src/engine/chosen-migration.ts";
import { rules } from "../../rules/index.ts";
import { addTo } from "../../src/text/group.ts";
import { triedIn } from "./in-place.ts";

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
  const isWanted = ({ ruleId }: RawFinding): boolean => values.rule === undefined || ruleId === values.rule;
  for (const history of histories)
    for (const { scope, finding, misfit } of triedIn(history, worldOf(history), flow, rulesFor, isWanted)) {
      replaced++;
      if (misfit.length === 0) continue;
      const { ruleId, message, instead } = finding;
      const { file, line } = noted(scope)({ what: "", at: finding });
      addTo(byRule, ruleId, { at: `${relative(".", folder)}/${file}:${line}`, message, instead, misfit });
    }
}
