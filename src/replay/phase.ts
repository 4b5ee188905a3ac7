/** When a migration may run: before or after the new version of the application is rolled out. */
import type { OperationKind } from "../model/operation.ts";
import type { Name } from "../model/names.ts";
import type { Column } from "../schema/model.ts";
import { sameType } from "../model/types.ts";
import { comesAndGoes } from "./questions/names/named-object.ts";
import { tableOf } from "../model/kinds.ts";
import { bodiesOf, givesValue } from "./questions/dependents/kept.ts";
import type { MigrationScope, Place, Step } from "./step.ts";

/**
 * What a step does to running versions of the application.
 * - `expand`: the old version runs on with it; the new one may need it.
 * - `data`: rows change.
 * - `contract`: the old version may need what goes, or write what is refused from now on.
 * - `break`: each version needs its own side of it, as of a renamed column.
 * - `unknown`: it isn't read, or depends on what isn't known.
 */
export type StepPhase = "expand" | "data" | "contract" | "break" | "unknown";

/** `none`: nothing that an application notices; `mixed`: parts of several kinds. */
export type Phase = "none" | "expand" | "data" | "contract" | "mixed" | "unknown";

/** Relative to the roll-out of the new version; `neither`: it has to be split; `unknown` is never safe. */
export type RunWhen = "either" | "before" | "after" | "neither" | "unknown";

export interface PhaseReason {
  readonly phase: StepPhase;
  /** For messages: `the running version may use what is dropped`. */
  readonly why: string;
  readonly at: Place;
}

export interface MigrationPhase {
  readonly phase: Phase;
  readonly run: RunWhen;
  /** The first step of each reason, in the order of the script. */
  readonly reasons: readonly PhaseReason[];
}

const whys = {
  adds: ["expand", "the new version may need it"],
  loosens: ["expand", "the new version may rely on it"],
  seeds: ["expand", "the new version may need the rows"],
  fills: ["data", "it fills what holds no values yet"],
  rewrites: ["data", "it changes rows that the running version uses"],
  drops: ["contract", "the running version may use what is dropped"],
  tightens: ["contract", "the running version may write what is refused from now on"],
  hides: ["contract", "the running version may lose access to rows"],
  requires: ["break", "the new version needs it, and the running one can't insert without it"],
  renames: ["break", "each version knows only one of the names"],
  retypes: ["break", "the type changes for versions that are written for one of the two"],
  replaces: ["unknown", "it replaces code or a query, and may give other results"],
  fails: ["unknown", "the server refuses it"],
  unread: ["unknown", "what it does isn't known"],
} as const satisfies Readonly<Record<string, readonly [StepPhase, string]>>;

type Why = keyof typeof whys;

const releases: Readonly<Partial<Record<Why, string>>> = {
  drops: "the version that no longer uses what is dropped",
  tightens: "the version that writes only what is accepted from then on",
  hides: "the version that needs no access to these rows",
  requires: "the version that gives each new row a value",
  renames: "the version that uses the new name, at that moment",
  retypes: "the version that works with both types",
};

/** What is released before a step with this reason: `the version that no longer uses what is dropped`. */
export const releaseBefore = ({ why }: PhaseReason): string | undefined =>
  (Object.keys(whys) as Why[]).flatMap((key) => (whys[key][1] === why ? (releases[key] ?? []) : []))[0];

/** Undefined: no application notices it. */
type Judge<K extends OperationKind> = Why | undefined | ((step: Step<K>) => Why | undefined);

/** A field is a column of its documents. */
function ofUpdate({ operation: { change, many }, documents }: Step<"updateDocuments">): Why | undefined {
  if (documents.isNew()) return "seeds";
  if (many && change.rename.length > 0) return "renames";
  if (many && change.unset.length > 0) return "drops";
  return documents.resumable() ? "fills" : "rewrites";
}

/** At the end of the migration the column takes no row without a value. */
function isRequired(step: Step<"addColumn" | "setNotNull" | "dropDefault">, column: Name): boolean {
  const { operation, scope } = step;
  const { after } = scope;
  const found = after.column(after.resolve(operation.table), column.text);
  if (found.is !== "present") return false;
  return found.value.notNull === "yes" && !isGiven(found.value) && !isFilled(step, column.text);
}

