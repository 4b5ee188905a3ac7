/** Code for MongoDB in pieces: loops, filters, and the words of what runs it. */
import type { CollectionName, DocumentFilter, DocumentOperation } from "../model/operation.ts";
import { isOfDocuments } from "../replay/questions/documents/collections.ts";
import type { Step } from "../replay/step.ts";
import { fieldName, isWrittenOut } from "../text/javascript.ts";

/** Undefined: there is nothing to write code for, or it would be another one for other rounds of a loop. */
export function callOf({ operation, documents }: Step): DocumentOperation | undefined {
  if (!isOfDocuments(operation) || operation.collection?.withoutDriver === true) return undefined;
  const { collection } = operation;
  const rounds = documents.rounds();
  if (rounds.length === 0 || collection === undefined) return operation;
  const own = withoutName(operation);
  if (rounds.some((one) => withoutName(one) !== own)) return undefined;
  if (rounds.every((one) => one.collection?.code === collection.code)) return operation;
  const { written, databaseCode } = collection;
  if (written === undefined || databaseCode === undefined) return undefined;
  const code = `${databaseCode}.collection(${written})`;
  return { ...operation, collection: { ...collection, name: undefined, code } };
}

/** The names of a call's collections, in all rounds of a loop. */
export const namesOf = ({ operation, documents }: Step): readonly string[] => [
  ...new Set(
    [...(isOfDocuments(operation) ? [operation] : []), ...documents.rounds()].flatMap(
      ({ collection }) => collection?.text ?? [],
    ),
  ),
];

/** In the names of the place where the call stands; undefined: it has none for its collection. */
export function inPlace(operation: DocumentOperation | undefined): DocumentOperation | undefined {
  const here = operation?.collection?.here;
  if (operation?.collection === undefined || here === undefined) return operation;
  const { code, databaseCode } = here;
  return code === undefined
    ? undefined
    : { ...operation, collection: { ...operation.collection, code, databaseCode } };
}

/** For advice with parts that stand alone, in a later migration: undefined too, if it is about several collections. */
export function callOfOne(step: Step): DocumentOperation | undefined {
  const operation = namesOf(step).length > 1 ? undefined : callOf(step);
  // A later migration would open a connection that nothing closes.
  return operation?.collection?.code.startsWith("(await ") ? undefined : operation;
}

/** What a call does, whatever collection it does it to. */
const withoutName = (operation: DocumentOperation): string =>
  JSON.stringify({
    ...operation,
    collection: undefined,
    each: undefined,
    calledAt: undefined,
    inTransaction: undefined,
  });

export const lines = (...all: readonly (string | readonly string[])[]): string => all.flat().join("\n");

/** A part of advice that is a migration of its own, and what comes before it. */
export interface DocumentStage {
  /** What people do first: a release of the application, or work by hand. */
  readonly first?: { readonly kind: "deploy" | "by-hand"; readonly why: string } | undefined;
  /** The comment above its code. */
  readonly title?: string | undefined;
  readonly code: readonly string[];
}

export type Stages = readonly DocumentStage[];

export const textOf = (stages: Stages | undefined): string | undefined =>
  stages &&
  lines(...stages.flatMap(({ title, code }) => [...(title === undefined ? [] : [`// ${title}`]), code]));

/** As MongoDB's shell writes it: it awaits by itself, and `find` takes the fields alone. */
export const inShell = (code: string): string =>
  code
    .replaceAll(/\bawait /g, "")
    .replaceAll(".command({ collMod", ".runCommand({ collMod")
    .replaceAll("db.collection(", "db.getCollection(")
    .replaceAll(").rename(", ").renameCollection(")
    .replaceAll("{ projection: { _id: 1 } }", "{ _id: 1 }");

/** TypeScript infers no types where a loop's values depend on those of the round before. */
export const inTypes = (code: string): string =>
  code
    .replace("for (let last; ; )", "for (let last: any; ; )")
    .replace("batch.at(-1)._id", "batch.at(-1)!._id")
    .replace(/^const (writes\d*) = \[\];/m, "const $1: any[] = [];");

