/** Runs action.yml as GitHub does: its steps one after the other, in Bash, with the environment of a runner. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { builtProgram } from "../support/program.ts";
import { startRegistry, type Registry } from "./registry.ts";

export const root = join(import.meta.dirname, "../..");

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export interface Action {
  readonly name: string;
  readonly description: string;
  readonly branding: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as Action;

/** Reports of one run. */
export interface Ran {
  /** Of the whole action. */
  readonly exitCode: number;
  readonly log: string;
  readonly summary: string;
  readonly sarif: string | undefined;
  /** What ddlint was called with; undefined: it wasn't. */
  readonly called: readonly string[] | undefined;
}

/** Versions of ddlint that the registry has beside the action's: one only says what it is called with. */
export const echoing = "9.9.9";

let registry: Registry | undefined;

/** A folder for PATH whose npm copies what the registry has: an install by the real one takes a second. */
let quickNpm = "";

/** Publishes the command line of this checkout, in a registry on this machine. */
export async function publishProgram(folder: string, version: string): Promise<Registry> {
  const noted =
    'require("node:fs").writeFileSync(process.env.RUNNER_TEMP + "/called.json", JSON.stringify(process.argv.slice(2)));\n';
  const loaded = `import(${JSON.stringify(await builtProgram("cli"))}).then((cli) => cli.main());\n`;
  const said = 'process.stdout.write(process.argv.slice(2).map((one) => `<${one}>`).join(""));\n';
  registry = await startRegistry(folder, { [version]: noted + loaded, [echoing]: noted + said });
  quickNpm = join(folder, "quick npm");
  mkdirSync(quickNpm);
  const copies = `#!/bin/sh
for last; do :; done
mkdir node_modules && cp -R '${folder}'/"\${last#ddlint@}/package" node_modules/ddlint
`;
  writeFileSync(join(quickNpm, "npm"), copies, { mode: 0o755 });
  return registry;
}

/** What the action does with a ddlint that is already there: for tests of anything but how it is installed. */
export const runInstalled = (
  workspace: string,
  temp: string,
  inputs: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = {},
): Ran =>
  runAction(workspace, temp, inputs, {
    PATH: `${quickNpm}${delimiter}${process.env.PATH ?? ""}`,
    ...environment,
  });

/** `workspace` is the checkout of the pull request; `temp` what the runner keeps beside it. */
export function runAction(
  workspace: string,
  temp: string,
  inputs: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = {},
): Ran {
  mkdirSync(temp, { recursive: true });
  const called = join(temp, "called.json");
  rmSync(called, { force: true });
  const files = { output: join(temp, "output"), summary: join(temp, "summary.md") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const env = {
    ...process.env,
    ...npmOf(temp),
    GITHUB_WORKSPACE: workspace,
    GITHUB_ACTION_PATH: root,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_BASE_REF: "",
    RUNNER_TEMP: temp,
    ...environment,
  };
  const outputs = (): ReadonlyMap<string, string> =>
    new Map(
      readFileSync(files.output, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  const valueOf = (text: string): string =>
    text.replace(/\$\{\{ (inputs|steps\.lint\.outputs)\.([\w-]+) \}\}/g, (_, from: string, name: string) =>
      from === "inputs" ? (inputs[name] ?? action.inputs[name]?.default ?? "") : (outputs().get(name) ?? ""),
    );
  let exitCode = 0;
  let log = "";
  for (const step of action.runs.steps) {
    const needed = /steps\.lint\.outputs\.([\w-]+) != ''/.exec(step.if ?? "")?.[1];
    if (needed !== undefined && !outputs().has(needed)) continue;
    if (step.uses !== undefined) log += `uses ${step.uses} ${valueOf(JSON.stringify(step.with))}\n`;
    if (step.run === undefined) continue;
    const script = join(temp, "step.sh");
    writeFileSync(script, step.run);
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, valueOf(text)]);
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", script],
      {
        cwd: workspace,
        env: { ...env, ...(Object.fromEntries(own) as NodeJS.ProcessEnv) },
        encoding: "utf8",
      },
    );
    log += stdout + stderr;
    if (status !== 0) exitCode = status ?? -1;
  }
  const sarif = outputs().get("sarif-file");
  return {
    exitCode,
    log,
    summary: readFileSync(files.summary, "utf8"),
    sarif: sarif === undefined ? undefined : readFileSync(sarif, "utf8"),
    called: existsSync(called) ? (JSON.parse(readFileSync(called, "utf8")) as string[]) : undefined,
  };
}

/** As a company's workflow says where its registry is; nothing of the machine's own npm. */
const npmOf = (temp: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^npm_/i.test(name))
      .map((name) => [name, undefined]),
  ),
  HOME: temp,
  NPM_CONFIG_REGISTRY: registry?.url,
});
