/**
 * `npm run runners`: applies the probes with real migration tools to a real server, and writes what happened to
 * fixtures/runners.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { makeHome } from "./install.ts";
import { observe, type Run } from "./observe.ts";
import { probes, type Probe } from "./probes.ts";
import { startServer, type Server } from "./server.ts";
import type { Tool } from "./tool.ts";

type Runs = Readonly<Record<string, readonly Run[]>>;

const results = new URL("../../fixtures/runners/", import.meta.url);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    mariadb: { type: "boolean" },
    printed: { type: "boolean", default: false },
    missing: { type: "boolean", default: false },
    cache: { type: "string", default: join(tmpdir(), "ddlint-runners") },
    verbose: { type: "boolean", default: false },
  },
});

/** The probes of a tool: those it has an opt-out for, and CONCURRENTLY with each way to write the opt-out. */
function probesOf(tool: Tool): readonly (readonly [id: string, probe: Probe, optOut: string | undefined])[] {
  const [[, optOut] = [], ...variants] = Object.entries(tool.optOuts ?? {});
  const mayOptOut = ([, { runs }]: readonly [string, Probe]): boolean =>
    optOut !== undefined || !runs.flat().some((step) => step.optOut === true);
  const alone = probes["opted out, concurrently"] ?? { runs: [] };
  return [
    ...Object.entries(probes)
      .filter(mayOptOut)
      .map(([id, probe]) => [id, probe, optOut] as const),
    ...variants.map(([name, text]) => [`opted out, ${name}`, alone, text] as const),
  ];
}

async function runAll(server: Server, tool: Tool, home: string): Promise<void> {
  const file = new URL(`${tool.name}.json`, results);
  const isKept = values.missing && existsSync(file);
  const known = isKept ? (JSON.parse(readFileSync(file, "utf8")) as { readonly probes: Runs }).probes : {};
  const found: Record<string, readonly Run[]> = {};
  for (const [id, probe, optOut] of probesOf(tool)) {
    if (values.only !== undefined && !id.includes(values.only)) continue;
    found[id] =
      known[id] ?? (await observe(server, tool, home, probe, { optOut, isVerbose: values.verbose }));
  }
  const data = { tool: tool.name, versions: tool.versions, postgres: server.version, probes: found };
  if (values.only !== undefined) {
    console.log(JSON.stringify(data, undefined, 2));
    return;
  }
  mkdirSync(results, { recursive: true });
  writeFileSync(file, await format(JSON.stringify(data), { parser: "json", printWidth: 110 }));
  console.log(`${tool.name}: ${Object.keys(found).length} probes`);
}

if (process.argv.includes("--mariadb")) {
  await import("./mariadb/run.ts");
  process.exit();
}
if (values.printed) {
  const { runPrinted } = await import("./printed/run.ts");
  process.exit(Math.min(1, await runPrinted(positionals, values.cache)));
}
const names = readdirSync(new URL("tools/", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no tool ${unknown.join()}: there are ${names.join()}`);
const server = await startServer();
try {
  for (const name of positionals.length === 0 ? names : positionals) {
    const { tools } = (await import(`./tools/${name}.ts`)) as { readonly tools: readonly Tool[] };
    for (const tool of tools) {
      const [version = ""] = Object.values(tool.versions);
      const home = makeHome(join(values.cache, `${name}-${version}`));
      try {
        tool.install(home);
      } catch (error) {
        console.log(`${tool.name}: can't be installed: ${String(error).slice(0, 2000)}`);
        continue;
      }
      await runAll(server, tool, home);
    }
  }
} finally {
  await server.stop();
}
