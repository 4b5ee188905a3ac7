/** What a run of Ruby reports, and to whom. */
import type { CallValue, ClassValue, NameValue, Place, Value } from "./value.ts";

/** Whether what is visited runs for sure, and once. */
export interface Flow {
  readonly conditional: boolean;
  readonly repeated: boolean;
  /** Under a question to the database: `unless index_exists?`. */
  readonly asked?: true | undefined;
  /** What it raises is caught, and the run goes on. */
  readonly caught?: true | undefined;
  /** Number of the call of a function of the project that it is a part of; undefined: of none. */
  readonly inCall?: number | undefined;
}

export const straight: Flow = { conditional: false, repeated: false };

/** Where a call stands. */
export interface Site {
  readonly flow: Flow;
  /** The statement of the migration's own file. */
  readonly statement: Place;
  /** It is the whole statement: nothing keeps what it gives. */
  readonly alone: boolean;
}

/** What a run asks and reports. */
export interface Host {
  /** A call of something from outside of the project, after its arguments. Undefined: its value is the call itself. */
  call(call: CallValue, site: Site): Value | undefined;
  /** Something that runs isn't followed. */
  lost(at: Place, site: Site): void;
  /** `raise`; of which class, and with which text. */
  raised(error: NameValue | ClassValue | undefined, message: Value | undefined, site: Site): void;
}
