/** Pieces of a plan as the migrations, commands and deployments that it consists of. */
import type { RunnerTransaction, Script } from "../project/migration.ts";
import { needsOwnMigration } from "../replay/messages.ts";
import type { Span } from "../text/span.ts";
import type { Piece } from "./pieces.ts";
import { Session } from "./settings.ts";

/** Pieces that are executed together. */
export interface Part {
  readonly kind: "migration" | "command" | "by-hand";
  readonly pieces: readonly Piece[];
}

/** Each migration holds as much as its statements' transactions allow. */
export function partsOf(pieces: readonly Piece[], transaction: RunnerTransaction): readonly Part[] {
  const parts: { kind: Part["kind"]; pieces: Piece[] }[] = [];
  for (const piece of pieces.flatMap((one) => apart(one, transaction))) {
    const kind = kindOf(piece, transaction);
    const last = parts.at(-1);
    const isTogether =
      kind === "migration" &&
      last?.kind === "migration" &&
      (piece.after === undefined || piece.after === "statement") &&
      piece.transaction === "any" &&
      piece.alone !== true &&
      last.pieces.every((one) => one.alone !== true) &&
      last.pieces.every((one) => one.transaction === "any");
    if (isTogether) last.pieces.push(piece);
    else parts.push({ kind, pieces: [piece] });
  }
  return parts;
}

function kindOf(
  { language, transaction, standsFor, statements }: Piece,
  { always, runsAlone }: RunnerTransaction,
): Part["kind"] {
  if (language === "shell") return "command";
  const [only, ...others] = statements;
  if (only !== undefined && others.length === 0 && runsAlone?.test(only) === true) return "migration";
  const isByHand =
    language === "words" || standsFor !== undefined || (transaction === "none" && always === true);
  return isByHand ? "by-hand" : "migration";
}

/** A statement that has to be alone in its file is a piece by itself. */
const apart = (piece: Piece, transaction: RunnerTransaction): readonly Piece[] =>
  piece.transaction === "none" &&
  piece.language === "sql" &&
  needsOwnMigration(transaction) &&
  piece.statements.length > 1 &&
  piece.when.some((line) => line.startsWith("each alone in "))
    ? piece.statements.map((sql, at) => ({
        ...piece,
        statements: [sql],
        after: at === 0 ? piece.after : undefined,
      }))
    : [piece];

/** A statement of a script, and the piece that it is from. */
export interface Placed {
  readonly span: Span;
  readonly piece: Piece;
  readonly at: number;
}

/** A statement as it is executed; `piece`: where it is one of a piece's, its place there. */
interface Executed {
  readonly sql: string;
  readonly place?: Omit<Placed, "span"> | undefined;
}

/** The statements of a part, with the settings that they need there. */
function executedIn(pieces: readonly Piece[]): readonly Executed[] {
  const session = new Session(isOutside(pieces));
  const all = pieces.flatMap((piece) => [
    ...(piece.settings === undefined ? [] : session.before(piece.settings, piece.statements)).map(
      (sql): Executed => ({ sql }),
    ),
    ...piece.statements.map((sql, at): Executed => ({ sql, place: { piece, at } })),
  ]);
  const settings = pieces.find((piece) => piece.settings !== undefined)?.settings;
  return settings === undefined ? all : [...all, ...session.end(settings).map((sql) => ({ sql }))];
}

const isOutside = (pieces: readonly Piece[]): boolean =>
  pieces.some(({ transaction }) => transaction === "none");

/** The statements of a part, in their order. */
export const statementsOf = ({ kind, pieces }: Part): readonly string[] =>
  kind === "migration"
    ? executedIn(pieces).map(({ sql }) => sql)
    : pieces.flatMap(({ language, statements }) => (language === "words" ? [] : statements));

/** What stands in the migration as a comment, and later ones go by. */
const marksOf = ({ when }: Piece): readonly string[] =>
  when
    .flatMap((lines) => lines.split("\n"))
    .filter((line) => line.startsWith("ddlint-deprecated: "))
    .map((line) => `-- ${line}\n`);

/** A part as a script that the tool runs, with the places of its statements. */
export function scriptOf(
  { pieces }: Part,
  path: string,
  like: RunnerTransaction,
  isBlock: boolean,
): { readonly script: Script; readonly placed: readonly Placed[] } {
  const outside = isOutside(pieces);
  const placed: Placed[] = [];
  let text = `${pieces.flatMap(marksOf).join("")}${isBlock && !outside ? "BEGIN;\n" : ""}`;
  for (const { sql, place } of executedIn(pieces)) {
    if (place !== undefined)
      placed.push({ span: { start: text.length, end: text.length + sql.length }, ...place });
    text += `${sql}\n`;
  }
  if (isBlock && !outside) text += "COMMIT;\n";
  const script: Script = {
    path,
    text,
    part: { start: 0, end: text.length },
    transaction: outside ? outsideOf(like) : { ...like, optedOut: false },
    empty: false,
  };
  return { script, placed };
}

/** With the tool's opt-out; where it has none: by hand, in psql. */
export const outsideOf = (like: RunnerTransaction): RunnerTransaction => ({
  ...like,
  wraps: "none",
  optedOut: true,
  ...(like.always === true ? { always: undefined, sends: "statement" as const } : {}),
});
