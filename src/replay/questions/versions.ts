/** What the server that the project states is too old for, or known to do wrong. */
import { functionsSince } from "../../effects/postgres/functions-since.ts";
import type { DialectFamily } from "../../model/dialect.ts";
import type { Expression } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import type { ColumnDefinition, Operation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import type { ReplayFacts } from "../replay-facts.ts";
import { serverIs } from "./mysql/server.ts";
import type { Step } from "../step.ts";

export interface Unsupported {
  readonly at: Span;
  /** `fails`: the server refuses it; `corrupts`: it does it wrongly; `ignores`: it does nothing. */
  readonly how: "fails" | "corrupts" | "ignores";
  /** As the project states it: `PostgreSQL 14`, `MySQL 5.7.42`. */
  readonly server: string;
  /** The first version that does it right. */
  readonly needs: string;
  /** In the server's words; MySQL: those of the statement. */
  readonly reason: string;
}

/** See `Step.unsupported`. */
export function unsupported(step: Step, facts: ReplayFacts): readonly Unsupported[] {
  if (facts.versionStated !== true) return [];
  return unsupportedBy[step.before.family](step, facts);
}

const unsupportedBy: Readonly<
  Record<DialectFamily, (step: Step, facts: ReplayFacts) => readonly Unsupported[]>
> = { postgres: unsupportedByPostgres, mysql: unsupportedByMysql, mongodb: () => [] };

function unsupportedByPostgres(step: Step, facts: ReplayFacts): readonly Unsupported[] {
  const { operation, effects } = step;
  const { serverVersion, serverMinor } = facts;
  const server =
    "PostgreSQL " + (serverMinor === undefined ? String(serverVersion) : `${serverVersion}.${serverMinor}`);
  const found: Unsupported[] = [];
  if (effects.fails !== undefined && effects.needsVersion !== undefined)
    found.push({
      at: operation.head,
      how: "fails",
      server,
      needs: String(effects.needsVersion),
      reason: effects.fails,
    });
  for (const { name, text, span } of callsOf(operation)) {
    const since = functionsSince.get(name);
    if (since === undefined || since <= serverVersion || !isBuiltIn(step, name)) continue;
    const reason = `function ${text} does not exist`;
    found.push({ at: span, how: "fails", server, needs: String(since), reason });
  }
  if (serverVersion === 14 && serverMinor !== undefined && serverMinor < 4 && buildsConcurrently(operation))
    found.push({ at: operation.head, how: "corrupts", server, needs: "14.4", reason: "" });
  return found;
}

function unsupportedByMysql(step: Step, facts: ReplayFacts): readonly Unsupported[] {
  const { operation, effects, mysql } = step;
  const at = operation.head;
  const server = `${mysql.product()} ${(facts.release ?? []).join(".")}`;
  // Those inside of CREATE TABLE are told as a part of it.
  if (effects.needs !== undefined)
    return [{ at, how: "fails", server, needs: effects.needs.release, reason: effects.needs.words }];
  if (operation.kind === "addCheck" && ignoresChecks(step, facts))
    return [{ at, how: "ignores", server, needs: "8.0.16", reason: "" }];
  return [];
}

/** It reads them and does nothing about it; MariaDB's that did are long gone. */
const ignoresChecks = (step: Step, facts: ReplayFacts): boolean =>
  serverIs(step, facts, "mysql", undefined, "8.0.16");

/** Neither the history nor, as far as it tells, anybody else has made a function of that name. */
const isBuiltIn = ({ before, scope }: Step, name: string): boolean =>
  (before.closed || scope.first) &&
  before.searchPath.every((schema) => before.routines(`${schema}.${name}`).is !== "present");

const buildsConcurrently = (operation: Operation): boolean =>
  (operation.kind === "createIndex" || operation.kind === "reindex") && operation.concurrently;

/** Functions without a schema that run, or are looked up, now. */
function callsOf(operation: Operation): readonly QualifiedName[] {
  const calls: QualifiedName[] = [];
  const add = (part: Pick<Expression, "functions"> | undefined): void => {
    if (part !== undefined) calls.push(...part.functions);
  };
  const ofColumn = ({ default: value, generated }: ColumnDefinition): void => {
    add(value);
    add(generated?.expression);
  };
  if ("query" in operation) add(operation.query);
  if ("expression" in operation) add(operation.expression);
  if ("using" in operation && typeof operation.using === "object") add(operation.using);
  if (operation.kind === "addColumn") ofColumn(operation.column);
  if (operation.kind === "createTable") operation.columns.forEach(ofColumn);
  if (operation.kind === "createIndex") {
    for (const { expression } of operation.elements) add(expression);
    add(operation.where);
  }
  return calls.filter(({ schema }) => schema === undefined);
}
