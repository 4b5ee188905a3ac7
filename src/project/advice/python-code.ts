/** Python as advice writes it. */
import type { CodeStatement, CodeUnit } from "../../model/tool.ts";

export const indented = (lines: readonly string[], by: string): readonly string[] =>
  lines.map((line) => (line === "" ? "" : by + line));

/** Lines of a call that stands elsewhere, from the left edge on; one with a text of several lines stays as it is. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length === 1 || /"""|'''/.test(text)) return [text];
  const edge = /^[ \t]*/.exec(lines.at(-1) ?? "")?.[0] ?? "";
  return lines.map((line) => (line.startsWith(edge) ? line.slice(edge.length) : line.trimStart()));
}

/** The imports and constants of the migration whose names the code uses, or one of these constants. */
export function importsFor({ imports }: CodeUnit, code: string): readonly string[] {
  const isUsed = (name: string, text: string): boolean =>
    new RegExp(`(?<![\\w.])${name.replaceAll(".", "\\.")}(?!\\w)`).test(text);
  const names = withoutTexts(code);
  let used: readonly string[] = [];
  for (let text = names; ; text = withoutTexts([code, ...used].join("\n"))) {
    const found = imports.filter(
      (one) => used.includes(one) || boundBy(one).some((name) => isUsed(name, text)),
    );
    if (found.length === used.length) return found;
    used = found;
  }
}

const texts = /(?<!\w)(\w{0,2})(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g;

/** Words of SQL are no names; those of an f-string may be. */
const withoutTexts = (code: string): string =>
  code.replaceAll(texts, (text, prefix: string) => (/f/i.test(prefix) ? text : '""'));

/** Names that each module of Python has. */
const everywhere = new Set(
  "and bool dict else enumerate f False float for if in int is lambda len list None not or range set sorted str True tuple zip".split(
    " ",
  ),
);

/** The code takes a variable of a loop or a function, which another file doesn't have. */
export function usesLocals({ imports }: CodeUnit, code: string): boolean {
  const bound = new Set(imports.flatMap(boundBy).map((name) => name.split(".")[0]));
  const names = code
    .replaceAll(texts, (text, prefix: string) =>
      /f/i.test(prefix) ? ` ${(text.match(/\{[^{}]*\}/g) ?? []).join(" ")} ` : " ",
    )
    .replaceAll(/#.*/g, "")
    .matchAll(/(?<![\w.])[A-Za-z_]\w*(?!\w|\s*=(?!=))/g);
  return [...names].some(([name]) => !bound.has(name) && !everywhere.has(name));
}

/** `import a.b`, `import a as b` and `from a import b as c, d`; `NAME = "text"`. */
function boundBy(statement: string): readonly string[] {
  const [, constant] = /^(\w+)\s*=/.exec(statement) ?? [];
  if (constant !== undefined) return [constant];
  const [, list = ""] = /\bimport\b([^]*)$/.exec(statement.replaceAll(/#.*/g, "")) ?? [];
  return list
    .replaceAll(/[()\\]/g, " ")
    .split(",")
    .map((one) => /\bas\s+(\w+)\s*$/.exec(one)?.[1] ?? one.trim())
    .filter((name) => /^[\w.]+$/.test(name));
}

/** `# why` behind or above a line. */
export const commented = ({ comment }: CodeStatement): readonly string[] =>
  comment === undefined ? [] : [`# ${comment}`];

/** From a line without indentation to the next one. */
const definition =
  /^(?:@.*\n)*(?:(?:async )?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]+)?=(?!=)).*(?:\n(?:[ \t)\]}].*)?)*/gm;

/** The functions, classes and values of a module that code names, and those that these name, in their order. */
export function definitionsFor(module: string, code: string): readonly string[] {
  const all = Array.from(module.matchAll(definition), ([text, made, given]) => ({
    name: made ?? given ?? "",
    text: text.trimEnd(),
  })).filter(({ name }) => name !== "Migration");
  const found = new Set<(typeof all)[number]>();
  const follow = (written: string): void => {
    const text = withoutTexts(written);
    for (const one of all)
      if (!found.has(one) && new RegExp(`(?<![\\w.])${one.name}\\b`).test(text)) {
        found.add(one);
        follow(one.text);
      }
  };
  follow(code);
  return all.filter((one) => found.has(one)).map(({ text }) => text);
}
