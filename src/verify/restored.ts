/** What definitions before and after a rollback differ in. */
import type { Definitions } from "./lab.ts";

export interface Changed {
  /** `column public.users.email`. */
  readonly object: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The server can't take it back: a label of an enum. */
  readonly isFinal: boolean;
}

/** How a text is broken into lines means nothing, nor do comments and parentheses of a body. */
const plainly = (object: string, definition: string | undefined): string | undefined =>
  object.startsWith("function ")
    ? definition?.replace(/--[^\n]*|\/\*[^]*?\*\//g, "").replace(/[\s()]+/g, "")
    : definition?.replace(/ NOT VALID$/, "").replace(/\s+/g, " ");

/** `e a,b,c` of an enum: its labels. */
const labelsOf = (definition: string | undefined): readonly string[] =>
  /^e (.*)$/.exec(definition ?? "")?.[1]?.split(",") ?? [];

/** Of a table that is there or not as a whole, nothing else is listed. `exactly`: also what no rollback can bring back. */
export function changedDefinitions(
  before: Definitions,
  after: Definitions,
  exactly: boolean,
): readonly Changed[] {
  const all = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = all.flatMap((object): readonly Changed[] => {
    const [was, is] = [before.get(object), after.get(object)];
    if (was === is) return [];
    if (!exactly && was !== undefined && plainly(object, was) === plainly(object, is)) return [];
    const labels = new Set(labelsOf(is));
    const isFinal = labels.size > 0 && was !== undefined && labelsOf(was).every((label) => labels.has(label));
    return [{ object, before: was, after: is, isFinal }];
  });
  const whole = changed.flatMap(({ object, before: was, after: is }) => {
    const [, name] = /^(?:relation|view|function|type) (.*)$/.exec(object) ?? [];
    return name !== undefined && (was === undefined || is === undefined) ? [name] : [];
  });
  const isPart = (object: string): boolean =>
    whole.some((name) => {
      const at = object.indexOf(` ${name}`);
      return (
        at > 0 &&
        !/^(?:relation|view|function|type) /.test(object) &&
        /^(?:$|[ .])/.test(object.slice(at + name.length + 1))
      );
    });
  return changed.filter(({ object }) => !isPart(object));
}
