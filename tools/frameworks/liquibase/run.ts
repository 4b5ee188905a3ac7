/** The SQL that Liquibase sends for the changelogs of `fixtures/frameworks/liquibase`. It needs Java and Maven. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "prettier";

const home = join(import.meta.dirname, "../../../fixtures/frameworks/liquibase");
const golden = join(home, "liquibase.json");

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

/** Liquibase with what it needs, from Maven Central, fetched once. */
function libraries(): string {
  const folder = join(tmpdir(), "ddlint-liquibase");
  const lib = join(folder, "lib");
  if (existsSync(lib)) return lib;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pom.xml"), readFileSync(join(import.meta.dirname, "pom.xml"), "utf8"));
  run("mvn", ["-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], folder);
  return lib;
}

/** False if the recorded SQL is another one and `check` is set. */
export async function recordLiquibase(check: boolean): Promise<boolean> {
  const files = readdirSync(home)
    .filter((file) => file.endsWith(".xml"))
    .sort();
  const found = run(
    "java",
    ["-cp", join(libraries(), "*"), join(import.meta.dirname, "Record.java"), ...files],
    home,
  );
  const text = await format(found, { parser: "json", printWidth: 110 });
  if (!check) writeFileSync(golden, text);
  return !check || readFileSync(golden, "utf8") === text;
}
