/** Names that a step gives to something, as written and as the server keeps them. */
import type { DialectFamily, NameRules } from "../../../model/dialect.ts";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { clip, makeObjectName, indexAddition, joinColumns, checkedColumn } from "../../../schema/names.ts";
import { tokenize as tokenizeMysql } from "../../../sql/mysql/lexer.ts";
import { nextToken, type Token } from "../../../sql/postgres/lexer.ts";
import type { Span } from "../../../text/span.ts";
import { fillNamePattern, matchesNamePattern } from "./name-pattern.ts";
import type { Step } from "../../step.ts";

export interface GivenName {
  /** What it names, in the manual's words: `table`, `column`, `index`, `constraint`, `function`, … */
  readonly object: string;
  /** Folded, but not cut to what the server keeps; without its schema. */
  readonly name: string;
  /** What the server keeps of it: 63 bytes. */
  readonly kept: string;
  readonly at: Span;
  /** MySQL refuses it: more than 64 characters. */
  readonly tooLong: boolean;
  /** The tool has made it up, and keeps it in a snapshot: nobody else says it. */
  readonly isOfTool: boolean;
  /** Every use has to quote it, for its capital letters, blanks or marks; `reserved`: as it is a key word. */
  readonly quotes: "no" | "always" | "reserved";
  /** By RENAME. */
  readonly renamed: boolean;
  /**
   * One of the patterns: `<table>`, `<columns>`, `<references>` stand for these names, `<snake_case>` for words in
   * lower case, `*` for anything.
   */
  readonly matches: (patterns: readonly string[]) => boolean;
  /** The name that the first of the patterns asks for, if it says all of it. */
  readonly filled: (patterns: readonly string[]) => string | undefined;
}

/** A name that the server makes up, and had to shorten to what something else is called already. */
export interface ShortenedName {
  readonly object: "index" | "constraint";
  readonly full: string;
  readonly kept: string;
}

interface Made {
  readonly object: string;
  readonly name: Name | QualifiedName;
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly references?: string | undefined;
}

/** See `NameQuestions.givenNames`. */
export function givenNames(step: Step): readonly GivenName[] {
  const { operation, skipped, script, scope } = step;
  const { dialect } = step.before;
  if (skipped || operation.called === true) return [];
  const { declared } = scope.history;
  const generated = declared?.generatedNames;
  const own = declared?.isByHand?.(script.path) === true ? [] : (declared?.ownNames ?? []);
  return made(operation).flatMap(({ object, name, table, columns, references }) => {
    const written = writings[dialect.family];
    const token = written.token(script.text, name.span);
    const folded = "name" in name ? name.name : name.text;
    // A placeholder, or text that EXECUTE puts together: what is written is no name.
    if (token !== undefined && generated?.test(token.value) === true) return [];
    if (token === undefined || token.value.includes("${") || !written.isName(token.value, folded)) return [];
    const kept = written.keepsCase ? token.value : folded;
    const parts = {
      table: table ?? "",
      columns: columns === undefined || isCut(table, columns) ? undefined : columns.join("_"),
      references: references ?? "",
    };
    return [
      {
        object,
        name: token.value,
        kept,
        at: { start: token.start, end: token.end },
        tooLong: Array.from(token.value).length > written.longest,
        isOfTool: own.some((pattern) => matchesNamePattern(pattern, token.value, parts)),
        quotes: dialect.names.isReserved(kept)
          ? "reserved"
          : written.isPlain(kept, token, dialect.names)
            ? "no"
            : "always",
        renamed: "to" in operation,
        matches: (patterns) => patterns.some((pattern) => matchesNamePattern(pattern, token.value, parts)),
        filled: ([pattern]) => (pattern === undefined ? undefined : fillNamePattern(pattern, parts)),
      },
    ];
  });
}

type NameToken = Pick<Token, "kind" | "value" | "start" | "end">;

/** How names stand in the text of a family. */
interface Writing {
  /** The last of a qualified name. */
  readonly token: (text: string, span: Span) => NameToken | undefined;
  readonly isName: (written: string, folded: string) => boolean;
  /** The server keeps capital letters without quotes. */
  readonly keepsCase: boolean;
  /** In characters; longer ones are refused. PostgreSQL cuts them. */
  readonly longest: number;
  /** It needs no quotes, where it is no key word. */
  readonly isPlain: (name: string, token: NameToken, names: NameRules) => boolean;
}

