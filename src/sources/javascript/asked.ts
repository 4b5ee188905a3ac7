/** Conditions that ask the database whether a table or column is there: `await knex.schema.hasColumn("a", "b")`. */
import type { Ask } from "../../model/operations/base.ts";
import { evaluate, type Reader } from "./evaluate.ts";
import { alwaysReturns, type Flow } from "./flow.ts";
import type { Scope } from "./scope.ts";
import { bare, child, type Tree } from "./tree.ts";
import { textOf, type ChainValue, type Link, type Value } from "./value.ts";

const questions = /^has(?:Table|Column)$/;

/** What the database has answered where the condition is true, or where it is false, if that is all that is known by it. */
export function askedBy(file: Reader, given: Tree, scope: Scope, holds: boolean): readonly Ask[] | undefined {
  const tree = bare(given);
  if (tree.type === "UnaryExpression" && tree["operator"] === "!") {
    const argument = child(tree, "argument");
    return argument && askedBy(file, argument, scope, !holds);
  }
  if (tree.type === "LogicalExpression" && tree["operator"] === (holds ? "&&" : "||")) {
    const sides = [child(tree, "left"), child(tree, "right")].map(
      (side) => side && askedBy(file, side, scope, holds),
    );
    return sides.includes(undefined) ? undefined : sides.flatMap((side) => side ?? []);
  }
  const value = evaluate(file, tree, scope);
  const ask = value.is === "chain" ? (questionIn(value) ?? listedIn(file, value)) : undefined;
  return ask && [{ ...ask, there: holds }];
}

type Question = Omit<Ask, "there">;

/** `knex.schema.hasColumn("a", "b")` */
function questionIn({ root, links }: ChainValue): Question | undefined {
  const link = links.at(-1);
  if (root.is !== "handle" || link?.values === undefined) return undefined;
  const names = link.values.map(textOf);
  const [table, column] = names;
  const count = link.name === "hasTable" ? 1 : link.name === "hasColumn" ? 2 : 0;
  // A name with a dot may be one with a schema.
  if (table === undefined || names.length !== count || /[."`]/.test(table)) return undefined;
  if (count === 2 && column === undefined) return undefined;
  // The answer is kept where the question stands, whatever is named after it.
  return { table, column: count === 2 ? column : undefined, at: String(link.at.start) };
}

/**
 * A list of columns that the catalog has given, `columns.rows.map((row) => row.column_name).includes("b")`: it says what
 * there was when it was read.
 */
function listedIn(file: Reader, given: ChainValue): Question | undefined {
  const links: Link[] = [];
  let chain: Value = given;
  for (; chain.is === "chain"; chain = chain.root) links.unshift(...chain.links);
  if (chain.is !== "handle") return undefined;
  const from = links.findIndex(({ values }) => columnsOf.test(textOf(values?.[0]) ?? ""));
  const [read, ...behind] = links.slice(Math.max(from, 0));
  const [last, ...before] = behind.reverse();
  const column = last?.values?.length === 1 ? textOf(last.values[0]) : undefined;
  const { table, schema } = columnsOf.exec(textOf(read?.values?.[0]) ?? "")?.groups ?? {};
  if (read === undefined || table === undefined || last?.name !== "includes" || column === undefined)
    return undefined;
  const isOfNames = before.some(({ name, trees: [made] }) => {
    return (
      name === "map" && made !== undefined && /\bcolumn_name\b/i.test(file.text.slice(made.start, made.end))
    );
  });
  const isList = isOfNames && before.every(({ name }) => /^(?:map|rows|0)$/.test(name));
  return isList ? { schema, table, column, at: String(read.at.start) } : undefined;
}

const columnsOf =
  /^\s*select\s+column_name\s+from\s+information_schema\.columns\s+where\s+(?:table_schema\s*=\s*(?:'(?<schema>\w+)'|\w+\(\))\s+and\s+)?table_name\s*=\s*'(?<table>\w+)'(?:\s+and\s+table_schema\s*=\s*(?:'public'|\w+\(\)))?\s*;?\s*$/i;

/** What `then` hands to its callback, if that is the answer of the database. */
export function answerFor(chain: ChainValue, link: Link): readonly Value[] {
  const links = chain.links.slice(0, chain.links.indexOf(link));
  const isAnswer = link.name === "then" && questions.test(links.at(-1)?.name ?? "");
  return isAnswer ? [{ ...chain, links }] : [];
}

/** Behind a condition of which no more is known. */
export const perhaps = (flow: Flow): Flow => ({ ...flow, conditional: true, asks: undefined });

/** Behind `if (…) return;`, which may have been the end. */
export function unlessLeft(file: Reader, statement: Tree, scope: Scope, flow: Flow): Flow {
  const test = child(statement, "test");
  const isAll = child(statement, "alternate") === undefined && alwaysReturns(child(statement, "consequent"));
  return behindAsked(flow, test !== undefined && isAll ? askedBy(file, test, scope, false) : undefined);
}

/** Behind a condition that asks this, if it is known what all conditions around it ask. */
export function behindAsked(flow: Flow, asks: readonly Ask[] | undefined): Flow {
  const around = flow.conditional ? flow.asks : [];
  if (asks === undefined || around === undefined) return perhaps(flow);
  const own = asks.map((ask) => ({ ...ask, at: `${ask.at} ${flow.inCall ?? ""}` }));
  return { ...flow, conditional: true, asks: [...around, ...own] };
}
