/** Parts of what `ddlint runbook` prints in the demo, for docs/runbook.md. */
import { demoScreen } from "./demo-screen.ts";

export async function runbookParts(root: string): Promise<Readonly<Record<string, string>>> {
  // The output has blocks of code of its own.
  const screen = async (line: string): Promise<string> =>
    (await demoScreen(root, line)).replace(/^```console/, "````console").replace(/```$/, "````");
  return {
    impact: await screen("runbook 20260217093000 --section impact"),
    "pre-flight": await screen("runbook 20260210120000 --section pre-flight"),
    verify: await screen("runbook 20260126140000 --section verify --section rollback"),
    changelog: await screen("runbook 20260126140000 --section changelog"),
  };
}