/** As written, without its quotes. */
function lastMysqlToken(text: string, span: Span): NameToken | undefined {
  // In quotes of whatever kind: it is a name here.
  const last = tokenizeMysql(text, { dialect: "mysql", ansiQuotes: true }, span.start, span.end).findLast(
    ({ kind }) => kind !== "comment",
  );
  if (last?.kind === "word" && last.placeholder !== true)
    return { kind: "word", value: text.slice(last.start, last.end), start: last.start, end: last.end };
  return last?.kind === "quoted" ? { ...last, kind: "quoted" } : undefined;
}

const writings: Readonly<Record<DialectFamily, Writing>> = {
  postgres: {
    token: lastToken,
    isName: (written, folded) => clip(written) === folded,
    keepsCase: false,
    longest: Infinity,
    isPlain: (name, { kind }, names) => kind === "word" || names.spell(name) === name,
  },
  mysql: {
    token: lastMysqlToken,
    isName: (written, folded) => written.toLowerCase() === folded.toLowerCase(),
    keepsCase: true,
    longest: 64,
    isPlain: (name, _, names) => names.spell(name) === name,
  },
  mongodb: {
    token: () => undefined,
    isName: (written, folded) => written === folded,
    keepsCase: true,
    longest: Infinity,
    isPlain: () => true,
  },
};

/** So long that its author had to abridge it. */
const isCut = (table = "", columns: readonly string[]): boolean => `${table}${columns.join("_")}`.length > 50;

/** The last part of a name: the table of `shop.orders`. */
function lastToken(text: string, span: Span): Token | undefined {
  let last: Token | undefined;
  for (let at = span.start; at < span.end;) {
    const token = nextToken(text, at, span.end);
    if (token === undefined) break;
    if (token.kind !== "comment") last = token;
    at = token.end;
  }
  return last?.kind === "word" || last?.kind === "quoted" ? last : undefined;
}

/** MySQL's keep their letters. */
const texts = (names: readonly Name[]): string[] => names.map(({ text, written }) => written ?? text);

function made(op: Operation): readonly Made[] {
  switch (op.kind) {
    case "createTable":
      return [
        { object: "table", name: op.table },
        ...op.columns.map(({ name }) => ({ object: "column", name })),
      ];
    case "addColumn":
      return [{ object: "column", name: op.column.name }];
    case "createView":
      return [{ object: op.materialized ? "materialized view" : "view", name: op.view }];
    case "createIndex": {
      const { name, table, elements, where } = op;
      const columns = elements.flatMap(({ column, written }) => written ?? column ?? []);
      // What is said of a part of the rows, or of an expression, is up to the author.
      const isPlainIndex = columns.length === elements.length && where === undefined;
      return name === undefined
        ? []
        : [{ object: "index", name, table: table.name, columns: isPlainIndex ? columns : undefined }];
    }
    case "addForeignKey":
    case "addUnique":
    case "addPrimaryKey":
    case "addCheck":
    case "addExclusion":
    case "addNotNull":
      return op.name === undefined
        ? []
        : [
            {
              object: "constraint",
              name: op.name,
              table: op.table.name,
              columns: constrained(op),
              references: op.kind === "addForeignKey" ? op.references.name : undefined,
            },
          ];
    case "createSequence":
      return [{ object: "sequence", name: op.sequence }];
    case "createType":
      return [{ object: "type", name: op.type }];
    case "createDomain":
      return [{ object: "domain", name: op.domain }];
    case "createFunction":
      return [{ object: op.procedure ? "procedure" : "function", name: op.function }];
    case "createTrigger":
      return [{ object: "trigger", name: op.name }];
    case "createPolicy":
      return [{ object: "policy", name: op.name }];
    case "createRule":
      return [{ object: "rule", name: op.name }];
    case "createSchema":
      return [{ object: "schema", name: op.schema }];
    case "renameTable":
      return [{ object: "table", name: op.to }];
    case "renameView":
      return [{ object: op.materialized ? "materialized view" : "view", name: op.to }];
    case "renameColumn":
      return [{ object: "column", name: op.to }];
    case "redefineColumn":
      return op.definition.name.text === op.column.text
        ? []
        : [{ object: "column", name: op.definition.name }];
    case "renameIndex":
      return [{ object: "index", name: op.to }];
    case "renameConstraint":
      return [{ object: "constraint", name: op.to }];
    case "renameObject":
      return [{ object: op.object, name: op.to }];
    case "createObject":
      return op.name === undefined || named.has(op.object) ? [] : [{ object: op.object, name: op.name }];
    default:
      return [];
  }
}

