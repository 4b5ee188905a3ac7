/** What `ddlint schema` prints in the demo, for docs/schema.md. */
import { join } from "node:path";
import { run } from "../src/cli/main.ts";

export async function schemaParts(root: string): Promise<Readonly<Record<string, string>>> {
  const screen = async (line: string, wanted = 0): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(line.split(" "), join(root, "fixtures/demo"));
    if (exitCode !== wanted) throw new Error(`ddlint ${line}: ${stderr}`);
    return `\`\`\`console\n$ npx ddlint ${line}\n${stdout}\`\`\``;
  };
  return { schema: await screen("schema --at 20260126140000") };
}
