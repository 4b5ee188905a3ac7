/** The tables and the grouped differences, as Markdown that is readable as text. */
import type { Area, Difference } from "./compare.ts";
import type { Trial } from "./advice.ts";
import type { Played } from "./history.ts";
import type { WayBack } from "./way-back.ts";
import { mostIn, share } from "./words.ts";

export interface Repository {
  readonly name: string;
  readonly played: readonly Played[];
  /** What threw, where something did. */
  readonly bugs: readonly string[];
  /** Histories of databases that this server isn't. */
  readonly others: readonly string[];
}

const areas: readonly (readonly [area: Area, title: string])[] = [
  ["false failure", "Said to fail, and ran"],
  ["missed failure", "Failed in a closed history, and nothing said so"],
  ["schema", "The schema differs"],
  ["lock", "Locks differ"],
  ["rewrite", "Rewrites differ"],
  ["rollback", "Rollbacks differ"],
  ["failure in an open history", "Failed where the schema isn't known as a whole"],
  ["announced failure", "Failed as ddlint says"],
];

const sum = (all: readonly Played[], count: (played: Played) => number): number =>
  all.reduce((total, played) => total + count(played), 0);

const inArea = (all: readonly Played[], area: Area): number =>
  sum(all, ({ differences }) => differences.filter((one) => one.area === area).length);

const row = (name: string, all: readonly Played[]): string =>
  `| ${[
    name,
    sum(all, ({ migrations }) => migrations),
    sum(all, ({ applied }) => applied),
    sum(all, ({ failed }) => failed),
    share(
      sum(all, ({ equal }) => equal),
      sum(all, ({ compared }) => compared),
    ),
    share(
      sum(all, ({ noNewer }) => noNewer),
      sum(all, ({ compared }) => compared),
    ),
    share(
      sum(all, ({ locksEqual }) => locksEqual),
      sum(all, ({ locking }) => locking),
    ),
    share(
      sum(all, ({ rollbacksEqual }) => rollbacksEqual),
      sum(all, ({ rollbacks }) => rollbacks),
    ),
    inArea(all, "false failure"),
    inArea(all, "missed failure"),
  ].join(" | ")} |`;

/** @param examples places that are shown for each cause */
export function markdownOf(
  repositories: readonly Repository[],
  {
    server,
    skipped,
    examples,
  }: { readonly server: string; readonly skipped: number; readonly examples: number },
): string {
  const all = repositories.flatMap(({ played }) => played);
  const lines = [
    `# ddlint beside ${server}`,
    "",
    "| history | migrations | applied | failed | schema equal | no new difference | locks equal | rollbacks agree | false failures | missed failures |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...repositories.flatMap(({ name, played }) =>
      played.map((one) => row(`${name} ${one.root} (${one.tool})`, [one])),
    ),
    row("all", all),
  ];
  for (const [area, title] of areas) {
    const own = repositories.flatMap(({ name, played }) =>
      played.flatMap(({ differences }) =>
        differences.filter((one) => one.area === area).map((one) => ({ ...one, name })),
      ),
    );
    if (own.length === 0) continue;
    lines.push("", `## ${title}: ${own.length}`, "");
    for (const [cause, times] of mostIn(own.map((one) => one.cause))) {
      lines.push(`- ${times} × ${cause}`);
      for (const one of own.filter((other) => other.cause === cause).slice(0, examples))
        lines.push(`  - ${exampleText(one)}`);
    }
  }
  lines.push(...adviceLines(repositories, examples), ...wayBackLines(repositories, examples));
  lines.push("", "## Not run", "");
  for (const { name, played, bugs, others } of repositories) {
    const reasons = mostIn(played.flatMap(({ notRun }) => notRun)).map(([why, times]) => `${times} × ${why}`);
    if (played.length === 0 && bugs.length === 0) reasons.push("no history for this database is found");
    if (others.length > 0) reasons.push(`histories of other databases: ${others.join(", ")}`);
    reasons.push(...bugs.map((bug) => `bug: ${bug}`));
    for (const reason of reasons) lines.push(`- ${name}: ${reason}`);
  }
  if (skipped > 0) lines.push("", `${skipped} repositories of the list aren't there.`);
  return `${lines.join("\n")}\n`;
}