/** Whose name is that of something else: a role, a remote schema. */
const named: ReadonlySet<string> = new Set(["user mapping", "foreign table"]);

type AddConstraint = Extract<
  Operation,
  { kind: "addForeignKey" | "addUnique" | "addPrimaryKey" | "addCheck" | "addExclusion" | "addNotNull" }
>;

function constrained(op: AddConstraint): readonly string[] | undefined {
  if (op.kind === "addNotNull") return [op.column.text];
  if (op.kind === "addExclusion") return undefined;
  if (op.kind === "addCheck") return undefined;
  return op.columns.length === 0 ? undefined : texts(op.columns);
}

/** See `NameQuestions.shortenedName`. */
export function shortenedName({ operation: op, before, after, skipped }: Step): ShortenedName | undefined {
  // Names of indexes and constraints that belong to a table are never cut.
  if (skipped || !before.dialect.names.indexesInSchema) return undefined;
  const parts = madeUp(op);
  if (parts === undefined) return undefined;
  const { table, columns, label, object } = parts;
  const full = [table.name, ...(columns === "" ? [] : [columns]), label].join("_");
  const short = makeObjectName(table.name, columns === "" ? undefined : columns, label);
  if (full === short) return undefined;
  const old = new Set(namesOn(before, table));
  const kept = namesOn(after, table).find((name) => !old.has(name));
  // Of the same columns, both have the same name in full, too.
  const isAlike = old.has(short) && columnsOf(before, table, short) === columns;
  return kept === undefined || kept === short || isAlike ? undefined : { object, full, kept };
}

const namesOn = (schema: Step["before"], table: QualifiedName): readonly string[] => {
  const found = schema.relation(table);
  const constraints = found.is === "present" ? found.value.constraints : [];
  return [...constraints, ...schema.indexesOn(table)].map(({ name }) => name);
};

/** The middle part of the name that the server would make up for this one. */
function columnsOf(schema: Step["before"], table: QualifiedName, name: string): string | undefined {
  const index = schema.indexesOn(table).find((one) => one.name === name);
  if (index !== undefined) return indexAddition(index.elements, index.include);
  const found = schema.relation(table);
  const constraints = found.is === "present" ? found.value.constraints : [];
  const constraint = constraints.find((one) => one.name === name);
  if (constraint?.kind === "check") return checkedColumn(constraint.expression) ?? "";
  return constraint !== undefined && "columns" in constraint ? joinColumns(constraint.columns) : undefined;
}

interface MadeUp {
  readonly object: ShortenedName["object"];
  readonly table: QualifiedName;
  readonly columns: string;
  readonly label: string;
}

function madeUp(op: Operation): MadeUp | undefined {
  if (!("table" in op) || op.table === undefined || ("name" in op && op.name !== undefined)) return undefined;
  const { table } = op;
  const constraint = { object: "constraint", table } as const;
  switch (op.kind) {
    case "createIndex":
      return { object: "index", table, columns: indexAddition(op.elements, op.include), label: "idx" };
    case "addUnique":
      return { ...constraint, columns: joinColumns(texts(op.columns)), label: "key" };
    case "addForeignKey":
      return { ...constraint, columns: joinColumns(texts(op.columns)), label: "fkey" };
    case "addPrimaryKey":
      return { ...constraint, columns: "", label: "pkey" };
    case "addCheck":
      return { ...constraint, columns: checkedColumn(op.expression) ?? "", label: "check" };
    default:
      return undefined;
  }
}
