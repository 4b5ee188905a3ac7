/** The safe migrations in place of one of MongoDB: what each call needs first, and what can go together. */
import type { DocumentOperation } from "../../model/operation.ts";
import {
  documentStages,
  inWordsOf,
  modelCode,
  plannedTtlIndex,
  type DocumentStage,
} from "../../recipes/mongodb.ts";
import { isOfDocuments } from "../../replay/questions/documents/collections.ts";
import type { Step } from "../../replay/step.ts";
import type { DocumentNote } from "./way-back.ts";

/** One migration, and what people do before it. */
export interface Round {
  readonly first: readonly NonNullable<DocumentStage["first"]>[];
  readonly code: readonly string[];
}

export interface Rounds {
  readonly rounds: readonly Round[];
  /** Calls of which there is nothing to plan. */
  readonly gaps: readonly DocumentNote[];
}

/** Methods that a collection doesn't have. */
const ofDatabase: ReadonlySet<string> = new Set([
  "createCollection",
  "dropCollection",
  "renameCollection",
  "command",
  "runCommand",
]);

export function roundsOf(steps: readonly Step[], source: string): Rounds {
  const gaps: DocumentNote[] = [];
  const rounds: { first: NonNullable<DocumentStage["first"]>[]; code: string[] }[] = [];
  for (const step of steps) {
    const { operation } = step;
    if (operation.kind === "readDocuments") continue;
    const at = { path: step.script.path, span: operation.head };
    if (!isOfDocuments(operation)) {
      gaps.push({ what: "what this call does isn't known before it runs", at });
      continue;
    }
    const isLoop = operation.repeated === true || operation.conditional === true;
    if (isLoop || operation.collection?.name === undefined) {
      gaps.push({ what: `${operation.method}() is in a loop or a condition`, at });
      continue;
    }
    const { text } = operation.collection;
    const why = unplanned(operation, step);
    if (why !== undefined) gaps.push({ what: `${operation.method}() of ${text} ${why}`, at });
    const { databaseCode } = operation.collection;
    const isOfDatabase = databaseCode !== undefined && ofDatabase.has(operation.method);
    const receiver = isOfDatabase ? databaseCode : modelCode(operation.collection);
    const own = `await ${receiver}.${source.slice(operation.head.start, operation.span.end)};`;
    const stages = documentStages(step) ?? asItIs(operation, step, own);
    // A release before the first one makes it a later migration.
    const shift = stages[0]?.first === undefined ? 0 : 1;
    for (const [i, { first, code }] of stages.entries()) {
      const lines = code.map((line) => inWordsOf(step, line));
      const round = (rounds[i + shift] ??= { first: [], code: [] });
      if (first !== undefined && !round.first.some(({ why }) => why === first.why)) round.first.push(first);
      // A name of its own may be taken by the next one.
      const isBlock = lines.some((line) => line.startsWith("const "));
      round.code.push(...(isBlock ? ["{", ...lines.map((line) => `  ${line}`), "}"] : lines));
    }
  }
  const known = [...rounds].map((round) => (round as Round | undefined) ?? { first: [], code: [] });
  return { rounds: known.filter(({ first, code }) => first.length + code.length > 0), gaps };
}

/** What has no steps while the application runs. */
function unplanned(operation: DocumentOperation, step: Step): string | undefined {
  const { documents } = step;
  if (documents.isNew()) return undefined;
  switch (operation.kind) {
    case "renameCollection":
      return "takes the collection from the application that runs";
    case "syncIndexes":
      return "drops indexes that nothing names";
    case "aggregateInto":
      return operation.stage === "$out" && operation.into !== undefined && documents.exists(operation.into)
        ? "replaces a collection"
        : undefined;
    case "shardCollection":
      return "is run by hand on the cluster, not by a migration";
    case "dropDocumentIndex":
      return operation.name === "*" ? "drops indexes that nothing names" : undefined;
    case "updateDocuments": {
      const { change, many, filter } = operation;
      const isMoved = change.rename.length > 0 || change.unset.some((field) => !documents.deprecated(field));
      return many && !filter.bounded && isMoved && documentStages(step) === undefined
        ? "does several things to fields: write a call for each of them first"
        : undefined;
    }
    default:
      return undefined;
  }
}

function asItIs(operation: DocumentOperation, step: Step, own: string): readonly DocumentStage[] {
  const { documents } = step;
  if (operation.kind === "dropCollection" && !documents.isNew() && !documents.deprecated())
    return [
      {
        first: { kind: "deploy", why: `deploy the version that doesn't use ${documents.name()}` },
        code: [own],
      },
    ];
  const before =
    operation.kind === "createDocumentIndex" && !documents.isNew() ? plannedTtlIndex(step) : undefined;
  return [{ code: [...(before === undefined ? [] : before.split("\n")), own] }];
}
