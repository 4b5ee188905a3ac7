/** What two lists of lines differ in, and the place in a script that it comes from. */
import type { Script } from "../project/migration.ts";
import type { Statement } from "../sql/front-end.ts";
import { indexLines } from "../text/lines.ts";
import { placeOf } from "../text/source-map.ts";

/** Where a statement begins. `line`: undefined where the place in the code isn't known. */
export function placeOfStatement(
  script: Script,
  { span }: Pick<Statement, "span">,
): { readonly file: string; readonly line: number | undefined } {
  const { code, path, text } = script;
  const found = code === undefined ? { path, span } : placeOf(code.map, span);
  if (found === undefined) return { file: path, line: undefined };
  const shown =
    code === undefined ? text : found.path === path ? code.source : (code.files.get(found.path) ?? "");
  return { file: found.path, line: indexLines(shown).position(found.span.start).line };
}

/** `db/004.sql:12`. */
export function placeText(script: Script, statement: Pick<Statement, "span">): string {
  const { file, line } = placeOfStatement(script, statement);
  return line === undefined ? file : `${file}:${line}`;
}

/** Lines that only one of the two has; those of one object are one difference. */
export interface SchemaDifference {
  /** `column public.users.email`. */
  readonly object: string;
  readonly ours?: string | undefined;
  readonly servers?: string | undefined;
}

/** The lines that only one of the two has, by object. @param split a line as the object's name, and what it says of it */
export function onlyIn(
  ours: readonly string[],
  servers: readonly string[],
  split: (line: string) => readonly [object: string, rest: string],
): readonly SchemaDifference[] {
  const known = new Set(ours);
  const there = new Set(servers);
  const only = new Map<string, { ours?: string; servers?: string }>();
  for (const [lines, others, side] of [
    [ours, there, "ours"],
    [servers, known, "servers"],
  ] as const)
    for (const line of lines) {
      if (others.has(line)) continue;
      const [object, rest] = split(line);
      only.set(object, { ...only.get(object), [side]: rest });
    }
  return [...only].map(([object, both]) => ({ object, ...both }));
}

/** The statement of a script that an object was last named in. */
export function naming(
  script: Script,
  statements: readonly Statement[],
  object: string,
): Statement | undefined {
  const names = object.split(/[ .]/).slice(1).reverse();
  for (const name of names) {
    if (name === "public") continue;
    const found = statements.findLast(({ span }) =>
      script.text.slice(span.start, span.end).toLowerCase().includes(name.toLowerCase()),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
