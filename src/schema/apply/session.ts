/** Operations that can't be followed: dynamic SQL and statements that we can't read. */
import type { ExecuteDynamic, Operation, Unknown } from "../../model/operation.ts";
import { keyOf, nameInText, type Key, type QualifiedName } from "../../model/names.ts";
import { newRelation, type Draft } from "../draft.ts";
import type { Origin } from "../model.ts";
import { emptyMap, values } from "../persistent.ts";
import { grantUnknown } from "./grant.ts";
import {
  columnTag,
  constraintTag,
  creationSchema,
  indexTag,
  policyTag,
  relationTag,
  triggerTag,
} from "../state.ts";

/** Commands that leave the schema as it is. */
const harmless =
  /^(?:select|insert|update|delete|merge|copy|perform|call|grant|revoke|analyze|vacuum|refresh|reindex|cluster|set|reset|show|notify|listen|lock|comment|truncate|explain|with|raise)$/i;

/** Behind CREATE, ALTER and DROP: what holds no table, view, index, type or function. */
const elsewhere =
  /^(?:role|user|group|database|system|extension|publication|subscription|server|tablespace|language|default)$/i;

/** Does an EXECUTE that begins like this leave the schema as it is? */
export function isHarmless(prefix: string): boolean {
  const [, command = "", object = ""] = /^\s*([a-z]+)(?:\s+([a-z]+)\s)?/i.exec(prefix) ?? [];
  return harmless.test(command) || elsewhere.test(object);
}

