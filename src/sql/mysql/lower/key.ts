/** Keys, indexes and constraints, as they stand in CREATE TABLE, ALTER TABLE and CREATE INDEX. */
import { readings } from "../options.ts";
import type { Name } from "../../../model/names.ts";
import type {
  IndexVisibility,
  AddCheck,
  AddForeignKey,
  AddPrimaryKey,
  AddUnique,
  CreateIndex,
  IndexElement,
  MysqlIndex,
  Operation,
  StorageParameter,
} from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import { bareName, nameOf, type Cursor } from "../cursor.ts";
import { expressionOf } from "./expression.ts";
import { optionValue } from "./option.ts";
import { missingName, type Target } from "./target.ts";

export interface KeyParts {
  readonly elements: readonly IndexElement[];
  /** Plain columns, with or without a length. */
  readonly columns: readonly Name[];
}

/** `(a, b(10) DESC, (lower(c)))` */
export function readParts(c: Cursor, target: Target): KeyParts {
  const elements: IndexElement[] = [];
  const columns: Name[] = [];
  for (const part of c.parenthesised()?.list() ?? []) {
    if (part.word() === "(") {
      const inner = part.parenthesised();
      const expression = inner === undefined ? undefined : expressionOf(inner, target.scope);
      elements.push({ expression, ...orderOf(part), nullsFirst: undefined });
      continue;
    }
    const name = part.name();
    if (name === undefined) continue;
    const inner = part.parenthesised();
    const said = inner?.peek();
    const length = said?.kind === "number" ? Number(said.value) : undefined;
    columns.push(name);
    elements.push({
      column: name.text,
      ...(name.written === undefined ? {} : { written: name.written }),
      length,
      ...orderOf(part),
      nullsFirst: undefined,
    });
  }
  return { elements, columns };
}

function orderOf(c: Cursor): Pick<IndexElement, "descending" | "ascending"> {
  const word = c.takeOne("desc", "asc");
  return { descending: word === "desc", ...(word === "asc" ? { ascending: true } : {}) };
}

/** USING x, and what follows the parts: COMMENT, INVISIBLE, KEY_BLOCK_SIZE… */
export function readIndexOptions(c: Cursor, using?: string): MysqlIndex | undefined {
  let method = using;
  let visibility: IndexVisibility | undefined;
  let comment: string | undefined;
  const options: StorageParameter[] = [];
  for (;;) {
    const first = c.at;
    const word = readVisibility(c);
    if (word !== undefined) visibility = word;
    else if (c.take("using") || c.take("type")) method = c.next()?.value.toLowerCase();
    else if (c.take("comment")) {
      c.equals();
      comment = c.next()?.value;
    } else if (c.take("with", "parser"))
      options.push({ name: "parser", value: c.name()?.text, span: c.span(first) });
    else if (
      /^(?:key_block_size|engine_attribute|secondary_engine_attribute|clustering|distance|m)$/.test(
        c.word(),
      ) ||
      (c.peek()?.kind === "word" && c.word(1) === "=" && !c.is("algorithm") && !c.is("lock"))
    ) {
      const name = c.next()?.value.toLowerCase() ?? "";
      options.push({ name, value: optionValue(c), span: c.span(first) });
    } else break;
  }
  if (method === undefined && visibility === undefined && comment === undefined && options.length === 0)
    return undefined;
  const visible = visibility && isVisible(visibility);
  return { using: method, visible, visibility, comment, options: options.length === 0 ? undefined : options };
}

/** Undefined: none of the words comes next. */
export function readVisibility(c: Cursor): IndexVisibility | undefined {
  if (c.take("not", "ignored")) return "not ignored";
  return c.takeOne("visible", "invisible", "ignored") as IndexVisibility | undefined;
}

export const isVisible = (word: IndexVisibility): boolean => word === "visible" || word === "not ignored";