/** Code for a call, in the words of what runs it. */
export function inWordsOf({ operation, script }: Step, code: string): string {
  const { shell, oldDriver } = (isOfDocuments(operation) ? operation.collection : undefined) ?? {};
  if (shell === true) return inShell(code);
  // A driver before 3 takes the fields alone.
  if (oldDriver === true) return code.replaceAll("{ projection: { _id: 1 } }", "{ _id: 1 }");
  return /\.[cm]?ts$/.test(script.path) ? inTypes(code) : code;
}

export type Recipe = (step: Step) => string | undefined;

export const advice =
  (write: Recipe): Recipe =>
  (step) => {
    const code = write(step);
    return code === undefined ? undefined : awaitable(step, inWordsOf(step, withoutResult(step, code)));
  };

/** A loop has no result. */
function withoutResult({ operation }: Step, code: string): string {
  const isGone =
    isOfDocuments(operation) && operation.kept === true && /^for \(let last|\.splice\(0\)/m.test(code);
  return isGone
    ? lines(`// what the migration does with the result of ${operation.method}() has to go`, code)
    : code;
}

/** Only an async function can wait. */
function awaitable({ operation }: Step, code: string): string | undefined {
  if (!isOfDocuments(operation) || operation.sync === undefined || !/\bawait\b/.test(code)) return code;
  return operation.sync === "migration"
    ? `// the function around it has to be \`async\`, with a block as its body\n${code}`
    : undefined;
}

export const indented = (code: string): readonly string[] => code.split("\n").map((line) => `  ${line}`);

/** Part of a record as code: `plan: { $exists: false }`. */
export const inner = (filter: string | undefined): string | undefined =>
  /^\{\s*([^]*?)\s*,?\s*\}$/.exec(filter ?? "")?.[1];

/** It means the same in another migration: it has no names that this one declares. */
export const isSelfContained = (
  { code }: CollectionName,
  ...parts: readonly (string | undefined)[]
): boolean =>
  !/\((?!await\b)[A-Za-z_$]/.test(code) && parts.every((part) => part === undefined || isWrittenOut(part));

/** The conditions of a filter, empty for none; undefined: they can't be written again. */
export function ownFilter({ filter }: { readonly filter: DocumentFilter }): string | undefined {
  const { code, is } = filter;
  if (code === undefined) return is === "none" ? "" : undefined;
  return inner(code) ?? (/^[\w$.]+$/.test(code) ? `...${code}` : undefined);
}

/** The options of a call behind its other arguments: `, { session }`; undefined: they can't be written again. */
export function ownOptions({
  optionsCode,
}: {
  readonly optionsCode?: string | undefined;
}): string | undefined {
  // `false, true` are the shell's `upsert` and `multi`, which the driver doesn't read.
  const isUnread = /^(?:\{\s*(?:multi: true)?,?\s*\}|true|false|null|undefined)$/;
  if (optionsCode === undefined || isUnread.test(optionsCode)) return "";
  return optionsCode === "" ? undefined : `, ${oneLine(optionsCode)}`;
}

/** A loop over documents by `_id`, a thousand at a time. */
export function batched(
  { code }: CollectionName,
  filter: string,
  body: readonly string[],
): readonly string[] {
  return [
    "for (let last; ; ) {",
    `  const batch = await ${code}`,
    `    .find({ ${filter === "" ? "" : `${filter}, `}...(last && { _id: { $gt: last } }) }, { projection: { _id: 1 } })`,
    "    .sort({ _id: 1 })",
    "    .limit(1000)",
    "    .toArray();",
    "  if (batch.length === 0) break;",
    ...body,
    "  last = batch.at(-1)._id;",
    "}",
  ];
}

export const inBatch = "{ _id: { $in: batch.map(({ _id }) => _id) } }";

export const anyOf = (conditions: readonly string[]): string =>
  conditions.length < 2 ? conditions.join("") : `$or: [${conditions.map((one) => `{ ${one} }`).join(", ")}]`;

export const existing = (fields: readonly string[]): string =>
  anyOf(fields.map((field) => `${fieldName(field)}: { $exists: true }`));

export const oneLine = (code: string): string => code.replaceAll(/\s*\n\s*/g, " ");
