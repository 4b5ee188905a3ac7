/**
 * `npm run new-tool <name>`: writes src/project/tools/<name>.ts, the list of tools, and a fixture of a project that uses
 * the tool. The tests pass with them; what the skeleton says of the tool is to be replaced by what it does.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const home = "src/project/tools";

/** Files of a new tool by path relative to the repository; throws on an ill-formed name. */
export function newTool(name: string): ReadonlyMap<string, string> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+){0,3}$/.test(name) || name === "index" || name.length > 30)
    throw new Error(`"${name}" is no name of a tool: lower-case words joined by "-"`);
  const folder = `fixtures/layouts/${name}`;
  const [first, second] = ["20260101000000_create_users", "20260102000000_users_email"];
  return new Map([
    [`${home}/${name}.ts`, skeleton(name)],
    [`${folder}/project/${name}.toml`, ""],
    [`${folder}/project/migrations/${first}.sql`, "CREATE TABLE users (id bigserial PRIMARY KEY);\n"],
    [`${folder}/project/migrations/${second}.sql`, "ALTER TABLE users ADD COLUMN email text;\n"],
    [`${folder}/expected.json`, `${JSON.stringify([golden(name, first, second)], null, 2)}\n`],
  ]);
}

const variable = (name: string): string => name.replace(/-([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/** src/project/tools/index.ts for the tools that have these names. */
export const toolRegistry = (names: readonly string[]): string =>
  [
    "/** Written by `npm run generate`: every tool, by file name. */",
    'import type { Tool } from "../tool.ts";',
    ...names.map((name) => `import { ${variable(name)} } from "./${name}.ts";`),
    "",
    "export const tools: readonly Tool[] = [",
    ...names.map((name) => `  ${variable(name)},`),
    "];",
    "",
  ].join("\n");

/** Names of the tools that have a file, sorted. */
export const toolNames = (): readonly string[] =>
  readdirSync(join(root, home))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .sort();

const skeleton = (name: string): string => `import type { Tool } from "../tool.ts";

export const ${variable(name)}: Tool = {
  name: "${name}",
  // Where signs of several tools are found, the lowest number wins.
  rank: 5,
  // What a project that uses it has in the folder of its manifest: files, dependencies, …
  signs: [{ files: ["${name}.toml"] }],
  // Shapes of file names that it reads (src/project/layouts), best first.
  shapes: ["timestamps", "numbered"],
  rollbacks: "none",
  // Its transaction: around each file, around all pending ones ("all"), or none.
  wraps: "each",
  // What goes to the server in one message.
  sends: "text",
  // What it does, in words for a message: "fine", "${name} fails on it".
  duplicates: "${name} fails on it",
  badName: "${name} skips it",
  late: { what: "${name} runs it after the newer ones", runs: true },
  // Where it writes down what is applied.
  trackingTables: ["${variable(name)}_migrations"],
};
`;

/** What discovery finds in the fixture, as long as the skeleton stays as it is. */
const golden = (name: string, first: string, second: string): unknown => ({
  root: "migrations",
  tool: `${name} as timestamps`,
  evidence: [`${name}.toml is there`, "2 files named like 20260102000000_….sql"],
  dialect: "postgres: the files use types of PostgreSQL",
  rollbacks: "none",
  migrations: [first, second].map((file) => {
    const [version, ...words] = file.split("_");
    return {
      is: `${version ?? ""} | ${words.join("_")} | versioned`,
      up: `migrations/${file}.sql (each, text)`,
      down: `none, would be ${file}_rollback.sql`,
    };
  }),
  problems: [],
});

async function main(): Promise<void> {
  const [name] = process.argv.slice(2);
  if (name === undefined) throw new Error("usage: npm run new-tool <name>");
  const files = newTool(name);
  const taken = [...files.keys()].find((path) => existsSync(join(root, path)));
  if (taken !== undefined) throw new Error(`${taken} exists already`);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
  const index = join(root, home, "index.ts");
  writeFileSync(index, toolRegistry(toolNames()));
  console.log(`${home}/index.ts`);
  // Only now, so that it sees the new tool: other generated files name all tools.
  const { writeGenerated } = await import("./generate.ts");
  await writeGenerated();
  console.log(
    `now write the tool and its fixture until "npx vitest run tests/project/layouts.test.ts" says what it does`,
  );
}

// Not awaited here: generate.ts imports this module, and would wait for it.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });
}
