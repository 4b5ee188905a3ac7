/** What a server did, beside what ddlint said. */
import { lockModes, strongest, type LockMode } from "../../src/effects/effects.ts";
import type { Finding } from "../../src/index.ts";
import type { OperationKind } from "../../src/model/operation.ts";
import type { Script } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Step } from "../../src/replay/step.ts";
import { failureText } from "../../src/schema/failure.ts";
import type { Statement } from "../../src/sql/front-end.ts";
import { indexLines } from "../../src/text/lines.ts";
import { placeOf } from "../../src/text/source-map.ts";
import type { SchemaDifference } from "../../src/verify/differences.ts";
import type { Run } from "../../src/verify/run.ts";
import { mostIn } from "./words.ts";

export type Area =
  | "false failure"
  | "missed failure"
  | "announced failure"
  | "failure in an open history"
  | "lock"
  | "rewrite"
  | "schema"
  | "rollback";

/** One disagreement. */
export interface Difference {
  readonly area: Area;
  /** What disagreements of one cause share. */
  readonly cause: string;
  /** `db/004.sql:12`, relative to the project. */
  readonly place: string;
  /** What this one says beyond its cause. */
  readonly detail: string;
}

/** Statements and what they do: `AlterTableStmt (addColumn, addForeignKey)`. */
export function kindText({ kind, operations }: Statement): string {
  const kinds = mostIn(operations.map((operation) => operation.kind)).map(([name]) => name);
  const shown = kinds.length > 3 ? [...kinds.slice(0, 3).sort(), "…"] : kinds.sort();
  return `${kind} (${shown.join(", ")})`;
}

export const stepsOf = (scope: ReplayedMigration, statement: Statement): readonly Step[] =>
  scope.steps.filter((step) => step.statement === statement);

/** Why ddlint says that the server refuses it; empty: it doesn't. */
export function refusals(scope: ReplayedMigration, statement: Statement): readonly string[] {
  const { start, end } = statement.span;
  // What the tool does with a text before it sends it isn't the server's to judge.
  const problems = scope.parsed.up?.problems ?? [];
  return [
    ...stepsOf(scope, statement)
      .filter(({ skipped }) => !skipped)
      .flatMap(({ failures, effects }) => [
        ...failures.filter(({ kind }) => kind !== "differs").map(failureText),
        ...(effects.fails === undefined ? [] : [effects.fails]),
      ]),
    ...problems.filter(({ span }) => span.start >= start && span.start <= end).map(({ message }) => message),
  ];
}

/** Findings in a statement that say that it fails. */
export function announcing(
  findings: readonly Finding[],
  script: Script,
  { span }: Statement,
): readonly Finding[] {
  const place = script.code === undefined ? { path: script.path, span } : placeOf(script.code.map, span);
  if (place === undefined) return [];
  const text = script.code === undefined ? script.text : script.code.source;
  const lines = indexLines(text);
  const [from, to] = [lines.position(place.span.start).line, lines.position(place.span.end).line];
  return findings.filter(
    ({ file, line, endLine, direction, message }) =>
      file === place.path && line <= to && endLine >= from && direction !== "down" && says.test(message),
  );
}

/** How messages say that the server refuses a statement. */
const says =
  /\bfails?\b|\brefuse|\brejects?\b|\bcan't run\b|\bexists already\b|\bdoesn't exist\b|\bsyntax error\b/;

