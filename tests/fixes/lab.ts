/** A server that plays a history, and tells what it holds afterwards. */
import type { DialectFamily } from "../../src/model/dialect.ts";
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
  readonly families: readonly DialectFamily[];
  /** Plays it in an empty database. `given`: SQL that the history begins with. */
  play(played: readonly Played[], given?: string): Promise<Held>;
  stop(): Promise<void>;
}

/** The up scripts of a history, in order; undefined: some of them are code, or aren't understood. */
export const playable = ({ migrations }: Pick<History, "migrations">): readonly Played[] =>
  migrations
    .filter(({ up }) => up.code === undefined)
    .map(({ up }) => ({
      text: up.text.slice(up.part.start, up.part.end),
      wrapped: up.transaction.wraps !== "none" && !up.transaction.optedOut,
    }));

export const statementsOf = (frontEnd: FrontEnd, text: string): readonly string[] =>
  frontEnd.read(text).statements.map(({ span }) => text.slice(span.start, span.end));
