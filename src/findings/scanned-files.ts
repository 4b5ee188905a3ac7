/** The comments and statements of each file, in which directives are looked for. */
import type { CodeText, Script } from "../project/migration.ts";
import type { ParsedText } from "../sql/front-end.ts";
import { placeOf } from "../text/source-map.ts";
import type { Span } from "../text/span.ts";
import type { ScannedFile } from "./suppress.ts";

/** Comments and statements of a script, by file. */
export function scannedFiles(script: Script, parsed: ParsedText): readonly ScannedFile[] {
  if (script.code !== undefined) return scannedCode(script, script.code, parsed);
  const { path, part } = script;
  const statements = parsed.statements.map((statement) => statement.span);
  return [{ path, comments: parsed.comments, statements, parts: [part] }];
}

/** Up and down sections of one file are one file to its comments. */
export function joined(files: readonly ScannedFile[]): ScannedFile[] {
  const byPath = new Map<string, ScannedFile>();
  for (const file of files) {
    const before = byPath.get(file.path);
    byPath.set(
      file.path,
      before
        ? {
            path: file.path,
            comments: [...before.comments, ...file.comments],
            statements: [...before.statements, ...file.statements],
            calls: [...(before.calls ?? []), ...(file.calls ?? [])],
            parts: [...(before.parts ?? []), ...(file.parts ?? [])],
          }
        : file,
    );
  }
  return [...byPath.values()];
}

/** Comments and statements of a script in code, by the files that they stand in. */
function scannedCode(script: Script, code: CodeText, parsed: ParsedText): readonly ScannedFile[] {
  const files = new Map<string, { comments: Span[]; statements: Span[]; calls: Span[] }>();
  const fileOf = (path: string): { comments: Span[]; statements: Span[]; calls: Span[] } => {
    const known = files.get(path) ?? { comments: [], statements: [], calls: [] };
    files.set(path, known);
    return known;
  };
  const own = fileOf(script.path);
  for (const comment of parsed.comments) {
    const place = placeOf(code.map, comment);
    if (place === undefined) own.comments.push(comment);
    else fileOf(place.path).comments.push(place.span);
  }
  for (const { span } of parsed.statements) {
    const place = placeOf(code.map, span);
    if (place !== undefined) fileOf(place.path).statements.push(place.span);
  }
  for (const { part, statement } of code.pieces) {
    if (part.start >= script.part.start && part.end <= script.part.end) own.calls.push(statement);
  }
  return [...files].map(([path, file]) => ({ path, ...file, parts: [] }));
}
