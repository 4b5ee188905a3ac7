/** Conditions that ask the database whether a table or column is there: `await knex.schema.hasColumn("a", "b")`. */
import type { Ask } from "../../model/operations/base.ts";
import { evaluate, type Reader } from "./evaluate.ts";
import { alwaysReturns, type Flow } from "./flow.ts";
import type { Scope } from "./scope.ts";
import { bare, child, type Tree } from "./tree.ts";
import { textOf, type ChainValue, type Link, type Value } from "./value.ts";

const questions = /^has(?:Table|Column)$/;

/** What the condition asks, if that is all of it. */
export function askedBy(file: Reader, given: Tree, scope: Scope): Ask | undefined {
  const tree = bare(given);
  if (tree.type === "UnaryExpression" && tree["operator"] === "!") {
    const argument = child(tree, "argument");
    const inner = argument === undefined ? undefined : askedBy(file, argument, scope);
    return inner && { ...inner, there: !inner.there };
  }
  const value = evaluate(file, tree, scope);
  const link = value.is === "chain" ? value.links.at(-1) : undefined;
  if (value.is !== "chain" || value.root.is !== "handle" || link?.values === undefined) return undefined;
  const names = link.values.map(textOf);
  const [table, column] = names;
  const count = link.name === "hasTable" ? 1 : link.name === "hasColumn" ? 2 : 0;
  // A name with a dot may be one with a schema.
  if (table === undefined || names.length !== count || /[."`]/.test(table)) return undefined;
  if (count === 2 && column === undefined) return undefined;
  return { table, column: count === 2 ? column : undefined, there: true, at: String(value.at.start) };
}

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
  return behindAsked(flow, test !== undefined && isAll ? askedBy(file, test, scope) : undefined, false);
}

/** Behind a condition that asks this, if it is known what all conditions around it ask. */
export function behindAsked(flow: Flow, ask: Ask | undefined, there: boolean): Flow {
  const around = flow.conditional ? flow.asks : [];
  if (ask === undefined || around === undefined) return perhaps(flow);
  return {
    ...flow,
    conditional: true,
    asks: [...around, { ...ask, there: ask.there === there, at: `${ask.at} ${flow.inCall ?? ""}` }],
  };
}
