/** What `ddlint verify` prints in the demo, for docs/verify.md. */
import { join } from "node:path";
import { run } from "../src/cli/main.ts";

export async function verifyParts(root: string): Promise<Readonly<Record<string, string>>> {
  const line = "verify 20260126140000";
  const { exitCode, stdout, stderr } = await run(line.split(" "), join(root, "fixtures/demo"));
  // The demo's rollback is wrong.
  if (exitCode !== 1) throw new Error(`ddlint ${line}: ${stderr}`);
  return { verify: `\`\`\`console\n$ npx ddlint ${line}\n${stdout}\`\`\`` };
}
