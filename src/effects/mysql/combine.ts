/** The cost of changes together: a statement is as dear as its dearest action, with what the servers don't combine. */
import { algorithms, onlineLocks, type Algorithm, type Cost, type OnlineLock } from "../effects.ts";
import type { Change, ChangeKind } from "./change.ts";
import type { ChangeCost } from "./cost.ts";
import { mariadbTable } from "./mariadb-table.ts";
import { mysqlTable } from "./mysql-table.ts";
import { isSince } from "./release.ts";
import type { StatementContext } from "./statement-context.ts";

export interface StatementCost extends Cost {
  readonly rowVersion: boolean;
}

/** Of one change on the server's release. */
export function costOf({ kind }: Change, context: StatementContext): ChangeCost {
  const { since } = (context.isMariaDb ? mariadbTable : mysqlTable)[kind];
  let found: ChangeCost = {};
  for (const [release, cost] of Object.entries(since)) if (isSince(context.server, release)) found = cost;
  return found;
}

const rank = (algorithm: Algorithm): number => algorithms.indexOf(algorithm);

const strongest = (locks: readonly OnlineLock[]): OnlineLock =>
  onlineLocks[Math.max(0, ...locks.map((lock) => onlineLocks.indexOf(lock)))] ?? "NONE";

/** `wanted`: an ALGORITHM that the statement asks for and that is dearer than need be. */
export function combined(
  changes: readonly Change[],
  context: StatementContext,
  wanted?: Algorithm,
): StatementCost {
  const costs = changes.map((change) => costOf(change, context));
  const unasked = costs.find((cost) => cost.algorithm === undefined);
  if (unasked !== undefined)
    return {
      lock: unasked.lock,
      rebuild: unasked.rebuild === true,
      rowsCopied: unasked.copies === true,
      rowVersion: false,
    };
  const kinds = new Set(changes.map(({ kind }) => kind));
  const best = dearest(costs.map((cost) => cost.algorithm ?? "INSTANT"));
  const algorithm = dearest([best, forced(kinds, costs, best, context), wanted ?? "INSTANT"]);
  const isCopied = algorithm === "COPY";
  const rebuilds = algorithm === "INPLACE" && costs.some((cost) => cost.rebuild === true);
  const isTemporary = context.relation?.temporary === true;
  const engineStays = context.engine === "innodb" && !isTemporary && !kinds.has("change engine");
  return {
    algorithm,
    lock: isCopied ? copyLock(kinds, context) : inPlaceLock(changes, costs, rebuilds, context),
    rebuild: isCopied ? engineStays : rebuilds,
    rowsCopied: isCopied,
    rowVersion: algorithm === "INSTANT" && costs.some((cost) => cost.rowVersion === true),
  };
}

const dearest = (all: readonly Algorithm[]): Algorithm => algorithms[Math.max(0, ...all.map(rank))] ?? "COPY";

type Kinds = ReadonlySet<ChangeKind>;
const kindSet = (...kinds: readonly ChangeKind[]): Kinds => new Set(kinds);
const someOf = (kinds: Kinds, among: Kinds): boolean => [...kinds].some((kind) => among.has(kind));

const virtual = kindSet("add VIRTUAL column", "drop VIRTUAL column");
const dropsColumn = kindSet("drop column", "drop STORED column");
const plainColumn = kindSet(
  "add column last",
  "add column in between",
  "add column with expression default",
  "drop column",
  "drop STORED column",
  "move column",
);
/** What the engine leaves to the server: it is done for every engine alike. */
const metadata = kindSet(
  "nothing",
  "change default or comment",
  "change visibility of column",
  "append members",
  "rename column",
  "rename table",
  "rename index",
  "change table option",
  "change default charset",
  "drop check",
  "switch keys",
);
const tableOption = kindSet("change table option", "change AUTO_INCREMENT value", "change default charset");
/** Instant work of MariaDB's engine that it does in place beside a table option (measured). */
const notBesideOption = kindSet(
  "rename column",
  "rename referenced column",
  "widen VARCHAR",
  "widen VARCHAR of at most 127 bytes past 255",
  "widen VARCHAR past 255 bytes in REDUNDANT",
  "utf8mb3 to utf8mb4",
  "utf8mb3 to utf8mb4, indexed",
  "change collation",
  "make NULL in REDUNDANT",
  "rename index",
  "change visibility of index",
  "same index under another name",
  "drop foreign key",
  "add foreign key unchecked",
);
/** What may stand beside virtual columns that come and go (measured). */
const besideVirtual = kindSet("nothing", "add index", "drop index", "add index on new VIRTUAL column");

