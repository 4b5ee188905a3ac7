/** Which changesets are deployed together, as far as their ids, their files and what they do to tables say it. */
import type { TouchedTables } from "../changelog/touched-tables.ts";
import { dayOf, follows, runsInOrder } from "./liquibase-runs.ts";
import { completesTables, isCounted, later, wordsOf } from "./liquibase-words.ts";

/** `generateChangeLog` and `diffChangeLog` number what they write: the milliseconds when they began, and a count. */
const generated = /^(1\d{12})-\d+$/;
/** JHipster writes an entity at once, its keys in a file of their own: the second, a count, and `-relations` or `-data`. */
const stamped = /^(20\d{12})-\d+(?:-[a-z]{1,20})?$/;
/** `SHOP-12@@create-orders`, `SHOP-12-index`: the work of one issue; `SHOP-1.2` is a version. */
const ticket = /^(\p{Lu}[\p{Lu}\d]{1,15}-\d{1,7})(?=[^\d.]|\.\D)/u;
/** `create-orders-table` and `create-orders-table-indexes`: what makes a table, and a part of it. */
const makes = /creat|table|init|schema/i;
const isPart =
  /^[-_. @:](?:ind(?:ex|exes|ices)|idx|constraints?|fks?|foreign[-_]?keys?|keys?|pk|primary[-_]?key|uniques?|increment|sequences?|seq|defaults?|checks?|triggers?|comments?)$/i;

/**
 * `create-order-items-table` and `create-fk-order-items-order`: the same verb, a part, and the words for the table. No verb
 * of theirs creates a foreign key: `add-order-items-foreign-keys`.
 */
function isPartByName(table: string, part: string): boolean {
  const [verb = "", ...first] = table.toLowerCase().split(/[-_.: ]+/);
  const [verbOfPart = "", ...words] = part.toLowerCase().split(/[-_.: ]+/);
  const object = first.filter((word) => !/^(?:new|tables?)$/.test(word));
  const isShort = (a: string, b: string): boolean => a === b || (a.length > 2 && b.startsWith(a));
  return (
    /^(?:creat|add|init)/.test(verb) &&
    (verb === verbOfPart ||
      (verbOfPart === "add" && words.some((word) => /^(?:foreign|fks?)$/.test(word)))) &&
    first.some((word) => /^tables?$/.test(word)) &&
    object.length > 0 &&
    words.some((word) => partWord.test(word)) &&
    object.every((word) => words.some((one) => isShort(one, word) || isShort(word, one)))
  );
}
const partWord =
  /^(?:ind(?:ex|exes|ices)|idx|constraints?|foreign|fks?|primary|pk|unq|uq|uniques?|checks?|triggers?|seq(?:uences?)?)$/;

/** `v-1.4.0/create-orders.xml`, `changelog-1.4.0.xml`: all that a release brings. Of `1.0/`, any release may have a part. */
const ofRelease = /(?:^|[/_.-]|v)(\d{1,4}\.\d{1,4}\.\d{1,4})(?=[/.]|$)/gi;

/** A path up to its last folder or file that is called after a release, and without what names that one. */
function releaseOf(file: string): { readonly own: string; readonly alike: string } | undefined {
  const path = file.slice(-400);
  const last = [...path.matchAll(ofRelease)].at(-1);
  if (last === undefined) return undefined;
  const own = path.slice(0, last.index + last[0].length);
  return { own, alike: own.slice(0, own.length - (last[1] ?? "").length) };
}

/** Where there is one release only, the name may have been kept ever since. */
function releasesAmong(files: Iterable<string>): (file: string) => string | undefined {
  const releases = new Map<string, Set<string>>();
  for (const file of files) {
    const found = releaseOf(file);
    if (found === undefined) continue;
    releases.set(found.alike, (releases.get(found.alike) ?? new Set()).add(found.own));
  }
  return (file) => {
    const found = releaseOf(file);
    return found !== undefined && (releases.get(found.alike)?.size ?? 0) > 1 ? found.own : undefined;
  };
}

