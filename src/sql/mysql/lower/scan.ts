/**
 * Reads expressions for their facts: columns, functions, sub-selects, which are left for query.ts. Takes any tokens;
 * never fails.
 */
import type { QualifiedName } from "../../../model/names.ts";
import { Cursor, nameOf, raw } from "../cursor.ts";
import type { Facts, Scope } from "./gathered.ts";
import { bareFunctions, syntax } from "./functions.ts";

/** Words that stand before a parenthesis without being called. */
const notCalled: ReadonlySet<string> = new Set([...syntax].filter((word) => word !== "mod"));
const units = new Set(
  `microsecond second minute hour day week month quarter year second_microsecond minute_microsecond minute_second
  hour_microsecond hour_second hour_minute day_microsecond day_second day_minute day_hour year_month`.split(
    /\s+/,
  ),
);
/** Functions whose first argument begins with a word of syntax: `EXTRACT(YEAR FROM d)`. */
const leadingWord = new Set(["extract", "timestampadd", "timestampdiff", "get_format", "trim"]);
const trims = new Set(["leading", "trailing", "both"]);

/** Does a query begin `ahead` of the cursor? */
export function startsQuery(c: Cursor, ahead = 0): boolean {
  let i = ahead;
  // Nobody writes more of them.
  while (c.word(i) === "(" && i < ahead + 30) i++;
  const word = c.word(i);
  return (
    word === "select" ||
    word === "with" ||
    (word === "values" && c.word(i + 1) !== "(") ||
    (word === "table" && c.isName(i + 1))
  );
}

export function scanExpression(c: Cursor, scope: Scope, facts: Facts): void {
  /** An INTERVAL waits for its unit. */
  let interval = false;
  while (!c.done) {
    const token = c.peek();
    if (token === undefined) return;
    const word = c.word();
    if (word === "(") {
      if (startsQuery(c, 1)) {
        const inner = c.parenthesised();
        facts.subquery = true;
        if (inner !== undefined) facts.pending.push({ query: inner, scope });
      } else c.at++;
      continue;
    }
    if (token.kind === "word") {
      if (interval && units.has(word) && c.word(1) !== "(") {
        interval = false;
        c.at++;
        continue;
      }
      if (word === "interval" && c.word(1) !== ",") interval = true;
      if (word === "collate" || word === "over") {
        c.at++;
        if (c.word() !== "(") c.at++;
        else if (word === "over") window(c.parenthesised(), scope, facts);
        continue;
      }
      if (word === "against") {
        c.at++;
        c.parenthesised();
        continue;
      }
      if (word.startsWith("_") && c.peek(1)?.kind === "string") {
        c.at += 2;
        continue;
      }
      if (word === "next" && c.is("next", "value", "for")) {
        c.at += 3;
        c.objectName();
        continue;
      }
      if (c.word(1) === "(" && !notCalled.has(word)) {
        call(c, scope, facts);
        continue;
      }
      if (bareFunctions.has(word) && c.word(1) !== ".") {
        facts.function({ name: word, text: word, span: c.span(c.at, c.at + 1) });
        c.at++;
        continue;
      }
      if (syntax.has(word) && c.word(1) !== ".") {
        c.at++;
        continue;
      }
    } else if (token.kind === "quoted") {
      if (c.word(1) === "(") {
        call(c, scope, facts);
        continue;
      }
    } else {
      c.at++;
      continue;
    }
    reference(c, scope, facts);
  }
}

/** `PARTITION BY a ORDER BY b ROWS BETWEEN …` */
function window(c: Cursor | undefined, scope: Scope, facts: Facts): void {
  if (c === undefined) return;
  c.take("partition");
  const from = c.at;
  c.skipTo("rows", "range", "groups");
  scanExpression(c.part(from, c.at), scope, facts);
}

function call(c: Cursor, scope: Scope, facts: Facts): void {
  const token = c.next();
  if (token === undefined) return;
  const name = nameOf(token, c.source);
  facts.function({ name: name.text, text: name.written ?? name.text, span: name.span });
  const inner = c.parenthesised();
  if (inner === undefined) return;
  if (
    leadingWord.has(name.text) &&
    inner.peek()?.kind === "word" &&
    (name.text !== "trim" || trims.has(inner.word()))
  )
    inner.at++;
  if (
    name.text === "cast" ||
    name.text === "convert" ||
    name.text === "json_value" ||
    name.text === "weight_string"
  ) {
    const from = inner.at;
    inner.skipTo(...(name.text === "convert" ? [",", "using"] : ["as", "returning"]));
    scanExpression(inner.part(from, inner.at), scope, facts);
    return;
  }
  if (name.text === "char") {
    const from = inner.at;
    inner.skipTo("using");
    scanExpression(inner.part(from, inner.at), scope, facts);
    return;
  }
  scanExpression(inner, scope, facts);
}

/** `c`, `t.c`, `db.t.c`, `t.*`, `db.f(…)`. */
function reference(c: Cursor, scope: Scope, facts: Facts): void {
  const first = c.at;
  const parts = [c.next()];
  while (c.word() === "." && parts.length < 3) {
    if (c.word(1) === "*") {
      c.at += 2;
      facts.star(qualifierOf(c, parts, first), scope);
      return;
    }
    if (!c.isName(1)) break;
    c.at++;
    parts.push(c.next());
  }
  const last = parts.at(-1);
  if (last === undefined) return;
  if (c.word() === "(" && parts.length > 1) {
    const schema = parts[0] === undefined ? undefined : raw(parts[0], c.source);
    const name = nameOf(last, c.source).text;
    facts.function({ schema, name, text: `${schema ?? ""}.${name}`, span: c.span(first) });
    return;
  }
  // A template's placeholder may be anything, and a variable hides a column.
  if (
    parts.length === 1 &&
    (last.placeholder === true || c.source.variables?.has(last.value.toLowerCase()) === true)
  )
    return;
  facts.column(nameOf(last, c.source), c.span(first), qualifierOf(c, parts.slice(0, -1), first), scope);
}

function qualifierOf(
  c: Cursor,
  parts: readonly (Cursor["tokens"][number] | undefined)[],
  first: number,
): QualifiedName | undefined {
  const written = parts.flatMap((part) => (part === undefined ? [] : raw(part, c.source)));
  const name = written.at(-1);
  if (name === undefined) return undefined;
  return { schema: written.at(-2), name, text: written.join("."), span: c.span(first, first + 1) };
}
