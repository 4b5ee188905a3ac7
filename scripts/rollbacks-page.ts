/** What `ddlint rollback` prints for a migration of the demo, for docs/rollbacks.md. */
import { join } from "node:path";
import { run } from "../src/cli/main.ts";

const name = "20260217093000";

export async function rollbackParts(root: string): Promise<Readonly<Record<string, string>>> {
  const screen = async (line: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(line.split(" "), join(root, "fixtures/demo"));
    if (exitCode !== 0) throw new Error(`ddlint ${line}: ${stderr}`);
    return `\`\`\`console\n$ npx ddlint ${line}\n${stdout}\`\`\``;
  };
  return {
    rollback: await screen(`rollback ${name}`),
    backup: await screen(`rollback ${name} --backup`),
  };
}
