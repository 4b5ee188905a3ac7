/** What the comments of a changelog say of its changesets. */
import type { ChangelogNode, ChangelogTree } from "../../model/changelog.ts";
import { irreversibleReason } from "../../text/irreversible-mark.ts";
import { within, type Span } from "../../text/span.ts";

/** The reason why a changeset can't be undone, empty if none is given; undefined: no comment of its own says so. */
export function statedIrreversible(
  tree: ChangelogTree,
  { at }: ChangelogNode,
  source: string,
): string | undefined {
  if (tree.comments.length === 0) return undefined;
  const comments = known.get(tree) ?? commentsByChangeset(tree, source);
  known.set(tree, comments);
  return irreversibleReason(source, comments.get(at.start) ?? []);
}

const known = new WeakMap<ChangelogTree, ReadonlyMap<number, readonly Span[]>>();

/**
 * Those inside of a changeset and right above it, by where it starts. Those above the whole changelog belong to its
 * only changeset, and to none of several.
 */
function commentsByChangeset(
  { root, comments }: ChangelogTree,
  source: string,
): ReadonlyMap<number, readonly Span[]> {
  const { children } = root;
  let start = children.filter(({ name }) => name === "changeSet").length > 1 ? root.head.end : 0;
  return new Map(
    children.map((child, i): [number, readonly Span[]] => {
      const next = children[i + 1]?.at.start ?? source.length;
      const end = endOf(child, within(comments, { start: child.at.end, end: next }), source);
      const own = within(comments, { start, end });
      start = end;
      return [child.at.start, own];
    }),
  );
}

/** In YAML, comments behind the last value that stand as far right as the changeset are inside of it. */
function endOf({ at, head }: ChangelogNode, behind: readonly Span[], source: string): number {
  if (source[head.start] === "<") return at.end;
  const column = columnOf(source, head.start);
  const first = behind.findIndex(({ start }) => columnOf(source, start) < column);
  return (first < 0 ? behind : behind.slice(0, first)).at(-1)?.end ?? at.end;
}

const columnOf = (source: string, at: number): number => at - source.lastIndexOf("\n", at - 1);
