/** Whether a changeset runs on a database: its `dbms`, contexts, labels and preconditions, as far as these say it. */
import type { ChangelogNode } from "../../model/changelog.ts";
import { dialectWord } from "../../model/database-words.ts";
import type { Database } from "../../model/dialect.ts";
import { nameMeantBy, namesIn } from "./short-names.ts";

/** `maybe`: that depends on how it is started, or on what is in the database. */
export type Selected = "yes" | "no" | "maybe";

const not = (one: Selected): Selected => (one === "maybe" ? one : one === "yes" ? "no" : "yes");
export const both = (all: readonly Selected[]): Selected =>
  all.includes("no") ? "no" : all.includes("maybe") ? "maybe" : "yes";
const either = (all: readonly Selected[]): Selected =>
  all.includes("yes") ? "yes" : all.includes("maybe") ? "maybe" : "no";

/** `postgresql,h2` and `!h2`: those for other databases aren't run. A word that isn't known may mean this one. */
export function isFor(dbms: string | undefined, dialect: Database): boolean {
  const names = namesIn(dbms);
  if (names.includes("all")) return true;
  const is = (name: string, unknown?: Database): boolean =>
    nameMeantBy(name) === undefined && (dialectWord(name) ?? unknown) === dialect;
  if (names.some((name) => name.startsWith("!") && is(name.slice(1).trim()))) return false;
  const listed = names.filter((name) => !name.startsWith("!"));
  return listed.length === 0 || listed.some((name) => is(name, dialect));
}

/** Words for what isn't meant for production. */
const trial =
  /^(?:(?:\w+[-_]?)?tests?|testing|dev|development|demo|sample|faker|local|e2e|it|ci|(?:dev|test|demo|sample)[-_]?data)$/;

/**
 * `test or !prod and mysql`: without contexts Liquibase runs all; a word that names a database is taken for it, and
 * one for trials may not be given.
 */
export function inContext(expression: string, dialect: Database): Selected {
  const words = expression.toLowerCase().match(/[(),!]|[^\s(),!]+/g) ?? [];
  let at = 0;
  let depth = 0;
  const one = (): Selected => {
    const word = words[at++];
    if (word === "!" || word === "not") return not(one());
    if (word === "(" && depth < 50) {
      depth++;
      const inner = any();
      depth--;
      if (words[at] === ")") at++;
      return inner;
    }
    const named = word === undefined ? undefined : dialectWord(word);
    if (named !== undefined) return named === dialect ? "yes" : "no";
    return word !== undefined && trial.test(word) ? "maybe" : "yes";
  };
  const negated = (): Selected => {
    // What is not to run in some context runs where none is given.
    const isNegation = words[at] === "!" || words[at] === "not";
    const isNamed = isNegation && dialectWord(words[at + 1] ?? "") !== undefined;
    const found = one();
    return isNegation && !isNamed ? "yes" : found;
  };
  const all = (): Selected => {
    const found = [negated()];
    while (words[at] === "and") {
      at++;
      found.push(negated());
    }
    return both(found);
  };
  const any = (): Selected => {
    const found = [all()];
    while (words[at] === "or" || words[at] === ",") {
      at++;
      found.push(all());
    }
    return either(found);
  };
  return words.length === 0 ? "yes" : any();
}

/** What the conditions of `preConditions` say of the database alone. */
export function suits(conditions: ChangelogNode, dialect: Database): Selected {
  const of = (node: ChangelogNode): Selected => {
    if (node.name === "dbms") return isFor(node.attributes.get("type")?.value, dialect) ? "yes" : "no";
    if (node.name === "and") return both(node.children.map(of));
    if (node.name === "or") return either(node.children.map(of));
    if (node.name === "not") return not(both(node.children.map(of)));
    return "maybe";
  };
  return both(conditions.children.map(of));
}
