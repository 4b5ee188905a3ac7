/** A migration as the pieces that plans are made from: its statements, each with what it needs around it. */
import { ownPiece, type Piece } from "../plan/pieces.ts";
import { settingOf, type Setting } from "../plan/settings.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";

const control = new Set(["begin", "commit"]);

/** The statements of the migration, each with what it needs of a transaction. */
export function piecesOf({ steps, parsed, migration }: ReplayedMigration): {
  readonly pieces: readonly Piece[];
  readonly isBlock: boolean;
} {
  const statements = parsed.up?.statements ?? [];
  const isControl = ({ operations }: (typeof statements)[number]): boolean =>
    operations.length === 1 && operations.every(({ kind }) => control.has(kind));
  const outside = new Set(
    steps
      .filter(({ effects, inBody }) => !effects.inTransaction && !inBody)
      .map(({ statement }) => statement),
  );
  const before: Setting[] = [];
  const end: Setting[] = [];
  const pieces: Piece[] = [];
  for (const one of statements) {
    if (isControl(one)) continue;
    const sql = `${migration.up.text.slice(one.span.start, one.span.end)};`;
    const setting = settingOf(one.operations, sql);
    if (setting !== undefined) {
      end.push(setting);
      continue;
    }
    for (const passed of end.splice(0)) {
      const at = before.findIndex(({ name }) => name === passed.name);
      if (at >= 0) before.splice(at, 1);
      before.push(passed);
    }
    const transaction = outside.has(one) ? "none" : "any";
    pieces.push(ownPiece(sql, String(one.span.start), transaction, { before: [...before], end }));
  }
  // Of settings alone, they are the migration.
  if (pieces.length === 0) pieces.push(...end.map(({ sql }) => ownPiece(sql, "0")));
  return { pieces, isBlock: statements[0] !== undefined && isControl(statements[0]) };
}
