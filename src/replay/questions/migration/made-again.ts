/** Statements that make again what is there: a part of the script that was pasted into it. */
import { tableOf } from "../../../model/kinds.ts";
import type { CreateTable } from "../../../model/operation.ts";
import type { Statement } from "../../../sql/front-end.ts";
import { groupBy } from "../../../text/group.ts";
import { keyIn } from "../../answers.ts";
import type { MigrationScope, Step } from "../../step.ts";

/** The first CREATE TABLE that the server refuses, as the table is there, and what goes with it and those behind it. */
export interface MadeAgain {
  readonly statement: Statement;
  /** With the first one. */
  readonly statements: ReadonlySet<Statement>;
  /** The tables that are made again, as they are shown. */
  readonly tables: readonly string[];
  /** From where to where they stand, and whether other statements stand between them. */
  readonly lines: { readonly from: number; readonly to: number; readonly isWhole: boolean } | undefined;
  /** Columns that the tables don't have, as they are shown. */
  readonly others: readonly string[];
  /** Tables most of whose columns are others than those of the existing one, which has only the name: not made again. */
  readonly different: readonly string[];
}

export function madeAgain(scope: MigrationScope): MadeAgain | undefined {
  const { steps, history, baselineOf, migration } = scope;
  if (history.ignoresDuplicates === true) return undefined;
  const statements = [...groupBy(steps, ({ statement }) => statement)];
  const first = statements.findIndex(([, [step]]) => step !== undefined && isRefusedTable(step));
  const [statement, [refused] = []] = statements[first] ?? [];
  const existing = refused?.failures.find(isOfTable)?.existing;
  if (statement === undefined || (existing !== undefined && baselineOf(existing) !== undefined))
    return undefined;
  const tables = new Map<string, RefusedTable>();
  const different = new Set<string>();
  let isNext = true;
  const belongs = statements.map(([, own], i) => {
    const [step] = own;
    if (step === undefined || i < first) return false;
    const isTable = isRefusedTable(step);
    if (isTable) {
      tables.set(keyIn(step.before, step.operation.table), step);
      if (isDifferent(step)) different.add(step.show(step.operation.table));
    }
    // Other objects may have been made by a statement in between.
    const isPart = isTable || own.every((one) => adds(one, tables)) || (isNext && isDone(own));
    isNext &&= isPart;
    return isPart;
  });
  // What IF NOT EXISTS skips above the first one was pasted with it.
  for (let i = first - 1; i >= 0 && isSkipped(statements[i]?.[1] ?? []); i--) belongs[i] = true;
  // What is skipped behind the last one may be its own.
  const begin = belongs.indexOf(true);
  const end = statements.findLastIndex(([, own], i) => belongs[i] === true && !isSkipped(own));
  const again = statements.flatMap(([one], i) => (belongs[i] === true && i <= end ? [one] : []));
  const { text, code } = migration.up;
  const line = (offset: number): number => text.slice(0, offset).split("\n").length;
  const last = again.at(-1) ?? statement;
  return {
    statement,
    statements: new Set(again),
    tables: [...tables.values()].map(({ operation, show }) => show(operation.table)),
    lines:
      code === undefined
        ? {
            from: line(again[0]?.span.start ?? statement.span.start),
            to: line(last.span.end),
            isWhole: again.length === end - begin + 1,
          }
        : undefined,
    others: [...tables.values()].flatMap((one) => (isDifferent(one) ? [] : otherColumns(one))),
    different: [...different],
  };
}

type RefusedTable = Step & { readonly operation: CreateTable };

const isOfTable = ({ kind }: Step["failures"][number]): boolean => kind === "duplicate-table";

const isRefusedTable = (step: Step): step is RefusedTable =>
  step.operation.kind === "createTable" && !step.skipped && step.failures.some(isOfTable);

const isSkipped = (steps: readonly Step[]): boolean =>
  steps.length > 0 && steps.every(({ skipped, operation }) => skipped && operation.kind.startsWith("create"));

/** The server refuses to make it, or skips it. */
const isDone = (steps: readonly Step[]): boolean =>
  isSkipped(steps) ||
  steps.some(
    ({ failures, skipped }) => !skipped && failures.some(({ kind }) => kind.startsWith("duplicate-")),
  );

/** It adds something to one of the tables. */
function adds({ operation, before }: Step, tables: ReadonlyMap<string, unknown>): boolean {
  const table = tableOf(operation);
  if (table === undefined || !/^(?:add(?!Column)|createIndex)/.test(operation.kind)) return false;
  return tables.has(keyIn(before, table));
}

const isDifferent = (step: RefusedTable): boolean =>
  otherColumns(step).length * 2 > step.operation.columns.length;

function otherColumns({ operation: { table, columns }, before, show }: RefusedTable): readonly string[] {
  const there = before.table(table);
  if (there.is !== "present") return [];
  const known = new Set(there.value.columns.map(({ name }) => name));
  return columns.flatMap(({ name }) => (known.has(name.text) ? [] : [show(table, name.text)]));
}
