/** What a run of Python reports, and to whom. */
import type { Ask } from "../../model/operations/base.ts";
import type { AttributeValue, CallValue, NameValue, Place, Value } from "./value.ts";

/** Whether what is visited runs for sure, and once. */
export interface Flow {
  readonly conditional: boolean;
  readonly repeated: boolean;
  /** All that the conditions around it ask; undefined: no condition, or more than is known. */
  readonly asks?: readonly Ask[] | undefined;
  /** Its error is caught, but the transaction that it aborts isn't continued: see `Host.endsAllAt`. */
  readonly tried?: true | undefined;
  /** Number of the call of a function of the project that it is a part of; undefined: of none. */
  readonly inCall?: number | undefined;
}

export const straight: Flow = { conditional: false, repeated: false };

/** Behind a condition of which no more is known. */
export const perhaps = (flow: Flow): Flow => ({ ...flow, conditional: true, asks: undefined });

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
  call?(call: CallValue, site: Site): Value | undefined;
  /** What a name or an attribute from outside of the project is. Undefined: itself. */
  value?(value: NameValue | AttributeValue): Value | undefined;
  /** `object.name = …` */
  assigned?(object: Value, name: string, value: Value): void;
  /** `with context:` begins, and ends. */
  enter?(context: Value, site: Site): void;
  leave?(context: Value, site: Site): void;
  /** A statement that fails in this code leaves nothing to be continued, whatever catches the error. */
  endsAllAt?(code: string): boolean;
  /** Something that runs isn't followed. */
  lost?(at: Place, why: string, site: Site): void;
  /** `raise`; undefined: the error isn't made by a call. */
  raised?(error: Value | undefined, site: Site): void;
}

/** How a statement ends; `perhaps`: what follows may not run. */
export type Completion = "next" | "left" | "raised" | "break" | "continue" | "perhaps";
