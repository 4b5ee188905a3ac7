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
import type { Scene } from "./statement-context.ts";

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

export function createIndex(op: CreateIndex | AddUnique, scene: Scene): readonly Change[] {
  const made = newIndex(op);
  const isThere = made.name !== undefined && scene.index(made.name) !== undefined;
  if (op.ifNotExists === true && isThere) return only("nothing");
  const name = made.name ?? made.elements[0]?.column ?? "";
  const again = twin(made, scene);
  if (again !== undefined) return only(again);
  if (made.method === "fulltext") return only(fulltext(scene), name);
  if (made.method === "spatial") return only("add SPATIAL index", name);
  if (made.elements.some((e) => e.expression !== undefined)) return only("add functional index", name);
  if (made.elements.some((e) => isNewVirtual(e.column, scene)))
    return only("add index on new VIRTUAL column", name);
  if (!made.unique) return only("add index", name);
  if (made.elements.some((e) => isLong(e, scene))) return only("add hash index", name);
  // The rows of a table without a primary key are ordered by its first unique index of NOT NULL columns.
  if (scene.relation?.complete === true && scene.clustered === undefined && scene.isNotNull(made))
    return only("add primary key", name);
  return only("add unique index", name);
}

function fulltext(scene: Scene): ChangeKind {
  const made = scene.statement.filter((op) => op.kind === "createIndex" && op.method === "fulltext");
  if (made.length > 1) return "add several FULLTEXT indexes";
  const hasIds = scene.relation?.documentIds === true || scene.column("fts_doc_id") !== undefined;
  return hasIds ? "add FULLTEXT index" : "add first FULLTEXT index";
}

const isNewVirtual = (column: string | undefined, scene: Scene): boolean =>
  scene.statement.some(
    (op) =>
      op.kind === "addColumn" && op.column.name.text === column && op.column.generated?.stored === false,
  );

/** A TEXT or BLOB without a prefix: MariaDB keeps a hash of it. */
function isLong({ column, length }: IndexElement, scene: Scene): boolean {
  const type = column === undefined ? undefined : scene.column(column)?.type?.name;
  return length === undefined && type !== undefined && /(?:text|blob)$/.test(type);
}

/** The index that the statement drops is made again: under its name or another. */
function twin(made: NewIndex, scene: Scene): ChangeKind | undefined {
  const same = scene.indexes.filter(
    (index) =>
      scene.dropped.has(index.name) &&
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
function comesBack(index: Index, scene: Scene): ChangeKind | undefined {
  for (const op of scene.statement) {
    if (op.kind !== "createIndex" && op.kind !== "addUnique") continue;
    const made = newIndex(op);
    if (made.unique !== index.unique || made.method !== index.method) continue;
    if (namesOf(made.elements) === namesOf(index.elements)) return twin(made, scene);
  }
  return undefined;
}

export function dropIndex(op: DropIndex, scene: Scene): readonly Change[] {
  const index = scene.index(op.index.name);
  if (op.index.name === "primary") return dropPrimaryKey(scene);
  if (index === undefined) return only(op.ifExists ? "nothing" : "drop index");
  return dropKnownIndex(index, scene);
}

function dropKnownIndex(index: Index, scene: Scene): readonly Change[] {
  const again = comesBack(index, scene);
  // MySQL finds it by its name alone.
  if (again !== undefined && !(again === "same index under another name" && !scene.isMariaDb))
    return only(again);
  const isClustered = scene.relation?.complete === true && scene.clustered === index;
  return only(isClustered ? "drop primary key" : "drop index");
}

function dropPrimaryKey(scene: Scene): readonly Change[] {
  const added = scene.statement.find((op) => op.kind === "addPrimaryKey");
  if (added?.kind === "addPrimaryKey")
    return only(isSamePrimaryKey(added, scene) ? "same index again" : "replace primary key");
  const { primaryKey } = scene;
  const back = primaryKey === undefined ? undefined : comesBack(primaryKey, scene);
  return only(back !== undefined && scene.isMariaDb ? back : "drop primary key");
}

export function addPrimaryKey(op: AddPrimaryKey, scene: Scene): readonly Change[] {
  const drops = scene.statement.some(
    (other) =>
      (other.kind === "dropConstraint" && other.object === "primary key") ||
      (other.kind === "dropIndex" && other.index.name === "primary"),
  );
  const becomesNotNull = op.columns.some(({ text }) => scene.column(text)?.notNull === "no");
  // MariaDB copies a table with a stored or indexed generated column for that (measured).
  const isComputed = scene.hasStoredColumn || scene.hasIndexedVirtualColumn;
  if (scene.isMariaDb && becomesNotNull && isComputed) return only("drop primary key");
  if (drops) return only(isSamePrimaryKey(op, scene) ? "same index again" : "replace primary key");
  return only(becomesNotNull && !scene.isStrict ? "add primary key, not strict" : "add primary key");
}

function isSamePrimaryKey(op: AddPrimaryKey, { primaryKey }: Scene): boolean {
  const elements = op.elements ?? op.columns.map(({ text }) => plain(text));
  return primaryKey !== undefined && namesOf(primaryKey.elements) === namesOf(elements);
}

export function dropConstraint(op: DropConstraint, scene: Scene): readonly Change[] {
  if (op.object === "primary key") return dropPrimaryKey(scene);
  // Other engines have none to drop.
  if (op.object === "foreign key") return only(scene.engine === "innodb" ? "drop foreign key" : "nothing");
  if (op.object === "check") return only("drop check");
  const found = scene.relation?.constraints.find((c) => c.name === op.name.text);
  if (found === undefined) return only(op.constraintIfExists ? "nothing" : "drop check");
  if (found.kind === "foreign key") return only("drop foreign key");
  if (found.kind === "check") return only("drop check");
  if (found.kind === "primary key") return dropPrimaryKey(scene);
  const index = scene.index(found.name);
  return index === undefined ? only("drop index") : dropKnownIndex(index, scene);
}

export function addForeignKey(op: AddForeignKey, scene: Scene): readonly Change[] {
  // Read and forgotten until 9.0 where it stands on a column.
  if (op.inlineColumn !== undefined && !scene.isMariaDb && !scene.mysqlSince("9.0")) return [];
  const kind = scene.isOff("foreign_key_checks") ? "add foreign key unchecked" : "add foreign key";
  const columns = op.columns.map((c) => c.text);
  const covers = (elements: readonly IndexElement[]): boolean =>
    columns.every((column, i) => elements[i]?.column === column);
  const isCovered =
    scene.indexes.some((index) => !scene.dropped.has(index.name) && covers(index.elements)) ||
    scene.statement.some(
      (other) =>
        (other.kind === "createIndex" && covers(other.elements)) ||
        ((other.kind === "addUnique" || other.kind === "addPrimaryKey") &&
          covers(other.columns.map(({ text }) => plain(text)))),
    );
  const index = op.name?.text ?? columns[0] ?? "";
  return isCovered || scene.relation?.complete !== true
    ? only(kind)
    : [{ kind }, { kind: "add index", index }];
}

export function addCheck(op: AddCheck, scene: Scene): readonly Change[] {
  // MariaDB keeps a column's own check with the column.
  if (scene.isMariaDb && op.inlineColumn !== undefined) return only("change default or comment");
  return only(op.enforced ? "add check" : "add check not enforced");
}
