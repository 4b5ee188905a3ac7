/** Liquibase: two changesets with the same id. */
import type { FileProblem } from "../file-problem.ts";
import { join } from "../files/paths.ts";
import { clip, wholeFile, type Piece } from "./assemble.ts";
import type { FolderView } from "./layout.ts";

/** A later changeset with the id of the first one. */
export function twice(view: FolderView, piece: Piece | undefined, first: Piece | undefined): FileProblem {
  const file = piece?.file ?? "";
  const head = piece?.changeset?.node.head;
  const text = view.read(file) ?? "";
  const end = (piece?.part?.start ?? 0) - 1;
  const line = { start: text.lastIndexOf("\n", end - 1) + 1, end };
  const isCopy = contentOf(view, piece) === contentOf(view, first);
  return {
    rule: "duplicate-version",
    path: join(view.root, file),
    ...(head !== undefined ? { span: head } : end < 0 ? wholeFile(view, file) : { span: line }),
    message: clip(`changeset ${piece?.name ?? ""} exists twice: liquibase fails on it`),
    // With another id, it would make the same once more.
    instead: isCopy ? "delete it: it is a copy of the first one" : "give it its own id",
  };
}

/** Blanks and lines don't count. */
function contentOf(view: FolderView, piece: Piece | undefined): string {
  const text = view.read(piece?.file ?? "") ?? "";
  const { start, end } = piece?.changeset?.node.at ?? piece?.part ?? { start: 0, end: text.length };
  return text.slice(start, end).replaceAll(/\s+/g, " ").trim();
}
