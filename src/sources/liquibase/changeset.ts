/** A changeset as the SQL of its changes, forwards and backwards. */
import type { OneWay, RefusedCall } from "../../model/call.ts";
import type { ChangelogNode, Changeset } from "../../model/changelog.ts";
import type { CodeUnit } from "../../model/tool.ts";
import type { CodeDirection, CodeMigration } from "../source.ts";
import { within, type Span } from "../../text/span.ts";
import { hasHoles, opaque, type SqlText } from "../sql-text.ts";
import { Change, type Lowering } from "./change.ts";
import { alterations } from "./changes/alter.ts";
import { constraints } from "./changes/constraints.ts";
import { data } from "./changes/data.ts";
import { tables } from "./changes/tables.ts";
import { askedBy, guardOf, missingTables, type Guard } from "./conditions.ts";
import { targetFor, type Target } from "./database.ts";
import { ignoredIn } from "./ignored.ts";
import { meantChange, misnamed } from "./misnamed.ts";
import { inverseOf } from "./inverses.ts";
import { modification } from "./modify.ts";
import { documentChange, isOfMongodb } from "./mongodb.ts";
import { segmentsOf, valueOf } from "./sql.ts";
import { optedOut, termsOf, type Shared } from "./terms.ts";
import { withoutId } from "./without-id.ts";

const lowerings: Readonly<Record<string, Lowering>> = { ...tables, ...alterations, ...constraints, ...data };

/** Parts of a changeset that are no change. */
const silent = new Set(["comment", "preConditions", "rollback", "validCheckSum", "modifySql", "property"]);

export interface Surroundings {
  readonly path: string;
  /** The file as it is. */
  readonly source: string;
  readonly shared: Shared;
  readonly target: Target;
  readonly readFile: (path: string) => string | undefined;
  /** For a way back that another changeset has. */
  readonly find: (id: string, author: string, path: string | undefined) => Changeset | undefined;
  readonly text: SqlText;
  /** The changeset's part of the file: with the comments above it. */
  readonly part: Span;
}

export type Lowered = Pick<CodeMigration, "up" | "down" | "irreversible" | "oneWay" | "skippable" | "unit">;

export function lowerChangeset(changeset: Changeset, surroundings: Surroundings): Lowered {
  const around = { ...surroundings, target: targetFor(surroundings.target, changeset) };
  const { node, tree } = changeset;
  const { part } = around;
  const comments = within(tree.comments, part);
  const changes = changesOf(changeset).map((one) => lowered(one, changeset, around));
  const guard = guardOf(node);
  const own = directionOf(changes, changeset, around, { guard, isRollback: false });
  const nameless = withoutId(changeset, /\.xml$/i.test(around.path), around.target);
  const up = {
    ...own,
    empty: own.empty && nameless.refused.length === 0,
    refused: [...nameless.refused, ...(own.refused ?? [])],
    ignored: [...nameless.ignored, ...(own.ignored ?? [])],
  };
  const common = { comments, optedOut: optedOut(node), unsent: [] };
  const back = backOf(changes, changeset, around);
  const down = back.changes && directionOf(back.changes, changeset, around, { guard, isRollback: true });
  return {
    up: { ...common, ...up },
    // The comments are told of once.
    down: down && {
      ...common,
      ...down,
      comments: [],
      ...(back.isDerived ? { derived: true, automatic: true } : {}),
    },
    irreversible: changeset.irreversible ?? back.irreversible,
    oneWay: up.empty ? undefined : back.oneWay,
    skippable: guard === "maybe" ? true : undefined,
    unit: unitOf(changeset, changes, back, around),
  };
}

function unitOf(
  changeset: Changeset,
  changes: readonly Change[],
  back: Back,
  { source, target, shared }: Surroundings,
): CodeUnit {
  return {
    name: changeset.id,
    follows: changeset.author,
    imports: [],
    isSole: changes.length === 1,
    reverses: back.isDerived === true,
    // The tables that every application of JHipster begins with, which it writes again.
    isForeign: changeset.author === "jhipster" && changeset.id === "00000000000001" ? true : undefined,
    terms: termsOf(changeset, source, target, shared),
    calls: changes.map(({ node }) => ({
      name: node.name,
      text: source.slice(node.at.start, node.at.end),
      at: node.at,
      head: 0,
      texts: noTexts,
      holds: [],
      state: undefined,
    })),
  };
}

const noTexts: ReadonlyMap<string, string> = new Map();

