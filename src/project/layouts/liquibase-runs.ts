/** Changesets that make tables, and what directly follows and completes them. */
import type { TouchedTables } from "../changelog/touched-tables.ts";

/** `SHOP-12-create-orders` and `SHOP-13-index-orders` are of two issues. */
const ticket = /^\p{Lu}[\p{Lu}\d]{1,15}-\d{1,7}(?=\D|$)/u;
/** Milliseconds, or a date with a time of day: of them, no next one is the last one and one. */
const moment = /^(?:1\d{12}|20\d{10,12})/;

/** `6` and `7`, `002-03-users` and `002-04-roles`, `create_orders_v1.0` and `keys_orders_v1.0`; `6` and `6_1`, `6_1` and `7`. */
export function follows(last: string, id: string): boolean {
  if (ticket.test(last) || moment.test(last)) return false;
  const all = numbersOf(last);
  const next = numbersOf(id);
  const isPart = next.length === all.length + 1 && all.length > 0;
  if (isPart) return all.every((number, at) => number === next[at]) && (next.at(-1) ?? 0) <= widestGap;
  // Behind the parts of one, the next one has a number less.
  const numbers = all.length === next.length + 1 && next.length > 0 ? all.slice(0, -1) : all;
  if (numbers.length !== next.length) return false;
  const grown = next.flatMap((number, at) => (number === numbers[at] ? [] : [number - (numbers[at] ?? 0)]));
  return grown.length === 0 || (grown.length === 1 && grown.every((by) => by > 0 && by <= widestGap));
}

/** `6` and `6a`, `6` and `6-1`: it got the number of the work that it belongs to, not the next one. */
const isPartOf = (whole: string, id: string): boolean =>
  /\d$/.test(whole) && id.startsWith(whole) && /^(?:[-_.]?[a-z]|[-_.]\d{1,2})$/i.test(id.slice(whole.length));

/** One between them may have been deleted since. */
const widestGap = 3;

const numbersOf = (id: string): readonly number[] => (id.match(/\d{1,15}/g) ?? []).map(Number);

/** `2026-10-06-create-orders.yaml`, `0003_20261006_create_orders.xml`, `20261006101500_orders.xml`: the day. */
const dated = /(?:^|\D)(20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?=\D|\d{4,6}(?:\D|$))/;
/** `1.0/orders.sql`, `v1.2/orders.sql`, `changelog-1.2/orders.sql`, `v1/orders.sql`: the release. */
const folderOfRelease =
  /(?:^|\/)(?:(?:[a-z]{1,20}[-_.])?v?[-_.]?\d{1,4}(?:[._]\d{1,4}){1,3}|(?:v|version|release)[-_.]?\d{1,4})\/(?=[^/]+$)/i;
/** `v1/changelog-1.0.xml` and `v1/changelog-1.1.xml` are of two. */
const release = /(?:^|\D)(\d{1,4}(?:\.\d{1,4}){1,3})(?=\D)/;
/** `schema.xml` and `db.changelog.constraints.xml`: for each kind of change one, whatever the table. */
const ofKind =
  /^(?:(?:db|changelog|liquibase|create|add|insert|load|init|initial|all|base|test)[-_.]){0,4}(?:tables?|schemas?|structure|ddl|ind(?:ex|exes|ices)|constraints?|(?:foreign|primary)?[-_]?keys?|fks?|sequences?|(?:initial|seed|base|test|reference)?[-_.]?data(?:[-_.]test)?|seeds?|dml|referential)\.\w+$/i;

/** The day in the name of a file or in an id. */
export function dayOf(name: string): string | undefined {
  const [, year, , month = "", day = ""] = dated.exec(name) ?? [];
  return year === undefined ? undefined : year + month + day;
}

const nameOf = (file: string): string => file.slice(file.lastIndexOf("/") + 1);

/** What files that are written at once have in common. Undefined: each stands alone. */
function commonOf(file: string): string | undefined {
  const name = nameOf(file);
  const [, year, , month, day] = dated.exec(name) ?? [];
  const folder = file.slice(0, file.length - name.length);
  if (year !== undefined) return `${folder} ${year}${month ?? ""}${day ?? ""}`;
  if (!folderOfRelease.test(file) && !ofKind.test(name)) return undefined;
  return `${folder} ${release.exec(name)?.[1] ?? ""}`;
}

interface Written {
  readonly file: string;
  readonly author: string;
  readonly id: string;
  readonly touched: TouchedTables;
}

/**
 * Tests for one changeset after the other whether it is deployed with those directly before it: all of them, by one author,
 * do nothing but make tables and complete these with keys, indexes, constraints and rows. They are of one file, and their
 * numbers follow each other; or of files whose names have the same day, whose folder is a release's, or that are of one
 * folder and called after nothing but what they do.
 *
 * The first one that changes anything else ends it, also where it adds a column to such a table: in a changelog that has
 * grown for years, what is behind that is of another deployment, whatever its number. A changeset with the number of the
 * last one (`6a` behind `6`) may change its tables: that is the same work. Tables that a changeset makes beside another
 * change begin anew.
 */
export function runsInOrder(): (changeset: Written) => boolean {
  let last: Written | undefined;
  // The id that those behind it are parts of.
  let whole = "";
  let tables = new Set<string>();
  const made = new Set<string>();
  return (changeset) => {
    const { touched, id } = changeset;
    const { makes, completes } = touched;
    const isOfNone = completes.length > 0 && completes.every((table) => !made.has(table));
    const isBeside = makes.length === 0 && touched.alters.length === 0 && !touched.changes;
    for (const table of makes) made.add(table);
    const isNext = last !== undefined && isBehind(last, changeset);
    // Of a table that isn't known, it says nothing about the others.
    if (last !== undefined && isOfNone && isBeside) {
      last = isNext ? { ...last, id } : undefined;
      return false;
    }
    const isPart = isNext && last?.file === changeset.file && isPartOf(whole, id);
    if (!isPart) whole = id;
    const known = new Set([...(isNext ? tables : []), ...makes]);
    const altered = isPart ? known : new Set(makes);
    const isOfTables =
      !touched.changes &&
      completes.every((table) => known.has(table)) &&
      touched.alters.every((table) => altered.has(table));
    tables = isOfTables ? known : new Set(makes);
    last = isOfTables || makes.length > 0 ? changeset : undefined;
    return isNext && isOfTables;
  };
}

function isBehind(last: Written, { file, author, id }: Written): boolean {
  if (author !== last.author) return false;
  if (file === last.file && follows(last.id, id)) return true;
  const common = commonOf(file);
  if (common === undefined || common !== commonOf(last.file)) return false;
  // `schema.xml` grows for years, and of tickets and moments each is of its own time.
  const isOneTime = ![last.id, id].some((one) => ticket.test(one) || moment.test(one));
  return file !== last.file || (isOneTime && !ofKind.test(nameOf(file)));
}
