/** Names as the project's files write them: a template's placeholder, not the name that stands for it while it is read. */
import { namesBack, placeholdersBack } from "../findings/placeholders.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import type { WayBack } from "../plan/way-back.ts";
import type { History, Migration } from "../project/migration.ts";
import type { Flow } from "./flow.ts";

/** Only such files are read once more. */
const mayHaveSome = /\{\{|\{%|\$\{|<%|%\(|\$\(|@\w|:\w|\?/;

export interface WrittenNames {
  readonly text: (text: string) => string;
  readonly finding: (finding: RawFinding) => RawFinding;
}

/** Puts placeholders of the migration, and of those before it, back. */
export function writtenNames(
  history: History,
  { index }: Pick<Migration, "index">,
  { read }: Pick<Flow, "read">,
): WrittenNames {
  const names = new Map<string, string>();
  for (const { up } of history.migrations.slice(0, index + 1)) {
    if (up.code !== undefined || !mayHaveSome.test(up.text)) continue;
    for (const [name, written] of read(up, history).placeholders ?? []) names.set(name, written);
  }
  return {
    text: namesBack(names) ?? ((text) => text),
    finding: placeholdersBack(names) ?? ((finding) => finding),
  };
}

/** A way back with each of its texts changed. */
export const mapWayBack = (back: WayBack, change: (text: string) => string): WayBack => {
  const each = <T extends { readonly what: string }>(notes: readonly T[]): readonly T[] =>
    notes.map((note) => ({ ...note, what: change(note.what) }));
  return {
    nullable: back.nullable,
    statements: back.statements.map(change),
    keep: back.keep.map((one) => ({ ...one, statements: one.statements.map(change) })),
    losses: each(back.losses),
    gaps: each(back.gaps),
    stays: back.stays.map(change),
  };
};
