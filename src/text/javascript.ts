/** Names as JavaScript writes them. */

/** A field of a record: `plan`, `"address.city"`. */
export const fieldName = (field: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(field) ? field : JSON.stringify(field);

/** A value without names of variables or calls: it means the same in every file. */
export function isWrittenOut(code: string): boolean {
  const rest = code.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$]+\s*:/g, "");
  return !/[A-Za-z_$`]/.test(rest.replaceAll(/\b(?:true|false|null)\b/g, ""));
}
