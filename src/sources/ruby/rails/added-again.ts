/** Rows that a rollback of `change` adds once more. */
import type { UnawaitedCall } from "../../../model/call.ts";
import { pluralized, underscored } from "../inflect.ts";
import { textOf, type CallValue, type ClassValue, type NameValue } from "../value.ts";
import type { Command } from "./editor.ts";

/** A place of a list of recorded commands. */
export type Recorded = { readonly command: Command } | { readonly visit: () => void };

export interface Recorder {
  readonly isReverting: boolean;
  readonly found: Recorded[];
}

export class AddedAgain {
  readonly calls: UnawaitedCall[] = [];

  /** Other calls than its commands run as they stand. What skips rows that are there is left out, and a table that goes. */
  note(
    { name, at }: CallValue,
    root: ClassValue | NameValue,
    table: string | undefined,
    recorder: Recorder | undefined,
  ): void {
    if (recorder?.isReverting !== true || !/^(?:create!?|insert(?:_all)?!)$/.test(name)) return;
    const own = (root.is === "class" ? root.info.name : root.name).replace(/^.*::/, "");
    const named = table ?? pluralized(underscored(own));
    const goes = recorder.found.some(
      (one) => "command" in one && one.command.name === "drop_table" && textOf(one.command.args[0]) === named,
    );
    if (!goes) this.calls.push({ at: { start: at.start, end: at.end }, method: name });
  }
}
