/** A server that plays a history, and tells what it holds afterwards. */
import type { History } from "../../src/project/migration.ts";
import type { FrontEnd } from "../../src/sql/front-end.ts";

/** The up script of one migration. */
export interface Played {
  readonly text: string;
  /** The tool runs it in a transaction. */
  readonly wrapped: boolean;
}

export interface Held {
  /** For each migration its first error, by the server's code; undefined: it ran. What failed was rolled back. */
  readonly errors: readonly (string | undefined)[];
  /** One for each object and each table's rows, sorted. */
  readonly lines: readonly string[];
}

export interface Lab {
  /** For messages. */
  readonly name: string;
  /** Plays it in an empty database. `given`: SQL that the history begins with. */
  play(played: readonly Played[], given?: string): Promise<Held>;
  stop(): Promise<void>;
}

/** The up scripts of a history, in order, without those that are code. */
export const playable = ({ migrations }: Pick<History, "migrations">): readonly Played[] =>
  migrations
    .filter(({ up }) => up.code === undefined)
    .map(({ up }) => ({
      text: up.text.slice(up.part.start, up.part.end),
      wrapped: up.transaction.wraps !== "none" && !up.transaction.optedOut,
    }));

export const statementsOf = (frontEnd: FrontEnd, text: string): readonly string[] =>
  frontEnd.read(text).statements.map(({ span }) => text.slice(span.start, span.end));

/** Without what another run gives another value: the current time, and random keys. */
export const withoutChance = (line: string): string =>
  line
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?/g, (time) => (isNow(time) ? "now" : time))
    .replace(/\b[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b/g, "random");

const isNow = (time: string): boolean =>
  Math.abs(Date.parse(`${time.replace(" ", "T")}Z`) - Date.now()) < 86_400_000;