/** `[name] [USING btree] (parts) options`, behind KEY or INDEX. */
interface KeyBody extends KeyParts {
  readonly name?: Name | undefined;
  readonly mysql?: MysqlIndex | undefined;
  /** Index behind the name, or the words before it. */
  readonly headEnd: number;
}

export function readKeyBody(c: Cursor, target: Target): KeyBody {
  const name =
    c.word() !== "(" && !(c.is("using") || (c.is("type") && c.word(2) === "(")) ? c.name() : undefined;
  const headEnd = c.at;
  const using = c.takeOne("using", "type") === undefined ? undefined : c.next()?.value.toLowerCase();
  return { name, headEnd, ...readParts(c, target), mysql: readIndexOptions(c, using) };
}

const kinds = ["fulltext", "spatial", "vector"];

/**
 * A key, index or constraint, if one begins here; `start`: the clause's first token (ADD). Undefined: none does, and
 * the cursor stays.
 */
export function readKey(c: Cursor, target: Target, start = c.at): Operation | undefined {
  const { table, ifExists, within } = target;
  const base = { table, ifExists, within };
  const began = c.at;
  let name: Name | undefined;
  const named = c.take("constraint");
  const guarded = named && c.ifNotExists() ? true : undefined;
  if (named && !/^(?:primary|unique|foreign|check)$/.test(c.word())) name = c.name();
  const headEnd = c.at;
  const spans = (behind: number): { readonly span: Span; readonly head: Span } => ({
    span: c.span(start),
    head: c.span(start, named && name !== undefined ? headEnd : behind),
  });
  if (c.take("primary", "key")) {
    const keyword = c.at;
    c.ifNotExists();
    const { elements, columns, mysql, name: own } = readKeyBody(c, target);
    const op: AddPrimaryKey = {
      kind: "addPrimaryKey",
      ...spans(keyword),
      ...base,
      name: name ?? own,
      ...keyFacts,
      elements,
      columns,
      mysql,
      ifNotExists: guarded,
    };
    return op;
  }
  if (c.take("unique")) {
    c.takeOne("key", "index");
    const ifNot = c.ifNotExists() ? true : guarded;
    const body = readKeyBody(c, target);
    const op: AddUnique = {
      kind: "addUnique",
      ...spans(body.headEnd),
      ...base,
      name: body.name ?? name,
      ...keyFacts,
      nullsNotDistinct: false,
      elements: body.elements,
      columns: body.columns,
      mysql: body.mysql,
      ifNotExists: ifNot,
    };
    return op;
  }
  if (c.take("foreign", "key")) {
    const keyword = c.at;
    const ifNot = c.ifNotExists() ? true : guarded;
    const indexName = c.word() === "(" ? undefined : c.name();
    const columns = readParts(c, target).columns;
    if (columns.length === 0 || !c.is("references")) {
      c.at = began;
      return undefined;
    }
    const op = readReferences(c, target, { start, name, columns });
    const { dialect, version = 80400 } = c.source.options;
    // MySQL since 8.0.16 makes one up (manual, "FOREIGN KEY Constraints"); MariaDB's is measured.
    const own = name ?? (readings[dialect].isMariaDb || version < 80016 ? indexName : undefined);
    return { ...op, ...spans(keyword), indexName, name: own, ifNotExists: ifNot };
  }
  if (c.is("check") && c.word(1) === "(") {
    const { head } = spans(c.at + 1);
    return { ...readCheck(c, target, start), name, ifNotExists: guarded, head };
  }
  if (named) {
    c.at = began;
    return undefined;
  }
  const kind = kinds.find((word) => c.is(word) && (word !== "vector" || /^(?:index|key)$/.test(c.word(1))));
  if (kind === undefined && !c.is("index") && !c.is("key")) return undefined;
  if (kind !== undefined) c.at++;
  const keyword = c.takeOne("index", "key") === undefined ? undefined : c.at;
  const ifNotExists = c.ifNotExists();
  const body = readKeyBody(c, target);
  return indexOperation(c, target, start, body, {
    kind,
    ifNotExists,
    afterKeyword: keyword ?? began + 1,
    unique: false,
    clauseOf: within,
  });
}

