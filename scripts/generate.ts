/**
 * Writes what follows from rules/*.ts: rules/index.ts, docs/rules, docs/presets.md, docs/fixes.md, the configuration's JSON schema;
 * from src/project/tools their list; from package.json src/version.ts and the version in action.yml and in pages for
 * users; and the generated parts of README.md and other pages in docs.
 * `--check` writes nothing and fails if something is stale.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "prettier";
import { z } from "zod";
import { configJsonSchema } from "../src/config/schema.ts";
import type { Rule } from "../src/lint/rule.ts";
import { fixesPage } from "./fixes-page.ts";
import { manPage } from "./man-page.ts";
import { toolNames, toolRegistry } from "./new-tool.ts";
import { planParts } from "./plans-page.ts";
import { rollbackParts } from "./rollbacks-page.ts";
import { mongodbRunbook, runbookParts } from "./runbook-page.ts";
import { schemaParts, schemaPicture } from "./schema-page.ts";
import { verifyParts } from "./verify-page.ts";
import { demoScreen } from "./demo-screen.ts";
import { mongodbDemo, mysqlCommand, mysqlDemo, readmeDemo } from "./readme-demo.ts";
import { statusParts } from "./status-page.ts";
import { registry, ruleIds } from "./registry.ts";
import { presetsPage, rulePage, rulesIndexPage } from "./rule-pages.ts";
import { architectureParts } from "./architecture-page.ts";
import { configurationParts } from "./configuration-page.ts";
import { toolParts } from "./tools-page.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const idPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Generated files by path relative to the repository. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const rules = await loadRules();
  const files = new Map<string, string>();
  files.set("rules/index.ts", registry(rules.map(({ id }) => id)));
  files.set("src/project/tools/index.ts", toolRegistry(toolNames()));
  for (const rule of rules)
    files.set(`docs/rules/${rule.id}.md`, await rulePage(rule, fixtureFolder(rule.id), rules));
  files.set("docs/rules/README.md", rulesIndexPage(rules));
  files.set("docs/presets.md", await format(presetsPage(rules), { parser: "markdown", printWidth: 110 }));
  files.set("docs/fixes.md", await format(fixesPage(rules), { parser: "markdown", printWidth: 110 }));
  files.set("schema/ddlint.schema.json", `${JSON.stringify(configJsonSchema(z, rules), undefined, 2)}\n`);
  const { version } = JSON.parse(readText("package.json") ?? "{}") as { version: string };
  files.set("src/version.ts", versionModule(version));
  for (const path of ["action.yml", "docs/commits.md", "docs/piped-sql.md", "docs/pull-requests.md"])
    files.set(path, withVersion(readText(path) ?? "", version));
  files.set("man/ddlint.1", manPage(version));
  files.set("docs/schema.svg", await schemaPicture(root));
  for (const [path, parts] of await partlyGenerated(rules)) files.set(path, await withParts(path, parts));
  return files;
}

/** Paths of generated files that differ from what `generate` would write, and pages of rules that are gone. */
export async function stale(): Promise<string[]> {
  const files = await generate();
  const changed = [...files].filter(([path, text]) => readText(path) !== text).map(([path]) => path);
  return [...changed, ...leftOver(files)];
}

const fixtureFolder = (id: string): string => join(root, "fixtures/rules", id);

export async function loadRules(): Promise<Rule[]> {
  const rules: Rule[] = [];
  for (const id of ruleIds()) {
    const name = `${id}.ts`;
    const module = (await import(pathToFileURL(join(root, "rules", name)).href)) as { default?: Rule };
    const rule = module.default;
    if (!rule) throw new Error(`rules/${name} has no default export`);
    if (rule.id !== id) throw new Error(`rules/${name}: its id is "${rule.id}", not "${id}"`);
    if (!idPattern.test(id)) throw new Error(`rules/${name}: ill-formed id`);
    rules.push(rule);
  }
  return rules;
}

function versionModule(version: string): string {
  return `/** Written by \`npm run generate\` from package.json. */\nexport const version = "${version}";\n`;
}

/** What users copy names this version: `ddlint@1.2.3`, `ddlint@v1.2.3`, `rev: v1.2.3`, and the action's default. */
const withVersion = (text: string, version: string): string =>
  text
    .replace(/\b(ddlint@v?|rev: v)\d+\.\d+\.\d+\b/g, `$1${version}`)
    .replace(/^( +version:\n +description: .*\n +default: )".*"$/m, `$1"${version}"`);

/** Pages that are written by hand but for what stands between `<!-- name:start -->` and `<!-- name:end -->`. */
async function partlyGenerated(rules: readonly Rule[]): Promise<ReadonlyMap<string, Parts>> {
  const screen = (command: string, output: string): string =>
    `\`\`\`console\n$ ${command}\n${output}\n\`\`\``;
  return new Map<string, Parts>([
    ["README.md", { demo: screen("npx ddlint", await readmeDemo(root)) }],
    ["docs/mysql.md", { "mysql-demo": screen(mysqlCommand, await mysqlDemo(root)) }],
    [
      "docs/mongodb.md",
      {
        "mongodb-demo": screen("npx ddlint", await mongodbDemo(root)),
        "mongodb-rollback": await demoScreen(root, "rollback", false, "fixtures/mongodb-demo"),
        "mongodb-runbook": await mongodbRunbook(root),
        "mongodb-plan": await demoScreen(root, "plan", false, "fixtures/mongodb-demo"),
      },
    ],
    ["docs/plans.md", await planParts(root)],
    ["docs/rollbacks.md", await rollbackParts(root)],
    ["docs/runbook.md", await runbookParts(root)],
    ["docs/schema.md", await schemaParts(root)],
    ["docs/verify.md", await verifyParts(root)],
    ["docs/status.md", await statusParts(root)],
    ["docs/architecture.md", architectureParts()],
    ["docs/configuration.md", configurationParts(configJsonSchema(z, rules))],
    ["docs/tools.md", toolParts()],
  ]);
}

type Parts = Readonly<Record<string, string>>;

/** A page with its generated parts anew; throws if it lacks the markers of one. */
async function withParts(path: string, parts: Parts): Promise<string> {
  let text = readText(path) ?? "";
  for (const [name, content] of Object.entries(parts)) {
    const start = `<!-- ${name}:start -->`;
    const from = text.indexOf(start);
    const to = text.indexOf(`<!-- ${name}:end -->`);
    if (from < 0 || to < from) throw new Error(`${path} has no place for "${name}": ${start}`);
    text = `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
  }
  return format(text, { parser: "markdown", printWidth: 110 });
}

function leftOver(files: ReadonlyMap<string, string>): string[] {
  const folder = join(root, "docs/rules");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => `docs/rules/${name}`)
    .filter((path) => path.endsWith(".md") && !files.has(path));
}

function readText(path: string): string | undefined {
  const full = join(root, path);
  return existsSync(full) ? readFileSync(full, "utf8") : undefined;
}

async function main(): Promise<void> {
  if (process.argv.includes("--check")) {
    const paths = await stale();
    if (paths.length === 0) return;
    console.error(`stale, run "npm run generate":\n${paths.map((path) => `  ${path}`).join("\n")}`);
    process.exitCode = 1;
    return;
  }
  await writeGenerated();
}

export async function writeGenerated(): Promise<void> {
  const files = await generate();
  for (const path of leftOver(files)) rmSync(join(root, path));
  for (const [path, text] of files) {
    if (readText(path) === text) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
