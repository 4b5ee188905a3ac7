/** What reads our lines in a pipeline, as far as it is documented, and what no terminal should get from us. */

export interface RunnerCommand {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

/** `::name key=value,…::data` after blanks, or `##[name]data` anywhere; any name, since new ones may come. */
export function commandIn(line: string): RunnerCommand | undefined {
  const trimmed = line.trimStart();
  const end = trimmed.startsWith("::") ? trimmed.indexOf("::", 2) : -1;
  if (end >= 0) return { ...namedAs(trimmed.slice(2, end)), data: unescaped(trimmed.slice(end + 2)) };
  const start = line.search(/##(?:vso|teamcity)?\[/);
  const close = start < 0 ? -1 : line.indexOf("]", start);
  return close < 0
    ? undefined
    : { ...namedAs(line.slice(line.indexOf("[", start) + 1, close)), data: line.slice(close + 1) };
}

function namedAs(text: string): Pick<RunnerCommand, "name" | "properties"> {
  const [name = "", ...rest] = text.split(" ");
  const pairs = rest
    .join(" ")
    .split(",")
    .filter((pair) => pair.includes("="))
    .map((pair) => {
      const at = pair.indexOf("=");
      const value = pair
        .slice(at + 1)
        .replaceAll("%3A", ":")
        .replaceAll("%2C", ",");
      return [pair.slice(0, at), unescaped(value)] as const;
    });
  return { name, properties: new Map(pairs) };
}

const unescaped = (text: string): string =>
  text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");

/** Readers of lines take all of these for their end. */
export const linesOf = (text: string): readonly string[] => text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);

export const commandsIn = (text: string): readonly RunnerCommand[] =>
  linesOf(text).flatMap((line) => commandIn(line) ?? []);

/** What a terminal acts on, or hides, or turns around. */
export const dangerous = (text: string): readonly string[] =>
  Array.from(text).filter((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (
      (code < 0x20 && code !== 9 && code !== 10) ||
      (code >= 0x7f && code <= 0x9f) ||
      [0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff].includes(code) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xe0000 && code <= 0xe007f)
    );
  });
