/** Indexes, keys, foreign keys and checks. */
import type {
  AddCheck,
  AddForeignKey,
  AddPrimaryKey,
  AddUnique,
  CreateIndex,
  DropConstraint,
  DropIndex,
  IndexElement,
} from "../../model/operation.ts";
import type { Index } from "../../schema/model.ts";
import type { Change, ChangeKind } from "./change.ts";
import type { StatementContext } from "./statement-context.ts";

const only = (kind: ChangeKind, index?: string): readonly Change[] => [
  index === undefined ? { kind } : { kind, index },
];

const namesOf = (elements: readonly IndexElement[]): string =>
  JSON.stringify(elements.map((e) => [e.column, e.length, e.descending]));

const plain = (column: string): IndexElement => ({ column, descending: false, nullsFirst: undefined });

interface NewIndex {
  readonly name: string | undefined;
  readonly unique: boolean;
  readonly method: string;
  readonly elements: readonly IndexElement[];
  readonly using: string | undefined;
}

function newIndex(op: CreateIndex | AddUnique): NewIndex {
  if (op.kind === "createIndex")
    return {
      name: op.name?.name,
      unique: op.unique,
      method: op.method,
      elements: op.elements,
      using: op.mysql?.using,
    };
  const elements = op.elements ?? op.columns.map(({ text }) => plain(text));
  return { name: op.name?.text, unique: true, method: "btree", elements, using: op.mysql?.using };
}

export function createIndex(op: CreateIndex | AddUnique, context: StatementContext): readonly Change[] {
  const made = newIndex(op);
  const isThere = made.name !== undefined && context.index(made.name) !== undefined;
  if (op.ifNotExists === true && isThere) return only("nothing");
  const name = made.name ?? made.elements[0]?.column ?? "";
  const again = twin(made, context);
  if (again !== undefined) return only(again);
  if (made.method === "fulltext") return only(fulltext(context), name);
  if (made.method === "spatial") return only("add SPATIAL index", name);
  if (made.elements.some((e) => e.expression !== undefined)) return only("add functional index", name);
  if (made.elements.some((e) => isNewVirtual(e.column, context)))
    return only("add index on new VIRTUAL column", name);
  if (!made.unique) return only("add index", name);
  if (made.elements.some((e) => isLong(e, context))) return only("add hash index", name);
  // The rows of a table without a primary key are ordered by its first unique index of NOT NULL columns.
  if (context.relation?.complete === true && context.clustered === undefined && context.isNotNull(made))
    return only("add primary key", name);
  return only("add unique index", name);
}

function fulltext(context: StatementContext): ChangeKind {
  const made = context.statement.filter((op) => op.kind === "createIndex" && op.method === "fulltext");
  if (made.length > 1) return "add several FULLTEXT indexes";
  const hasIds = context.relation?.documentIds === true || context.column("fts_doc_id") !== undefined;
  return hasIds ? "add FULLTEXT index" : "add first FULLTEXT index";
}

const isNewVirtual = (column: string | undefined, context: StatementContext): boolean =>
  context.statement.some(
    (op) =>
      op.kind === "addColumn" && op.column.name.text === column && op.column.generated?.stored === false,
  );

/** A TEXT or BLOB without a prefix: MariaDB keeps a hash of it. */
function isLong({ column, length }: IndexElement, context: StatementContext): boolean {
  const type = column === undefined ? undefined : context.column(column)?.type?.name;
  return length === undefined && type !== undefined && /(?:text|blob)$/.test(type);
}

/** The index that the statement drops is made again: under its name or another. */
function twin(made: NewIndex, context: StatementContext): ChangeKind | undefined {
  const same = context.indexes.filter(
    (index) =>
      context.dropped.has(index.name) &&
      index.unique === made.unique &&
      index.method === made.method &&
      namesOf(index.elements) === namesOf(made.elements),
  );
  const [first] = same;
  if (first === undefined) return undefined;
  if (made.using !== first.mysql?.using) return "same index with USING";
  const isSameName = same.some((index) => index.name === made.name);
  return isSameName ? "same index again" : "same index under another name";
}

/** Is the dropped index made again by the statement? */
function comesBack(index: Index, context: StatementContext): ChangeKind | undefined {
  for (const op of context.statement) {
    if (op.kind !== "createIndex" && op.kind !== "addUnique") continue;
    const made = newIndex(op);
    if (made.unique !== index.unique || made.method !== index.method) continue;
    if (namesOf(made.elements) === namesOf(index.elements)) return twin(made, context);
  }
  return undefined;
}

