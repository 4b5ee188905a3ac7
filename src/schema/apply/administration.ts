/** Who owns a relation, which index clusters it, which publications name it: facts that only effects ask for. */
import type { Key } from "../../model/names.ts";
import type {
  ObjectClass,
  AlterObject,
  ChangeOwner,
  Cluster,
  CreateObject,
  DropObject,
  SetClusterIndex,
  SetReplicaIdentity,
  Utility,
} from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Publication, Relation } from "../model.ts";
import { get, remove, set, values } from "../persistent.ts";

/** A column's sequence follows its table. */
export function changeOwner(draft: Draft, op: ChangeOwner): void {
  const name = op.name ?? op.relations[0];
  if (name === undefined || !/table|view|sequence/.test(op.object)) return;
  const key = draft.resolve(name);
  draft.change(key, (old) => owned(old, op.owner));
  for (const other of [...values(draft.state.relations)])
    if (other.ownedBy?.table === key) draft.put(owned(other, op.owner));
}

/** CURRENT_USER is who made the rest. */
const owned = (relation: Relation, owner: string): Relation => ({
  ...relation,
  owner: isSessionUser(owner) ? undefined : owner,
});

const isSessionUser = (role: string): boolean => /^(?:current_user|session_user|current_role)$/i.test(role);

export function reassignOwned(draft: Draft, { command, roles = [] }: Utility): void {
  if (command !== "REASSIGN OWNED" && command !== "DROP OWNED") return;
  for (const relation of [...values(draft.state.relations)]) {
    if (relation.owner === undefined || !roles.includes(relation.owner)) continue;
    if (command === "REASSIGN OWNED") draft.put({ ...relation, owner: undefined });
  }
}

export function setClusterIndex(draft: Draft, op: SetClusterIndex | Cluster): void {
  const { table, index } = op;
  if (table === undefined || (op.kind === "cluster" && index === undefined)) return;
  const clusteredOn = typeof index === "object" ? index.text : index;
  draft.change(draft.resolve(table), (old) => ({ ...old, clusteredOn }));
}

export function publish(draft: Draft, op: CreateObject | AlterObject): void {
  if (op.object !== "publication" || op.name === undefined) return;
  const { name } = op.name;
  setPublication(draft, op, name);
  const tables = new Set<Key>(op.relations.map((table) => draft.resolve(table)));
  const action = op.options.find((option) => option === "ADD" || option === "DROP" || option === "SET") ?? "ADD";
  if (action === "SET" && tables.size > 0) withdraw(draft, name);
  for (const key of tables)
    draft.change(key, (old) => {
      const others = (old.publications ?? []).filter((other) => other !== name);
      return { ...old, publications: action === "DROP" ? others : [...others, name] };
    });
}

const inSchema = "TABLES IN SCHEMA ";

function setPublication(draft: Draft, { options }: CreateObject | AlterObject, name: string): void {
  const old = get(draft.state.publications, name);
  const named = options.flatMap((one) => (one.startsWith(inSchema) ? [one.slice(inSchema.length)] : []));
  const kept = options.includes("SET") && !options.some((one) => one.startsWith("publish")) ? [] : (old?.schemas ?? []);
  const published = options.find((one) => one.startsWith("publish="));
  const publication: Publication = {
    name,
    everything: options.includes("FOR ALL TABLES") || (old?.everything ?? false),
    schemas: options.includes("DROP")
      ? kept.filter((schema) => !named.includes(schema))
      : [...kept.filter((schema) => !named.includes(schema)), ...named],
    changes: published === undefined ? (old?.changes ?? true) : /update|delete/i.test(published),
  };
  draft.state = { ...draft.state, publications: set(draft.state.publications, name, publication) };
}

export function unpublish(draft: Draft, { object, name }: DropObject): void {
  if (object !== "publication" || name === undefined) return;
  withdraw(draft, name.name);
  draft.state = { ...draft.state, publications: remove(draft.state.publications, name.name) };
}

export function setReplicaIdentity(draft: Draft, { table, identity, index }: SetReplicaIdentity): void {
  const replicaIdentity =
    identity === "index" && index !== undefined
      ? { index: index.text }
      : identity === "full" || identity === "nothing"
        ? identity
        : undefined;
  draft.change(draft.resolve(table), (old) => ({ ...old, replicaIdentity }));
}

function withdraw(draft: Draft, name: string): void {
  for (const relation of [...values(draft.state.relations)])
    if (relation.publications?.includes(name) === true)
      draft.put({ ...relation, publications: relation.publications.filter((other) => other !== name) });
}

/** CREATE of what only has a class and a name. */
export function createObject(draft: Draft, object: ObjectClass, name: string): void {
  draft.state = { ...draft.state, objects: set(draft.state.objects, `${object} ${name}`, true) };
}

export function forgetObject(draft: Draft, object: ObjectClass, name: string): void {
  draft.state = { ...draft.state, objects: remove(draft.state.objects, `${object} ${name}`) };
}
