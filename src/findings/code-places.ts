/** Findings in the SQL of migrations in code are told of the places in the files that the SQL comes from. */
import type { Script } from "../project/migration.ts";
import { editIn, placeOf, type SourceMap } from "../text/source-map.ts";
import type { Span } from "../text/span.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import type { Fix } from "../lint/rule.ts";

/** Takes note of a script's own text, and for one in code of the files that its SQL comes from. */
export function addTexts(script: Script, texts: Map<string, string>, maps: Map<string, SourceMap>): void {
  texts.set(script.path, script.code?.source ?? script.written ?? script.text);
  if (script.code === undefined) return;
  maps.set(script.path, script.code.map);
  for (const [path, text] of script.code.files) texts.set(path, text);
}

/**
 * A file as the user sees it, and where the spans of a script stand in it; undefined if the script has nothing there.
 */
export function inText(
  script: Script,
  file: string,
): { readonly text: string; readonly place: (span: Span) => Span | undefined } | undefined {
  const { code, path } = script;
  if (code === undefined)
    return path === file ? { text: script.written ?? script.text, place: (span) => span } : undefined;
  const text = path === file ? code.source : code.files.get(file);
  if (text === undefined) return undefined;
  return {
    text,
    place(span) {
      const found = placeOf(code.map, span);
      return found?.path === file ? found.span : undefined;
    },
  };
}

/** The same finding where the user can see it; a fix that can't be made there as it is gets lost. */
export function inSources(finding: RawFinding, maps: ReadonlyMap<string, SourceMap>): RawFinding {
  if (maps.size === 0) return finding;
  const own = maps.get(finding.path);
  const related = finding.related.map((place) => ({ ...place, ...mapped(maps, place.path, place.span) }));
  const { impliedBy: whole } = finding;
  const impliedBy = whole && { ...whole, at: whole.at && mapped(maps, whole.at.path, whole.at.span) };
  if (own === undefined) return { ...finding, related, impliedBy };
  const { path, span } = mapped(maps, finding.path, finding.span);
  const statement = finding.statement && placeOf(own, finding.statement);
  return {
    ...finding,
    path,
    span,
    statement:
      statement === undefined ? finding.statement : statement.path === path ? statement.span : undefined,
    related,
    impliedBy,
    fix: finding.fix && fixIn(own, finding.fix, path),
  };
}

/** Where something stands in the source: SQL in code is in a script of its own. */
export const mapped = (
  maps: ReadonlyMap<string, SourceMap>,
  path: string,
  span: Span,
): { path: string; span: Span } => {
  const map = maps.get(path);
  return (map && placeOf(map, span)) ?? { path, span };
};

function fixIn(map: SourceMap, fix: Fix, path: string): Fix | undefined {
  const edits = fix.edits.map((edit) => editIn(map, edit));
  const own = edits.flatMap((found) => (found?.path === path ? [found.edit] : []));
  return own.length === fix.edits.length ? { ...fix, edits: own } : undefined;
}
