/** Parts of what `ddlint runbook` prints in the demo, for docs/runbook.md. */
import { demoScreen } from "./demo-screen.ts";

// The output has blocks of code of its own.
const longFence = (text: string): string =>
  text.replace(/^```console/, "````console").replace(/```$/, "````");

export async function mongodbRunbook(root: string): Promise<string> {
  const sections = "--section impact --section verify --section failure";
  return longFence(await demoScreen(root, `runbook ${sections}`, false, "fixtures/mongodb-demo"));
}

export async function runbookParts(root: string): Promise<Readonly<Record<string, string>>> {
  const screen = async (line: string): Promise<string> => longFence(await demoScreen(root, line));
  return {
    impact: await screen("runbook 20260217093000 --section impact"),
    "pre-flight": await screen("runbook 20260210120000 --section pre-flight"),
    verify: await screen("runbook 20260126140000 --section verify --section rollback"),
    changelog: await screen("runbook 20260126140000 --section changelog"),
  };
}
