/** Changesets that make tables, and what directly follows and completes them. */
import type { TouchedTables } from "../changelog/touched-tables.ts";
import { completesTables, isCounted, later, wordsOf } from "./liquibase-words.ts";
import { stemOf } from "./names.ts";

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
/** `1.0/orders.sql`, `v1.2/orders.sql`, `changelog-1.2/orders.sql`, `v1/orders.sql`, `sprint-3/orders.sql`: the release. */
const folderOfRelease =
  /(?:^|\/)(?:(?:[a-z]{1,20}[-_.])?v?[-_.]?\d{1,4}(?:[._]\d{1,4}){1,3}|(?:v|r|rel|version|release|sprint|iteration|milestone|phase|stage)[-_.]?\d{1,4}|init(?:ial)?(?:[-_.][a-z]{1,20}){0,2})\/(?=[^/]+$)/i;
/** `v1/ddl/orders.sql`, `1.0/02-indexes/orders.sql`: of a release, one for each kind of change, or for all. */
const folderInRelease =
  /(?:^|\/)(?:\d{1,3}[-_.]{1,2})?(?:change[-_]?(?:sets?|logs?)|changes|migrations?|scripts?|sql|ddl|dml|schemas?|tables?|structure|ind(?:ex|exes|ices)|constraints?|(?:foreign|primary)?[-_]?keys?|fks?|sequences?|triggers?|(?:initial|seed|base|reference)?[-_]?data|seeds?|inserts?)(?=\/[^/]+$)/i;
/** Those that have nothing else: `tables/orders.sql` and `constraints/orders.sql`. All may be below `schema/` and `ddl/`. */
const folderOfKind =
  /(?:^|\/)(?:\d{1,3}[-_.]{1,2})?(?:tables?|ind(?:exes|ices)|constraints|(?:foreign|primary)[-_]?keys?|fks?)\/[^/]+$/i;
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
  const above = aboveKind(file);
  if (!folderOfRelease.test(above) && !isOfKind(file)) return undefined;
  return `${above.slice(0, above.length - name.length)} ${release.exec(name)?.[1] ?? ""}`;
}

const aboveKind = (file: string): string => file.replace(folderInRelease, "").replace(/^\//, "");

const isOfKind = (file: string): boolean => ofKind.test(nameOf(file)) || folderOfKind.test(file);

/** `changelog-2.xml`, `v2.sql`: called after nothing but when it came. */
const isNumberAlone = (name: string): boolean => /^(?:[a-z]{1,20}[-_.]?){0,3}\d{1,6}\.\w+$/i.test(name);

/** It says when it was written, or for what: by its release, its day, or its issue. */
const tellsTime = ({ file, id }: Written): boolean =>
  isNumberAlone(nameOf(file)) ||
  ticket.test(nameOf(file)) ||
  ticket.test(id) ||
  [file, id].some((one) => /\d{8}/.test(one) || dated.test(one)) ||
  /(?:^|[^\d.])\d{1,4}\.\d{1,4}|(?:^|\/)20\d\d[-_./]/.test(file) ||
  folderOfRelease.test(aboveKind(file));

/** Of a database that was there before the changelog, or of what is to be done later. */
const isOfOld = (file: string): boolean =>
  wordsOf(stemOf(file)).some((word) => later.test(word) || /^(?:existing|legacy|baseline|dump)$/.test(word));

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
 *
 * Until then, a history that begins with a file for each table has them deployed together with the files that complete
 * them, whoever wrote these: nobody has changed a table yet. An index in a file of its own may be what the rows asked for,
 * and so may one by somebody who has made no table.
 */
export function runsInOrder(): (changeset: Written) => boolean {
  let last: Written | undefined;
  // The id that those behind it are parts of.
  let whole = "";
  let tables = new Set<string>();
  const made = new Set<string>();
  // As long as there is nothing but tables and what completes them.
  let begins: boolean | undefined;
  const beginners = new Set<string>();
  const authors = new Set<string>();
  return (changeset) => {
    const { touched, file, author, id } = changeset;
    const { makes, completes, indexes } = touched;
    // Somebody who has made no table may be after what is slow.
    const isLater = makes.length === 0 && indexes.length > 0 && !authors.has(author);
    const isOfNone = completes.length > 0 && completes.every((table) => !made.has(table));
    const isBeside = makes.length === 0 && touched.alters.length === 0 && !touched.changes;
    for (const table of makes) made.add(table);
    begins = (begins ?? last === undefined) && !tellsTime(changeset) && !isOfOld(file);
    const isNext =
      last !== undefined &&
      !isLater &&
      (isBehind(last, changeset) || (begins && continuesBeginning(last, changeset, beginners)));
    if (makes.length > 0) beginners.add(file);
    if (makes.length > 0) authors.add(author);
    // Of a table that isn't known, it says nothing about the others.
    if (last !== undefined && isOfNone && isBeside) {
      last = isNext ? { ...last, id } : undefined;
      begins = false;
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
    begins &&= isOfTables;
    tables = isOfTables ? known : new Set(makes);
    last = isOfTables || makes.length > 0 ? changeset : undefined;
    return isNext && isOfTables;
  };
}

function isBehind(last: Written, { file, author, id }: Written): boolean {
  if (author === last.author && file === last.file && follows(last.id, id)) return true;
  const common = commonOf(file);
  if (common === undefined || common !== commonOf(last.file)) return false;
  // Whoever wrote it, the release has it.
  const isOfRelease = file !== last.file && folderOfRelease.test(aboveKind(file));
  if (author !== last.author && !isOfRelease) return false;
  // `schema.xml` grows for years, and of tickets and moments each is of its own time.
  const isOneTime = ![last.id, id].some((one) => ticket.test(one) || moment.test(one));
  return file !== last.file || (isOneTime && !isOfKind(file));
}

/** @param beginners the files that have made tables so far */
function continuesBeginning(
  last: Written,
  { file, touched }: Written,
  beginners: ReadonlySet<string>,
): boolean {
  // Of `changelog.xml`, a part may be of any time.
  if (file === last.file && !isCounted(file)) return false;
  const { makes, completes, indexes, rows } = touched;
  if (makes.length > 0 || rows.length === completes.length) return true;
  const words = wordsOf(stemOf(file));
  // Where one file makes all tables, a key that it lacks may have come at any time.
  return beginners.size < 2
    ? completesTables("", words)
    : indexes.length < completes.length || completesTables(file, words);
}
