/** The screen of real output that the README shows: three findings of the demo history, and its summary line. */
import { createReport, formats, lintProject, nodeFileSystem, plainColors, rules } from "../src/index.ts";

const shown = ["index-without-concurrently", "concurrently-in-transaction", "set-not-null"];

export async function readmeDemo(root: string): Promise<string> {
  const result = await lintProject({
    cwd: root,
    fs: nodeFileSystem(root),
    paths: ["fixtures/demo"],
  });
  const some = shown.flatMap((id) => result.findings.find(({ ruleId }) => ruleId === id) ?? []);
  const format = await formats.text();
  return format(
    { ...createReport(result, { rules }), findings: some },
    { colors: plainColors, width: 100 },
  ).trimEnd();
}