const keyFacts = { include: [], deferrable: false, withoutOverlaps: false } as const;

export function indexOperation(
  c: Cursor,
  { table }: Target,
  start: number,
  body: KeyBody,
  more: {
    readonly kind: string | undefined;
    readonly ifNotExists: boolean;
    /** Index of the token behind the keyword. */
    readonly afterKeyword: number;
    readonly unique: boolean;
    readonly clauseOf?: Target["within"] | undefined;
    readonly headEnd?: number | undefined;
  },
): CreateIndex {
  return {
    kind: "createIndex",
    span: c.span(start),
    head: c.span(start, more.headEnd ?? body.headEnd),
    name: body.name === undefined ? undefined : bareName(body.name, c.source),
    table,
    only: false,
    unique: more.unique,
    concurrently: false,
    ifNotExists: more.ifNotExists,
    method: more.kind ?? "btree",
    elements: body.elements,
    include: [],
    nullsNotDistinct: false,
    afterKeyword: c.tokens[more.afterKeyword - 1]?.end ?? 0,
    clauseOf: more.clauseOf,
    mysql: body.mysql,
  };
}

/** CHECK (…) [[NOT] ENFORCED] */
export function readCheck(c: Cursor, target: Target, start: number): AddCheck {
  c.take("check");
  const keyword = c.at;
  const inner = c.parenthesised();
  const expression = inner === undefined ? undefined : expressionOf(inner, target.scope);
  const enforced = !c.take("not", "enforced");
  c.take("enforced");
  const span = c.span(start);
  return {
    kind: "addCheck",
    span,
    head: c.span(start, keyword),
    table: target.table,
    ifExists: target.ifExists,
    within: target.within,
    expression: expression ?? {
      text: "",
      span,
      constant: false,
      isNull: false,
      volatility: "unknown",
      columns: [],
      functions: [],
      subquery: false,
      provesNotNull: [],
    },
    notValid: false,
    enforced,
    noInherit: false,
  };
}

/** REFERENCES t (c) MATCH … ON DELETE … ON UPDATE … */
export function readReferences(
  c: Cursor,
  target: Target,
  from: { readonly start: number; readonly name?: Name | undefined; readonly columns: readonly Name[] },
): AddForeignKey {
  const first = c.at;
  c.take("references");
  const references = c.tableName() ?? missingName(c);
  const referencedColumns: Name[] = [];
  for (const part of c.parenthesised()?.list() ?? []) {
    const token = part.peek();
    if (token !== undefined && part.isName()) referencedColumns.push(nameOf(token, c.source));
  }
  let onDelete: AddForeignKey["onDelete"];
  let onUpdate: AddForeignKey["onUpdate"];
  for (;;) {
    if (c.take("match")) c.at = Math.min(c.at + 1, c.end);
    else if (c.is("on", "delete") || (c.is("on", "update") && actionAt(c, 2) !== undefined)) {
      const deletes = c.word(1) === "delete";
      const action = actionAt(c, 2);
      c.at = Math.min(c.end, c.at + 2 + (action?.split(" ").length ?? 0));
      if (deletes) onDelete = action;
      else onUpdate = action;
    } else break;
  }
  return {
    kind: "addForeignKey",
    span: c.span(from.start),
    head: c.span(first, first + 1),
    table: target.table,
    ifExists: target.ifExists,
    within: target.within,
    name: from.name,
    columns: from.columns,
    references,
    referencedColumns,
    notValid: false,
    enforced: true,
    deferrable: false,
    initiallyDeferred: false,
    onDelete,
    onUpdate,
    temporal: false,
  };
}

const actions = ["no action", "restrict", "cascade", "set null", "set default"] as const;

function actionAt(c: Cursor, ahead: number): AddForeignKey["onDelete"] {
  return actions.find((action) => action.split(" ").every((word, i) => c.word(ahead + i) === word));
}