const isGiven = ({ hasDefault, generated, identity, mysql }: Column): boolean =>
  hasDefault !== "no" || generated !== undefined || identity !== undefined || mysql?.autoIncrement === true;

/** A trigger gives new rows a value. */
function isFilled(
  {
    operation,
    scope: { after },
  }: Step<"addColumn" | "setNotNull" | "dropDefault" | "addForeignKey" | "addUnique" | "addCheck">,
  column: string,
): boolean {
  const found = after.relation(operation.table);
  if (found.is !== "present") return false;
  return found.value.triggers.some(
    (one) => one.timing === "before" && one.events.includes("insert") && givesValue(one, column, after),
  );
}

/** Of a constraint or unique index: all its columns are of this release, so the running version writes none of them. */
function isOfNewColumns({
  operation,
  createdPending,
}: Step<"addForeignKey" | "addUnique" | "addCheck" | "addPrimaryKey" | "createIndex">): boolean {
  const isNew = (columns: readonly string[]): boolean =>
    columns.length > 0 && columns.every((column) => createdPending(operation.table, column) === "yes");
  switch (operation.kind) {
    case "addForeignKey":
    case "addUnique":
    case "addPrimaryKey":
      return isNew(operation.columns.map(({ text }) => text));
    case "addCheck":
      return isNew(operation.expression.columns.map(({ column }) => column));
    case "createIndex":
      return isNew(operation.elements.flatMap(({ column }) => column ?? []));
  }
}

const ofConstraint = (step: Step<"addForeignKey" | "addUnique" | "addCheck">): Why =>
  isOfNewColumns(step) ? (refusesNull(step) ? "requires" : "adds") : "tightens";

/** `CHECK (a IS NOT NULL)` on a new column refuses the rows of the running version, which doesn't know the column. */
function refusesNull(step: Step<"addForeignKey" | "addUnique" | "addCheck">): boolean {
  const { operation, scope } = step;
  if (operation.kind !== "addCheck") return false;
  return operation.expression.provesNotNull.some((name) => {
    const found = scope.after.column(scope.after.resolve(operation.table), name);
    return found.is === "present" && !isGiven(found.value) && !isFilled(step, name);
  });
}

