/** Programs of this checkout for tests that start them: bundled, they start in a fifth of the time that TypeScript's takes. */
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";

const root = join(import.meta.dirname, "../..");
const sources = { cli: "src/cli/main.ts", lsp: "src/lsp/main.ts" } as const;

/** Below node_modules, where packages are found. */
const folder = join(root, "node_modules/.cache/ddlint-tests");

const built = new Map<string, Promise<string>>();

/** The module of a program, as a URL; built when a process first asks for it, as its source may have changed before. */
export function builtProgram(name: keyof typeof sources): Promise<string> {
  const known = built.get(name) ?? bundled(name);
  built.set(name, known);
  return known;
}

async function bundled(name: keyof typeof sources): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.mjs`);
  const own = join(folder, `${name}-${process.pid}.mjs`);
  await build({
    input: join(root, sources[name]),
    platform: "node",
    external: /^[^./]/,
    logLevel: "warn",
    output: { file: own, format: "esm", codeSplitting: false },
  });
  // In one step: other test files start it meanwhile.
  renameSync(own, file);
  return pathToFileURL(file).href;
}
