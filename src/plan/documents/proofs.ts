/** What shows that migrations of MongoDB have been applied: conditions that mongosh evaluates. */
import type { DocumentOperation } from "../../model/operation.ts";
import {
  collectionsAfter,
  isOfDocuments,
  keyOfCollection,
  type Collections,
  type KnownCollection,
} from "../../replay/questions/documents/collections.ts";
import type { ReplayedMigration } from "../../replay/replayed-migration.ts";
import type { Step } from "../../replay/step.ts";
import { fieldName, isWrittenOut } from "../../text/javascript.ts";
import type { Proof, Proofs } from "../proofs/index.ts";
import { isNamed, nameIn, placeOfKey, shellCode, shellDatabase } from "./names.ts";

/** `before`: the collections before the first of them. */
export function documentProofs(scopes: readonly ReplayedMigration[], before: Collections): Proofs {
  const steps = scopes.flatMap((scope) => scope.steps);
  const after = collectionsAfter(before, steps);
  const proofs = new Map<string, Proof>();
  const unproved = new Set<string>();
  const models = new Set(
    steps.flatMap(({ operation }) => (isOfModel(operation) ? (keyOfCollection(operation) ?? []) : [])),
  );
  for (const key of new Set([...before.keys(), ...after.keys()]))
    if (models.has(key)) unproved.add(`the collection of the model ${placeOfKey(key).name}`);
    else
      for (const proof of ofCollection(key, before.get(key), after.get(key))) proofs.set(proof.what, proof);
  for (const step of steps) {
    const { operation } = step;
    if (!isOfDocuments(operation)) {
      unproved.add("calls that ddlint doesn't understand");
      continue;
    }
    const proof = ofDocuments(operation, step);
    if (proof === "none") continue;
    if (proof === undefined) unproved.add(`documents of ${nameIn(operation)}`);
    // What a later call does to the same field counts.
    else proofs.set(proof.key, proof);
  }
  const all = [...proofs.values()];
  const rows = all.map(({ what, condition }) => `  { what: ${JSON.stringify(what)}, ok: ${condition} },`);
  return {
    proofs: all,
    sql: all.length === 0 ? undefined : ["[", ...rows, "]"].join("\n"),
    unproved: [...unproved],
  };
}

const isOfModel = (operation: Step["operation"]): operation is DocumentOperation =>
  isOfDocuments(operation) && operation.collection?.name !== undefined && !isNamed(operation.collection);

function ofCollection(
  key: string,
  old: KnownCollection | undefined,
  now: KnownCollection | undefined,
): readonly Proof[] {
  const place = placeOfKey(key);
  const { name, database } = place;
  const there = `${shellDatabase(database)}.getCollectionNames().includes(${JSON.stringify(name)})`;
  if (now?.is !== "present")
    return now !== undefined && old?.is !== "absent"
      ? [{ what: `collection ${name} is gone`, condition: `!${there}` }]
      : [];
  const found: Proof[] = [];
  const isMade = now.createdBy !== old?.createdBy || now.renamedBy !== old?.renamedBy;
  if (isMade && old?.is !== "present") found.push({ what: `collection ${name} is there`, condition: there });
  const indexes = `${shellCode(place)}.getIndexes()`;
  const some = (condition: string): string => `${indexes}.some((index) => ${condition})`;
  const named = (index: string): string => `index.name === ${JSON.stringify(index)}`;
  const [before, hidden] = [old?.is === "present" ? old.indexes : new Map<string, unknown>(), old?.hidden];
  for (const index of now.indexes.keys())
    if (!before.has(index))
      found.push({ what: `index ${index} of ${name} is there`, condition: some(named(index)) });
  for (const index of before.keys())
    if (!now.indexes.has(index))
      found.push({ what: `index ${index} of ${name} is gone`, condition: `!${some(named(index))}` });
  for (const index of now.hidden ?? [])
    if (hidden?.has(index) !== true)
      found.push({
        what: `index ${index} of ${name} is hidden`,
        condition: some(`${named(index)} && index.hidden === true`),
      });
  for (const index of hidden ?? [])
    if (now.hidden?.has(index) !== true && now.indexes.has(index))
      found.push({
        what: `index ${index} of ${name} isn't hidden`,
        condition: some(`${named(index)} && index.hidden !== true`),
      });
  if (now.validated !== old?.validated) {
    const info = `${shellDatabase(database)}.getCollectionInfos({ name: ${JSON.stringify(name)} })[0]?.options.validator`;
    const isSet = now.validated === true;
    found.push({
      what: `collection ${name} has ${isSet ? "a" : "no"} validator`,
      condition: `Object.keys(${info} ?? {}).length ${isSet ? "> 0" : "=== 0"}`,
    });
  }
  return found;
}

/** Documents that the change has left; `none`: it changes none, or only what is new. */
function ofDocuments(
  operation: DocumentOperation,
  { documents }: Step,
): (Proof & { readonly key: string }) | "none" | undefined {
  if (
    operation.kind === "deleteDocuments" ||
    operation.kind === "insertDocuments" ||
    operation.kind === "aggregateInto"
  )
    return undefined;
  if (operation.kind !== "updateDocuments") return "none";
  const { collection, filter, change, many, conditional, repeated } = operation;
  if (
    collection === undefined ||
    !many ||
    conditional === true ||
    repeated === true ||
    !isNamed(collection) ||
    documents.isNew()
  )
    return undefined;
  const none = (condition: string): string =>
    `${shellCode(collection)}.countDocuments(${condition}, { limit: 1 }) === 0`;
  const proof = (field: string, what: string, condition: string) => ({
    key: `${collection.text}.${field}`,
    what: `no document of ${collection.text} ${what}`,
    condition: none(condition),
  });
  if (
    documents.resumable() &&
    filter.code !== undefined &&
    filter.code.length <= 80 &&
    isWrittenOut(filter.code)
  )
    return proof(filter.code, `fits ${filter.code}`, filter.code);
  if (filter.is !== "none") return undefined;
  const gone = change.unset[0] ?? change.rename[0]?.from;
  if (gone !== undefined && change.unset.length + change.rename.length === 1 && change.set.length === 0)
    return proof(gone, `has ${gone}`, `{ ${fieldName(gone)}: { $exists: true } }`);
  const [set] = change.set;
  if (set === undefined || change.constants?.length !== 1) return undefined;
  return proof(set, `has another ${set}`, `{ ${fieldName(set)}: { $ne: ${change.constants[0]} } }`);
}
