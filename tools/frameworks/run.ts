/** `npm run frameworks`: the SQL that Alembic, Django and Liquibase themselves send for the migrations of `fixtures/frameworks`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { runAdvice } from "./advice.ts";
import { recordDjango } from "./django/run.ts";
import { recordLiquibase } from "./liquibase/run.ts";

const root = join(import.meta.dirname, "../..");
const home = join(root, "fixtures/frameworks/alembic");
const golden = join(home, "alembic.json");
const { values } = parseArgs({
  options: {
    check: { type: "boolean" },
    projects: { type: "string" },
    only: { type: "string" },
    advice: { type: "string" },
    "if-possible": { type: "boolean" },
    examples: { type: "string", default: "20" },
  },
});
if (values.projects !== undefined) {
  const { compareProjects } = await import("./projects/run.ts");
  const examples = Number(values.examples);
  process.stdout.write(await compareProjects(resolve(values.projects), values.only, examples));
  process.exit();
}
if (values.advice !== undefined) {
  const isRight = await runAdvice(python, {
    tools: values.advice.split(","),
    only: values.only === undefined ? undefined : new RegExp(values.only),
    ifPossible: values["if-possible"],
  });
  process.exit(isRight ? 0 : 1);
}

function run(program: string, args: readonly string[], cwd = root): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

/** A virtual environment with what `requirements.txt` names, made once. */
function python(): string {
  const folder = join(tmpdir(), "ddlint-frameworks");
  const program = join(folder, "bin/python");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    run("python3", ["-m", "venv", folder]);
  }
  run(program, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    join(import.meta.dirname, "requirements.txt"),
  ]);
  return program;
}

const files = readdirSync(home, { recursive: true, encoding: "utf8" })
  .filter((file) => /^[^/]*\.py$|\/versions\/[^/]*\.py$/.test(file))
  .sort();
const found = run(python(), [join(import.meta.dirname, "alembic_sql.py"), ...files], home);
const text = await format(found, { parser: "json", printWidth: 110 });
if (values.check === true && readFileSync(golden, "utf8") !== text) {
  process.stderr.write(
    "fixtures/frameworks/alembic/alembic.json is not what Alembic sends: npm run frameworks\n",
  );
  process.exitCode = 1;
} else if (values.check !== true) writeFileSync(golden, text);
if (!(await runAdvice(python))) process.exitCode = 1;
if (!(await recordLiquibase(values.check === true))) process.exitCode = 1;
const isSame = await recordDjango(values.check === true);
if (values.check === true && !isSame) process.exitCode = 1;
