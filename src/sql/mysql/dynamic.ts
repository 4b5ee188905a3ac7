/**
 * PREPARE and EXECUTE. A text that is known (a literal, a variable set to one, `IF(…, 'a', 'b')`, `CONCAT` of literals) is
 * read where it stands; of any other EXECUTE gives `executeDynamic`, with what it does as far as only names are unknown.
 */
import type { Operation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import { createHoles, type Holes } from "../holes.ts";
import { symbol, type Cursor, type Source } from "./cursor.ts";
import type { Token } from "./lexer.ts";
import { utility } from "./lower/drop.ts";

/** One text that may be run. */
interface Text {
  /** The literals that it is put together from. */
  readonly literals: readonly Token[];
  /** Only one of several. */
  readonly conditional: boolean;
  /** Which of them depends on what the catalog says: the literals of the question, in lower case. */
  readonly asked?: ReadonlySet<string> | undefined;
  /** Some of the literals are names that stand for what isn't known. */
  readonly holes?: true | undefined;
}

interface Known {
  readonly texts: readonly Text[];
  /** The constant first part of a text that isn't known. */
  readonly prefix?: string | undefined;
  /** All that may be run is in `texts`, and known. */
  readonly whole: boolean;
}

/** A variable that is put together from itself doubles with each SET: longer texts are taken as not known. */
const mostTexts = 64;
const mostLiterals = 200;
const longestText = 1_000_000;

const isBounded = ({ texts, prefix = "" }: Known): boolean =>
  texts.length <= mostTexts &&
  prefix.length <= longestText &&
  texts.every(
    ({ literals }) =>
      literals.length <= mostLiterals &&
      literals.reduce((sum, { value }) => sum + value.length, 0) <= longestText,
  );

/** Reads the statements of a text that stands in (or is made of) a literal. */
export type ReadText = (source: Pick<Source, "text" | "options">, span: Span) => readonly Operation[];

export class Dynamics {
  private readonly variables = new Map<string, Known>();
  private readonly statements = new Map<string, Known>();
  /** Variables whose values come from the catalog, with the literals of the question. */
  private readonly asking = new Map<string, ReadonlySet<string>>();
  /** The same of this statement. */
  private question: () => ReadonlySet<string> | undefined = () => undefined;
  private readonly read: ReadText;
  private readonly holes: Holes;

  /** @param names gets every name that stands for what isn't known, with what findings show for it */
  constructor(read: ReadText, names: Map<string, string>) {
    this.read = read;
    this.holes = createHoles(names);
  }

  /** Undefined: the statement is none of these (the cursor stays), or one that others read as well. */
  statement(c: Cursor): Operation[] | undefined {
    const start = c.at;
    const { at, end } = c;
    this.question = once(() => this.asked(c.tokens.slice(at, end)));
    if (c.is("set") && c.peek(1)?.kind === "variable") {
      this.assign(c.part(c.at + 1, c.end));
      return undefined;
    }
    if (c.is("select") && c.tokens.some(({ kind, value }) => kind === "variable" && value.startsWith("@"))) {
      this.select(c.part(c.at + 1, c.end));
      return undefined;
    }
    if (c.take("prepare")) {
      const name = c.name()?.text;
      if (name === undefined || !c.take("from")) {
        c.at = start;
        return undefined;
      }
      this.statements.set(name, this.value(c));
      return [utility(c, start, "PREPARE")];
    }
    if (c.is("deallocate")) return [utility(c, start, "DEALLOCATE")];
    if (!c.take("execute")) return undefined;
    const known = c.take("immediate") ? this.value(c) : this.statements.get(c.name()?.text ?? "");
    c.at = c.end;
    const span = c.span(start);
    const operations = (known?.texts ?? []).flatMap((text) => this.run(c, text, span));
    const rest: Operation = { kind: "executeDynamic", span, head: span, prefix: known?.prefix };
    if (known?.whole !== true) operations.push(rest);
    return operations.length === 0 ? [utility(c, start, "EXECUTE")] : operations;
  }

  private run(c: Cursor, { literals, conditional, asked, holes }: Text, span: Span): Operation[] {
    const [only] = literals;
    if (only === undefined) return [];
    const inner = { start: only.start + 1, end: only.end - 1 };
    const isPlain = holes !== true && literals.length === 1 && c.textOf(inner) === only.value;
    const operations = isPlain
      ? this.read(c.source, inner)
      : relocated(
          this.read(
            { text: literals.map(({ value }) => value).join(""), options: c.source.options },
            { start: 0, end: Infinity },
          ),
          span,
        );
    if (holes === true && operations.some(({ kind }) => kind === "unknown")) return [];
    return operations
      .filter((op) => op.kind !== "selectRows")
      .map((op) => ({
        ...op,
        span,
        head: span,
        called: true,
        unnamed: holes,
        conditional: (conditional && !isAskedFor(op, asked)) || op.conditional === true ? true : undefined,
        asked: asked === undefined ? op.asked : true,
      }));
  }

  private asked(tokens: readonly Token[]): ReadonlySet<string> | undefined {
    const asks = tokens.some(({ kind, value }) => kind !== "string" && value.toLowerCase() === catalog);
    const own = tokens.flatMap(({ kind, value }) => (kind === "string" ? [value.toLowerCase()] : []));
    const others = tokens.flatMap(({ kind, value }) => {
      const question = kind === "variable" ? this.asking.get(value.toLowerCase()) : undefined;
      return question === undefined ? [] : [question];
    });
    if (!asks && others.length === 0) return undefined;
    return new Set([...(asks ? own : []), ...others.flatMap((one) => [...one])]);
  }

  private set(variable: Token, value: Cursor): void {
    const name = variable.value.toLowerCase();
    this.variables.set(name, this.value(value));
    const question = this.question();
    if (question === undefined) this.asking.delete(name);
    else this.asking.set(name, question);
  }

  /** `@a = …, @b = …` */
  private assign(c: Cursor): void {
    for (const part of c.list()) {
      const variable = part.next();
      if (variable?.kind !== "variable" || part.takeOne("=", ":=") === undefined) continue;
      this.set(variable, part);
    }
  }

  /** `SELECT … INTO @s FROM …`, `SELECT @s := …` */
  private select(c: Cursor): void {
    const from = c.at;
    if (c.peek()?.kind === "variable" && c.word(1) === ":=") {
      this.assign(c);
      return;
    }
    c.skipTo("into", "from");
    const list = c.part(from, c.at);
    c.skipTo("into");
    const variable = c.peek(1);
    if (c.word() === "into" && variable?.kind === "variable") this.set(variable, list);
  }

  private value(c: Cursor): Known {
    const known = this.written(c);
    return isBounded(known) ? known : unknown;
  }

  private written(c: Cursor): Known {
    let at = c.part(c.at, c.end);
    for (;;) {
      if (at.word() === "(" && at.closing() === at.end) at = at.part(at.at + 1, at.end - 1);
      else if (at.is("select")) {
        const from = at.at + 1;
        at.skipTo("from", "limit", "where");
        at = at.part(from, at.at);
      } else break;
    }
    const [first] = at.tokens.slice(at.at, at.end);
    if (first === undefined) return unknown;
    const length = at.end - at.at;
    if (first.kind === "variable" && length === 1)
      return this.variables.get(first.value.toLowerCase()) ?? unknown;
    const tokens = at.tokens.slice(at.at, at.end);
    if (tokens.every(({ kind }) => kind === "string"))
      return { texts: [{ literals: tokens, conditional: false }], whole: true };
    if (length === 1 && symbol(first) === "null") return { texts: [], whole: true };
    const name = symbol(first);
    if (at.word(1) !== "(" || at.closing(at.at + 1) !== at.end) return unknown;
    at.at++;
    const values = at.parenthesised()?.list() ?? [];
    if (name === "concat") {
      const parts = values.map((part) => this.value(part));
      const literals = parts.map(({ texts }) =>
        texts.length === 1 && texts[0]?.conditional === false ? texts[0] : undefined,
      );
      const known = parts.findIndex(({ whole }, i) => !whole || literals[i] === undefined);
      const text = literals.flatMap((one, i) => one?.literals ?? [this.hole(values[i])]);
      if (known === -1) return { texts: [{ literals: text, conditional: false }], whole: true };
      const prefix = text.slice(0, literals.slice(0, known).flatMap((one) => one?.literals ?? []).length);
      return {
        texts: prefix.length === 0 ? [] : [{ literals: text, conditional: false, holes: true }],
        prefix: prefix.map(({ value }) => value).join("") || undefined,
        whole: false,
      };
    }
    if ((name === "if" && values.length === 3) || (name === "ifnull" && values.length === 2)) {
      const branches = values.slice(name === "if" ? 1 : 0).map((part) => this.value(part));
      const asked = name === "if" ? this.question() : undefined;
      return {
        texts: branches.flatMap(({ texts }) =>
          texts.map((text) => ({ ...text, conditional: true, asked: text.asked ?? asked })),
        ),
        prefix: branches.find(({ prefix }) => prefix !== undefined)?.prefix,
        whole: branches.every(({ whole }) => whole),
      };
    }
    return unknown;
  }

  private hole(value: Cursor | undefined): Token {
    const span = value?.span(value.at, value.end) ?? { start: 0, end: 0 };
    return { kind: "string", ...span, value: this.holes.nameOf(value?.textOf(span) ?? "") };
  }
}

const unknown: Known = { texts: [], whole: false };
/** Few statements are asked. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const catalog = "information_schema";

/** A DROP of what the question names: it runs wherever that is there. */
function isAskedFor(op: Operation, asked: ReadonlySet<string> | undefined): boolean {
  const name =
    op.kind === "dropColumn" ? op.column.text : op.kind === "dropIndex" ? op.index.name : undefined;
  return name !== undefined && asked?.has(name.toLowerCase()) === true;
}

/** Every place becomes that of the statement which runs the text. */
function relocated(operations: readonly Operation[], span: Span): readonly Operation[] {
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move);
    if (typeof value !== "object" || value === null) return value;
    if ("start" in value && "end" in value) return span;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, key === "afterKeyword" ? span.end : move(child)]),
    );
  };
  // `move` keeps the shape of what it is given.
  return move(operations) as readonly Operation[];
}
