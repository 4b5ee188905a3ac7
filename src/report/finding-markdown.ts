/** Parts of a finding as Markdown, for the formats that show some. */
import type { Finding } from "../lint/finding.ts";
import { fenced, inline, languageOf, sentence } from "./markdown-text.ts";
import { alsoInWords, isSql } from "./words.ts";

/** What to write instead, as a list of none or one. */
export const advice = (
  { file, instead }: Pick<Finding, "file" | "instead">,
  label = "Instead",
): readonly string[] =>
  instead === undefined
    ? []
    : isSql(instead)
      ? [`${label}:\n\n${fenced(languageOf(file), instead.trimEnd())}`]
      : [`${label}: ${sentence(instead)}`];

/** The finding, and what has the same cause. */
export const messages = (finding: Finding): readonly string[] =>
  [finding.message, ...alsoInWords(finding).map((other) => `Also ${other}`)].map(inline);
