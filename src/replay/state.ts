/** What one migration hands to the next. */
import type { Key, QualifiedName } from "../model/names.ts";
import type { History } from "../project/migration.ts";
import type { SchemaDialect } from "../schema/dialect.ts";
import { emptySchema, schemaOf, stateOf, type Schema } from "../schema/schema.ts";
import type { State } from "../schema/state.ts";
import type { DeprecationMark } from "./questions/dependents/deprecation.ts";
import type { ReplayFacts } from "./replay-facts.ts";
import { noCollections, type Collections } from "./questions/documents/collections.ts";
import { noCopies, type Copies } from "./questions/dependents/copied.ts";
import { noneKept, type Kept } from "./questions/dependents/kept.ts";
import { noneRevoked, type Revoked } from "./questions/security/revoked.ts";
import { noFills, type Fills } from "./questions/values/fills.ts";
import { noRowVersions, type RowVersions } from "./questions/mysql/row-versions.ts";
import { isNamed } from "./pending.ts";
import type { OpenTransaction } from "./transaction.ts";
import type { Span } from "../text/span.ts";

/** Pending migrations that one transaction holds. */
export interface Batch {
  /** Number of the last of them. */
  readonly last: number;
  readonly open: OpenTransaction;
  /** Enum values that it has added. */
  readonly labels: readonly BatchLabel[];
}

export interface BatchLabel {
  readonly type: QualifiedName;
  readonly label: string;
  /** The transaction has created the type, too. */
  readonly madeHere: boolean;
  readonly at: { readonly path: string; readonly span: Span };
}

/** Everything that one migration hands to the next; immutable, so keeping it makes a checkpoint. */
export interface ReplayState {
  readonly schema: Schema;
  /** Closed is decided by the first migration that creates or uses tables (see DESIGN, three-valued schema). */
  readonly decided: boolean;
  readonly marks: readonly DeprecationMark[];
  /** Columns whose rows the history has filled so far. */
  readonly fills: Fills;
  /** Columns whose values the history has copied so far. */
  readonly copies: Copies;
  /** What triggers of earlier migrations keep in step. */
  readonly kept: Kept;
  /** What the history has taken from roles. */
  readonly revoked: Revoked;
  readonly rowVersions: RowVersions;
  /** MongoDB: what the history has made of its collections. */
  readonly collections: Collections;
  /** The table that the history's own SQL writes its migrations into, once it does. */
  readonly tracking?: Key | undefined;
  /** A migration has built an index CONCURRENTLY. */
  readonly builtConcurrently: boolean;
  /** Number of the first migration that its tool is certain never to get past: see `MigrationScope.brokenAt`. */
  readonly brokenAt?: number | undefined;
  /** The last migration's transaction, if the tool keeps it open for the next one. */
  readonly batch?: Batch | undefined;
  /** Number of the first pending migration, once it is reached. */
  readonly firstPending: number | undefined;
}

/** @param snapshot the schema before the history; closed where it is all that was there */
export function initialState(
  history: History,
  dialect: SchemaDialect,
  facts: ReplayFacts,
  snapshot?: Schema,
): ReplayState {
  return {
    schema: (snapshot ?? emptySchema(dialect)).withTrackingTables(history.trackingTables),
    decided: snapshot !== undefined || history.continues === true,
    marks: [],
    fills: noFills,
    copies: noCopies,
    kept: noneKept,
    revoked: noneRevoked,
    rowVersions: noRowVersions,
    collections: noCollections,
    builtConcurrently: false,
    firstPending: history.migrations.some((m) => isNamed(history, m, facts.startAfter)) ? undefined : 0,
  };
}

/** A state as plain data; states that share parts share them in it, too. */
export interface StateData extends Omit<ReplayState, "schema"> {
  readonly schema: Omit<State, "dialect"> & { readonly dialect: undefined };
}

/** Of a state before a pending migration, as nothing holds a transaction open there. */
export const stateData = (state: ReplayState): StateData => ({
  ...state,
  schema: { ...stateOf(state.schema), dialect: undefined },
  batch: undefined,
});

export const stateFrom = (state: StateData, dialect: SchemaDialect): ReplayState => ({
  ...state,
  schema: schemaOf({ ...state.schema, dialect }),
});
