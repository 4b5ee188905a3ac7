/** One ESLint rule for each rule of ddlint. All that run on a file share one look at it. */
import { RuleCreator } from "@typescript-eslint/utils/eslint-utils";
import type { JSONSchema4 } from "@typescript-eslint/utils/json-schema";
import type { RuleContext, RuleFix, RuleFixer, RuleModule } from "@typescript-eslint/utils/ts-eslint";
import { indexLines, noCommandsInSql, printable, ruleUrl, unmerged } from "../index.ts";
import type { Category, Edit, Finding, OptionsSchemas, Rule } from "../index.ts";
import type { Answer, Ask, Failure } from "./project.ts";

type MessageId = "finding" | "failure" | "change";
type Options = readonly unknown[];
type Context = Readonly<RuleContext<MessageId, Options>>;
export type EslintRule = RuleModule<MessageId, Options>;

/** What the rules of one file share: who asks, and the answer after the first of them has asked. */
interface Look {
  readonly rules: Map<string, unknown>;
  answer?: Answer | undefined;
}

/** What ESLint calls a suggestion could be done in a better way; all else fails, blocks or loses something. */
const kinds: Partial<Record<Category, "suggestion">> = { schema: "suggestion", history: "suggestion" };

/** By the names that they have in their plugin. */
export type EslintRules = (rules: readonly Rule[]) => Readonly<Record<string, EslintRule>>;

/** Makes rules for plugins, which share their looks: a file is linted once, whatever rules of whichever plugin run on it. */
export function createEslintRules(ask: Ask, optionsSchema: OptionsSchemas): EslintRules {
  /** By the file's tree: ESLint makes another for each pass. */
  const looks = new WeakMap<object, Look>();
  const lookAt = (tree: object): Look => {
    const known = looks.get(tree);
    if (known !== undefined && known.answer === undefined) return known;
    const look: Look = { rules: new Map() };
    looks.set(tree, look);
    return look;
  };

  const eslintRule = (rule: Rule): EslintRule => {
    const schema = optionsSchema(rule);
    return RuleCreator.withoutDocs<Options, MessageId>({
      meta: {
        type: kinds[rule.category] ?? "problem",
        docs: { description: rule.docs.summary, url: ruleUrl(rule.id) },
        fixable: rule.fix === "safe" ? "code" : undefined,
        hasSuggestions: rule.fix === "suggestion",
        schema: schema === undefined ? [] : [schema as unknown as JSONSchema4],
        messages: { finding: "{{message}}", failure: "{{message}}", change: "{{title}}" },
      },
      create(context) {
        const look = lookAt(context.sourceCode.ast);
        look.rules.set(rule.id, context.options[0]);
        // By now every rule that runs on the file has said so.
        const report = (): void => {
          look.answer ??= ask(questionOf(context, look));
          reportFailures(context, rule, look);
          reportFindings(context, rule, look.answer.findings);
        };
        return { Program: report, SqlFile: report };
      },
    });
  };
  return (rules) => Object.fromEntries(rules.map((rule) => [nameInPlugin(rule), eslintRule(rule)]));
}

/** `some-rule` of `acme/some-rule`: ESLint puts the plugin's name before it. */
export const nameInPlugin = ({ id }: Rule): string => id.slice(id.indexOf("/") + 1);

const questionOf = (context: Context, { rules }: Look): Parameters<Ask>[0] => ({
  file: context.filename,
  cwd: context.cwd,
  text: writtenText(context),
  rules,
});

/** ESLint takes the BOM off. */
const writtenText = ({ sourceCode: { hasBOM, text } }: Context): string => (hasBOM ? `\uFEFF${text}` : text);

/** What can't be linted is told once a file, a bug of a rule under its id. */
function reportFailures(context: Context, rule: Rule, { answer, rules }: Look): void {
  const [first] = rules.has("syntax-error") ? ["syntax-error"] : rules.keys();
  const isOwn = ({ ruleId }: Failure): boolean =>
    rule.id === (ruleId !== undefined && rules.has(ruleId) ? ruleId : first);
  const start = { line: 1, column: 0 };
  for (const { message } of (answer?.failures ?? []).filter(isOwn))
    context.report({ loc: { start, end: start }, messageId: "failure", data: { message } });
}

/** The message, what to write instead (SQL on lines of its own, to be copied), and where to read more. */
function messageWith({ message, instead }: Finding, explain: string): string {
  const advice = instead?.trimEnd();
  if (advice === undefined) return `${message} (${explain})`;
  if (!advice.includes("\n")) return `${message}; instead: ${advice} (${explain})`;
  // ESLint's formatters print a message as it is, and the rule's name behind it.
  const lines = noCommandsInSql(printable(advice)).split("\n");
  const indented = lines.map((line) => (line === "" ? "" : `    ${line}`));
  return [`${message}; instead:`, ...indented, `  (${explain})`].join("\n");
}

function reportFindings(context: Context, { id, pack }: Rule, findings: readonly Finding[]): void {
  // ESLint has no weaker word for a single finding than its rule's severity.
  const own = unmerged(findings).filter(({ ruleId, severity }) => ruleId === id && severity !== "note");
  if (own.length === 0) return;
  const explain = `npx ddlint explain ${id}${pack === undefined ? "" : " --allow-config-code"}`;
  const { sourceCode } = context;
  const lines = indexLines(writtenText(context));
  const shift = sourceCode.hasBOM ? 1 : 0;
  const inside = (offset: number): number => Math.min(Math.max(offset - shift, 0), sourceCode.text.length);
  const point = (line: number, column: number): { line: number; column: number } =>
    sourceCode.getLocFromIndex(inside(lines.offset({ line, column })));
  const change = (edits: readonly Edit[]) => (fixer: RuleFixer) =>
    edits.map(({ span, text }): RuleFix =>
      fixer.replaceTextRange([inside(span.start), inside(span.end)], text),
    );
  for (const finding of own) {
    const { line, column, endLine, endColumn, wholeFile, fix, suggestions } = finding;
    const start = point(line, column);
    context.report({
      // What is about the file itself has no text of its own to underline or to quote.
      loc: wholeFile === true ? start : { start, end: point(endLine, endColumn) },
      messageId: "finding",
      data: { message: messageWith(finding, explain) },
      fix: fix && change(fix.edits),
      suggest: suggestions.map(({ title, edits }) => ({
        messageId: "change",
        data: { title },
        fix: change(edits),
      })),
    });
  }
}
