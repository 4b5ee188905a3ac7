/** Moments and spans of time that are the same, written otherwise; all texts are literals in quotes. */

const moment =
  /^'(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d))?(?:\.(\d*?)0*)?)? ?(?:(z|utc)|([+-]\d\d)(?::?(\d\d))?)?'$/i;

/** The server writes the zone of a session; where only one has a zone, the clock decides. */
export function isSameMoment(...texts: readonly [string, string]): boolean {
  const [a, b] = texts.map((text) => {
    const found = moment.exec(text === "'epoch'" ? "'1970-01-01 00:00:00Z'" : text);
    if (found === null) return undefined;
    const [, day = "", clock = "00:00", seconds = "00", parts = "", utc, hours, minutes = "00"] = found;
    const local = `${day}T${clock}:${seconds}`;
    const instant = Date.parse(local + (hours === undefined ? "Z" : `${hours}:${minutes}`));
    return { hasZone: (utc ?? hours) !== undefined, local, instant, parts };
  });
  if (a === undefined || b === undefined || a.parts !== b.parts) return false;
  return a.hasZone && b.hasZone ? a.instant === b.instant : a.local === b.local;
}

/** `'10:00'` is `'10:00:00'`. */
export const inSeconds = (literal: string): string =>
  literal.replace(/^'(\d\d:\d\d)(?=[+-]\d\d(?::\d\d)?'$|'$)/, "'$1:00");

/** PostgreSQL manual, "Interval Input", with what it counts in: months, days, seconds. */
const units: readonly (readonly [RegExp, 0 | 1 | 2, number])[] = [
  [/^(?:y|yrs?|years?)$/, 0, 12],
  [/^(?:mons?|months?)$/, 0, 1],
  [/^(?:w|weeks?)$/, 1, 7],
  [/^(?:d|days?)$/, 1, 1],
  [/^(?:h|hrs?|hours?)$/, 2, 3600],
  [/^(?:m|mins?|minutes?)$/, 2, 60],
  [/^(?:s|secs?|seconds?)$/, 2, 1],
];

const span = /\s*(?:([+-]?)(\d+):(\d\d)(?::(\d\d))?|([+-]?\d+)\s*([a-z]+))\s*/y;

/** `P1Y2M3DT4H5M6S` and `1-2` in words. */
const inWords = (text: string): string =>
  text
    .replace(
      /^p(?=.)(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?$/,
      (...found) =>
        ["year", "month", "week", "day", "hour", "minute", "second"]
          .flatMap((unit, at) => (found[at + 1] === undefined ? [] : `${String(found[at + 1])} ${unit}`))
          .join(" "),
    )
    .replace(/^(\d+)-(\d+)$/, "$1 year $2 month");

/** An interval in months, days and seconds; as it is where it isn't understood. */
export function inUnits(literal: string): string {
  const text = inWords(literal.slice(1, -1).toLowerCase());
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < text.length; at = span.lastIndex) {
    span.lastIndex = at;
    const found = span.exec(text);
    if (found === null) return literal;
    const [, sign, hours, minutes, seconds = "0", count, unit = ""] = found;
    const [, of, size] = units.find(([name]) => name.test(unit)) ?? [];
    if (hours !== undefined) {
      const clock = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
      sums[2] += sign === "-" ? -clock : clock;
    } else if (of === undefined || size === undefined) return literal;
    else sums[of] += Number(count) * size;
  }
  return `'${sums.join(" ")}'`;
}