/** How many of the advised changes were executed, and what became of them. */
function adviceLines(repositories: readonly Repository[], examples: number): readonly string[] {
  const all = repositories.flatMap(({ name, played }) =>
    played.flatMap(({ trials }) => trials.map((trial) => ({ ...trial, name }))),
  );
  if (all.length === 0) return [];
  const row = (name: string, trials: readonly Trial[]): string => {
    const count = (is: Trial["is"]): number => trials.filter((one) => one.is === is).length;
    const ran = trials.filter(({ is }) => is === "ran");
    const replacing = ran.filter(({ intent }) => intent === "same-schema");
    const seeded = replacing.filter((one) => one.seeded);
    return `| ${[
      name,
      trials.length,
      count("external"),
      count("values"),
      count("unreached"),
      share(ran.length, ran.length + count("failed")),
      share(replacing.filter(({ schema }) => schema.length === 0).length, replacing.length),
      share(seeded.filter(({ rows }) => rows.length === 0).length, seeded.length),
      share(ran.filter(({ said }) => said.length === 0).length, ran.length),
    ].join(" | ")} |`;
  };
  const lines = [
    "",
    "## Advice",
    "",
    "| rule | findings | external | with values to fill in | not reached | ran | schema as meant | seeded rows as meant | silent |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...mostIn(all.map(({ rule }) => rule)).map(([rule]) =>
      row(
        rule,
        all.filter((one) => one.rule === rule),
      ),
    ),
    row("all", all),
    "",
  ];
  const faults = all.flatMap(({ cause, detail = "", ...trial }) =>
    cause === undefined ? [] : [{ ...trial, cause: `${trial.is} ${trial.rule}: ${cause}`, detail }],
  );
  for (const [cause, times] of mostIn(faults.map((one) => one.cause))) {
    lines.push(`- ${times} × ${cause}`);
    for (const { name, place, detail } of faults.filter((one) => one.cause === cause).slice(0, examples))
      lines.push(`  - ${name} ${place}: ${detail.slice(0, 300)}`);
  }
  return lines;
}

const languages: Readonly<Record<string, string>> = { py: "Python", rb: "Ruby", xml: "XML", sql: "SQL" };

/** What became of the ways back where advice is followed, by language. */
function wayBackLines(repositories: readonly Repository[], examples: number): readonly string[] {
  const all = repositories.flatMap(({ name, played }) =>
    played.flatMap(({ waysBack }) => waysBack.map((one) => ({ ...one, name }))),
  );
  if (all.length === 0) return [];
  const row = (name: string, ways: readonly WayBack[]): string => {
    const count = (...of: readonly WayBack["is"][]): number =>
      ways.filter(({ is }) => of.includes(is)).length;
    const [right, wrong] = [count("right"), count("wrong")];
    const runs = right + wrong + count("up fails");
    return `| ${[
      name,
      ways.length,
      count("values"),
      count("no way back"),
      count("not reached", "not read"),
      count("says so"),
      share(right + wrong, runs),
      share(right, right + wrong),
    ].join(" | ")} |`;
  };
  const lines = [
    "",
    "## The way back of advice",
    "",
    "| language | findings | with values to fill in | had no way back | not reached | says so | ran forward | leads back |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...mostIn(all.map(({ language }) => language)).map(([language]) =>
      row(
        languages[language] ?? language,
        all.filter((one) => one.language === language),
      ),
    ),
    row("all", all),
    "",
  ];
  const causes = all.map(({ is, cause = "", ...one }) => ({ ...one, is, cause: `${is}: ${cause}` }));
  const worst = causes.filter(({ is }) => !["right", "values", "no way back"].includes(is));
  for (const [cause, times] of mostIn(worst.map((one) => one.cause))) {
    lines.push(`- ${times} × ${cause}`);
    for (const { name, place, rule, detail = "" } of worst
      .filter((one) => one.cause === cause)
      .slice(0, examples))
      lines.push(`  - ${name} ${place} ${rule}: ${detail.slice(0, 300)}`);
  }
  return lines;
}

const exampleText = ({ name, place, detail }: Difference & { readonly name: string }): string =>
  `${name} ${place}: ${detail.length > 160 ? `${detail.slice(0, 159)}…` : detail}`;
