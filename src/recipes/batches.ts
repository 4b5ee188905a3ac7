import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { heading, outsideTransaction, quote, whole } from "./words.ts";

/** One change of many rows, to be done in batches. */
export interface Change {
  readonly table: QualifiedName;
  /** The statement without its WHERE: `UPDATE orders SET a = b`. */
  readonly statement: string;
  /** Rows that are still to be done. */
  readonly undone?: string | undefined;
  /** True: rows that are done no longer match `undone`, so that a loop may search by it. */
  readonly shrinks: boolean;
}

/** The change in batches that commit one by one, in a migration of its own. `when`: which step of the advice it is. */
export function inBatchesOf(step: Step, change: Change, when?: string): string {
  const loop = loopOf(step, change);
  return [
    ...(when === undefined ? [] : [heading(when)]),
    loop === undefined
      ? [heading("by ranges of its key, each in a separate transaction:"), oneRange(change)].join("\n")
      : [outsideTransaction(step, byHand), whole(step, loop)].join("\n"),
  ].join("\n");
}

const byHand = "by hand, not in a migration: COMMIT fails in the transaction that the tool opens";

const oneRange = ({ statement, undone }: Change): string =>
  `${statement} WHERE <key> > <from> AND <key> <= <to>${undone === undefined ? "" : ` AND ${undone}`};`;

/**
 * By ranges of a whole-number key; if the table is known to have none, by rows that are still to be done. Undefined:
 * there is neither.
 */
function loopOf(step: Step, change: Change): string | undefined {
  const { table, statement, undone } = change;
  const found = step.before.relation(table);
  const isKnown = found.is === "present" && found.value.complete;
  const key = isKnown ? wholeNumberKey(step, table) : "id";
  const rest = undone === undefined ? "" : ` AND ${undone}`;
  if (key !== undefined) return byRanges(table.text, quote(key), statement, rest);
  const partitioned = isKnown && found.value.partitionBy !== undefined;
  if (undone === undefined || !change.shrinks || partitioned) return undefined;
  return [
    "DO $$",
    "BEGIN",
    "  LOOP",
    `    ${statement}`,
    `    WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table.text} WHERE ${undone} LIMIT 4000));`,
    "    EXIT WHEN NOT FOUND;",
    "    COMMIT;",
    "  END LOOP;",
    "END $$;",
  ].join("\n");
}

function byRanges(table: string, key: string, statement: string, rest: string): string {
  return [
    "DO $$",
    "DECLARE lo bigint := 0; top bigint;",
    "BEGIN",
    `  SELECT coalesce(max(${key}), 0) INTO top FROM ${table};`,
    "  WHILE lo < top LOOP",
    `    ${statement}`,
    `    WHERE ${key} > lo AND ${key} <= lo + 4000${rest};`,
    "    lo := lo + 4000;",
    "    COMMIT;",
    "  END LOOP;",
    "END $$;",
  ].join("\n");
}

const wholeNumbers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

/** The column of a primary key of one whole number. */
function wholeNumberKey(step: Step, table: QualifiedName): string | undefined {
  const found = step.before.relation(table);
  if (found.is !== "present") return undefined;
  const primary = found.value.constraints.find(({ kind }) => kind === "primary key");
  const columns = primary?.kind === "primary key" ? primary.columns : [];
  const column = found.value.columns.find(({ name }) => columns.length === 1 && name === columns[0]);
  return column?.type !== undefined && wholeNumbers.has(column.type.name) ? column.name : undefined;
}
