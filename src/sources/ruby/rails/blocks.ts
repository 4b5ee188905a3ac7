/** The blocks of a migration that neither Ruby nor Rails says the meaning of, as another migration can repeat them. */
import type { UnitBlock } from "../../../model/tool.ts";
import type { CodeInput } from "../../source.ts";
import type { Parameter } from "../tree.ts";
import type { CallValue } from "../value.ts";
import { transparent } from "./own-methods.ts";

export function blocksIn(
  calls: readonly CallValue[],
  { path, text }: Pick<CodeInput, "path" | "text">,
): readonly UnitBlock[] | undefined {
  const found = new Map<number, UnitBlock>();
  for (const { name, at, block } of calls) {
    // `&block` has no text of its own.
    if (block === undefined || block.at.path !== path || at.path !== path || transparent.test(name)) continue;
    const [head, begin] = /^(do|\{)(?:\s*\|[^|]*\|)?/.exec(text.slice(block.at.start, block.at.end)) ?? [];
    if (head === undefined) continue;
    const { start, end } = block.at;
    const gives = block.tree.parameters.flatMap(namesOf);
    const call = text.slice(at.start, start);
    found.set(start, {
      at: { start, end },
      opens: call + head,
      ends: begin === "do" ? "end" : "}",
      gives: gives.length === 0 ? ["it", "_1"] : gives,
      isBound: bindsOneOf(text, call),
    });
  }
  return found.size === 0 ? undefined : [...found.values()].toSorted((a, b) => a.at.start - b.at.start);
}

const namesOf = ({ name, parts }: Parameter): readonly string[] => [name, ...(parts ?? []).flatMap(namesOf)];

/** The file gives one of the names a meaning: a variable, a constant, a method, a parameter, a class. */
function bindsOneOf(text: string, call: string): boolean {
  const names = new Set(call.replaceAll(/(?<=[.:@])\w+|\w+(?=:(?!:))/g, "").match(/[A-Za-z_]\w*/g));
  const bound = [
    ...text.matchAll(/(?<![.\w])(\w+)[ \t]*(?:\|\||&&|[-+*])?=(?![=~>])/g),
    ...text.matchAll(/\b(?:def[ \t]+(?:self\.)?|class[ \t]+|module[ \t]+)(\w+)/g),
    ...text.matchAll(/(?<=(?:\bdo|\{)\s*)\|([^|\n]*)\|/g),
    ...text.matchAll(/\bdef[ \t]+[\w.]+[?!]?[ \t]*\(([^)]*)\)/g),
  ].flatMap(([, one = ""]) => one.match(/\w+/g) ?? []);
  return call.includes("@") || bound.some((name) => names.has(name));
}
