/** The parts of a trigger's body that the rows of a statement reach. */
import type { ScriptToken } from "../tokens.ts";
import { isTrue, outcomesOf, wordOf, type Rows } from "./conditions-of-rows.ts";

/** Whether a place in the body is reached: for each row, for some, for none. */
type Reached = "all" | "some" | "none";

interface Branches {
  /** Around the IF or the loop. */
  readonly outer: Reached;
  /** What none of the branches so far has taken. */
  rest: Reached;
}

/** With them, a RETURN in front says nothing of what comes behind it. */
const jumps = /\bexception\s+when\b|\bend\s+case\b/i;
/** What a statement comes behind. */
const ahead = new Set(["", ";", "begin", "then", "else", "loop", "do"]);

/**
 * The body with blanks in place of what no such row reaches: behind a RETURN of all, and in branches for others.
 *
 * @param least `all`: also of what only some of them reach
 */
export function reachedIn(
  body: string,
  tokens: readonly ScriptToken[],
  rows: Rows,
  least: "all" | "some" = "some",
): string {
  if (jumps.test(body)) return body;
  const open: Branches[] = [];
  const parts: string[] = [];
  let [reached, end, cases]: [Reached, number, number] = ["all", 0, 0];
  let isLeft = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    const word = wordOf(token);
    const last = wordOf(tokens[at - 1]);
    const branches = open.at(-1);
    if (word === "case") cases++;
    else if (word === "end" && cases > 0) cases--;
    else if (cases > 0) {
      // `WHEN … THEN … ELSE …` of an expression.
    } else if (word === "end" && /^(?:if|loop|while|repeat)$/.test(wordOf(tokens[at + 1]))) {
      reached = open.pop()?.outer ?? reached;
      at++;
    } else if (word === "if" && ahead.has(last)) {
      const condition = conditionAt(tokens, at);
      if (condition !== undefined) {
        open.push({ outer: reached, rest: reached });
        reached = taken(open.at(-1), outcomesOf(condition, rows));
      }
    } else if (/^els(?:e)?if$/.test(word)) {
      reached = taken(branches, outcomesOf(conditionAt(tokens, at) ?? [], rows));
    } else if (word === "else" && branches !== undefined) {
      reached = branches.rest;
    } else if (/^(?:loop|while|repeat)$/.test(word) && (word === "loop" || ahead.has(last))) {
      // `WHILE … LOOP` has one END of its own.
      if (word === "loop" || isOfMysql(tokens, at)) {
        open.push({ outer: reached, rest: "none" });
        reached = reached === "none" ? "none" : "some";
      }
    } else if (word === "return" && reached === "all") isLeft = true;
    const isSeen = !isLeft && (reached === "all" || reached === least);
    const stop = wordOf(tokens[at]) === word ? token.end : (tokens[at]?.end ?? token.end);
    parts.push(body.slice(end, token.start), isSeen ? body.slice(token.start, stop) : " ");
    end = stop;
  }
  return parts.join("") + body.slice(end);
}

/** `WHILE … DO`, `REPEAT`. */
function isOfMysql(tokens: readonly ScriptToken[], at: number): boolean {
  if (wordOf(tokens[at]) === "repeat") return true;
  const stop = tokens.findIndex((token, i) => i > at && /^(?:do|loop|;)$/.test(wordOf(token)));
  return wordOf(tokens[stop]) === "do";
}

/** Between IF and THEN; undefined: it is no statement. */
function conditionAt(tokens: readonly ScriptToken[], at: number): readonly ScriptToken[] | undefined {
  let cases = 0;
  for (let i = at + 1; i < tokens.length; i++) {
    const word = wordOf(tokens[i]);
    if (word === "case") cases++;
    else if (word === "end") cases--;
    else if (word === ";") return undefined;
    else if (word === "then" && cases === 0) return tokens.slice(at + 1, i);
  }
  return undefined;
}

/** Whether the branch of such a condition is reached, of what the others have left. */
function taken(branches: Branches | undefined, outcomes: number): Reached {
  if (branches === undefined) return "some";
  const { rest } = branches;
  const canBe = (outcomes & isTrue) !== 0;
  const mustBe = outcomes === isTrue;
  if (mustBe) branches.rest = "none";
  else if (canBe && rest === "all") branches.rest = "some";
  return !canBe ? "none" : mustBe || rest === "none" ? rest : "some";
}
