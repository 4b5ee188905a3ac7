/**
 * What an operation does on a MySQL or MariaDB server. `changes.ts` says what a clause amounts to, the tables what
 * that costs on which release, `combine.ts` what a statement of several clauses costs.
 */
import type { Key, QualifiedName } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Schema } from "../../schema/schema.ts";
import { noEffects, onlineLocks, type Algorithm, type Effects, type Product, type ServerContext } from "../effects.ts";
import type { Change } from "./change.ts";
import { changesOf } from "./changes.ts";
import { combined, type StatementCost } from "./combine.ts";
import { commitsImplicitly } from "./commit.ts";
import { refusal } from "./refusals.ts";
import type { MysqlServer } from "./release.ts";
import { Scene } from "./scene.ts";

/** `schema` is the one before the statement. */
export function effects(
  product: Product,
  operation: Operation,
  schema: Schema,
  context: ServerContext,
  statement: readonly Operation[] = [operation],
): Effects {
  const server: MysqlServer = {
    version: context.version,
    product,
    release: context.release ?? [context.version],
    setting: (name) => context.setting(name),
  };
  const commits = commitsImplicitly(operation) ? { commits: true as const } : {};
  const target = tableOf(operation);
  const key = target === undefined ? undefined : schema.resolve(target);
  const scene = new Scene(schema, server, statement, key ?? "");
  const fails = refusal(operation, scene);
  if (fails !== undefined) return { ...noEffects, ...commits, fails };
  const isNewTable = "within" in operation && operation.within === "createTable";
  const inCreate = operation.kind === "createIndex" && operation.clauseOf === "createTable";
  if (key === undefined || isNewTable || inCreate) return { ...noEffects, ...commits };
  // ALTER TABLE IF EXISTS of a table that isn't there does nothing; without it the schema's failures say so.
  const isAbsent = schema.relation(key).is === "absent";
  const changes = changesOf(operation, scene);
  const own: typeof changes = isAbsent && changes !== undefined ? [{ kind: "nothing" }] : changes;
  if (own === undefined) return { ...noEffects, ...commits };
  return { ...costly(operation, own, key, scene), ...commits };
}

function costly(operation: Operation, own: readonly Change[], key: Key, scene: Scene): Effects {
  const all = scene.statement.flatMap((op) => {
    const target = tableOf(op);
    return target !== undefined && scene.key === scene.schema.resolve(target) ? (changesOf(op, scene) ?? []) : [];
  });
  const best = clauseless(operation, combined(all, scene), scene);
  const wanted = asked(operation, best, scene);
  if (typeof wanted === "string" && isRefused(wanted)) return { ...noEffects, fails: wanted.slice(1) };
  const algorithm = wanted as Algorithm | undefined;
  const chosen = algorithm === undefined ? best : clauseless(operation, combined(all, scene, algorithm), scene);
  const lock = askedLock(operation, chosen, algorithm, scene);
  if (lock.fails !== undefined) return { ...noEffects, fails: lock.fails };
  const solo = new Scene(scene.schema, scene.server, [operation], key);
  const { rowVersion: _, ...alone } = clauseless(operation, combined(changesOf(operation, solo) ?? [], solo), solo);
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
      alone,
      certain: !scene.guessed,
      because: [...new Set(own.map(({ kind }) => kind))],
    },
  };
}

/** MariaDB's DROP INDEX has no place for the clauses. */
function clauseless(operation: Operation, cost: StatementCost, scene: Scene): StatementCost {
  const hasNone = operation.kind === "dropIndex" && operation.clauseOf === undefined && scene.isMariaDb;
  return hasNone ? { ...cost, algorithm: undefined, lock: undefined } : cost;
}

const isRefused = (text: string): boolean => text.startsWith("!");

/** The ALGORITHM that the statement insists on, where it is dearer; `!…`: the server refuses it. */
function asked(operation: Operation, best: StatementCost, scene: Scene): Algorithm | `!${string}` | undefined {
  const value = operation.request?.algorithm?.value;
  if (value === undefined || value === "default" || best.algorithm === undefined) return undefined;
  const wanted = value.toUpperCase() as Algorithm;
  const order: readonly Algorithm[] = ["INSTANT", "NOCOPY", "INPLACE", "COPY"];
  if (order.indexOf(wanted) < order.indexOf(best.algorithm)) {
    if (scene.guessed) return undefined;
    return `!ALGORITHM=${wanted} is not supported for this operation. Try ALGORITHM=${best.algorithm}`;
  }
  // MariaDB's word is the worst that is accepted, MySQL's the one that is taken.
  return scene.isMariaDb && wanted !== "COPY" ? undefined : wanted;
}

function askedLock(
  operation: Operation,
  cost: StatementCost,
  wanted: Algorithm | undefined,
  scene: Scene,
): { readonly lock?: StatementCost["lock"]; readonly fails?: string | undefined } {
  const { lock, online } = operation.request ?? {};
  const value = lock?.value === "default" ? undefined : (lock?.value ?? (online === undefined ? undefined : "none"));
  if (value === undefined) return {};
  const word = value.toUpperCase() as NonNullable<StatementCost["lock"]>;
  if (!scene.isMariaDb && wanted === "INSTANT")
    return { fails: "Incorrect usage of ALGORITHM=INSTANT and LOCK=NONE/SHARED/EXCLUSIVE" };
  if (cost.lock === undefined) return {};
  const isWeaker = onlineLocks.indexOf(word) < onlineLocks.indexOf(cost.lock);
  if (isWeaker && !scene.guessed) return { fails: `LOCK=${word} is not supported. Try LOCK=${cost.lock}` };
  return { lock: isWeaker ? cost.lock : word };
}

/** The table that an operation changes. */
export function tableOf(operation: Operation): QualifiedName | undefined {
  switch (operation.kind) {
    case "createTable":
    case "createTrigger":
    case "insertRows":
    case "updateRows":
    case "deleteRows":
    case "lockTable":
      return undefined;
    case "dropIndex":
    case "renameIndex":
    case "alterIndex":
      return operation.onTable;
    default:
      return "table" in operation ? operation.table : undefined;
  }
}
