/**
 * What an operation does on a MySQL or MariaDB server. `changes.ts` says what a clause amounts to, the tables what
 * that costs on which release, `combine.ts` what a statement of several clauses costs.
 */
import type { EffectsParts } from "../dialect.ts";
import type { Key, QualifiedName } from "../../model/names.ts";
import { alteredTable } from "../../model/kinds.ts";
import type { Operation } from "../../model/operation.ts";
import type { Schema } from "../../schema/schema.ts";
import {
  algorithms,
  noEffects,
  onlineLocks,
  type Algorithm,
  type Cost,
  type Effects,
  type OnlineLock,
} from "../effects.ts";
import { engineName } from "../../model/engines.ts";
import type { Change } from "./change.ts";
import { changesOf } from "./changes.ts";
import { combined, costOf, type StatementCost } from "./combine.ts";
import { commitsImplicitly } from "../implicit-commit.ts";
import { near, refusal } from "./refusals.ts";
import type { MysqlServer } from "./release.ts";
import { StatementContext } from "./statement-context.ts";
import { neededRelease } from "./since.ts";

/** The effects of MySQL's servers, or of MariaDB's. */
export const mysqlEffects = (isMariaDb: boolean): EffectsParts => ({
  of: (operation, schema, server, statement = [operation]) =>
    effects(operation, schema, { ...server, isMariaDb, release: server.release ?? [] }, statement),
  plansStatements: true,
});

/** `schema` is the one before the statement. */
function effects(
  operation: Operation,
  schema: Schema,
  server: MysqlServer,
  statement: readonly Operation[],
): Effects {
  // The keys of a CREATE TABLE commit as it does.
  const together = operation.called === true ? [operation] : statement;
  const commits = together.some(commitsImplicitly) ? { commits: true as const } : {};
  const target = changedTable(operation);
  const key = target === undefined ? undefined : schema.resolve(target);
  const needed = neededRelease(operation, server);
  if (needed !== undefined) return { ...noEffects, ...commits, fails: near(needed.near), needs: needed };
  const plan = planOf(schema, server, statement, key ?? "");
  const { context } = plan;
  const fails = refusal(operation, context);
  if (fails !== undefined) return { ...noEffects, ...commits, fails };
  const isNewTable = "within" in operation && operation.within === "createTable";
  const inCreate = operation.kind === "createIndex" && operation.clauseOf === "createTable";
  if (key === undefined || isNewTable || inCreate) return { ...noEffects, ...commits };
  // ALTER TABLE IF EXISTS of a table that isn't there does nothing; without it the schema's failures say so.
  const isAbsent = schema.relation(key).is === "absent";
  const changes = changesOf(operation, context);
  const own: typeof changes = isAbsent && changes !== undefined ? [{ kind: "nothing" }] : changes;
  if (own === undefined) return { ...noEffects, ...commits };
  return { ...costly(operation, own, key, plan), ...commits };
}

/** What was worked out for a statement's table: its operations are asked about one after the other. */
interface Plan {
  readonly context: StatementContext;
  changes?: readonly Change[];
  cost?: StatementCost;
}

const plans = new WeakMap<readonly Operation[], Plan>();

function planOf(schema: Schema, server: MysqlServer, statement: readonly Operation[], key: Key): Plan {
  const same = plans.get(statement);
  const known = same?.context;
  const isSame =
    known?.schema === schema &&
    known.key === key &&
    known.server.isMariaDb === server.isMariaDb &&
    String(known.server.release) === String(server.release) &&
    settings.every((name) => known.server.setting(name) === server.setting(name));
  if (same !== undefined && isSame) return same;
  const plan: Plan = { context: new StatementContext(schema, server, statement, key) };
  plans.set(statement, plan);
  return plan;
}

/** Those that effects depend on. */
const settings = ["foreign_key_checks", "sql_mode", "system_versioning_alter_history"] as const;

const changesOfAll = (plan: Plan, key: Key): readonly Change[] =>
  (plan.changes ??= plan.context.statement.flatMap((op) => {
    const target = changedTable(op);
    const isHere = target !== undefined && plan.context.schema.resolve(target) === key;
    return isHere ? (changesOf(op, plan.context) ?? []) : [];
  }));

function costly(operation: Operation, own: readonly Change[], key: Key, plan: Plan): Effects {
  const { context } = plan;
  const all = changesOfAll(plan, key);
  plan.cost ??= combined(all, context);
  const best = clauseless(operation, plan.cost, context);
  const heeded =
    !all.some(({ kind }) => unheeded.has(kind)) || !context.isMariaDb || context.mariaDbSince("11.8");
  const algorithm = heeded ? askedAlgorithm(operation, best, context) : {};
  const chosen =
    algorithm.dearer === undefined
      ? best
      : clauseless(operation, combined(all, context, algorithm.dearer), context);
  const lock = askedLock(operation, chosen, context);
  const fails = algorithm.fails ?? lock.fails;
  if (fails !== undefined) return { ...noEffects, fails };
  const built = own.flatMap(({ index }) => index ?? []);
  const writes = chosen.rebuild || chosen.rowsCopied;
  return {
    ...noEffects,
    rewrites: writes && operation.kind !== "truncateTable" ? [key] : [],
    scans: writes || built.length > 0 ? [key] : [],
    builds: built.map((index) => ({ index, table: key })),
    online: {
      table: key,
      ...chosen,
      lock: lock.lock ?? chosen.lock,
      alone: alone(operation, key, context),
      certain: !context.guessed,
      because: reasons(own, chosen, context),
      ...(chosen.rebuild ? { inTheWay: indexesInTheWay(operation, key, context) } : {}),
    },
  };
}