const judges: { readonly [K in OperationKind]: Judge<K> } = {
  createTable: "adds",
  dropTable: "drops",
  renameTable: (step) => (step.dependents.replaced() ? "adds" : "renames"),
  setTableSchema: (step) => (step.dependents.replaced() ? "adds" : "renames"),
  truncateTable: "rewrites",
  setTableOptions: undefined,
  setLogged: undefined,
  setTablespace: undefined,
  setAccessMethod: undefined,
  setReplicaIdentity: undefined,
  setClusterIndex: undefined,
  setRowSecurity: ({ operation }) =>
    operation.mode === "enable" || operation.mode === "force" ? "hides" : "loosens",
  setTriggerState: "unread",
  setInheritance: "unread",
  setTableType: "unread",
  attachPartition: "adds",
  detachPartition: "drops",
  convertCharset: "retypes",
  forceRebuild: undefined,
  orderRows: undefined,
  alterPartitions: "unread",
  setSystemVersioning: undefined,
  setTableState: undefined,
  addColumn: (step) => (isRequired(step, step.operation.column.name) ? "requires" : "adds"),
  dropColumn: ({ dependents }) => (dependents.successor()?.takesName === true ? "retypes" : "drops"),
  // Of an exchange the DROP says it.
  renameColumn: ({ dependents }) => (dependents.replaced() ? undefined : "renames"),
  redefineColumn: ({ operation, before, values, dependents }) => {
    const { table, column, definition } = operation;
    if (definition.name.text !== column.text && !dependents.replaced()) return "renames";
    const old = before.column(table, column.text);
    if (old.is !== "present") return "retypes";
    if (definition.notNull && old.value.notNull !== "yes") return "tightens";
    if (old.value.type === undefined) return "retypes";
    if (sameType(old.value.type, definition.type)) return undefined;
    const isWider = old.value.type.name === definition.type.name && values.narrows() === undefined;
    return isWider ? "loosens" : "retypes";
  },
  changeColumnType: ({ operation, before, values }) => {
    const old = before.column(operation.table, operation.column.text);
    const type = old.is === "present" ? old.value.type : undefined;
    if (type === undefined) return "retypes";
    if (sameType(type, operation.type)) return undefined;
    // A longer text or a wider numeric is read as before.
    const isWider =
      type.name === operation.type.name && operation.using === undefined && values.narrows() === undefined;
    return isWider ? "loosens" : "retypes";
  },
  setDefault: "adds",
  dropDefault: (step) => {
    const { table, column } = step.operation;
    const isNullable = step.createdPending(table, column.text) === "yes" && !isRequired(step, column);
    return isNullable ? undefined : "tightens";
  },
  setNotNull: (step) => {
    const { table, column } = step.operation;
    if (step.createdPending(table, column.text) !== "yes") return "tightens";
    return isRequired(step, column) ? "requires" : "adds";
  },
  dropNotNull: "loosens",
  setExpression: "rewrites",
  dropExpression: "loosens",
  addIdentity: "adds",
  alterIdentity: "tightens",
  dropIdentity: "tightens",
  setColumnOption: undefined,
  addForeignKey: ofConstraint,
  addCheck: ofConstraint,
  addUnique: ofConstraint,
  // Whether new rows get its values, the columns say.
  addPrimaryKey: (step) => (isOfNewColumns(step) ? "adds" : "tightens"),
  addExclusion: "tightens",
  addNotNull: "tightens",
  dropConstraint: ({ operation, before }) => {
    const found = before.constraint(operation.table, operation.name.text);
    const kind = found.is === "present" ? found.value.kind : undefined;
    // ON CONFLICT of the running version may name a key.
    return kind === "check" || kind === "foreign key" || kind === "not null" ? "loosens" : "drops";
  },
  renameConstraint: undefined,
  validateConstraint: undefined,
  alterConstraint: "unread",
  createIndex: (step) => (step.operation.unique && !isOfNewColumns(step) ? "tightens" : "adds"),
  dropIndex: "drops",
  renameIndex: undefined,
  alterIndex: undefined,
  attachIndex: undefined,
  reindex: undefined,
  createView: ({ operation, before, after }) => {
    const old = before.relation(operation.view);
    if (old.is === "absent" || after.resolve(operation.view) !== before.resolve(operation.view))
      return "adds";
    return old.is === "present" || operation.orReplace ? "replaces" : "adds";
  },
  dropView: "drops",
  renameView: (step) => (step.dependents.replaced() ? "adds" : "renames"),
  alterView: "replaces",
  refreshView: undefined,
  createSequence: "adds",
  alterSequence: undefined,
  dropSequence: "drops",
  createType: "adds",
  addEnumValue: "adds",
  renameEnumValue: "renames",
  alterCompositeType: "retypes",
  dropType: "drops",
  createDomain: "adds",
  alterDomain: ({ operation }) =>
    operation.change === "set not null" || operation.change === "add constraint" ? "tightens" : "loosens",
  createFunction: (step) => {
    const { operation, before } = step;
    if (before.routines(operation.function).is === "present") return "replaces";
    return comesAndGoes(step) ? undefined : "adds";
  },
  alterFunction: "replaces",
  dropFunction: (step) => (comesAndGoes(step) ? undefined : "drops"),
  createTrigger: ({ operation, after }) => {
    const bodies = bodiesOf(operation, after);
    if (bodies.length === 0) return "unread";
    return bodies.some((body) => /\braise\s+exception\b|\bsignal\b/i.test(body)) ? "tightens" : "adds";
  },
  dropTrigger: "drops",
  createPolicy: ({ operation }) => (operation.permissive ? "loosens" : "hides"),
  alterPolicy: "replaces",
  dropPolicy: "hides",
  createRule: "replaces",
  dropRule: "drops",
  createSchema: "adds",
  dropSchema: "drops",
  createExtension: "adds",
  createStatistics: undefined,
  createObject: "adds",
  alterObject: "unread",
  dropObject: "drops",
  renameObject: "renames",
  setObjectSchema: "renames",
  changeOwner: undefined,
  comment: undefined,
  grant: ({ operation }) => (operation.revoke ? "hides" : "loosens"),
  insertRows: "seeds",
  updateRows: ({ operation: { table, columns }, createdPending }) =>
    columns.every(({ text }) => createdPending(table, text) === "yes") ? "fills" : "rewrites",
  deleteRows: "rewrites",
  mergeRows: "rewrites",
  copyRows: ({ operation }) => (operation.direction === "to" ? undefined : "seeds"),
  selectRows: undefined,
  // What it does is steps of its own.
  callFunction: ({ operation, before }) =>
    before.routines(operation.function).is === "present" ? undefined : "unread",
  lockTable: undefined,
  begin: undefined,
  commit: undefined,
  rollback: undefined,
  savepoint: undefined,
  setOption: undefined,
  useSchema: undefined,
  vacuum: undefined,
  analyze: undefined,
  cluster: undefined,
  utility: undefined,
  createCollection: "adds",
  dropCollection: "drops",
  renameCollection: "renames",
  alterCollection: ({ operation: { validator, index } }) =>
    validator === undefined
      ? index?.unique === true || index?.prepareUnique === true
        ? "tightens"
        : undefined
      : validator.empty
        ? "loosens"
        : "tightens",
  createDocumentIndex: ({ operation, documents }) =>
    operation.index.unique && !documents.isNew() ? "tightens" : "adds",
  dropDocumentIndex: undefined,
  syncIndexes: "unread",
  insertDocuments: "seeds",
  updateDocuments: ofUpdate,
  deleteDocuments: ({ documents }) => (documents.isNew() ? undefined : "rewrites"),
  readDocuments: undefined,
  aggregateInto: "rewrites",
  shardCollection: undefined,
  databaseCommand: "unread",
  executeDynamic: "unread",
  unknown: "unread",
};

