import { defineRule, recipes, type Key, type Place, type Span, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "several-tables-locked",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "One transaction takes ACCESS EXCLUSIVE, or the SHARE ROW EXCLUSIVE of CREATE TRIGGER, on two or more existing tables, one after the other.",
    why: "The transaction holds the first lock while it waits for the second. A transaction of the application that uses the tables in the opposite order waits for the first lock in turn: a deadlock, and the server cancels one of the two. Users of the first table wait all the while.",
    instead:
      "Change one table per transaction. If both must change together, lock both with one `LOCK TABLE` at the start, behind `SET LOCAL lock_timeout = '500ms'`, and run the migration again if it gives up: that is less than `deadlock_timeout`, so that it gives up before the application does.",
    exceptions: [
      "tables that no foreign key connects, except for triggers on three or more",
      "a note: the transaction only makes triggers, for which reads and checks of foreign keys don't wait",
      "partitions of one table",
      "a second table that the migration drops",
      "a table whose name only the run knows: `EXECUTE format('ALTER TABLE %I …', r.tablename)`",
      "tables that `LOCK TABLE` locks beforehand, tables of one `TRUNCATE`, and locks that the transaction holds already",
      "tables that this migration creates, or that were created less than two days before or in a history that has only begun",
      "a table of the platform's own, such as Supabase's `auth.users`, that gets a trigger before the others are locked: what writes it comes to them later, too",
    ],
  },
  messages: { deadlock: "holds {{held}} while waiting for {{table}} ({{lock}}): can deadlock" },
  recipe: recipes.lockTogether,
  on: {
    migration({ applied }, { report }) {
      const locked = new Map<number, readonly Held[]>();
      const triggered = new Map<number, Set<Key>>();
      const seen = new Set<number>();
      for (const step of applied()) {
        const [{ id }, own] = [step.transaction, ownTable(step)];
        if (own === undefined || seen.has(id) || step.locks.heldExplicitly()) continue;
        const tree = step.locks.treeOf(own.key);
        const all = locked.get(id) ?? heldBefore(step);
        const held = all.find((one) => one.tree !== tree && areRelated(step, one.tree, tree)) ?? all[0];
        const isOthers = step.locks.ofPlatform(own.key) && own.lock !== "ACCESS EXCLUSIVE";
        if (!isOthers) locked.set(id, [...all, { tree, at: step.operation.head, by: step.statement }]);
        // Triggers are often made on many tables, which the application uses in any order.
        const trees = triggered.get(id) ?? new Set();
        if (step.operation.kind.endsWith("Trigger")) triggered.set(id, trees.add(tree));
        if (held?.by === step.statement && step.operation.kind === "truncateTable") continue;
        const others = trees.size > 2 ? ` and ${trees.size - 2} more` : "";
        if (held === undefined || held.tree === tree) continue;
        if (others === "" && !areRelated(step, held.tree, tree)) continue;
        seen.add(id);
        report({
          at: step.operation.head,
          message: "deadlock",
          severity: recipes.isOnlyOfTriggers(step) ? "note" : undefined,
          data: { held: step.show(held.tree) + others, table: step.show(own.key), lock: own.lock },
          related: [{ at: held.at, message: `locks ${step.show(held.tree)}` }],
          impliedBy: { rule: "drop-column", at: { path: step.script.path, span: step.statement.span } },
          step,
        });
      }
    },
  },
});

interface Held {
  readonly tree: Key;
  readonly at: Span | Place;
  readonly by?: Step["statement"];
}

/** The first table that an earlier migration of the same transaction has locked. */
function heldBefore({ isHere, transaction, locks }: Step): readonly Held[] {
  const held = transaction.held.find(({ origin, mode }) => !isHere(origin) && mode === "ACCESS EXCLUSIVE");
  return held === undefined ? [] : [{ tree: locks.treeOf(held.relation), at: held.origin }];
}

/** The table that the operation itself locks; others have no users or other rules, or only the run knows them. */
function ownTable({ operation, before, transaction, locks: { lockOn }, rows, table: own }: Step) {
  if (own === undefined || operation.kind === "dropTable" || operation.kind === "lockTable") return undefined;
  const key = before.resolve(own);
  const lock = lockOn(key);
  const isOfTrigger = operation.kind === "createTrigger" && lock === "SHARE ROW EXCLUSIVE";
  if (lock !== "ACCESS EXCLUSIVE" && !isOfTrigger) return undefined;
  // Held already, for example since an earlier statement dropped a foreign key: nothing to wait for.
  const isHeld = transaction.held.some(
    ({ relation, mode }) => relation === key && (mode === "ACCESS EXCLUSIVE" || mode === lock),
  );
  return isHeld || rows(key).are === "fresh" || recipes.hasHoleName(key) ? undefined : { key, lock };
}

/** Tables that the application is sure to use together: one refers to the other. */
const areRelated = ({ before }: Step, a: Key, b: Key): boolean =>
  before.foreignKeysTo(a).some(({ table }) => table === b) ||
  before.foreignKeysTo(b).some(({ table }) => table === a);