const asked = ({ node }: Changeset): readonly ChangelogNode[] =>
  node.children.filter(({ name }) => name === "preConditions");

/** As `askedBy` writes names. */
const textOf = (node: ChangelogNode, attribute: string): string =>
  node.attributes.get(attribute)?.value.trim().toLowerCase() ?? "";

/** Elements that are changes; in YAML and JSON they stand in `changes`. */
function changesOf({ node }: Changeset): readonly ChangelogNode[] {
  const all = node.children.flatMap((child) => (child.name === "changes" ? child.children : [child]));
  return all.filter(({ name }) => !silent.has(name));
}

function lowered(
  node: ChangelogNode,
  changeset: Changeset,
  { target, readFile, path }: Surroundings,
): Change {
  const change = new Change(node, changeset, target, readFile);
  // The extension for MongoDB has changes of the same names.
  if (isOfMongodb(change)) {
    const operations = documentChange(change, path);
    if (operations === undefined) change.dynamic();
    else if (operations.length > 0) change.documents(operations);
    return change;
  }
  const lower = Object.hasOwn(lowerings, node.name) ? lowerings[node.name] : undefined;
  const isXml = /\.xml$/i.test(path);
  const meant = lower === undefined && !isXml ? meantChange(node.name, Object.keys(lowerings)) : undefined;
  const isPassedOver = meant !== undefined && misnamed(change, meant);
  // Of an extension, or of a later release: it may do anything.
  if (lower !== undefined) lower(change);
  else if (!isPassedOver) change.dynamic();
  if (!isXml) change.ignored.push(...ignoredIn(change));
  else for (const name of demandedOfXml.get(node.name) ?? []) change.needs(name);
  return change;
}

/** By the schema of XML alone: YAML and JSON may leave them out. */
const demandedOfXml: ReadonlyMap<string, readonly string[]> = new Map([
  ["createIndex", ["indexName"]],
  ["dropIndex", ["tableName"]],
]);

