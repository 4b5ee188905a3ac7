import type { Rule, Severity } from "../lint/rule.ts";
import { helpMarkdown, helpText, ruleUrl } from "./help.ts";
import type { Json } from "./sarif.ts";

/** GitHub's scale: from 7.0 on high, from 4.0 on medium. */
const securitySeverity: Readonly<Record<Severity, string>> = { error: "8.0", warning: "5.0", note: "2.0" };

/** A rule with all that code scanning shows of it. */
export function ruleObject(rule: Rule): Json {
  const security = rule.category === "security";
  return {
    id: rule.id,
    name: pascalCase(rule.id),
    shortDescription: { text: withoutMarkup(rule.docs.summary) },
    fullDescription: { text: withoutMarkup(`${rule.docs.summary} ${rule.docs.why}`) },
    helpUri: ruleUrl(rule.id),
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    defaultConfiguration: { level: rule.severity },
    properties: {
      tags: ["database", "migration", rule.category],
      precision: "high",
      "problem.severity": rule.severity === "note" ? "recommendation" : rule.severity,
      // With this property GitHub takes a rule for one of security.
      ...(security && { "security-severity": securitySeverity[rule.severity] }),
    },
  };
}

const pascalCase = (id: string): string =>
  id.replace(/(?:^|-)([a-z0-9])/g, (_, c: string) => c.toUpperCase());

const withoutMarkup = (markdown: string): string => markdown.replaceAll("`", "");