/** The server's words without the names of this history. */
export const inGeneral = (message: string): string =>
  message
    .replace(/"[^"]*"/g, '"…"')
    .replace(/(['`])[^'`]*\1/g, "$1…$1")
    .replace(
      /\b(?:type|function|schema|column|relation) [\w.]+(?:\([^)]*\))?(?= (?:does|already|is))/g,
      (text) => `${text.split(" ")[0] ?? ""} …`,
    );

/** What the locks and rewrites of a statement that ran disagree in. */
export function lockDifferences(
  scope: ReplayedMigration,
  { statement, observed }: Run,
): {
  readonly differences: readonly Omit<Difference, "place">[];
  /** It locks an existing relation, or should. */
  readonly counts: boolean;
} {
  if (observed === undefined) return { differences: [], counts: false };
  const { heldBefore, held, rewritten, relations } = observed;
  const all = stepsOf(scope, statement);
  const steps = all.filter(({ skipped }) => !skipped);
  const said = new Map<string, LockMode>();
  for (const { relation, mode } of all.flatMap(({ effects }) => effects.locks))
    said.set(relation, strongest(said.get(relation) ?? mode, mode));
  const own = new Set(
    all.flatMap(({ table, before }) => (table === undefined ? [] : [before.resolve(table)])),
  );
  const isSkipped = all.length > 0 && steps.length === 0;
  const kind = `${kindText(statement)}${isSkipped ? " that does nothing" : ""}`;
  const mayDoLess = all.some(
    ({ operation }) =>
      operation.conditional === true ||
      onRows.has(operation.kind) ||
      // Of what isn't there, which isn't known.
      (operation.kind === "dropTrigger" && operation.ifExists),
  );
  const differences: Omit<Difference, "place">[] = [];
  for (const [name, relkind] of relations) {
    const before = heldBefore.get(name);
    const server = held.get(name);
    const mode = said.get(name);
    // Locks are held until the transaction ends: a weaker one than that shows nothing.
    const expected = mode === undefined ? before : strongest(before ?? mode, mode);
    if (expected === server || rank(server) < rank(before)) continue;
    if (mayDoLess && rank(server) < rank(expected)) continue;
    if (isBeyond(all, name) || (rank(server) > rank(expected) && mayReachFurther(all))) continue;
    const what = `${own.has(name) ? "its " : "another "}${kinds[relkind] ?? "relation"}`;
    differences.push({
      area: "lock",
      cause: `${kind}: ${server === before ? "no lock" : (server ?? "no lock")} on ${what}, not ${mode ?? "no lock"}`,
      detail: name,
    });
  }
  const isEmptied = steps.some(({ operation }) => operation.kind === "truncateTable");
  const saidRewrites = new Set(steps.flatMap(({ effects }) => effects.rewrites));
  const servers = new Set(isEmptied ? [] : rewritten);
  for (const name of new Set([...saidRewrites, ...servers])) {
    if (!relations.has(name) || saidRewrites.has(name) === servers.has(name)) continue;
    if ((mayDoLess && !servers.has(name)) || isBeyond(all, name)) continue;
    differences.push({
      area: "rewrite",
      cause: `${kind}: the table is ${servers.has(name) ? "" : "not "}rewritten`,
      detail: name,
    });
  }
  const locked = [...held].some(([name, mode]) => heldBefore.get(name) !== mode && !isBeyond(all, name));
  return { differences, counts: locked || said.size > 0 };
}

/** What they reach beyond their table (triggers, foreign keys, a function's body) they lock only where there are rows. */
const onRows: ReadonlySet<OperationKind> = new Set([
  "callFunction",
  "deleteRows",
  "insertRows",
  "selectRows",
  "updateRows",
]);

/** ddlint doesn't know what it reaches: it runs a text that is built when it runs, or changes what isn't known as a whole. */
const mayReachFurther = (steps: readonly Step[]): boolean =>
  steps.some(({ operation, before, table }) => {
    if (operation.kind === "executeDynamic" || operation.kind === "unknown") return true;
    if (operation.kind === "dropIndex") return before.index(operation.index).is === "unknown";
    const relation = table === undefined ? undefined : before.relation(table);
    return relation?.is === "unknown" || (relation?.is === "present" && !relation.value.complete);
  });

/** Something that ddlint can't follow has made it (partitions by EXECUTE): it knows at most its name. */
function isBeyond(steps: readonly Step[], name: string): boolean {
  const relation = steps[0]?.before.relation(name) ?? { is: "unknown" };
  return relation.is === "unknown" || (relation.is === "present" && relation.value.origin === undefined);
}

const rank = (mode: LockMode | undefined): number => (mode === undefined ? -1 : lockModes.indexOf(mode));

/** Of `pg_class.relkind`. */
const kinds: Readonly<Record<string, string>> = {
  r: "table",
  p: "partitioned table",
  v: "view",
  m: "materialized view",
  S: "sequence",
  f: "foreign table",
};

/** In words without the names of this history. */
export function schemaCause({ object, ours, servers }: SchemaDifference): string {
  const what = /^(?:materialized view|foreign table|\w+)/.exec(object)?.[0] ?? object;
  if (servers === undefined) return `${what}: ddlint has one that the server hasn't`;
  if (ours === undefined) return `${what}: the server has one that ddlint hasn't`;
  return `${what}: ${general(what, servers)}, not ${general(what, ours)}`;
}

const general = (what: string, text: string): string =>
  what === "column"
    ? text === ""
      ? "nothing"
      : text
    : text.replace(/\([^)]*\)/g, "(…)").replace(/\b[\w-]+\.[\w-]+/g, "…") || "nothing";
