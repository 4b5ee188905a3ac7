/** From package to program, with each ecosystem's own client. What is there already stays. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const run = (
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): void => {
  execFileSync("nice", [program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 1_200_000,
    maxBuffer: 1e8,
  });
};

/** Packages as `name@version`, from npm. */
export function npm(
  home: string,
  versions: Readonly<Record<string, string>>,
  ...options: readonly string[]
): void {
  if (existsSync(join(home, "node_modules"))) return;
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  const names = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  run(
    "npm",
    ["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", ...options, ...names],
    home,
  );
}

/** A program of a Go module. */
export function go(home: string, program: string, version: string, tags = ""): void {
  const name =
    program
      .replace(/\/v\d+$/, "")
      .split("/")
      .at(-1) ?? "";
  if (existsSync(join(home, name))) return;
  run("go", ["install", "-tags", tags, `${program}@v${version}`], home, { GOBIN: home });
}

/** Packages from PyPI, in an environment of their own. */
export function pip(home: string, versions: Readonly<Record<string, string>>): void {
  if (existsSync(join(home, "bin/pip"))) return;
  run("python3", ["-m", "venv", home], home);
  const names = Object.entries(versions).map(([name, version]) => `${name}==${version}`);
  run(join(home, "bin/pip"), ["install", "--quiet", ...names], home);
}

/** Artifacts as `group:artifact`, with what they need, from Maven Central, into `lib/`. */
export function maven(home: string, versions: Readonly<Record<string, string>>): void {
  if (existsSync(join(home, "lib"))) return;
  const dependencies = Object.entries(versions).map(([name, version]) => {
    const [group = "", artifact = ""] = name.split(":");
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  const pom = [
    "<project><modelVersion>4.0.0</modelVersion>",
    "<groupId>x</groupId><artifactId>x</artifactId><version>1</version>",
    `<dependencies>${dependencies.join("")}</dependencies></project>\n`,
  ];
  writeFileSync(join(home, "pom.xml"), pom.join("\n"));
  run("mvn", ["-q", "dependency:copy-dependencies", "-DoutputDirectory=lib"], home);
}

/** A program of a crate. */
export function cargo(home: string, crate: string, version: string, features: string): void {
  if (existsSync(join(home, "bin"))) return;
  const flags = ["--root", home, "--no-default-features", "--features", features];
  run("cargo", ["install", "--quiet", ...flags, "--version", version, crate], home);
}

export function makeHome(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
