/** Changelogs that get further changesets: behind another one, in place of it, or in a file beside its own. */
import type { ChangelogNode } from "../../model/changelog.ts";
import type { CodeFile } from "../../model/tool.ts";
import { span, type Span } from "../../text/span.ts";
import { baseName } from "../files/paths.ts";
import { readChangelogTree } from "./tree.ts";

export type ChangelogLanguage = Extract<CodeFile["language"], "xml" | "yaml" | "json"> | "sql";

export const changelogLanguage = (path: string): ChangelogLanguage | undefined =>
  /\.xml$/i.test(path)
    ? "xml"
    : /\.ya?ml$/i.test(path)
      ? "yaml"
      : /\.json$/i.test(path)
        ? "json"
        : /\.sql$/i.test(path)
          ? "sql"
          : undefined;

/** What the changeset or `include` is written in, with all that stands around it alone: the dash of YAML, JSON's braces. */
interface Item extends Span {
  /** What its lines begin with. */
  readonly indent: string;
}

/** Undefined: it is written on one line with others. */
function itemOf(
  text: string,
  { at }: Pick<ChangelogNode, "at">,
  language: ChangelogLanguage,
): Item | undefined {
  const end = at.start + text.slice(at.start, at.end).trimEnd().length;
  const begins =
    language === "yaml"
      ? text.lastIndexOf("-", at.start)
      : language === "json"
        ? text.lastIndexOf("{", at.start)
        : at.start;
  const ends = language === "json" ? text.indexOf("}", end) + 1 : end;
  const line = text.lastIndexOf("\n", begins - 1) + 1;
  const written = text.slice(line, begins);
  // XML may have several on one line.
  const indent = language === "xml" && /\S/.test(written) ? "" : written;
  const between = text.slice(begins, at.start);
  const isAlone = /^[ \t]*$/.test(indent) && /^[-{]?\s*"?$/.test(between);
  return isAlone && ends > 0 && !/\S/.test(text.slice(end, language === "json" ? ends - 1 : end))
    ? { ...span(begins, ends), indent }
    : undefined;
}

const between: Readonly<Record<ChangelogLanguage, string>> = {
  xml: "\n\n",
  yaml: "\n",
  json: ",\n",
  sql: "\n\n",
};

const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);

/** With the line ends of the file. */
const endedLike = (like: string, text: string): string =>
  like.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;

/**
 * The file with changesets behind the one at `at`, or in place of it. Undefined: it isn't written on lines of its own.
 *
 * @param at of formatted SQL from the line that opens the changeset to its end
 */
export function withChangesets(
  text: string,
  at: Span,
  changesets: readonly string[],
  language: ChangelogLanguage,
  isInstead: boolean,
): string | undefined {
  if (language === "sql") {
    const head = text.slice(0, isInstead ? at.start : at.end).trimEnd();
    const rest = text.slice(at.end);
    const all = [...(head === "" ? [] : [head]), ...changesets.map((one) => endedLike(text, one))];
    return `${all.join(endedLike(text, between.sql))}${endedLike(text, rest === "" ? "\n" : "\n\n")}${rest}`;
  }
  const item = itemOf(text, { at }, language);
  if (item === undefined) return undefined;
  const written = changesets.map((one) => indented(one, item.indent));
  const all = endedLike(text, written.join(between[language]));
  return isInstead
    ? `${text.slice(0, item.start - item.indent.length)}${all}${text.slice(item.end)}`
    : `${text.slice(0, item.end)}${endedLike(text, between[language])}${all}${text.slice(item.end)}`;
}

/** A file of its own for a changeset, with the head of another one. Undefined: that one can't be read. */
export function changelogLike(like: string, path: string, changeset: string): string | undefined {
  const language = changelogLanguage(path);
  if (language === undefined) return undefined;
  if (language === "sql") return endedLike(like, `--liquibase formatted sql\n\n${changeset}\n`);
  const tree = readChangelogTree(path, like);
  const [first] = tree?.root.children ?? [];
  const indent = first === undefined ? undefined : itemOf(like, first, language)?.indent;
  if (tree === undefined || indent === undefined) return undefined;
  const own = indented(changeset, indent);
  if (language === "yaml") return endedLike(like, `databaseChangeLog:\n${own}\n`);
  if (language === "json") return endedLike(like, `{ "databaseChangeLog": [\n${own}\n] }\n`);
  const { head, at } = tree.root;
  // Its name is that of one file.
  const opened = like.slice(0, head.end).replace(/\s+logicalFilePath\s*=\s*(?:"[^"]*"|'[^']*')/, "");
  const closed = like.slice(like.lastIndexOf("</", at.end), at.end);
  return `${opened}${endedLike(like, `\n\n${own}\n\n${closed}\n`)}`;
}

/** The changelog that names a file, with another one behind it. Undefined: it doesn't name it on lines of its own. */
export function withInclude(text: string, path: string, of: string, file: string): string | undefined {
  const language = changelogLanguage(path);
  if (language === undefined || language === "sql") return undefined;
  const last = readChangelogTree(path, text)?.root.children.findLast(
    ({ name, attributes }) =>
      name === "include" && baseName(attributes.get("file")?.value ?? "") === baseName(of),
  );
  const item = last && itemOf(text, last, language);
  if (item === undefined) return undefined;
  const copy = text.slice(item.start, item.end).replace(baseName(of), () => baseName(file));
  const line = `${language === "json" ? "," : ""}\n${item.indent}`;
  return `${text.slice(0, item.end)}${endedLike(text, line)}${copy}${text.slice(item.end)}`;
}
