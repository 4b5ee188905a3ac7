/** Changes of rows that a rollback of `change` makes once more. */
import type { CallRunAgain } from "../../../model/call.ts";
import { pluralized, underscored } from "../inflect.ts";
import type { Project } from "../project.ts";
import { textOf, type CallValue, type ClassValue, type NameValue } from "../value.ts";
import type { Command } from "./editor.ts";
import { changeOf, modelCall, tableOfModel } from "./models.ts";

/** A place of a list of recorded commands. */
export type Recorded = { readonly command: Command } | { readonly visit: () => void };

export interface Recorder {
  readonly isReverting: boolean;
  readonly found: Recorded[];
}

const harms = {
  adds: "it adds the rows again, or fails as they are there",
  deletes: "rows that were added or changed since are lost",
  overwrites: "values that were changed since are lost",
};

interface Noted {
  readonly call: CallValue;
  readonly table: string;
  readonly does: keyof typeof harms | undefined;
  /** Each row of the table. */
  readonly isOfAll: boolean;
  readonly recorder: Recorder;
}

/** Calls that skip rows that are there do no harm. */
const adding = /^(?:create!?|insert(?:_all)?!)$/;

export class RunAgain {
  readonly #noted: Noted[] = [];

  /** Other calls than its commands run as they stand. */
  note(call: CallValue, project: Project, recorder: Recorder | undefined): void {
    const { name, receiver } = call;
    const model = modelCall(call);
    const root = model?.root ?? (receiver?.is === "unknown" ? receiver.rowOf : undefined);
    if (recorder?.isReverting !== true || root === undefined) return;
    const isOfAll =
      model?.chain.every((one) => one === call || (/^(?:all|unscoped)$/.test(one.name) && noArgs(one))) ===
      true;
    this.#noted.push({
      call,
      table: tableOfModel(root, project) ?? pluralized(underscored(ownName(root))),
      does: doesOf(name),
      isOfAll: isOfAll && (/^(?:destroy|delete)_all$/.test(name) ? noArgs(call) : setsConstants(call)),
      recorder,
    });
  }

  /** Those that do harm there, without those whose table goes. */
  calls(): readonly CallRunAgain[] {
    const commands = new Map(this.#noted.map(({ recorder }) => [recorder, tablesOf(recorder)]));
    const noted = this.#noted.filter(
      ({ recorder, table }) => commands.get(recorder)?.dropped.has(table) !== true,
    );
    const together = namesOf(noted);
    const lastAdded = new Map(noted.flatMap(({ table, does }, i) => (does === "adds" ? [[table, i]] : [])));
    const deleted = new Set<string>();
    return noted.flatMap((one, i): CallRunAgain[] => {
      const { call, table, does, isOfAll, recorder } = one;
      // What is deleted first isn't there twice.
      if (deleted.has(table) || does === undefined) return [];
      if (does === "deletes" && !isOfAll && (lastAdded.get(table) ?? -1) < i) return [];
      if (does === "overwrites" && (!isOfAll || commands.get(recorder)?.all.has(table) === true)) return [];
      const found = { at: { start: call.at.start, end: call.at.end }, harm: harms[does], together };
      if (does !== "deletes") return [{ ...found, method: call.name }];
      deleted.add(table);
      const isOfSame = (other: Noted): boolean =>
        other.table === table && (other.does === "adds" || other.does === "deletes");
      return [{ ...found, method: namesOf(noted.slice(i).filter(isOfSame)).join(" and ") }];
    });
  }
}

function doesOf(name: string): keyof typeof harms | undefined {
  if (adding.test(name)) return "adds";
  if (changeOf(name) === "DELETE") return "deletes";
  return name === "update_all" ? "overwrites" : undefined;
}

/** The tables of the commands, and those that a rollback drops. */
function tablesOf({ found }: Recorder): Record<"all" | "dropped", ReadonlySet<string>> {
  const all = new Set<string>();
  const dropped = new Set<string>();
  for (const one of found) {
    const table = "command" in one ? textOf(one.command.args[0]) : undefined;
    if (table === undefined) continue;
    all.add(table);
    if ("command" in one && one.command.name === "drop_table") dropped.add(table);
  }
  return { all, dropped };
}

const namesOf = (noted: readonly Noted[]): readonly string[] => [
  ...new Set(noted.map(({ call }) => call.name)),
];

const ownName = (root: ClassValue | NameValue): string =>
  (root.is === "class" ? root.info.name : root.name).replace(/^.*::/, "");

const noArgs = ({ args }: CallValue): boolean => args.length === 0;

/** `update_all(paid: false)` */
const setsConstants = ({ args: [first, second] }: CallValue): boolean =>
  second === undefined &&
  first?.is === "record" &&
  [...first.fields.values()].every(({ is }) => is === "plain" || is === "text");
