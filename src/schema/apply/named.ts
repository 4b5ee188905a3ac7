/** Operations that name an object by its class: RENAME, SET SCHEMA, COMMENT, extensions; and small facts of tables. */
import type { QualifiedName, Key } from "../../model/names.ts";
import type {
  Comment,
  CreateExtension,
  DropObject,
  InsertRows,
  Operation,
  RenameObject,
  SetAccessMethod,
  SetLogged,
  SetObjectSchema,
  SetRowSecurity,
  SetTableOptions,
} from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Emptied } from "../model.ts";
import { keys, remove, values } from "../persistent.ts";
import { resolveRoutine, resolveType, schemaTag } from "../state.ts";
import { dropUsesOfExtension } from "./drop.ts";
import { moveRelation, moveRoutines, moveType, renameConstraint, renameIndex } from "./move.ts";
import { isOff, isVacuumSwitch } from "../vacuum-switch.ts";
import { createSchema, dropTrigger } from "./object.ts";

export const typeKey = (draft: Draft, name: QualifiedName): Key => resolveType(draft.state, name);

/** @param sources the tables that the rows are made from; undefined: they come from elsewhere, too */
export function setLoaded(draft: Draft, name: QualifiedName, sources?: readonly QualifiedName[]): void {
  const from = sources?.map((one) => {
    const key = draft.resolve(one);
    return { key, changes: draft.relation(key)?.changes };
  });
  draft.change(draft.resolve(name), (old) => {
    const known = old.loaded ? old.derivedFrom : [];
    if (old.loaded && known === undefined) return old;
    return { ...old, loaded: true, derivedFrom: from && known && [...known, ...from] };
  });
}

export function setStorage(draft: Draft, op: SetLogged | SetAccessMethod | SetTableOptions): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  if (op.kind === "setLogged") draft.put({ ...table, unlogged: !op.logged });
  else if (op.kind === "setAccessMethod") draft.put({ ...table, accessMethod: op.accessMethod });
  else {
    const switches = op.options.filter(({ name }) => isVacuumSwitch(name));
    if (switches.length === 0) return;
    const off = new Set(table.vacuumOff);
    for (const { name, value } of switches)
      if (isOff(value)) off.add(name);
      else off.delete(name);
    draft.put({ ...table, vacuumOff: [...off] });
  }
}

/** What was made from its rows can't be made again. */
export function changeRows(draft: Draft, name: QualifiedName): void {
  draft.change(draft.resolve(name), (old) => ({ ...old, changes: (old.changes ?? 0) + 1 }));
}

/** It has no row after this operation; `loaded` begins anew. */
export function setEmptied(draft: Draft, name: QualifiedName, by: Emptied["by"], op: Operation): void {
  if (op.conditional === true) return;
  draft.change(draft.resolve(name), (old) => {
    // Of one migration, the first shows how long the table has been empty.
    const isKnown = !old.loaded && old.emptied?.origin.migration === draft.origin.migration;
    const emptied = isKnown ? old.emptied : { by, origin: draft.origin };
    return { ...old, loaded: false, derivedFrom: undefined, seeded: 0, emptied };
  });
}

/** Those of INSERT: seeds, if they are written there or in a table that nobody else has written to yet. */
export function addRows(draft: Draft, op: InsertRows): void {
  const { table, source, rows, query } = op;
  const [read, ...others] = query.relations;
  const from = read === undefined || others.length > 0 ? undefined : draft.relation(draft.resolve(read));
  const isOwn =
    from?.kind === "table" &&
    !from.loaded &&
    from.origin?.migration === draft.origin.migration &&
    !query.functions.some(({ name }) => /^(?:generate_series|unnest)$/.test(name));
  const asMany = isOwn && source === "query" ? from.seeded : undefined;
  const seeds = rows ?? (query.oneRow === true ? 1 : asMany);
  if (source === "query" && seeds === undefined) setLoaded(draft, table, sourcesOf(op));
  if (seeds !== undefined)
    draft.change(draft.resolve(table), (old) => ({ ...old, seeded: (old.seeded ?? 0) + seeds }));
}

/** Of INSERT … SELECT: undefined where it reads no table, or rows of its own, not only to leave out those that are there. */
function sourcesOf({ table, query }: InsertRows): readonly QualifiedName[] | undefined {
  const { relations, aside = [] } = query;
  const sources = relations.filter((one) => one.name !== table.name || !aside.includes(one));
  return sources.length === 0 || sources.some(({ name }) => name === table.name) ? undefined : sources;
}

export function setRowSecurity(draft: Draft, op: SetRowSecurity): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const { rowSecurity } = table;
  const next =
    op.mode === "enable" || op.mode === "disable"
      ? { ...rowSecurity, enabled: op.mode === "enable" }
      : { ...rowSecurity, forced: op.mode === "force" };
  draft.put({ ...table, rowSecurity: next });
}

/** Extensions known to bring no relations of their own but `pg_…` or those in a schema of theirs. */
const withoutRelations = new Set(
  (
    "adminpack amcheck auto_explain autoinc bloom btree_gin btree_gist citext cube dblink dict_int dict_xsyn " +
    "earthdistance file_fdw fuzzystrmatch hstore http insert_username intagg intarray isn lo ltree moddatetime " +
    "pageinspect pg_buffercache pg_cron pg_freespacemap pg_graphql pg_net pg_partman pg_prewarm pg_repack " +
    "pg_stat_statements pg_trgm pg_uuidv7 pg_visibility pg_walinspect pgaudit pgcrypto pgjwt pgmq pgrowlocks " +
    "pgsodium pgstattuple pgvector plpgsql plv8 plpython3u postgres_fdw refint rum seg sslinfo supabase_vault " +
    "tablefunc tcn timescaledb tsm_system_rows tsm_system_time unaccent uuid-ossp vector wrappers xml2"
  ).split(" "),
);

