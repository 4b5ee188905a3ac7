/** Bodies of routines: the statements in them, and whether they run at all, or often. */
import type { QueryFacts } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Cursor } from "../cursor.ts";

/** Lowers one statement: all tokens of the cursor. */
export type Lower = (c: Cursor) => readonly Operation[];

/** `caught`: what fails in it is passed over; `asked`: a branch that depends on what the catalog says. */
type Block = "begin" | "caught" | "branch" | "asked" | "loop";

const loops = new Set(["loop", "repeat", "while", "for"]);
const closers = ["if", "case", "loop", "repeat", "while", "for"];
/** Statements of the language itself; they end with their `;`. */
const control = new Set([
  "declare",
  "return",
  "leave",
  "iterate",
  "open",
  "fetch",
  "close",
  "signal",
  "resignal",
  "get",
]);

export function readBody(c: Cursor, lower: Lower): Operation[] {
  const operations: Operation[] = [];
  const blocks: Block[] = [];
  let bodyStatement = 0;
  const asking = catalogReader();
  while (!c.done) {
    const word = c.word();
    if (word === ";" || word === "else") c.at++;
    else if (c.isName() && c.word(1) === ":") c.at += 2;
    else if (word === "begin") {
      c.at++;
      c.take("not", "atomic");
      blocks.push("begin");
    } else if (word === "end") {
      c.at++;
      c.takeOne(...closers);
      if (c.isName()) c.at++;
      blocks.pop();
    } else if (word === "if") {
      const from = c.at;
      behind(c, "then");
      blocks.push(asking.asks(c.part(from, c.at)) ? "asked" : "branch");
    } else if (word === "elseif" || word === "when") behind(c, "then");
    else if (word === "case") {
      blocks.push("branch");
      c.at++;
      c.skipTo("when");
    } else if (loops.has(word) && !(word === "repeat" && c.word(1) === "(")) {
      blocks.push("loop");
      if (word === "while" || word === "for") behind(c, "do");
      else c.at++;
    } else if (word === "until") c.skipTo("end");
    else if (word === "declare" && c.word(2) === "handler") {
      if (handlesErrors(c)) blocks.splice(-1, 1, "caught");
      c.skipTo("begin", ";");
      // The block of a handler runs where something has failed.
      if (c.take("begin")) blocks.push("branch");
    } else if (control.has(word) && !isCursor(c)) c.skipTo(";");
    else {
      if (word === "declare") behind(c, "for");
      const from = c.at;
      c.skipTo(";");
      const asked = blocks.includes("asked") ? true : undefined;
      const conditional =
        asked ?? (blocks.includes("branch") || blocks.includes("caught") ? true : undefined);
      const repeated = blocks.includes("loop") ? true : undefined;
      const part = c.part(from, c.at);
      asking.read(part);
      bodyStatement++;
      for (const op of lower(part))
        operations.push({
          ...op,
          bodyStatement,
          conditional: conditional ?? op.conditional,
          asked: asked ?? op.asked,
          repeated: repeated ?? op.repeated,
        });
    }
  }
  return operations;
}

/** Follows which variables of a body get their values from the catalog: `SELECT COUNT(*) INTO n FROM information_schema.columns …`. */
function catalogReader(): { asks(c: Cursor): boolean; read(c: Cursor): void } {
  const variables = new Set<string>();
  const wordsOf = (c: Cursor): readonly string[] =>
    c.tokens.slice(c.at, c.end).flatMap(({ kind, value }) => (kind === "string" ? [] : value.toLowerCase()));
  const asks = (c: Cursor): boolean =>
    wordsOf(c).some((word) => word === "information_schema" || variables.has(word));
  return {
    asks,
    read(c) {
      if (!c.is("set") && !c.is("select")) return;
      const words = wordsOf(c);
      const name = c.is("set") ? words[1] : words[words.indexOf("into") + 1];
      if (name === undefined || !(c.is("set") || words.includes("into"))) return;
      if (asks(c)) variables.add(name);
      else variables.delete(name);
    },
  };
}

/** DECLARE … HANDLER FOR errors; one for NOT FOUND ends the loop over a cursor, one for warnings hides no failure. */
function handlesErrors(c: Cursor): boolean {
  c.skipTo("for", ";");
  c.take("for");
  return !c.is("not") && !c.is("sqlwarning");
}

/** DECLARE … CURSOR FOR SELECT …: the rows that a loop goes through. */
const isCursor = (c: Cursor): boolean => c.is("declare") && c.word(2) === "cursor";

function behind(c: Cursor, word: string): void {
  c.skipTo(word, ";");
  c.take(word);
}

/** What the statements of a body read and write. */
export function usesOf(operations: readonly Operation[]): QueryFacts {
  const relations: QualifiedName[] = [];
  const functions: QualifiedName[] = [];
  const columns: QueryFacts["columns"][number][] = [];
  for (const op of operations) {
    if ("table" in op && op.table !== undefined) relations.push(op.table);
    if (op.kind === "callFunction") functions.push(op.function);
    const query = "query" in op ? op.query : undefined;
    relations.push(...(query?.relations ?? []));
    functions.push(...(query?.functions ?? []));
    columns.push(...(query?.columns ?? []));
  }
  return { relations, functions, columns, stars: [], limited: false };
}