export function dropIndex(op: DropIndex, context: StatementContext): readonly Change[] {
  const index = context.index(op.index.name);
  if (op.index.name === "primary") return dropPrimaryKey(context);
  if (index === undefined) return only(op.ifExists ? "nothing" : "drop index");
  return dropKnownIndex(index, context);
}

function dropKnownIndex(index: Index, context: StatementContext): readonly Change[] {
  const again = comesBack(index, context);
  // MySQL finds it by its name alone.
  if (again !== undefined && !(again === "same index under another name" && !context.isMariaDb))
    return only(again);
  const isClustered = context.relation?.complete === true && context.clustered === index;
  return only(isClustered ? "drop primary key" : "drop index");
}

function dropPrimaryKey(context: StatementContext): readonly Change[] {
  const added = context.statement.find((op) => op.kind === "addPrimaryKey");
  if (added?.kind === "addPrimaryKey")
    return only(isSamePrimaryKey(added, context) ? "same index again" : "replace primary key");
  const { primaryKey } = context;
  const back = primaryKey === undefined ? undefined : comesBack(primaryKey, context);
  return only(back !== undefined && context.isMariaDb ? back : "drop primary key");
}

export function addPrimaryKey(op: AddPrimaryKey, context: StatementContext): readonly Change[] {
  const drops = context.statement.some(
    (other) =>
      (other.kind === "dropConstraint" && other.object === "primary key") ||
      (other.kind === "dropIndex" && other.index.name === "primary"),
  );
  const becomesNotNull = op.columns.some(({ text }) => context.column(text)?.notNull === "no");
  // MariaDB copies a table with a stored or indexed generated column for that (measured).
  const isComputed = context.hasStoredColumn || context.hasIndexedVirtualColumn;
  if (context.isMariaDb && becomesNotNull && isComputed) return only("drop primary key");
  if (drops) return only(isSamePrimaryKey(op, context) ? "same index again" : "replace primary key");
  return only(becomesNotNull && !context.isStrict ? "add primary key, not strict" : "add primary key");
}

function isSamePrimaryKey(op: AddPrimaryKey, { primaryKey }: StatementContext): boolean {
  const elements = op.elements ?? op.columns.map(({ text }) => plain(text));
  return primaryKey !== undefined && namesOf(primaryKey.elements) === namesOf(elements);
}

export function dropConstraint(op: DropConstraint, context: StatementContext): readonly Change[] {
  if (op.object === "primary key") return dropPrimaryKey(context);
  // Other engines have none to drop.
  if (op.object === "foreign key") return only(context.engine === "innodb" ? "drop foreign key" : "nothing");
  if (op.object === "check") return only("drop check");
  const found = context.relation?.constraints.find((c) => c.name === op.name.text);
  if (found === undefined) return only(op.constraintIfExists ? "nothing" : "drop check");
  if (found.kind === "foreign key") return only("drop foreign key");
  if (found.kind === "check") return only("drop check");
  if (found.kind === "primary key") return dropPrimaryKey(context);
  const index = context.index(found.name);
  return index === undefined ? only("drop index") : dropKnownIndex(index, context);
}

export function addForeignKey(op: AddForeignKey, context: StatementContext): readonly Change[] {
  if (op.inlineColumn !== undefined && !context.readsInlineReferences) return [];
  const kind = context.isOff("foreign_key_checks") ? "add foreign key unchecked" : "add foreign key";
  const columns = op.columns.map((c) => c.text);
  const covers = (elements: readonly IndexElement[]): boolean =>
    columns.every((column, i) => elements[i]?.column === column);
  const isCovered =
    context.indexes.some((index) => !context.dropped.has(index.name) && covers(index.elements)) ||
    context.statement.some(
      (other) =>
        (other.kind === "createIndex" && covers(other.elements)) ||
        ((other.kind === "addUnique" || other.kind === "addPrimaryKey") &&
          covers(other.columns.map(({ text }) => plain(text)))),
    );
  const index = op.name?.text ?? columns[0] ?? "";
  return isCovered || context.relation?.complete !== true
    ? only(kind)
    : [{ kind }, { kind: "add index", index }];
}

export function addCheck(op: AddCheck, context: StatementContext): readonly Change[] {
  // MariaDB keeps a column's own check with the column.
  if (context.isMariaDb && op.inlineColumn !== undefined) return only("change default or comment");
  return only(op.enforced ? "add check" : "add check not enforced");
}
