/**
 * Reads every .sql file below the folders given and says what a front end makes of them:
 * `npx tsx scripts/corpus-parse.ts [--mysql|--mariadb] <folder>…` (default: PostgreSQL). `--verbose` lists each
 * problem and each statement that isn't read with its place.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Span } from "../src/text/span.ts";
import { createMysqlFrontEnd } from "../src/sql/mysql/parse.ts";
import { createPostgresFrontEnd } from "../src/sql/postgres/parse.ts";
import { indexLines } from "../src/text/lines.ts";
import type { Operation } from "../src/model/operation.ts";

function sqlFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith(".sql"))
    .flatMap((entry) => sqlFiles(join(path, entry.name)));
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function print(title: string, counts: Map<string, number>): void {
  console.log(`\n${title}`);
  for (const [key, times] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, 40))
    console.log(`  ${times}  ${key}`);
}

/** Operations with those of function bodies. */
function all(operations: readonly Operation[]): Operation[] {
  return operations.flatMap((op) => (op.kind === "createFunction" ? [op, ...all(op.operations)] : [op]));
}

const verbose = process.argv.includes("--verbose");
const bugs = new Map<string, number>();
let now = "";
const bug = (error: unknown, span: Span): void => {
  const stack =
    error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 3).join(" ") : String(error);
  count(bugs, stack);
  if (verbose) console.log(`${now}:${span.start}: ${stack}`);
};
const frontEnd = process.argv.includes("--mysql")
  ? createMysqlFrontEnd({ dialect: "mysql", bug })
  : process.argv.includes("--mariadb")
    ? createMysqlFrontEnd({ dialect: "mariadb", bug })
    : createPostgresFrontEnd({ bug });
await frontEnd.load();

const files = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith("--"))
  .flatMap(sqlFiles);
const problems = new Map<string, number>();
const unknown = new Map<string, number>();
const operations = new Map<string, number>();
const misplaced = new Map<string, number>();
let statements = 0;
let unread = 0;
let comments = 0;
let size = 0;
let slowest = { path: "", time: 0 };
const started = performance.now();
for (const path of files) {
  const text = readFileSync(path, "utf8");
  now = path;
  const before = performance.now();
  const parsed = frontEnd.read(text);
  const time = performance.now() - before;
  if (time > slowest.time) slowest = { path, time };
  size += text.length;
  statements += parsed.statements.length;
  comments += parsed.comments.length;
  const lines = parsed.problems.length > 0 ? indexLines(text) : undefined;
  for (const problem of parsed.problems) {
    count(problems, problem.message);
    const { line, column } = lines?.position(problem.span.start) ?? { line: 0, column: 0 };
    if (verbose) console.log(`${path}:${line}:${column}: ${problem.message} ${problem.hint ?? ""}`);
  }
  for (const statement of parsed.statements) {
    if (statement.operations.some(({ kind }) => kind === "unknown")) unread++;
    for (const op of all(statement.operations)) {
      count(operations, op.kind);
      const inside = op.span.start >= statement.span.start && op.span.end <= statement.span.end;
      if (
        !inside ||
        op.head.start < op.span.start ||
        op.head.end > op.span.end ||
        op.span.end <= op.span.start
      ) {
        count(misplaced, op.kind);
      }
      if (op.kind !== "unknown") continue;
      count(unknown, op.statement);
      const start = text.slice(op.span.start, op.span.start + 100).replace(/\s+/g, " ");
      if (verbose) console.log(`${path}: ${op.statement}: ${start}`);
    }
  }
}
const elapsed = performance.now() - started;
console.log(`${files.length} files, ${size} characters, ${statements} statements, ${comments} comments`);
console.log(
  `${unread} statements hold something unknown (${((100 * unread) / Math.max(1, statements)).toFixed(2)} %)`,
);
console.log(`${elapsed.toFixed(0)} ms; slowest ${slowest.time.toFixed(0)} ms: ${slowest.path}`);
const total = [...operations.values()].reduce((a, b) => a + b, 0);
const lost = [...unknown.values()].reduce((a, b) => a + b, 0);
console.log(`${total} operations, unknown ${lost} (${((100 * lost) / Math.max(1, total)).toFixed(2)} %)`);
print("problems", problems);
print("unknown operations by statement", unknown);
print("operations", operations);
print("operations whose span or head lies outside", misplaced);
print("exceptions", bugs);
