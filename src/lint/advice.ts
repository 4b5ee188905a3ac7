/** What a rule says to write instead, where it has nothing better for the very statement. */
import type { DialectFamily } from "../model/dialect.ts";
import { commentMark } from "../project/code-tools.ts";
import type { RuleDocs } from "./rule.ts";

type Advice = Pick<RuleDocs, "instead">;

/** For the people of one family; undefined: it isn't known. */
export const adviceFor = ({ instead }: Advice, family: DialectFamily = "postgres"): string =>
  typeof instead === "string" ? instead : (instead[family] ?? instead.postgres);

/** For pages, which everybody reads. */
export const adviceForAll = ({ instead }: Advice): string =>
  typeof instead === "string"
    ? instead
    : `${instead.postgres} On MySQL and MariaDB: ${instead.mysql.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;

/** Comments that advice quotes are those of the file's language: `-- ddlint-…` in SQL, `# ddlint-…` in Python. */
export const commentsFor = (path: string, advice: string): string =>
  advice.replaceAll(/`-- ([^`\n]*)`/g, (_, text: string) => `\`${commentLine(path, text)}\``);

/** A line that the language of a file takes for a comment. */
export function commentLine(path: string, text: string): string {
  const mark = commentMark(path);
  return `${mark} ${text}${mark === "<!--" ? " -->" : ""}`;
}
