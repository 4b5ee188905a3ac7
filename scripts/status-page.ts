/** What `ddlint status` prints of a small project, for docs/status.md. */
import { join } from "node:path";
import { run } from "../src/cli/main.ts";

export async function statusParts(root: string): Promise<Readonly<Record<string, string>>> {
  const screen = async (line: string): Promise<string> => {
    const { stdout, stderr, exitCode } = await run(line.split(" "), join(root, "fixtures/status"));
    if (exitCode > 1) throw new Error(`ddlint ${line}: ${stderr}`);
    return `\`\`\`console\n$ npx ddlint ${line}\n${stdout}\`\`\``;
  };
  return { query: await screen("status --query"), status: await screen("status rows.csv") };
}