/** What of it costs most comes first. */
function reasons(
  own: readonly Change[],
  { rowsCopied }: StatementCost,
  context: StatementContext,
): readonly string[] {
  const rank = (change: Change): number => {
    const { algorithm, rebuild } = costOf(change, context);
    return algorithms.indexOf(algorithm ?? "COPY") * 2 + Number(rebuild === true);
  };
  const kinds = new Set(own.toSorted((a, b) => rank(b) - rank(a)).map(({ kind }) => kind));
  return rowsCopied && context.engine !== "innodb"
    ? [`the table is ${engineName(context.engine)}`, ...kinds]
    : [...kinds];
}

/** MariaDB takes any ALGORITHM beside them and copies all the same (measured on 10.6 and 10.11). */
const unheeded: ReadonlySet<Change["kind"]> = new Set(["change engine", "partition by", "order rows"]);

/** An index that the same statement drops may go before it. */
const isDropOfIndex = (operation: Operation): boolean =>
  operation.kind === "dropIndex" ||
  (operation.kind === "dropConstraint" && operation.object !== "foreign key");

/** The indexes of a dropped column alone without which it would go instantly. */
function indexesInTheWay(
  operation: Operation,
  key: Key,
  context: StatementContext,
): readonly string[] | undefined {
  if (operation.kind !== "dropColumn" || context.statement.length > 1) return undefined;
  const solo = new StatementContext(context.schema, context.server, [operation], key);
  const changes = changesOf(operation, solo) ?? [];
  const others = changes.filter(({ kind }) => kind !== "drop index");
  if (others.length === changes.length || combined(others, solo).algorithm !== "INSTANT") return undefined;
  return solo.indexesWith(operation.column.text).map(({ name }) => name);
}

function alone(operation: Operation, key: Key, context: StatementContext): Cost {
  const before = operation.kind === "dropColumn" ? context.statement.filter(isDropOfIndex) : [];
  const solo = new StatementContext(context.schema, context.server, [operation, ...before], key);
  const { algorithm, lock, rebuild, rowsCopied } = clauseless(
    operation,
    combined(changesOf(operation, solo) ?? [], solo),
    solo,
  );
  return { algorithm, lock, rebuild, rowsCopied };
}

/** MariaDB's DROP INDEX has no place for the clauses. */
function clauseless(operation: Operation, cost: StatementCost, context: StatementContext): StatementCost {
  const hasNone = operation.kind === "dropIndex" && operation.clauseOf === undefined && context.isMariaDb;
  return hasNone ? { ...cost, algorithm: undefined, lock: undefined } : cost;
}

/** The ALGORITHM that the statement insists on where it is dearer, or why the server refuses it. */
function askedAlgorithm(
  { request }: Operation,
  best: StatementCost,
  context: StatementContext,
): { readonly dearer?: Algorithm | undefined; readonly fails?: string | undefined } {
  const asked = algorithms.find((word) => word === request?.algorithm?.value.toUpperCase());
  if (asked === undefined || best.algorithm === undefined) return {};
  if (algorithms.indexOf(asked) < algorithms.indexOf(best.algorithm))
    return context.guessed
      ? {}
      : {
          fails: `ALGORITHM=${asked} is not supported for this operation. Try ALGORITHM=${best.algorithm}`,
        };
  // MariaDB's word is the worst that is accepted, MySQL's the one that is taken.
  return context.isMariaDb && asked !== "COPY" ? {} : { dearer: asked };
}

function askedLock(
  { request }: Operation,
  cost: StatementCost,
  context: StatementContext,
): { readonly lock?: OnlineLock | undefined; readonly fails?: string | undefined } {
  const word = request?.lock?.value ?? (request?.online === undefined ? undefined : "none");
  const asked = onlineLocks.find((lock) => lock === word?.toUpperCase());
  if (asked === undefined) return {};
  if (!context.isMariaDb && request?.algorithm?.value === "instant")
    return { fails: "Incorrect usage of ALGORITHM=INSTANT and LOCK=NONE/SHARED/EXCLUSIVE" };
  if (cost.lock === undefined) return {};
  const isWeaker = onlineLocks.indexOf(asked) < onlineLocks.indexOf(cost.lock);
  if (!isWeaker) return { lock: asked };
  return context.guessed ? {} : { fails: `LOCK=${asked} is not supported. Try LOCK=${cost.lock}` };
}

/** What a trigger does to its table has no cost of its kind. */
const changedTable = (operation: Operation): QualifiedName | undefined =>
  operation.kind === "createTrigger" ? undefined : alteredTable(operation);
