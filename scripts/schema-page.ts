/** What `ddlint schema` prints in the demo, for docs/schema.md. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/cli/main.ts";

type Screen = (line: string, wanted?: number) => Promise<string>;

const printed =
  (folder: string): Screen =>
  async (line, wanted = 0) => {
    const { exitCode, stdout, stderr } = await run(line.split(" "), folder);
    if (exitCode !== wanted) throw new Error(`ddlint ${line}: ${stderr}`);
    return stdout;
  };

const screen = (line: string, output: string): string =>
  `\`\`\`console\n$ npx ddlint ${line}\n${output}\`\`\``;

const picture = "schema --after 20260126140000";

/** docs/schema.svg */
export const schemaPicture = (root: string): Promise<string> =>
  printed(join(root, "fixtures/demo"))(`${picture} --format svg`);

export async function schemaParts(root: string): Promise<Readonly<Record<string, string>>> {
  const demo = join(root, "fixtures/demo");
  const schema = "schema --at 20260126140000";
  const print = printed(demo);
  return {
    schema: screen(schema, await print(schema)),
    mermaid: `\`\`\`mermaid\n${await print(`${picture} --format mermaid`)}\`\`\``,
    drift: await drift(demo, await print(schema)),
  };
}

/** A database of the demo in which somebody has worked by hand. */
async function drift(demo: string, sql: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ddlint-drift-"));
  try {
    cpSync(demo, folder, { recursive: true });
    const byHand = sql
      .replace("  phone varchar(20),\n", "  phone varchar(30),\n")
      .replace(/CREATE INDEX orders_status_idx .*\n/, "")
      .concat("\nALTER TABLE products ADD COLUMN checked boolean;\n");
    writeFileSync(join(folder, "dump.sql"), `-- PostgreSQL database dump\n\n${byHand}`);
    const line = "schema --at 20260126140000 --diff dump.sql";
    return screen(line, await printed(folder)(line, 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
