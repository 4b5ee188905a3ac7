/** JSON that a terminal and a runner can be shown: it says the same, in characters that do nothing to either. */
import { replaceHashCommands } from "./commands.ts";
import { replaceDangerous } from "./printable.ts";

/** All that is replaced stands in strings, where JSON has escapes. */
export const jsonText = (value: unknown, indent?: number): string =>
  replaceHashCommands(replaceDangerous(JSON.stringify(value, undefined, indent), escaped), "\\u005b");

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => {
    const hex = character.charCodeAt(i).toString(16);
    return `\\u${hex.padStart(4, "0")}`;
  }).join("");
