/** Comments at the top of a migration: the fields of a header, and whether anything says why. */
import type { Script } from "../../../project/migration.ts";
import { isBlank } from "../../../project/scan.ts";
import type { Span } from "../../../text/span.ts";
import type { DialectName } from "../../../model/dialect.ts";
import { tokenizers } from "../tokens.ts";

/** `-- Author: Jane`. */
export interface HeaderField {
  /** Lower case, without a number: `author`, `ticket/issue`, `migration` of `Migration 010: Add x`. */
  readonly name: string;
  /** Empty where nothing, or only a placeholder such as `<name>` or TODO, is filled in. */
  readonly value: string;
  /** The migration that it names, as written: `010` of `Migration 010: Add x` or of `Migration: 010_add_x.sql`. */
  readonly number?: string | undefined;
  /** Texts of a template that nobody has replaced: `[Brief description]`, `YYYY-MM-DD`, `XXX`. */
  readonly placeholders: readonly string[];
  /** Its line. */
  readonly at: Span;
}

const farEnough = 20_000;
const field = /^([A-Za-z][A-Za-z0-9 _/-]{0,39}?)[ \t]*:(?![:=])[ \t]*(.*)$/;
/** `Migration 010: Add x`, `Rollback Migration #10 - Add x`. */
const title =
  /^((?:rollback[ \t]+(?:(?:of|for)[ \t]+)?)?migration|rollback)[ \t]+(#|v)?(\d[\d._]{0,39}|[xn]{3,9})[ \t]*(?:$|(?:[:–—]|-(?=[ \t]))[ \t]*(.*)$)/i;
/** What a value that names a migration begins with: `010`, `010_add_x.sql`, `010 - Add x`. */
const leading = /^v?(\d+(?:[._]\d+)*)(?:(?:\.sql)?$|_{1,2}[A-Za-z][\w-]*(?:\.sql)?$|[ \t]+[-–—:][ \t])/i;
const namesMigration = /^(?:rollback )?migration$|^rollback$/;
const template = new RegExp(
  "^(?:" +
    [
      "<(?![^>]*[@:])[^<>]+>",
      "\\[[^[\\]\\d]+\\]",
      "\\$?\\{\\{?[^{}]+\\}?\\}",
      "(?:#|[A-Z]+-)?[xn]{3,}",
      "y{2,4}([-/.])m{2}\\1d{2}(?:[ T].*)?",
      "(?:dd([-/.])mm|mm([-/.])dd)[-/.]y{2,4}",
      "your (?:full )?name(?: here)?",
    ].join("|") +
    ")$",
  "i",
);
const unfilled = /^(?:todo|tbd|n\/a|\?+|\.{3,})$/i;

/** Fields in the comments before the first statement, those above the section's marker included. */
export function headerFields(
  script: Script,
  dialect: DialectName,
  firstStatement: number | undefined,
): readonly HeaderField[] {
  const { text, part, code } = script;
  if (code !== undefined) {
    const first = Math.min(code.pieces[0]?.statement.start ?? farEnough, farEnough);
    return fieldsOf(
      text,
      code.comments.filter((comment) => comment.start < first),
    );
  }
  const start = isBlank(text, { start: 0, end: part.start }) ? 0 : part.start;
  const end = Math.min(firstStatement ?? part.end, start + farEnough);
  return fieldsOf(
    text,
    tokenizers[dialect](text, start, end).filter(({ kind }) => kind === "comment"),
  );
}

function fieldsOf(text: string, comments: readonly Span[]): readonly HeaderField[] {
  let isTop = true;
  return comments
    .flatMap((comment) => linesIn(text, comment))
    .flatMap(({ line, at }) => {
      const found = fieldIn(line, isTop);
      if (found === undefined && /\p{L}/u.test(line)) isTop = false;
      return found === undefined ? [] : [{ ...found, at }];
    });
}

/** @param isTop no sentence stands before: there, `Migration 010 - x` is a title, not a word about another migration */
function fieldIn(line: string, isTop = true): Omit<HeaderField, "at"> | undefined {
  const [, titled, mark, number = "", rest = ""] = title.exec(line) ?? [];
  if (titled !== undefined && (isTop || line.includes(":"))) {
    const isOpen = !/^\d/.test(number);
    const { value, placeholders } = filled(rest);
    return {
      name: plainName(titled),
      value: rest === "" && !isOpen ? number : value,
      // The number after # may be a ticket's.
      number: isOpen || mark === "#" ? undefined : number.replace(/[._]+$/, ""),
      placeholders: isOpen ? [number, ...placeholders] : placeholders,
    };
  }
  const [, written, text = ""] = field.exec(line) ?? [];
  if (written === undefined) return undefined;
  const name = plainName(written);
  return {
    name,
    ...filled(text),
    number: namesMigration.test(name) ? leading.exec(withoutRemark(text))?.[1] : undefined,
  };
}

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .trim()
    .replace(/\s+/g, " ")
    .replace(/^rollback (?:of|for) migration$/, "rollback migration");

/** `Jane -- on behalf of the shop` */
const withoutRemark = (value: string): string => value.replace(/(?:^|\s)--\s.*$/, "").trim();

function filled(value: string): Pick<HeaderField, "value" | "placeholders"> {
  const bare = withoutRemark(value);
  if (template.test(bare)) return { value: "", placeholders: [bare] };
  return { value: unfilled.test(bare) || bare === "" ? "" : value, placeholders: [] };
}

/** Lines of a comment without its delimiters and decoration. */
function linesIn(
  text: string,
  { start, end }: Span,
): readonly { readonly line: string; readonly at: Span }[] {
  const comment = text.slice(start, Math.min(end, start + farEnough));
  return [...comment.matchAll(/[^\r\n]+/g)].map(({ 0: written, index }) => {
    const from = start + index + (written.length - written.trimStart().length);
    return {
      line: written
        .replace(/^[\s*/#=-]+/, "")
        .replace(/[\s*/#=-]+$/, "")
        .slice(0, 500),
      at: { start: from, end: start + index + written.trimEnd().length },
    };
  });
}

/** A field answers to any of the names in `aliases`: `Ticket|Issue`. */
export function findField(fields: readonly HeaderField[], aliases: string): HeaderField | undefined {
  const wanted = new Set(aliases.split("|").map((name) => name.trim().toLowerCase()));
  const named = fields.filter(
    ({ name }) => wanted.has(name) || name.split("/").some((part) => wanted.has(part.trim())),
  );
  return named.find(({ value }) => value !== "") ?? named[0];
}

const reasonFields =
  "reason|why|because|motivation|context|background|purpose|rationale|ticket|issue|jira|see|ref|refs|bug|link";
const marker = /^(?:\+|!|>|@|migrate:|ddlint-|squawk-|eslint-|atlas:|statement-breakpoint)/;
/** Words that lead to a reason. */
const because =
  /\b(?:because|since|so (?:that|it|we|they)|in order to|otherwise|avoid(?:s|ing)?|prevent(?:s|ing)?|speeds? up|no longer|unused|redundant|useless|obsolete|needs?|fix(?:es)?|see|to (?:allow|support|improve|reduce|make|keep|enable|ensure|track|let|be))\b/i;
const reference = /#\d+|\b[A-Z][A-Z0-9]+-\d+\b|https?:\/\//;

/** Fields that say who and when, and those that say again what the statements say. */
const metadata =
  /^(?:authors?|date|created|modified|updated|changed|last .*|created .*|owner|reviewer|reviewed by|by|version|file|database|schema|server|rollback|status|reason|why)$/i;
const retold = /^(?:description|migration|rollback migration|summary|title|name|step \d+|up|down)$/i;

/** Fields whose value a template leaves open; in another a bracket may be an example. */
const known = new RegExp(`${metadata.source}|${retold.source}|^(?:${reasonFields})$`, "i");

/** Texts of a template that nobody has replaced, in fields that say something about the migration. */
export const placeholdersIn = (fields: readonly HeaderField[]): readonly string[] => [
  ...new Set(
    fields
      .filter(({ name }) => name.split("/").some((part) => known.test(part.trim())))
      .flatMap(({ placeholders }) => placeholders),
  ),
];

/** Words that say what a statement does, or nothing. */
const empty = new Set(
  (
    "a an the this that these those it its we i is are was be been to of for from in into on onto at by with without and or " +
    "not no as if up down first second then next now new old here all any each one two step steps start starts end begin " +
    "add adds added adding create creates created creating drop drops dropped remove removes removed removing delete " +
    "alter change changes changed update updates updated set sets rename renames renamed make makes insert inserts populate " +
    "fill backfill table tables column columns index indexes indices constraint constraints key keys foreign primary unique " +
    "null not-null nullable default value values type types enum view views function functions trigger triggers schema " +
    "sequence row rows data existing initial migration migrations rollback concurrently proper structure grant permissions " +
    "statement statements script sql database field fields record records which needed"
  ).split(" "),
);
const enoughWords = 3;

/** A field, a ticket or a sentence that says more than the names of what is changed. */
export function saysWhy(
  script: Script,
  dialect: DialectName,
  fields: readonly HeaderField[],
  comments: readonly Span[],
): boolean {
  const { text, part, code } = script;
  if ((findField(fields, reasonFields)?.value ?? "") !== "") return true;
  const top =
    code !== undefined
      ? code.comments
      : isBlank(text, { start: 0, end: part.start })
        ? tokenizers[dialect](text, 0, part.start)
        : [];
  const lines = [...top, ...comments].flatMap((comment) => linesIn(text, comment));
  const names = namesIn(script, dialect);
  return lines.some(({ line }) => {
    if (marker.test(line)) return false;
    const { name = "", value = "" } = fieldIn(line) ?? {};
    if (metadata.test(name)) return false;
    const said = retold.test(name) ? value : line;
    if (reference.test(said) || because.test(said)) return true;
    const words = said.replace(/"[^"]*"/g, " ").match(/\p{L}[\p{L}\p{N}'’_-]*/gu) ?? [];
    return (
      words.map((word) => word.toLowerCase()).filter((word) => !empty.has(word) && !isName(word, names))
        .length >= enoughWords
    );
  });
}

/** Words of the names and keywords that the statements are made of. */
function namesIn({ text, part }: Script, dialect: DialectName): ReadonlySet<string> {
  const { start, end } = part;
  const words = new Set<string>();
  for (const { kind, value } of tokenizers[dialect](text, start, Math.min(end, start + farEnough))) {
    if (kind !== "word" && kind !== "quoted") continue;
    for (const word of value.toLowerCase().split(/[^\p{L}\p{N}]+/u)) words.add(word);
  }
  return words;
}

const isName = (word: string, names: ReadonlySet<string>): boolean =>
  word
    .split(/[_-]/)
    .every((part) => names.has(part) || names.has(`${part}s`) || names.has(part.replace(/s$/, "")));
