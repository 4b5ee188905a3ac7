/** What a header says against its file: another migration's number, another day, or one that no calendar has. */
import type { History, Migration, Script } from "../../../project/migration.ts";
import { compareComponents, compareDigits, isTimestamp } from "../../../project/version.ts";
import type { Place } from "../../step.ts";
import { isAhead, type Clock } from "../../replay-facts.ts";
import type { HeaderField } from "./header.ts";

export interface HeaderFault {
  readonly at: Place;
  /** A clause about the header: `the header is of migration 010, but the version is 002`. */
  readonly text: string;
}

const dateFields = new Set(["date", "created", "created at", "created on"]);

export function headerFaults(
  { version, down }: Migration,
  history: Pick<History, "comparesParts">,
  script: Script,
  fields: readonly HeaderField[],
  clock: Clock,
): readonly HeaderFault[] {
  const isDown = script === down;
  return fields.flatMap(({ name, value, number, at }): readonly HeaderFault[] => {
    const texts = [
      ...(number === undefined || version === undefined ? [] : numberFaults(number, version, history)),
      ...(dateFields.has(name) ? dateFaults(value, version, isDown, clock) : []),
    ];
    return texts.map((text) => ({ at: { path: script.path, span: at }, text }));
  });
}

function numberFaults(
  number: string,
  version: string,
  { comparesParts }: Pick<History, "comparesParts">,
): readonly string[] {
  // A history that was renumbered by time keeps the numbers that its files had.
  if (!/^\d/.test(version) || isTimestamp(number) !== isTimestamp(version)) return [];
  const order = comparesParts === true ? compareComponents(number, version) : compareDigits(number, version);
  return order === 0
    ? []
    : [`the header is of migration ${clip(number)}, but the version is ${clip(version)}`];
}

const clip = (text: string): string => (text.length <= 20 ? text : `${text.slice(0, 19)}…`);

const oneDay = 86_400_000;

function dateFaults(
  value: string,
  version: string | undefined,
  isDown: boolean,
  clock: Clock,
): readonly string[] {
  const date = dateIn(value);
  if (date === undefined) return [];
  const [first] = date.days;
  if (first === undefined) return [`the header's date ${date.text} isn't a real day`];
  if (date.days.every(({ from }) => isAhead(from, clock)))
    return [`the header's date ${date.text} is in the future`];
  const file = version !== undefined && isTimestamp(version) ? dayOf(version) : undefined;
  if (file === undefined) return [];
  // Clocks and time zones differ; a rollback may be written later.
  const fits = date.days.some(({ from, to }) => to >= file - oneDay && (isDown || from <= file + oneDay));
  if (fits) return [];
  return [
    `the header's date is ${date.text}, but the version's ${new Date(file).toISOString().slice(0, 10)}`,
  ];
}

function dayOf(version: string): number | undefined {
  const digits = version.replace(/\D/g, "");
  const [day] = readings([
    Number(digits.slice(0, 4)),
    Number(digits.slice(4, 6)),
    Number(digits.slice(6, 8)),
  ]);
  return day?.from;
}

/** Milliseconds since 1970 at which the first and the last of the days begin, in UTC. */
interface Days {
  readonly from: number;
  readonly to: number;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const month = `(?:${months.join("|")})[a-z]{0,6}\\.?`;
/** How a date is written, the most certain first, and the days that its parts may mean. */
const forms: readonly {
  readonly pattern: RegExp;
  readonly days: (parts: RegExpExecArray) => readonly Days[];
}[] = [
  {
    pattern: /(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/,
    days: ([, year, , of, day]) => readings([Number(year), Number(of), Number(day)]),
  },
  {
    pattern: /^(\d{4})(\d{2})(\d{2})(?!\d)/,
    days: ([, year, of, day]) => readings([Number(year), Number(of), Number(day)]),
  },
  {
    // The day comes first in some countries, the month in others.
    pattern: /(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/,
    days: ([, a, , b, year]) =>
      readings([Number(year), Number(b), Number(a)], [Number(year), Number(a), Number(b)]),
  },
  {
    pattern: new RegExp(
      `(?<!\\d)(\\d{1,2})(?:st|nd|rd|th)?[ .-]+(?:of )?(${month})[ ,-]+(\\d{4})(?!\\d)`,
      "i",
    ),
    days: ([, day, of, year]) => readings([Number(year), monthOf(of), Number(day)]),
  },
  {
    pattern: new RegExp(`(?<![a-z])(${month})[ ]+(\\d{1,2})(?:st|nd|rd|th)?[ ,]+(\\d{4})(?!\\d)`, "i"),
    days: ([, of, day, year]) => readings([Number(year), monthOf(of), Number(day)]),
  },
  {
    pattern: new RegExp(`^(${month})[ ,]+(\\d{4})(?!\\d)`, "i"),
    days: ([, of, year]) => [
      { from: Date.UTC(Number(year), monthOf(of) - 1, 1), to: Date.UTC(Number(year), monthOf(of), 0) },
    ],
  },
];

/**
 * The date in a field's value, with the days that it may mean: no such day where there is none; undefined: it isn't
 * written in a way that is known.
 */
function dateIn(value: string): { readonly text: string; readonly days: readonly Days[] } | undefined {
  const text = value.slice(0, 60);
  for (const { pattern, days } of forms) {
    const parts = pattern.exec(text);
    if (parts !== null) return { text: parts[0], days: days(parts) };
  }
  return undefined;
}

const monthOf = (name = ""): number => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** Those that are days. */
const readings = (...dates: readonly (readonly [number, number, number])[]): readonly Days[] =>
  dates.flatMap(([year, of, day]) => {
    const time = Date.UTC(year, of - 1, day);
    const read = new Date(time);
    const isReal = year >= 1000 && read.getUTCMonth() + 1 === of && read.getUTCDate() === day;
    return isReal ? [{ from: time, to: time }] : [];
  });
