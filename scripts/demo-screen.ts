/** What a command prints in the demo, for a page. */
import { join } from "node:path";
import { run } from "../src/cli/main.ts";

/** `errors`: also what it says on standard error. */
export async function demoScreen(
  root: string,
  line: string,
  errors = false,
  folder = "fixtures/demo",
): Promise<string> {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
  const { exitCode, stdout, stderr } = await run(words, join(root, folder));
  if (exitCode !== 0 && !errors) throw new Error(`ddlint ${line}: ${stderr}`);
  return `\`\`\`console\n$ npx ddlint ${line}\n${errors ? stderr : ""}${stdout}\`\`\``;
}
