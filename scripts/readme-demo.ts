/** The screen of real output that the README shows: three findings of the demo history, and its summary line. */
import {
  countFindings,
  formats,
  lintProject,
  nodeFileSystem,
  plainColors,
  rules,
  version,
} from "../src/index.ts";

const shown = ["index-without-concurrently", "concurrently-in-transaction", "set-not-null"];

export async function readmeDemo(root: string): Promise<string> {
  const { findings, counts, sources } = await lintProject({
    cwd: root,
    fs: nodeFileSystem(root),
    paths: ["fixtures/demo"],
  });
  const summary = { ...counts, ...countFindings(findings) };
  const some = shown.flatMap((id) => findings.find(({ ruleId }) => ruleId === id) ?? []);
  const format = await formats.text();
  const report = { version, summary, findings: some, sources, rules };
  return format(report, { colors: plainColors, width: 100 }).trimEnd();
}
