/** A new changeset of Liquibase, and its id: like that of the newest one. */
import { change, changeset, changesetInSql } from "../project/changelog/written.ts";
import type { ChangelogLanguage } from "../project/changelog/grown.ts";
import { callWriter, commentIn } from "../recipes/writing.ts";
import type { CodeStatements } from "./new-code.ts";
import { described, nextVersion } from "./next-name.ts";

export interface ChangesetHead {
  readonly id: string;
  readonly author: string;
  /** What it does, in words. */
  readonly title: string | undefined;
  readonly attributes?: ReadonlyMap<string, string> | undefined;
}

/** `given`: undefined, if it waits for statements; `before`: what has to be done before it, a line each. */
export function changesetText(
  { title, ...head }: ChangesetHead,
  given: CodeStatements | undefined,
  before: readonly string[],
  language: ChangelogLanguage,
): string {
  const { statements = [], down, transaction } = given ?? {};
  const outside = transaction === "none";
  const notes = before.map((line) => `before this changeset: ${line}`);
  if (language === "sql") {
    const up = statements.map((sql, at) =>
      [...(at === 0 ? notes.map((line) => `-- ${line}`) : []), sql].join("\n"),
    );
    return changesetInSql({ ...head, comment: title, up, down, outside });
  }
  const hasComments = language !== "json";
  const call = callWriter(change, language);
  const sent = (sql: string): string =>
    hasComments ? call(sql) : change(sql.replace(/; -- [^\n]*$/, ";"), language);
  const comment =
    hasComments || notes.length === 0
      ? title
      : [...(title === undefined ? [] : [title]), ...notes].join("; ");
  const text = changeset({
    ...head,
    comment,
    up: statements.map(sent),
    down: down?.map(sent),
    outside,
    language,
  });
  return [...(hasComments ? notes.map((line) => commentIn(language, line)) : []), text].join("\n");
}

/** @param words what the changeset does */
export function nextId(
  newest: string,
  taken: ReadonlySet<string>,
  words: string,
  now: Date,
): string | undefined {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(newest)) return crypto.randomUUID();
  const [, head = "", version, between = "", description = ""] =
    /^(\D*?)(\d+(?:[._-]\d+)*)(?:([-_ .:]+)([A-Za-z].*))?$/.exec(newest) ?? [];
  if (version === undefined) return free(described(newest, words), taken);
  let next = ofToday(version, now) ?? nextVersion(version, now);
  const named = (): string | undefined =>
    next === undefined
      ? undefined
      : `${head}${next}${description === "" ? "" : `${between}${described(description, words, between)}`}`;
  for (let id = named(); id !== undefined; id = named()) {
    if (!taken.has(id)) return id;
    next = nextVersion(next ?? version, now);
  }
  return undefined;
}

/** `20260131-4`: a number of the day. */
function ofToday(version: string, now: Date): string | undefined {
  const [, day = "", between = "", count = ""] = /^((?:19|20)\d{6})([-_.])(\d{1,3})$/.exec(version) ?? [];
  const today = now.toISOString().slice(0, 10).replaceAll("-", "");
  return day === "" || day >= today ? undefined : `${today}${between}${"1".padStart(count.length, "0")}`;
}

function free(id: string, taken: ReadonlySet<string>): string | undefined {
  if (id === "") return undefined;
  let found = id;
  for (let at = 2; taken.has(found); at++) found = `${id}-${at}`;
  return found;
}
