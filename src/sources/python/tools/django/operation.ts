/** What an operation of a migration is, and what its readers share. */
import type { OneWay, RefusedCall, ToolCall } from "../../../../model/call.ts";
import { argument, textOf, type CallValue, type Place, type TextValue, type Value } from "../../value.ts";
import { Apps, type ProjectFacts } from "./apps.ts";
import type { SchemaEditor } from "./editor.ts";
import { modelOf, withModel, type Model, type ProjectState } from "./state.ts";

/** What an operation is given when it runs. */
export interface Run {
  readonly app: string;
  readonly editor: SchemaEditor;
  /** The state before, and the state that this direction leads to. */
  readonly from: Apps;
  readonly to: Apps;
  /** SQL as the migration writes it. */
  raw(text: TextValue, call?: ToolCall): void;
  /** What these operations do to the state is said elsewhere. */
  readonly isStated?: true | undefined;
  /** Something that isn't known before it runs. */
  unknown(at: Place): void;
  /** Django raises, and the migration ends there. */
  refuse(call: Omit<RefusedCall, "at">): void;
  /** Code that works with rows. */
  code(value: Value | undefined, apps: Apps, isAtomic: boolean): void;
}

export interface Operation {
  /** The name of its class. */
  readonly name: string;
  /** The call as far as it names what it is about. */
  readonly at: Place;
  /** Of the whole call. */
  readonly whole: Place;
  readonly isReversible: boolean;
  /** Of what isn't: why, and what to pass. */
  readonly oneWay?: Omit<OneWay, "at"> | undefined;
  /** What it says beyond its SQL. */
  readonly call?: ToolCall | undefined;
  /** False: it can't run in a transaction. */
  readonly needsNoTransaction?: boolean | undefined;
  state(state: ProjectState, app: string): ProjectState;
  forwards(run: Run): void;
  backwards(run: Run): void;
}

export type Given = Pick<Operation, "state" | "forwards" | "backwards"> & Partial<Operation>;

export const nothing = (): void => undefined;
export const sameState = (state: ProjectState): ProjectState => state;

export type Reader = (call: CallValue, facts: ProjectFacts) => Given | undefined;

export const text = (call: CallValue, name: string, position: number): string | undefined =>
  textOf(argument(call, name, position));

/** Changes the options or the fields of a model in a state. */
export const change =
  (name: string, how: (model: Model) => Model) =>
  (state: ProjectState, app: string): ProjectState => {
    const model = modelOf(state, app, name);
    return model === undefined ? state : withModel(state, how(model));
  };

/** A call as far as its first arguments name what it is about: `migrations.AddField(model_name="a", name="b"`. */
export function headOf(call: CallValue, keywords: readonly string[], most: number): Place {
  const ends = [
    ...call.values.slice(0, most).flatMap((value) => (value.is === "text" ? [value.at.end] : [])),
    ...keywords.flatMap((name) => call.places.get(name)?.end ?? []),
  ];
  const end = Math.max(call.at.start, ...ends.filter((one) => one <= call.at.end));
  return { ...call.at, end: end === call.at.start ? call.at.end : end };
}