/** `ALTER TABLE orders ADD …`, where the constant beginning reaches behind the name, and perhaps to the verb. */
const altered =
  /^\s*alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?((?:["`]?[\w$]+["`]?\.)?["`]?[\w$]+["`]?)\s+(\w+\s)?/i;

/** The table that an EXECUTE alters, whatever the rest of its text is. */
export function tableAltered({ prefix = "" }: ExecuteDynamic): QualifiedName | undefined {
  const table = altered.exec(prefix)?.[1];
  return table === undefined ? undefined : nameInText(table);
}

/**
 * An EXECUTE of unknown text may have created anything: the schema is open from now on, and no tombstone counts.
 * Its constant beginning narrows that down. DML, GRANT and the like change nothing. ALTER may have changed any
 * table, so none is complete any more; DROP may have taken any object of its class away, so none is surely there. A text
 * without a constant beginning counts as CREATE and ALTER. What was there is still taken to be there: that the text drops
 * what a later statement uses is rare, and taking everything for doubtful would silence too much. That a statement fails
 * because of it isn't certain, though.
 */
export function executeDynamic(draft: Draft, op: ExecuteDynamic): void {
  const prefix = op.prefix ?? "";
  const [, command = "", object = ""] = /^\s*([a-z]+)(?:\s+([a-z]+)\s)?/i.exec(prefix) ?? [];
  if (/^\s*(?:(?:grant|revoke)\b|$)/i.test(prefix)) grantUnknown(draft);
  if (isHarmless(prefix)) return;
  const [, table, verb] = altered.exec(prefix) ?? [];
  if (table !== undefined && verb !== undefined && !/^rename\b/i.test(verb)) {
    const key = draft.resolve(nameInText(table));
    shake(draft, key);
    if (/^drop\b/i.test(verb)) dropMember(draft, key, /\bdrop\s+([a-z]+)\s/i.exec(prefix)?.[1] ?? "");
    return;
  }
  open(draft);
  if (/^create$/i.test(command)) {
    createMember(draft, prefix);
    return;
  }
  if (/^drop$/i.test(command)) drop(draft, object.toLowerCase());
  else for (const { key } of [...values(draft.state.relations)]) shake(draft, key);
}

/** `CREATE TRIGGER set_updated_at BEFORE UPDATE ON `: any relation may have it now, or what is called otherwise. */
function createMember(draft: Draft, prefix: string): void {
  const [, object, text] =
    /^\s*create\s+(?:or\s+replace\s+)?(?:constraint\s+)?(trigger|policy)\s+("[^"]+"\s|[\w$]+\s)?/i.exec(prefix) ??
    [];
  if (object === undefined) return;
  const name = text === undefined ? undefined : nameInText(text.trim()).name;
  const tag = /^trigger$/i.test(object) ? triggerTag : policyTag;
  for (const { key } of [...values(draft.state.relations)])
    if (name === undefined) shake(draft, key);
    else if (draft.marked(key, tag(name)) === undefined) draft.mark(key, tag(name), "maybe");
}

/** The relation, its columns, constraints and indexes may be others now. */
function shake(draft: Draft, key: Key): void {
  const relation = draft.relation(key);
  if (relation === undefined) return;
  if (relation.complete || relation.droppedColumns.length + relation.droppedConstraints.length > 0)
    draft.put({ ...relation, complete: false, droppedColumns: [], droppedConstraints: [] });
  draft.perhaps(relationTag(key));
  const members = [
    ...relation.columns.map(({ name }) => columnTag(name)),
    ...relation.constraints.map(({ name }) => constraintTag(name)),
    ...relation.triggers.map(({ name }) => triggerTag(name)),
    ...relation.policies.map(({ name }) => policyTag(name)),
  ];
  for (const member of members)
    if (draft.marked(key, member) === undefined) draft.mark(key, member, "maybe");
  for (const index of draft.indexesOn(key)) draft.perhaps(indexTag(keyOf(index.schema, index.name)));
}

/** @param object what ALTER TABLE … DROP says before the name; empty: nothing, or not known */
function dropMember(draft: Draft, key: Key, object: string): void {
  const relation = draft.relation(key);
  if (relation === undefined) return;
  const isOf = (...words: readonly string[]): boolean => object === "" || words.includes(object.toLowerCase());
  if (isOf("constraint", "foreign", "check", "primary", "index", "key"))
    for (const { name, kind } of relation.constraints)
      if (object.toLowerCase() !== "foreign" || kind === "foreign key")
        draft.mark(key, constraintTag(name), "doubted");
  if (isOf("column")) for (const { name } of relation.columns) draft.mark(key, columnTag(name), "doubted");
  if (isOf("index", "key", "constraint"))
    for (const index of draft.indexesOn(key)) draft.doubt(indexTag(keyOf(index.schema, index.name)));
}

/**
 * Nobody makes a table to drop it in the same file by a name that has to be computed: those of this migration are still there.
 *
 * @param object the class that DROP names; empty: not known
 */
function drop(draft: Draft, object: string): void {
  const isOwn = ({ origin }: { readonly origin?: Origin | undefined }): boolean =>
    origin?.migration === draft.origin.migration;
  const isOf = (...classes: readonly string[]): boolean => object === "" || classes.includes(object);
  for (const relation of [...values(draft.state.relations)]) {
    const { key } = relation;
    shake(draft, key);
    if (!isOwn(relation) && isOf("table", "view", "materialized", "sequence", "foreign", "schema", "owned"))
      draft.doubt(relationTag(key));
    if (isOf("trigger"))
      for (const { name } of relation.triggers) draft.mark(key, triggerTag(name), "doubted");
    if (isOf("policy"))
      for (const { name } of relation.policies) draft.mark(key, policyTag(name), "doubted");
  }
  if (isOf("index", "table", "materialized", "schema", "owned"))
    for (const index of [...values(draft.state.indexes)])
      if (!isOwn(index)) draft.doubt(indexTag(keyOf(index.schema, index.name)));
}

/** It may have created anything: what isn't known from there on may be there. */
export const opens = (op: Operation): boolean =>
  (op.kind === "unknown" && op.relations.length === 0) ||
  (op.kind === "executeDynamic" && !isHarmless(op.prefix ?? ""));

function open(draft: Draft): void {
  draft.state = { ...draft.state, closed: false, gone: emptyMap() };
}

/** What it names is unknown until created again; if it names nothing, it may have created anything. */
export function unreadable(draft: Draft, op: Unknown): void {
  if (op.makes !== undefined) {
    makesSomehow(draft, op.makes);
    return;
  }
  if (op.relations.length === 0) open(draft);
  if (op.words !== undefined)
    for (const { key, name } of [...values(draft.state.relations)])
      if (op.words.has(name.toLowerCase())) shake(draft, key);
  for (const name of op.relations) {
    const key = draft.resolve(name);
    draft.change(key, (old) => ({ ...old, complete: false, loaded: old.loaded || fills.test(op.statement) }));
    draft.doubt(relationTag(key));
    draft.doubt(indexTag(key));
  }
}

/** `INSERT`, `LOAD DATA`, `CopyStmt`: rows may have come with it. */
const fills = /^(?:insert|replace|merge|copy|load|import|call|with)/i;

/** A table of which only the name is known, and that the server may refuse to make. */
function makesSomehow(draft: Draft, table: QualifiedName): void {
  const schema = creationSchema(draft.state, table);
  const key = keyOf(schema, table.name);
  if (draft.relation(key) === undefined) {
    draft.create({ ...newRelation(schema, table.name, "table", draft.origin), complete: false });
  }
  draft.perhaps(relationTag(key));
}
