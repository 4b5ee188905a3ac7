/** A statement ends at the end of a line; the body of a function or a trigger stands on one line. */
export const statementsIn = (script: string): readonly string[] =>
  script.split(/;[ \t]*(?:\n|$)/).filter((text) => text.trim() !== "");
