/** How many of the operations of migrations in code were understood. */
import type { CodeCoverage } from "../lint/coverage.ts";
import type { CodePiece, Script } from "../project/migration.ts";
import { contains, type Span } from "../text/span.ts";

/** Counts operations: what a migration's file writes once is one, whatever it sends. */
export class CodeOperations {
  #read = 0;
  readonly #kinds = new Map<string, number>();

  /** `unread`: the statements of the script that weren't understood, in order. */
  add({ code, part }: Script, unread: readonly Span[]): void {
    if (code === undefined) return;
    this.#read += code.silent;
    let next = 0;
    const all = new Map<string, { readonly sender: string; isRead: boolean }>();
    for (const piece of inOrder(code.pieces)) {
      if (!contains(part, piece.part)) continue;
      const key = `${piece.statement.start} ${piece.statement.end} ${piece.sender}`;
      const known = all.get(key) ?? { sender: piece.sender, isRead: true };
      all.set(key, known);
      for (; (unread[next]?.start ?? Infinity) < piece.part.end; next++) known.isRead = false;
    }
    this.#read += all.size;
    for (const { sender, isRead } of all.values())
      if (!isRead) this.#kinds.set(sender, (this.#kinds.get(sender) ?? 0) + 1);
  }

  /** Undefined: there was no code. */
  get coverage(): CodeCoverage | undefined {
    if (this.#read === 0) return undefined;
    const kinds = [...this.#kinds].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const notUnderstood = kinds.reduce((sum, [, count]) => sum + count, 0);
    return { read: this.#read, notUnderstood, kinds: Object.fromEntries(kinds) };
  }
}

const inOrder = (pieces: readonly CodePiece[]): readonly CodePiece[] =>
  pieces.toSorted((a, b) => a.part.start - b.part.start);