/** `00034_create_parcels.sql`, `20260131_parcels.xml`: the next change gets a file of its own. A year or a release has many. */
const numbered = /^[vV]?(?!(?:19|20)\d\d(?!\d))\d{3,14}[-_.]/;
/** So few of them hold more than that the project writes a file for each change. */
const fewSets = 3;
const fewFiles = 5;

/** Files of one change each, by the habit of all. */
function singleChanges(files: Iterable<string>): (file: string) => boolean {
  const counts = new Map<string, number>();
  for (const file of files) if (isNumbered(file)) counts.set(file, (counts.get(file) ?? 0) + 1);
  const isHabit =
    counts.size >= fewFiles &&
    [...counts.values()].filter((count) => count > fewSets).length * 5 < counts.size;
  return (file) => isHabit && isNumbered(file);
}

const isNumbered = (file: string): boolean => numbered.test(file.slice(file.lastIndexOf("/") + 1));

/** `19-add-identifiers.xml` with `19-add-identifiers` and `19-add-identifiers-2-keys`: parts of the change that the file is called after. */
function isCalledAfterFile(file: string, id: string): boolean {
  const stem = file.slice(file.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  return (
    isCounted(file) &&
    id
      .replace(/\.\w+$/, "")
      .toLowerCase()
      .startsWith(stem.toLowerCase())
  );
}

/** `0001-create-tables.xml`, `init/orders.xml`: with what a history begins; a later change gets a file of its own. */
const begins =
  /(?:^|[-_./\d])init(?:ial)?(?:[-_./]|$)|(?:^|\/)[vV]?\d{1,14}[-_.]+(?:(?:create|all|base)[-_.]?){0,3}(?:tables?|schema|structure|database|baseline)\.\w+$/i;

/** `002-create-indexes.xml`: what such a file leaves to the next ones. A later index is called after its table. */
const completes =
  /(?:^|\/)[vV]?\d{1,14}[-_.]+(?:(?:create|add|insert|load|all|base|initial)[-_.]?){0,3}(?:ind(?:exes|ices)|constraints|foreign[-_]?keys|fks|sequences|triggers|(?:initial|seed|base)[-_.]?data|data|seeds?)\.\w+$/i;

/** `init/` with a file for each subject, and `indexes/` and the like for what those leave to the next ones. */
const initFolder = /(?:^|\/)init(?:ial)?\/[^/]+$/i;
const partsFolder =
  /(?:^|\/)(?:ind(?:exes|ices)|constraints|foreign[-_]?keys|fks|sequences|triggers|(?:initial|seed|base)[-_]?data|data|seeds?)\/[^/]+$/i;

/** It changes tables that were there: what is behind it may be of another deployment. */
function changesTables(file: string, words: readonly string[]): boolean {
  const isAddition = words[0] === "add" && !words.some((word) => /^tables?$|^data$/.test(word));
  return words.some((word) => later.test(word)) || (isAddition && !isCounted(file));
}

/** `SHOP-12` in place of an author. */
const ofIssue = /^(\p{Lu}[\p{Lu}\d]{1,15}-\d{1,7})$/u;

/** The first file, where it is one with which a history begins, and those directly behind it that complete it. */
function beginning(files: readonly string[]): ReadonlySet<string> {
  const [first, ...others] = new Set(files);
  if (first === undefined || !begins.test(first)) return new Set();
  const folder = initFolder.test(first) ? first.slice(0, first.lastIndexOf("/") + 1) : undefined;
  const belongs = (file: string): boolean =>
    completes.test(file) || (folder !== undefined && (file.startsWith(folder) || partsFolder.test(file)));
  const end = others.findIndex((file) => !belongs(file));
  return new Set([first, ...others.slice(0, end < 0 ? others.length : end)]);
}

/** Two commands by one author, so soon after each other that nothing was released between them. */
const soon = 60 * 60 * 1000;

export interface Deployments {
  /** The changeset of a file that comes next, in their order → what those have in common that are deployed with it. */
  next(file: string, author: string, id: string, touched: TouchedTables): string;
  /** The same in the light of all changesets. */
  whole(deployment: string): string;
}

/** @param files of all changesets: one for each of them */
export function deploymentsInOrder(files: readonly string[]): Deployments {
  const keyOf = keysInOrder(files);
  const wholes = new Map<string, string>();
  const whole = (deployment: string): string => {
    let found = deployment;
    for (let next = wholes.get(found); next !== undefined; next = wholes.get(found)) found = next;
    return found;
  };
  const join = (one: string, other: string): void => {
    if (whole(one) !== whole(other)) wholes.set(whole(one), whole(other));
  };
  const isBehindLast = runsInOrder();
  let last = "";
  // Of one file and author: the key of the first, and those that nothing behind them completes so far.
  let run = { owner: "", first: "", open: [] as string[], isCompleted: false };
  return {
    next(file, author, id, touched) {
      const key = keyOf(file, author, id);
      const words = wordsOf(id);
      const isLater = words.some((word) => later.test(word));
      if (isBehindLast({ file, author, id, touched: isLater ? { ...touched, changes: true } : touched }))
        join(key, last);
      last = key;
      const owner = `${file} ${author}`;
      const isCompleted = completesTables(file, words);
      if (run.owner !== owner || (!isCompleted && (run.isCompleted || changesTables(file, words))))
        run = { owner, first: key, open: [], isCompleted };
      run.isCompleted = isCompleted;
      run.open.push(key);
      if (isCompleted) for (const one of run.open.splice(0)) join(one, run.first);
      return key;
    },
    whole,
  };
}

function keysInOrder(files: readonly string[]): (file: string, author: string, id: string) => string {
  const release = releasesAmong(files);
  const isOneChange = singleChanges(files);
  const ofBeginning = beginning(files);
  let starter: string | undefined;
  let last = { owner: "", id: "", key: "" };
  let command = { author: "", at: 0, key: "" };
  let counted = { owner: "", id: "", key: "" };
  return (file, author, id) => {
    const released = release(file);
    if (released !== undefined) return `release ${released}`;
    const stamp = stamped.exec(id)?.[1];
    if (stamp !== undefined) return `${author}:${stamp}`;
    starter ??= author;
    if (author === starter && ofBeginning.has(file)) return `first ${author}`;
    if (isOneChange(file) || isCalledAfterFile(file, id)) return `file ${file}`;
    const owner = `${file} ${author}`;
    const at = generated.exec(id)?.[1];
    if (at !== undefined) {
      const isNext = command.author === author && Math.abs(Number(at) - command.at) < soon;
      command = { author, at: Number(at), key: isNext ? command.key : at };
      return `${author}:${command.key}`;
    }
    // `2026-10-06-1`, and numbers of a file that is called after its day: one author's work of that day.
    const day = dayOf(id);
    if (day !== undefined) return `${owner}:day ${day}`;
    if (dayOf(file.slice(file.lastIndexOf("/") + 1)) !== undefined && /^\D{0,9}\d{1,4}\b/.test(id)) {
      const isNext = counted.owner === owner && follows(counted.id, id);
      counted = { owner, id, key: isNext ? counted.key : `${owner}:${id}` };
      return counted.key;
    }
    const common = (ticket.exec(id) ?? ofIssue.exec(author))?.[1];
    const isSuffix = makes.test(last.id) && id.startsWith(last.id) && isPart.test(id.slice(last.id.length));
    const isOfLast = last.owner === owner && (isSuffix || isPartByName(last.id, id));
    // What follows may be another part.
    if (!isOfLast) last = { owner, id, key: `${owner}:${common ?? id}` };
    return last.key;
  };
}