/** What the table or the company of other changes makes of it. */
function forced(
  kinds: Kinds,
  costs: readonly ChangeCost[],
  best: Algorithm,
  context: StatementContext,
): Algorithm {
  // IGNORE drops rows that stand against a key: they are copied one by one.
  if (best !== "INSTANT" && context.statement.some((op) => op.request?.ignore !== undefined)) return "COPY";
  if (context.engine !== "innodb" && [...kinds].some((kind) => !metadata.has(kind))) return "COPY";
  if (context.relation?.temporary === true && best !== "COPY") return "COPY";
  if (someOf(kinds, virtual) && !standsVirtual(kinds, best, context)) return "COPY";
  const hasColumn = someOf(kinds, plainColumn);
  if (context.isMariaDb && shiftsVirtual(kinds, context)) return "COPY";
  const rebuilds = costs.some((cost) => cost.rebuild === true);
  // FULLTEXT indexes are built one at a time, and a rebuild builds those that are there.
  if (kinds.has("add FULLTEXT index") && context.keepsFulltext && rebuilds) return "COPY";
  const isBesideOption = context.isMariaDb && !hasColumn && someOf(kinds, tableOption);
  const isInPlace = rebuilds && hasColumn && !isInstantHere(costs, context);
  // MySQL rebuilds no table in place that keeps a FULLTEXT index (measured on 5.7 to 9.7).
  const isRebuilt = rebuilds && (isInPlace || best === "INPLACE");
  if (isRebuilt && !context.isMariaDb && context.keepsFulltext) return "COPY";
  if (isInPlace) return "INPLACE";
  return isBesideOption && someOf(kinds, notBesideOption) ? "NOCOPY" : "INSTANT";
}

/** Virtual columns come and go in place, but not together with everything. */
function standsVirtual(kinds: Kinds, best: Algorithm, context: StatementContext): boolean {
  if (isBesideVirtual(kinds, context)) return true;
  return !context.isMariaDb && best === "INSTANT" && !kinds.has("rename column");
}

function isBesideVirtual(kinds: Kinds, context: StatementContext): boolean {
  const others = [...kinds].filter((kind) => !virtual.has(kind) && !besideVirtual.has(kind));
  const buildsToo =
    others.length > 0 && (kinds.has("add index") || kinds.has("add index on new VIRTUAL column"));
  return (
    others.every((kind) => context.isMariaDb && dropsColumn.has(kind)) &&
    !buildsToo &&
    !touchesUnique(context)
  );
}

const touchesUnique = (context: StatementContext): boolean =>
  context.statement.some(
    (op) =>
      op.kind === "addUnique" ||
      (op.kind === "createIndex" && op.unique) ||
      (op.kind === "dropIndex" && context.index(op.index.name)?.unique === true),
  );

/** MariaDB can't add before a virtual column, nor drop much beside one (measured). */
function shiftsVirtual(kinds: Kinds, context: StatementContext): boolean {
  if (context.virtualColumns.length === 0) return false;
  if (kinds.has("add column in between")) return true;
  return someOf(kinds, dropsColumn) && (context.hasIndexedVirtualColumn || !isBesideVirtual(kinds, context));
}

/** Columns are added, dropped and moved instantly unless the table or another change of the statement stands against it. */
function isInstantHere(costs: readonly ChangeCost[], context: StatementContext): boolean {
  if (context.rowFormat === "compressed" || hasFulltext(context)) return false;
  if (!context.isMariaDb) return costs.every((cost) => cost.algorithm === "INSTANT");
  if (context.hasIndexedVirtualColumn) return false;
  return !costs.some(
    (cost) => cost.builds === true || (cost.rebuild === true && cost.algorithm !== "INSTANT"),
  );
}

/** FULLTEXT indexes that remain. */
const hasFulltext = (context: StatementContext): boolean =>
  context.indexes.some((index) => index.method === "fulltext");

function inPlaceLock(
  changes: readonly Change[],
  costs: readonly ChangeCost[],
  rebuilds: boolean,
  context: StatementContext,
): OnlineLock | undefined {
  // A new name wants EXCLUSIVE only where nothing else is done.
  const isAlone = changes.every(({ kind }) => kind === "rename table" || kind === "nothing");
  const locks = costs.flatMap(({ lock }, i) => {
    if (lock === undefined) return [];
    return changes[i]?.kind === "rename table" && !isAlone ? "NONE" : lock;
  });
  // An indexed virtual column stops writes on MariaDB alone (measured).
  const isLocked =
    context.keepsFulltext || context.has("spatial") || (context.isMariaDb && context.hasIndexedVirtualColumn);
  const noted = rebuilds && isLocked;
  return strongest(noted ? [...locks, "SHARED"] : locks);
}

/** COPY stops writes, but on MariaDB since 11.2. */
function copyLock(kinds: ReadonlySet<ChangeKind>, context: StatementContext): OnlineLock {
  if (context.relation?.temporary === true) return "NONE";
  if (!context.mariaDbSince("11.2")) return "SHARED";
  const refused: readonly ChangeKind[] = [
    "turn AUTO_INCREMENT on",
    "add AUTO_INCREMENT column",
    "drop system versioning",
  ];
  const cascades = (context.relation?.constraints ?? []).some(
    (c) =>
      c.kind === "foreign key" &&
      [c.onDelete, c.onUpdate].some((act) => act === "cascade" || act === "set null"),
  );
  const ignores = context.statement.some((op) => op.request?.ignore !== undefined);
  return cascades || ignores || refused.some((kind) => kinds.has(kind)) ? "SHARED" : "NONE";
}
