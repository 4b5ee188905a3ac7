/** The order in which a rollback can drop its tables and views, where moving one statement isn't enough. */
import type { Key } from "../../../model/names.ts";
import { displayName, isSure } from "../../../schema/dependents.ts";
import type { Dependent } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { cameBefore } from "../dependents/dropped.ts";
import { droppedFirst, isMadeBy } from "./stopped.ts";

export interface DropOrder {
  /** Foreign keys that hold each other's tables, and what else uses them and isn't the migration's own. */
  readonly first: readonly string[];
  /** As messages name them: `orders`, or `view totals` where not all are tables. */
  readonly order: readonly string[];
  /** Those that the migration makes, and the rollback doesn't drop. */
  readonly forgotten: readonly string[];
}

interface Node {
  readonly key: Key;
  /** Its place among the statements of the rollback; undefined: it has none. */
  readonly at: number | undefined;
  /** Who has to go before it. */
  readonly users: readonly Dependent[];
}

/**
 * See `DependentQuestions.dropOrder`. Undefined: it is no DROP TABLE or DROP VIEW, to move it or to drop what uses it first is
 * all that is needed, or the rollback takes users away in other ways.
 */
export function dropOrder(step: Step): DropOrder | undefined {
  const { before, scope } = step;
  const all = nodesOf(step);
  const own = all?.find(({ key, at }) => at === 0 && key === droppedBy(step));
  if (all === undefined || own === undefined) return undefined;
  const isNode = ({ relation }: Dependent): boolean => all.some(({ key }) => key === relation);
  const others = (node: Node): readonly Key[] =>
    node.users.filter(isNode).map(({ relation = own.key }) => relation);
  const written = all.filter(({ at }) => at !== undefined);
  const failing = refusedIn(written, all, others);
  if (refusedIn(moved(own, written, all, others), all, others).length === 0) return undefined;
  const nodes = connected(failing, all, others);
  const outside = nodes.flatMap(({ users }) => users.filter((user) => !isNode(user)));
  const first = new Set(outside.map((user) => droppedFirst(step, user)));
  const order: Node[] = [];
  while (order.length < nodes.length) {
    const left = nodes.filter((node) => !order.includes(node));
    const holders = (node: Node): readonly Dependent[] =>
      node.users.filter(({ relation }) => left.some(({ key }) => key === relation));
    const next =
      left.find((node) => holders(node).length === 0) ??
      left
        .filter((node) => isInRing(node, left))
        .sort((one, other) => holders(one).length - holders(other).length)[0];
    if (next === undefined || holders(next).some(({ kind }) => kind !== "foreign key")) return undefined;
    for (const { text } of holders(next)) first.add(text);
    order.push(next);
  }
  const areTables = order.every(({ key }) => kindOf(before, key) === "table");
  const named = ({ key }: Node): string => {
    const found = before.relation(key);
    const name = found.is === "present" ? displayName(before, found.value.schema, found.value.name) : key;
    return areTables ? name : `${kindOf(before, key)} ${name}`;
  };
  const forgotten = order.filter(({ at, key }) => at === undefined && isMadeBy(scope, key, before));
  return { first: [...first], order: order.map(named), forgotten: forgotten.map(named) };
}

const kindOf = (schema: Schema, key: Key): string => {
  const found = schema.relation(key);
  return found.is === "present" ? found.value.kind : "table";
};

function droppedBy({ operation, before }: Step): Key | undefined {
  if (operation.kind === "dropTable") return before.resolve(operation.table);
  return operation.kind === "dropView" ? before.resolve(operation.view) : undefined;
}

/** What the rollback drops from this step on, and what else the migration has made. */
function nodesOf(step: Step): readonly Node[] | undefined {
  const { before, scope, statement } = step;
  const drops = [step, ...step.later()].filter(
    ({ skipped, operation }) => !skipped && operation.conditional !== true,
  );
  const statements = [...new Set([statement, ...drops.map((one) => one.statement)])];
  const places = new Map<Key, { readonly at: number; readonly cascade: boolean }>();
  for (const one of drops) {
    const key = droppedBy(one);
    if (key === undefined || places.has(key) || before.relation(key).is !== "present") continue;
    const cascade = "cascade" in one.operation && one.operation.cascade === true;
    places.set(key, { at: statements.indexOf(one.statement), cascade });
  }
  // Made last, it goes first.
  const left = [...scope.after.relations()]
    .filter(({ kind }) => kind !== "sequence")
    .map(({ key }) => key)
    .filter((key) => !places.has(key) && isMadeBy(scope, key, before))
    .reverse();
  const nodes: Node[] = [];
  for (const key of [...left, ...places.keys()]) {
    const place = places.get(key);
    const users = place?.cascade === true ? [] : usersOf(before, key);
    // One ALTER TABLE before it is enough, or a function needs it.
    const isElse = (user: Dependent): boolean => {
      const dropper = step.dependents.dropsLater(user);
      return user.relation === undefined || (dropper !== undefined && droppedBy(dropper) === undefined);
    };
    if (users.some(isElse)) return undefined;
    nodes.push({ key, at: place?.at, users });
  }
  return nodes;
}

const usersOf = (schema: Schema, key: Key): readonly Dependent[] =>
  schema
    .dependents({ table: key })
    .filter(
      (user) =>
        user.onDrop === "refuses" &&
        user.relation !== key &&
        (schema.dialect.viewsHold || user.kind === "foreign key") &&
        isSure(user, schema) &&
        !cameBefore(user, key, schema),
    );

type Others = (node: Node) => readonly Key[];

/** Those in whose place the server refuses the DROP: a user is still there, in another statement. */
const refusedIn = (order: readonly Node[], all: readonly Node[], others: Others): readonly Node[] =>
  order.filter((node, index) => {
    const gone = new Set(order.slice(0, index).map(({ key }) => key));
    const isTogether = (key: Key): boolean => {
      const at = all.find((one) => one.key === key)?.at;
      return at !== undefined && at === node.at;
    };
    return others(node).some((key) => !gone.has(key) && !isTogether(key));
  });

/** What the short advice leads to: the first that is refused stands behind its users, or those are dropped before it. */
function moved(own: Node, written: readonly Node[], all: readonly Node[], others: Others): readonly Node[] {
  const users = new Set(others(own));
  const last = written.findLastIndex(({ key }) => users.has(key));
  const isLate = [...users].every((user) => written.some(({ key }) => key === user));
  if (!isLate) return [...all.filter(({ key }) => users.has(key)), ...written];
  const together = written.filter(({ at }) => at === own.at);
  return written.flatMap((node, index) =>
    index === last ? [node, ...together] : together.includes(node) ? [] : [node],
  );
}

function connected(from: readonly Node[], all: readonly Node[], others: Others): readonly Node[] {
  const found = new Set(from);
  for (const node of found)
    for (const other of all) {
      if (others(node).includes(other.key) || others(other).includes(node.key)) found.add(other);
    }
  return all.filter((node) => found.has(node));
}

/** It is among those that have to go before it. */
function isInRing(node: Node, left: readonly Node[]): boolean {
  const found = new Set<Node>();
  const add = ({ users }: Node): void => {
    for (const { relation } of users) {
      const user = left.find(({ key }) => key === relation);
      if (user === undefined || found.has(user)) continue;
      found.add(user);
      add(user);
    }
  };
  add(node);
  return found.has(node);
}