/** One that may bring relations into the default schema opens the schema: those aren't absent. */
export function createExtension(draft: Draft, op: CreateExtension): void {
  if (!withoutRelations.has(op.extension.text) && draft.state.closed) draft.state = { ...draft.state, closed: false };
}

export function renameObject(draft: Draft, op: RenameObject): void {
  const { name, object } = op;
  const to = op.to.text;
  if (name === undefined) return;
  switch (object) {
    case "sequence":
    case "table":
    case "view":
    case "materialized view":
    case "foreign table": {
      const relation = draft.subject(name, object);
      if (relation !== undefined) moveRelation(draft, relation.key, relation.schema, to);
      return;
    }
    case "index":
      renameIndex(draft, draft.resolve(name), to);
      return;
    case "type":
    case "domain": {
      const key = typeKey(draft, name);
      moveType(draft, key, key.slice(0, key.indexOf(".")), to);
      return;
    }
    case "function":
    case "procedure":
    case "routine":
    case "aggregate": {
      const key = resolveRoutine(draft.state, name);
      moveRoutines(draft, key, key.slice(0, key.indexOf(".")), to);
      return;
    }
    case "constraint": {
      const table = op.relations[0];
      if (table !== undefined) renameConstraint(draft, draft.resolve(table), name.name, to);
      return;
    }
    case "trigger":
    case "rule":
    case "policy": {
      const table = op.relations[0];
      if (table === undefined) return;
      draft.change(draft.resolve(table), (old) => ({
        ...old,
        rules: object === "rule" ? old.rules?.map((rule) => (rule === name.name ? to : rule)) : old.rules,
        triggers:
          object === "trigger"
            ? old.triggers.map((t) => (t.name === name.name ? { ...t, name: to } : t))
            : old.triggers,
        policies:
          object === "policy"
            ? old.policies.map((p) => (p.name === name.name ? { ...p, name: to } : p))
            : old.policies,
      }));
      return;
    }
    case "schema":
      renameSchema(draft, name.name, to);
      return;
    default:
  }
}

function renameSchema(draft: Draft, from: string, to: string): void {
  for (const relation of [...values(draft.state.relations)])
    if (relation.schema === from && draft.relation(relation.key) !== undefined)
      moveRelation(draft, relation.key, to, relation.name);
  for (const type of [...values(draft.state.types)])
    if (type.schema === from) moveType(draft, `${from}.${type.name}`, to, type.name);
  for (const key of [...keys(draft.state.routines)])
    if (key.startsWith(`${from}.`)) moveRoutines(draft, key, to, key.slice(from.length + 1));
  draft.bury(schemaTag(from));
  draft.state = { ...draft.state, namespaces: remove(draft.state.namespaces, from) };
  createSchema(draft, to);
}

export function setObjectSchema(draft: Draft, op: SetObjectSchema): void {
  const { name, object } = op;
  const to = op.to.text;
  if (name === undefined) return;
  if (object === "type" || object === "domain") moveType(draft, typeKey(draft, name), to, name.name);
  else if (object === "function" || object === "procedure" || object === "routine" || object === "aggregate")
    moveRoutines(draft, resolveRoutine(draft.state, name), to, name.name);
  else if (object === "view" || object === "materialized view" || object === "sequence") {
    const relation = draft.subject(name, object);
    if (relation !== undefined) moveRelation(draft, relation.key, to, relation.name);
  }
}

export function dropObject(draft: Draft, op: DropObject): void {
  if (op.name === undefined) return;
  if (op.object === "extension" && op.cascade) dropUsesOfExtension(draft, op.name.name);
  if (op.object !== "trigger") return;
  for (const table of tablesOfTrigger(draft, op, op.name)) dropTrigger(draft, table, op.name.name);
}

/** The table that DROP TRIGGER names; MySQL's names none: a trigger's name is unique in its database. */
export function tablesOfTrigger(draft: Draft, op: DropObject, trigger: QualifiedName): readonly Key[] {
  const stated = op.relations[0];
  if (stated !== undefined) return [draft.resolve(stated)];
  const schema = trigger.schema ?? draft.state.searchPath[0];
  return [...values(draft.state.relations)]
    .filter((r) => r.schema === schema && r.triggers.some(({ name }) => name === trigger.name))
    .map(({ key }) => key);
}

export function comment(draft: Draft, op: Comment): void {
  const said = op.text === undefined || op.text === "" ? undefined : { text: op.text, origin: draft.origin };
  const { member } = op;
  if (op.object === "column" && member !== undefined) {
    const table = op.relations[0] ?? op.name;
    if (table === undefined) return;
    draft.changeColumn(draft.resolve(table), member.text, (c) => ({ ...c, comment: said }));
  } else if (/table|view|sequence/.test(op.object) && op.name !== undefined)
    draft.change(draft.resolve(op.name), (old) => ({ ...old, comment: said }));
}
