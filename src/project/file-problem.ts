/** What is wrong with a file as such, found while migrations are looked for. */
import type { Span } from "../text/span.ts";
import type { Script } from "./migration.ts";
import type { RelatedFile } from "./related-file.ts";

/** What a layout can say about files by itself; each becomes a finding of the rule of that name. */
export interface FileProblem {
  readonly rule:
    | "bad-file-name"
    | "dropped-at-start"
    | "duplicate-object"
    | "duplicate-version"
    | "edited-after-apply"
    | "migration-lock-off"
    | "misplaced-migrations"
    | "numbers-sorted-as-text"
    | "orphan-rollback"
    | "syntax-error"
    | "unknown-database-name"
    | "unreadable-migration";
  readonly path: string;
  readonly span: Span;
  /** It is about the file itself: `span` only says where it is shown. */
  readonly wholeFile?: true | undefined;
  /** Weaker than the rule: what runs the files isn't known, or it runs them all the same; or nothing depends on it. */
  readonly severity?: "warning" | "note" | undefined;
  /** The tool stops at the file, which is another one's copy: what it would do is no finding of its own. */
  readonly isCopy?: true | undefined;
  /** Behind the migrations, something else drops the tables and makes them as it knows them. */
  readonly madeAnew?: true | undefined;
  /** What happens: `dbmate skips it: the name doesn't begin with a number`. */
  readonly message: string;
  /** What to do. */
  readonly instead?: string | undefined;
  readonly related?: readonly RelatedFile[] | undefined;
  /** It is as much one of the related files: of those, a new one is to blame. */
  readonly isShared?: true | undefined;
  /** It and `related` are both the last of one line of migrations: what the tool does then. */
  readonly forks?: string | undefined;
  /** What the file would run; and its text, where `span` is a place in it and no migration may be read from it. */
  readonly script?: Script | undefined;
  readonly text?: string | undefined;
}

/** The problem shown at a related file, which takes the place of the one where it was. */
export function shownAt(problem: FileProblem, other: RelatedFile): FileProblem {
  if (other.span === undefined) return problem;
  const { path, span, instead } = problem;
  const own = { path, span, message: other.message, instead };
  const others = (problem.related ?? []).filter((one) => one !== other);
  return {
    ...problem,
    path: other.path,
    span: other.span,
    instead: other.instead ?? instead,
    related: [...others, own],
  };
}
