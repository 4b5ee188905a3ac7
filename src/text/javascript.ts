/** Names as JavaScript writes them. */

/** A field of a record: `plan`, `"address.city"`. */
export const fieldName = (field: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(field) ? field : JSON.stringify(field);

/** Code that can be written on one line; undefined: a text in it goes over several. */
export function withoutComments(code: string): string | undefined {
  if (/`[^`]*\n[^`]*`/.test(code)) return undefined;
  return code.replaceAll(
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (_, kept: string | undefined) => kept ?? "",
  );
}

/** A value without names of variables or calls: it means the same in every file. */
export function isWrittenOut(code: string): boolean {
  const rest = code
    .replaceAll(
      /\bnew Date\((?:"[^"\\]*"|'[^'\\]*'|\d[\d, ]*)\)|(?<=[:[(,]\s*)\/(?:\\.|[^\\/\n])+\/[a-z]*/g,
      "0",
    )
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$]+\s*:/g, "");
  return !/[A-Za-z_$`]/.test(rest.replaceAll(/\b(?:true|false|null)\b/g, ""));
}
