/** The SQL that Liquibase sends for the changelogs of `fixtures/frameworks/liquibase`. It needs Java and Maven. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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
export function libraries(): string {
  const pom = readFileSync(join(import.meta.dirname, "pom.xml"), "utf8");
  const folder = join(
    tmpdir(),
    `ddlint-liquibase-${createHash("sha256").update(pom).digest("hex").slice(0, 8)}`,
  );
  const lib = join(folder, "lib");
  if (existsSync(lib)) return lib;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pom.xml"), pom);
  run("mvn", ["-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], folder);
  return lib;
}

const orderHome = join(import.meta.dirname, "../../../fixtures/frameworks/liquibase-order");
const orderGolden = join(orderHome, "order.json");

/** The changesets of the nest of changelogs, in the order in which `update-sql` writes them. */
async function recordOrder(check: boolean): Promise<boolean> {
  const main = "liquibase.integration.commandline.LiquibaseCommandLine";
  const options = ["--show-banner=false", "--analytics-enabled=false", "--url=offline:postgresql"];
  const command = ["-cp", join(libraries(), "*"), main, ...options, "--changelog-file=changelog.yaml"];
  const found = run("java", [...command, "update-sql"], orderHome);
  rmSync(join(orderHome, "databasechangelog.csv"), { force: true });
  const sets = [...found.matchAll(/^-- Changeset (.*)::(.*)::.*$/gm)];
  const order = sets.map(([, path = "", id = ""]) => `${id} ${path}`);
  const text = await format(JSON.stringify(order), { parser: "json", printWidth: 110 });
  if (!check) writeFileSync(orderGolden, text);
  return !check || readFileSync(orderGolden, "utf8") === text;
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
  const isSame = !check || readFileSync(golden, "utf8") === text;
  return (await recordOrder(check)) && isSame;
}
