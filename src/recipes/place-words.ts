/** What a line says of the place of new calls in a migration in code. */
import type { pieceOf } from "../replay/code-piece.ts";
import type { Step } from "../replay/step.ts";
import type { CodeFile } from "../model/tool.ts";

/** What the file doesn't import yet, though its new calls are written with it. */
export function importWords(
  needed: Step["script"]["transaction"]["rawImport"],
  source: string,
  language: CodeFile["language"],
): readonly string[] {
  if (needed === undefined) return [];
  const { name, from } = needed;
  const isImported = [
    ...source.matchAll(/\b(?:import|const|let|var)\s([^;()]*)(?:from|=)\s*(?:require\()?["']([^"']*)["']/g),
  ].some(([, names = "", module]) => module === from && names.split(/[^\w$]+/).includes(name));
  if (isImported) return [];
  const line =
    language === "commonjs"
      ? `const { ${name} } = require("${from}");`
      : `import { ${name} } from "${from}";`;
  return [`with ${line} at the top of the file:`];
}

/** Calls of Knex that are given the callback of a table. */
const tables = /\.(?:createTable|createTableIfNotExists|alterTable|table)\s*\(/g;

/** The finding may be at one of the calls inside of it, such as `sa.ForeignKey(…)`. */
function calledTable(written: string): string | undefined {
  const [, callee, open] = /^(?:(?:await|return)\s+)*((?:\w+\.)*create_?table)\b(\()?/i.exec(written) ?? [];
  return callee && (open === undefined ? callee : `${callee}(…)`);
}

/** Where calls go that the function around the call of the migration may leave no room for. */
export function placeWords(
  piece: ReturnType<typeof pieceOf>,
  {
    code,
    language,
    at,
    isAwaited,
  }: {
    readonly code: { readonly source: string };
    readonly language: CodeFile["language"];
    readonly at: "before" | "instead" | "behind";
    readonly isAwaited: boolean;
  },
): readonly string[] {
  const isInBuilder = piece?.inBuilder === true;
  const side = at === "before" ? "before" : "after";
  // What stands behind a `return` never runs.
  const isReturned =
    at !== "before" &&
    isAwaited &&
    piece?.sync === undefined &&
    /^return\b/.test(code.source.slice(piece?.statement.start, piece?.statement.end));
  const end = isReturned ? ", with `await` in place of its `return`:" : ":";
  const written = code.source.slice(piece?.statement.start, piece?.statement.end);
  // `.createTable(…).createTable(…)`: behind one of them is the middle of an expression.
  const isOneOfMany = (written.match(tables)?.length ?? 0) > 1;
  const call = isOneOfMany ? "the whole statement around this callback" : "the call of this callback";
  const block = language === "python" ? `${side} this \`with\` block:` : `${side} ${call}${end}`;
  return [
    ...(isInBuilder
      ? [block]
      : at === "behind"
        ? [`after this ${calledTable(written) ?? "call"}${end}`]
        : []),
    ...(piece?.sync === undefined || !isAwaited ? [] : ["in an async function, or as `.then(() => …)`:"]),
  ];
}
