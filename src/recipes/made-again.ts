import type { MadeAgain } from "../replay/questions/migration/made-again.ts";

/** For a script that makes existing tables again. */
export function withoutBlock(again: MadeAgain): string {
  const { lines, others, different, tables } = again;
  const shown = others.length > 4 ? [...others.slice(0, 3), `${others.length - 3} others`] : others;
  const added =
    others.length === 0
      ? ""
      : ` Add what only they have with \`ALTER TABLE … ADD COLUMN\`: ${shown.join(", ")}.`;
  const named = ofOthers(again);
  if (named !== undefined) {
    const rest = tables.filter((table) => !different.includes(table));
    return named + (rest.length === 0 ? "" : ` Leave out ${rest.join(", ")}.${added}`);
  }
  const what =
    lines === undefined
      ? "this call and those behind it that make again what exists"
      : lines.isWhole
        ? `lines ${lines.from} to ${lines.to}, which make again what exists`
        : `from lines ${lines.from} to ${lines.to} what makes again what exists`;
  return `Remove ${what}.${added}`;
}

/** For tables that have nothing but the name of those that are there. */
export function ofOthers({ different: tables }: MadeAgain): string | undefined {
  const last = tables.at(-1);
  if (last === undefined) return undefined;
  const [what, why] =
    tables.length === 1
      ? [last, "most of its columns are others than those of the existing table"]
      : [
          `${tables.slice(0, -1).join(", ")} and ${last}`,
          "most of their columns are others than those of the existing tables",
        ];
  return `Give ${what} another name, or a schema of its own: ${why}.`;
}

/** For what a baseline makes, too. */
export const ofBaseline = (baseline: string): string =>
  `If ${baseline} was written when the database had this already, delete this migration: ${baseline} stands for it. Otherwise leave out what is there.`;

/** For a second primary key. `ofParent`: of a partition. */
export const oneKey = ({ ofParent, isUp }: { ofParent: boolean | undefined; isUp: boolean }): string =>
  ofParent === true
    ? "leave it out: a partition has the primary key of its parent"
    : isUp
      ? "a table has one primary key: drop the old one first, or make the new one UNIQUE"
      : "change the migration so that its rollback has one primary key at a time";
