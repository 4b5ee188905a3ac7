/** How Python spells a text. */

/** A string of Python; one of several lines in three quotes. */
export function pythonString(sql: string): string {
  const text = sql.replaceAll("\\", "\\\\");
  if (/[\r\n]/.test(text)) return `"""${text.replaceAll('"""', '\\"\\"\\"')}"""`;
  return text.includes('"') ? `'${text.replaceAll("'", "\\'")}'` : `"${text}"`;
}
