/** Texts with what is put into them: every character keeps its place. */
import type { Segment } from "../../text/source-map.ts";
import type { Tree, TextPart } from "./tree.ts";
import type { Env, Run } from "./walk.ts";
import { asText, type Place, type TextValue } from "./value.ts";

const isPart = (part: TextPart | Tree): part is TextPart => !("is" in part);

export function textTree(run: Run, tree: Extract<Tree, { is: "text" }>, env: Env, at: Place): TextValue {
  const segments: Segment[] = [];
  let holes = false;
  const { path } = env.scope;
  for (const part of tree.parts) {
    if (isPart(part)) {
      const { text, start, end, exact } = part;
      segments.push({ text, path, at: { start, end }, exact });
      continue;
    }
    const value = run.evaluate(part, env);
    const text = asText(value);
    if (text === undefined) {
      segments.push(hole(env, part));
      holes = true;
    } else {
      // What is put in stands where the text stands.
      segments.push(...text.segments.map((one) => ({ ...one, exact: false })));
      holes ||= text.holes;
    }
  }
  return { is: "text", segments, holes, isSymbol: tree.isSymbol, at };
}

/** For what isn't known; its words are those of the file. */
export function hole(
  { scope }: Pick<Env, "scope">,
  at: { readonly start: number; readonly end: number },
): Segment {
  const words = scope.text
    .slice(at.start, at.end)
    .replaceAll(/[^\w.()]+/g, " ")
    .trim();
  const shown = words.length > 0 && words.length <= 60 ? words : "value";
  return { text: `\${${shown}}`, path: scope.path, at: { start: at.start, end: at.end }, exact: false };
}