/** Neither version of the application knows what the release itself makes. */
function isOfRelease({ operation, createdPending, dependents }: Step): boolean {
  const table = tableOf(operation);
  return table === undefined ? dependents.objectMadeHere() : createdPending(table) === "yes";
}

function whyOf(step: Step): Why | undefined {
  if (step.skipped) return undefined;
  if (step.refused) return "fails";
  // The judge of a kind takes steps of that kind.
  const judge = judges[step.operation.kind] as Judge<OperationKind>;
  return typeof judge === "function" ? judge(step) : judge;
}

/** Of a migration that isn't read, all is unknown. */
export function phaseOf({
  migration,
  steps,
  isTracking,
}: Pick<MigrationScope, "migration" | "steps" | "isTracking">): MigrationPhase {
  if (migration.unread === true) return { phase: "unknown", run: "unknown", reasons: [] };
  const found = new Map<Why, Step>();
  for (const step of steps) {
    const table = tableOf(step.operation);
    if (table !== undefined && isTracking(table)) continue;
    const why = whyOf(step);
    if (why === undefined || found.has(why)) continue;
    const phase = whys[why][0];
    const isAddition = phase !== "expand" && phase !== "unknown" && isOfRelease(step);
    if (!isAddition) found.set(why, step);
    else if (!found.has("adds")) found.set("adds", step);
  }
  const reasons = [...found].map(([key, { script, operation }]): PhaseReason => {
    const [phase, why] = whys[key];
    return { phase, why, at: { path: script.path, span: operation.span } };
  });
  return { ...summed(new Set(found.keys())), reasons };
}

function summed(found: ReadonlySet<Why>): Pick<MigrationPhase, "phase" | "run"> {
  const phases = new Set([...found].map((why) => whys[why][0]));
  const [only = "none"] = phases;
  if (phases.has("unknown")) return { phase: "unknown", run: "unknown" };
  const phase = phases.size > 1 || only === "break" ? "mixed" : only;
  const has = (one: StepPhase): boolean => phases.has(one);
  if (has("break") || (has("expand") && has("contract"))) return { phase, run: "neither" };
  // Whether a version bears what the rows become isn't known.
  if (found.has("rewrites")) return { phase, run: "unknown" };
  if (has("contract")) return { phase, run: "after" };
  return { phase, run: phases.size === 0 ? "either" : "before" };
}
