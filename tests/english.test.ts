/** Plain English: habits of wording that sound translated, each with the better wording. */
import { expect, it } from "vitest";
import { commandLine, documents, ruleTexts, sourceTexts } from "./support/texts.ts";
import type { Text } from "./support/texts.ts";

/** To be written otherwise; `\\s` stands for line breaks, too. */
const habits: readonly (readonly [habit: RegExp, better: string])[] = [
  [/\bmend(?:s|ed|ing)?\b/i, "fix"],
  [/\b(?:is|are|was|were|be|isn't|aren't|nothing) (?:told|spoken\s+of)\b/i, "reported, shown"],
  [/\b(?:is|are|was|were|isn't|aren't) said\b/i, "reported, stated"],
  [/\bsaid\s+of\b/i, "reported for"],
  [/\btells?\s+of\b|\btell\s+(?:what|why|how|which)\b/i, "reports, shows"],
  [/\bspeaks?\s+(?:of|about|to|where|once|a)\b/i, "reports, is about"],
  [/\bwithout\s+a\s+word\b|\bin\s+silence\b/i, "silently"],
  [/\bthat\s+(?:is|are|was|were)\s+there\b/i, "existing"],
  [/\bthat\s+there\s+(?:is|are)\b/i, "existing, available"],
  [/\bgo(?:es)?\s+on\b/i, "continues"],
  [/\bnothing\s+is\s+said\b/i, "not reported"],
  [/(?:^|[.;:(] )of\s+(?:MySQL|MariaDB|PostgreSQL)\b/im, "on MySQL"],
  [/\bthe\s+half\s+of\b/i, "half of"],
  [/\band\s+else\b|[,;]\s+else\b/, "otherwise"],
  [/\bone's\s+own\b|\b(?:rules?|plugins?|projects?)\s+of\s+(?:your|their|his)\s+own\b/i, "custom, your own"],
  [/\bbut\s+for\b/i, "except"],
  [/\bas\s+for\b/i, "(leave it out)"],
  [/\bwhat\s+nobody\s+wants\b/i, "(say what it is)"],
  [/\bwho\s+knows\b/i, "(say it directly)"],
  [/\bcomes?\s+down\s+to\b/i, "becomes"],
  [/\bneither\s+it\s+nor\b/i, "(name both)"],
  [/\bgets?\s+[^.]{1,30},\s+too\b/i, "also gets"],
  [/\bneighbours\b/i, "(name the columns)"],
  [/(?<!there )\b(?:is|are)\s+no\s+(?!longer|such|more|need|reason|findings?\b)(?:[a-z]+)/, "isn't a"],
  [/\bfound\s+by\s+(?:itself|themselves)\b|\bby\s+themselves\b/i, "automatically"],
  [/\ball\s+the\s+same\b/i, "anyway"],
  [/\bdearer\b|\bdearest\b/i, "more expensive"],
  [/\bwhat\s+stands\b|\bstands?\s+(?:in|under|behind|beside|between|around|above|before)\b/i, "is in"],
  [/\bkin\b/i, "similar options"],
  [/\bfor\s+want\s+of\b/i, "without"],
  [/\bslips?\b/i, "typo"],
  [/\b(?:is|are)\s+to\s+be\b/i, "must be"],
  [/\blets?\s+(?:it|them)\s+be\b/i, "allow"],
  [/\bthe\s+very\s+[a-z]+\b/i, "the, this"],
  [/\b(?:one|finding|row|file|rule)\s+a\s+(?:line|file|finding|rule)\b|\ba\s+line\s+a\b/i, "one per line"],
  [/\bholds?\s+(?:\w+\s+){1,3}(?:to\s+(?:what|silence)|against)\b/i, "checks, compares"],
  [/\b(?:is|are)\s+held\s+against\b/i, "compared with"],
  [/\bis\s+asked\s+of\b|\basks?\s+nobody\b/i, "(use the active voice)"],
  [/\bgot\s+at\b/i, "printed, read"],
  [/\bnot\s+so\s+far\b|\bso\s+far\b/i, "yet"],
  [/\bhow\s+much\s+for\s+ever\b|\bfor\s+ever\b/i, "forever"],
];

/** What is wrong with a text: where, the words, and what to write instead. */
const mistakesIn = ({ from, text }: Text): readonly string[] =>
  habits.flatMap(([habit, better]) =>
    [...text.matchAll(new RegExp(habit.source, `${habit.flags}g`))].map((match) => {
      const around = text.slice(Math.max(0, match.index - 40), match.index + match[0].length + 30);
      return `${from}: "${match[0]}" → ${better}: …${around.replace(/\s+/g, " ")}…`;
    }),
  );

const sources: readonly (() => readonly Text[])[] = [documents, commandLine, ruleTexts, sourceTexts];

it.each(sources.map((texts) => [texts.name, texts] as const))("%s", (_, texts) => {
  const all = texts();
  expect(all.length).toBeGreaterThan(5);
  expect(all.flatMap(mistakesIn)).toEqual([]);
});

it.each([
  ["--fix mends it", ["fix"]],
  ["a table that\nis there", ["existing"]],
  ["a file that is no migration", ["isn't a"]],
  ["there is no rule of that name", []],
  ["the server continues", []],
])("%s", (text, better) => {
  const found = habits.filter(([habit]) => habit.test(text)).map(([, words]) => words);
  expect(found).toEqual(better);
});
