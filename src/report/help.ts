import { adviceForAll } from "../lint/advice.ts";
import type { Finding } from "../lint/finding.ts";
import type { Rule } from "../lint/rule.ts";
import { version } from "../version.ts";

const docsUrl = `https://unpkg.com/ddlint@${version}/docs`;

/** The page of a built-in rule, as this version has it; undefined: it is the rule of a pack, `acme/some-rule`. */
export const ruleUrl = (id: string): string | undefined =>
  id.includes("/") ? undefined : `${docsUrl}/rules/${encodeURIComponent(id)}.md`;

/** The page about safe steps in place of a migration. */
export const plansUrl = `${docsUrl}/plans.md`;

/** Where ddlint itself is described. */
export const homeUrl = "https://www.npmjs.com/package/ddlint";

const suppression = (rule: Rule): string => `-- ddlint-disable-next-line ${rule.id} -- <reason>`;

/** A rule explained as plain text, for a terminal; with `found`, what it found in one place and what to write there. */
export function helpText(rule: Rule, found?: Pick<Finding, "message" | "instead">): string {
  const plain = (text: string): string => text.replaceAll("`", "");
  const { message = plain(rule.docs.summary), instead = plain(adviceForAll(rule.docs)) } = found ?? {};
  return [
    `${rule.id}: ${message}`,
    `Why: ${plain(rule.docs.why)}`,
    `Instead:${instead.includes("\n") ? "\n" : " "}${instead}`,
    `To accept it in one place: ${suppression(rule)}`,
  ].join("\n\n");
}

/** The same as Markdown. */
export function helpMarkdown(rule: Rule): string {
  return [
    `## ${rule.id}`,
    rule.docs.summary,
    `**Why.** ${rule.docs.why}`,
    `**Instead.** ${adviceForAll(rule.docs)}`,
    `To accept it in one place:\n\n\`\`\`sql\n${suppression(rule)}\n\`\`\``,
  ].join("\n\n");
}
