/** The strongest lock of each statement, beside it: as lenses or as hints. */
import type { CodeLens, InlayHint, Range } from "vscode-languageserver/node";
import { printableLine } from "../index.ts";
import type { StatementInfo } from "../index.ts";
import type { Place } from "./place.ts";
import { rangeOf, touches } from "./places.ts";

export function lenses(place: Place): readonly CodeLens[] {
  if (place.settings.locks !== "lens") return [];
  // Without a command the title is all there is; editors show it as text.
  return notes(place).map(([{ range }, title]) => ({ range, command: { title, command: "" } }));
}

export function hints(place: Place, visible: Range): readonly InlayHint[] {
  if (place.settings.locks !== "hint") return [];
  return notes(place)
    .filter(([{ range }]) => touches(range, visible))
    .map(([{ range }, label]) => ({ position: range.end, label, paddingLeft: true }));
}

function notes(place: Place): readonly (readonly [{ readonly range: Range }, string])[] {
  const statements = place.project.ask((session) => session.statements(place.file)) ?? [];
  return statements.flatMap((one) => {
    const note = noteOf(one);
    return note === undefined ? [] : [[{ range: rangeOf(one) }, printableLine(note)] as const];
  });
}

/** `ACCESS EXCLUSIVE on orders · blocks reads and writes · rewrites orders`. */
export function noteOf({
  locks,
  online,
  metadataLocks,
  rewrites,
  scans,
}: Pick<StatementInfo, "locks" | "online" | "metadataLocks" | "rewrites" | "scans">): string | undefined {
  const [strongest] = locks;
  const [dearest] = online;
  if (dearest !== undefined) return onlineNote(dearest);
  if (metadataLocks.length > 0) return `metadata lock of ${metadataLocks.join(", ")}`;
  if (strongest === undefined) return undefined;
  const { mode, blocks } = strongest;
  const relations = locks.filter((lock) => lock.mode === mode).map(({ relation }) => relation);
  return [
    `${mode} on ${relations.join(", ")}`,
    `blocks ${blocks}`,
    ...(rewrites.length > 0 ? [`rewrites ${rewrites.join(", ")}`] : []),
    ...(rewrites.length === 0 && scans.length > 0 ? [`reads all of ${scans.join(", ")}`] : []),
  ].join(" · ");
}

/** `ALGORITHM=COPY, LOCK=SHARED on orders · blocks writes · copies it row by row`. */
function onlineNote({
  relation,
  algorithm,
  lock,
  rebuild,
  rowsCopied,
  blocks,
}: StatementInfo["online"][number]): string {
  const clauses = [
    ...(algorithm === undefined ? [] : [`ALGORITHM=${algorithm}`]),
    ...(lock === undefined ? [] : [`LOCK=${lock}`]),
  ];
  return [
    `${clauses.length === 0 ? "metadata lock" : clauses.join(", ")} on ${relation}`,
    `blocks ${blocks}`,
    ...(rowsCopied ? ["copies it row by row"] : rebuild ? ["rebuilds it"] : []),
  ].join(" · ");
}
