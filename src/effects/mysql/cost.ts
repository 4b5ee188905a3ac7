/** The words of the tables. */
import type { Algorithm, OnlineLock } from "../effects.ts";
import type { ChangeKind } from "./change.ts";

/** What a change takes at best. */
export interface ChangeCost {
  /** Undefined: the grammar has no ALGORITHM here, or the clause has no meaning. */
  readonly algorithm?: Algorithm | undefined;
  /** The weakest that is accepted; undefined: as `algorithm`. */
  readonly lock?: OnlineLock | undefined;
  /** The table is written anew where it isn't instant: by INPLACE, too. */
  readonly rebuild?: true | undefined;
  /** Rows are copied one by one although no ALGORITHM says so. */
  readonly copies?: true | undefined;
  /** Builds an index: columns can't be added or dropped instantly beside it (MariaDB). */
  readonly builds?: true | undefined;
  /** Uses one of the row versions that a table may have. */
  readonly rowVersion?: true | undefined;
}

/** Where it is said: the manual's page, or that it is measured; and the cost from each release on. */
export interface Row {
  readonly source: string;
  readonly since: Readonly<Record<string, ChangeCost>>;
}

export type Table = Readonly<Record<ChangeKind, Row>>;

const instant: ChangeCost = { algorithm: "INSTANT", lock: "NONE" };

/** The usual costs by name. */
export const cost = {
  /** Metadata alone. */
  instant,
  /** Instant; alone or with its like. Else it writes the table anew. */
  instantOrRebuild: { ...instant, rebuild: true },
  instantVersion: { ...instant, rebuild: true, rowVersion: true },
  nocopy: { algorithm: "NOCOPY", lock: "NONE" },
  nocopyBuild: { algorithm: "NOCOPY", lock: "NONE", builds: true },
  nocopyBuildShared: { algorithm: "NOCOPY", lock: "SHARED", builds: true },
  inplace: { algorithm: "INPLACE", lock: "NONE" },
  inplaceBuild: { algorithm: "INPLACE", lock: "NONE", builds: true },
  inplaceBuildShared: { algorithm: "INPLACE", lock: "SHARED", builds: true },
  rebuild: { algorithm: "INPLACE", lock: "NONE", rebuild: true },
  rebuildShared: { algorithm: "INPLACE", lock: "SHARED", rebuild: true },
  copy: { algorithm: "COPY" },
  copyShared: { algorithm: "COPY", lock: "SHARED" },
  none: {},
} as const satisfies Readonly<Record<string, ChangeCost>>;
