/** Values of settings. */

export const isOff = (value: string | undefined): boolean => /^(?:0|off|false)$/i.test(value ?? "");

/** `@OLD_SQL_MODE`, `CONCAT(@@sql_mode, …)` and DEFAULT aren't judged. */
export function loosens(value: string | undefined): boolean {
  if (value === undefined || /[@()]|^default$/i.test(value)) return false;
  return !/STRICT_(?:TRANS|ALL)_TABLES|TRADITIONAL/i.test(value);
}