/** A property that isn't known makes a name none the less, and the same one everywhere. */
const hasUnknown = (sent: string): boolean => sent.replace(/"[^"]*"|`[^`]*`/g, "").includes("${");

function directionOf(
  changes: readonly Change[],
  changeset: Changeset,
  { text, path }: Surroundings,
  { guard, isRollback }: { readonly guard: Guard; readonly isRollback: boolean },
): Pick<CodeDirection, "part" | "empty" | "refused" | "ignored"> {
  const start = text.length;
  const edit = modification(changeset, isRollback);
  const { doubtful } = changeset;
  const refused: RefusedCall[] = [];
  let count = 0;
  const alone = isRollback ? new Set<string>() : madeWhereMissing(changeset.node, changes, guard);
  const missing = guard === "ifMissing" && !isRollback ? askedBy(asked(changeset)).missing : [];
  for (const { node, sent, refused: own, doubted } of changes) {
    // Where the changeset runs, there is nothing to drop.
    if (node.name === "dropTable" && missing.includes(textOf(node, "tableName"))) {
      count++;
      continue;
    }
    const common = { conditional: doubtful, repeated: false, statement: node.at };
    const guarded = { ...common, conditional: doubtful || guard !== undefined };
    const isAsked = guard === undefined || (!isRollback && own.some(({ isValidation }) => isValidation));
    if (!doubtful)
      refused.push(
        ...doubted.map(({ why, instead }) => ({ why, instead, at: node.head, isUnsure: true as const })),
      );
    if (own.length > 0 && !doubtful && isAsked) {
      refused.push(...own.slice(0, 1).map(({ why, instead }) => ({ why, instead, at: node.head })));
      count++;
      // Once the mistake is corrected, this may make what later changesets need.
      for (const { dynamic } of sent)
        if (dynamic !== undefined)
          text.piece(opaque(path, node.head), {
            ...common,
            holes: false,
            dynamic: { ...dynamic, isRefused: true },
          });
      continue;
    }
    text.sender = node.name;
    // Why it may be refused says nothing of what is known only in part.
    if (own.length > 0 && sent.some(({ dynamic }) => dynamic === undefined))
      sent.splice(0, sent.length, { sql: [], dynamic: {} });
    for (const { sql, call, dynamic, operations, splits } of sent) {
      count++;
      if (operations !== undefined) {
        text.piece(opaque(path, node.head), { ...guarded, holes: false, operations });
        continue;
      }
      if (dynamic !== undefined) {
        text.piece(opaque(path, node.head), { ...guarded, holes: false, dynamic });
        continue;
      }
      const segments = segmentsOf(edit === undefined ? sql : edit(sql), path, node.head);
      const holes = hasHoles(segments) || hasUnknown(segments.map((one) => one.text).join(""));
      const how = { holes, call, ...(splits === true ? { splits } : {}) };
      const asks =
        alone.has(tableIn(node)) && !doubtful
          ? [{ table: undefined, there: false, at: "before" }]
          : undefined;
      if (asks !== undefined) text.piece(segments, { ...common, ...how, conditional: true, asks });
      else text.piece(segments, { ...common, ...how, ...(doubtful || guard === "maybe" ? {} : { guard }) });
    }
  }
  text.mark("\n", changeset.node.head);
  const ignored = changes.flatMap((one) => one.ignored);
  return { part: { start, end: text.length }, empty: count === 0, refused, ignored };
}

const tableIn = ({ attributes }: ChangelogNode): string =>
  (attributes.get("tableName") ?? attributes.get("baseTableName"))?.value.trim() ?? "";

/** Tables that the changeset creates, if it runs only where none of those that it asks for is there. */
function madeWhereMissing(
  changeset: ChangelogNode,
  changes: readonly Change[],
  guard: Guard,
): ReadonlySet<string> {
  const missing = missingTables(changeset, guard);
  const made = new Set(changes.flatMap(({ node }) => (node.name === "createTable" ? [tableIn(node)] : [])));
  return [...missing].every((name) => made.has(name)) ? missing : new Set();
}

interface Back {
  /** Undefined: there is no way back. */
  readonly changes?: readonly Change[];
  readonly isDerived?: true;
  readonly irreversible?: string;
  readonly oneWay?: OneWay;
}

function backOf(changes: readonly Change[], changeset: Changeset, around: Surroundings): Back {
  const { node } = changeset;
  const own = node.children.filter(({ name }) => name === "rollback");
  const single = node.attributes.get("rollback");
  if (own.length > 0 || single !== undefined) {
    const inside = own.flatMap((one) => rollbackOf(one, changeset, around));
    const written = single === undefined ? [] : [textChange(single, node, changeset, around)];
    const all = [...inside, ...written];
    return all.length === 0 ? { irreversible: "stated as not needed" } : { changes: all };
  }
  const back: Change[] = [];
  for (const change of [...changes].reverse()) {
    const nodes = inverseOf(change);
    if (nodes === undefined)
      return {
        oneWay: {
          at: change.node.head,
          what: `${change.name} has no automatic rollback`,
          instead: "Add a rollback to the changeset, or an empty one if there is nothing to undo.",
        },
      };
    const own = nodes.map((one) => lowered(one, changeset, around));
    const [refusal] = own.flatMap(({ refused }) => refused);
    if (refusal !== undefined)
      return {
        oneWay: {
          at: change.node.head,
          what: `${change.name} has no automatic rollback: ${refusal.why}`,
          instead: refusal.instead,
        },
      };
    back.push(...own);
  }
  return back.length === 0 ? {} : { changes: back, isDerived: true };
}

/** Changes, a text of SQL, or the name of another changeset. */
function rollbackOf(node: ChangelogNode, changeset: Changeset, around: Surroundings): readonly Change[] {
  const id = node.attributes.get("changeSetId")?.value;
  if (id !== undefined) {
    const author = node.attributes.get("changeSetAuthor")?.value ?? changeset.author;
    const other = around.find(id, author, node.attributes.get("changeSetPath")?.value);
    // What it refers to isn't read here: it may do anything.
    if (other === undefined || other === changeset)
      return [lowered({ ...node, name: "unknown" }, changeset, around)];
    // Its text may stand in another file.
    return changesOf(other).map((one) =>
      lowered({ ...one, at: node.at, head: node.head }, changeset, around),
    );
  }
  const changes = node.children
    .filter(({ name }) => name !== "comment")
    .map((one) => lowered(one, changeset, around));
  return node.text === undefined ? changes : [...changes, textChange(node.text, node, changeset, around)];
}

function textChange(
  text: NonNullable<ChangelogNode["text"]>,
  node: ChangelogNode,
  changeset: Changeset,
  { target, readFile }: Surroundings,
): Change {
  const change = new Change(node, changeset, target, readFile);
  change.raw(valueOf(text, changeset.properties), true);
  return change;
}
