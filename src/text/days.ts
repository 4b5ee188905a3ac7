/** A date that the calendar doesn't have: `2024-02-31`. Other ways to write a date aren't looked at. */
export function isNoDay(text: string): boolean {
  const [, year, month, day] = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/.exec(text) ?? [];
  if (year === undefined) return false;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > last;
}
