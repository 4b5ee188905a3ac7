/** What several formats say. */
import { blocksOnline, clausesOf } from "../effects/describe.ts";
import { blocks, type Blocks } from "../effects/effects.ts";
import type { Finding, OnlineNote } from "../lint/finding.ts";
import type { Coverage } from "../lint/coverage.ts";
import { printable, printableLine } from "../text/printable.ts";
import type { Report } from "./report.ts";

/** `SHARE on orders (blocks writes), …`, or as MySQL says it; empty if nothing is locked. */
export const locksInWords = ({ locks, online }: Pick<Finding, "locks" | "online">): string =>
  [
    ...locks.map(({ mode, relation }) => `${mode} on ${printableLine(relation)}${blocked(blocks(mode))}`),
    ...(online === undefined ? [] : [onlineInWords(online)]),
  ].join(", ");

/** `ALGORITHM=COPY, LOCK=SHARED on orders (blocks writes)`; without clauses it is the metadata lock alone. */
export function onlineInWords(online: OnlineNote): string {
  const clauses = clausesOf(online);
  return `${clauses === "" ? "metadata lock" : clauses} on ${printableLine(online.relation)}${blocked(blocksOnline(online))}`;
}

const blocked = (waits: Blocks): string => (waits === "nothing" ? "" : ` (blocks ${waits})`);

/**
 * `warning foreign-key-without-index: orders.user_id has no index`, for each finding that this one stands for; of another
 * line with its place.
 */
export const alsoInWords = ({
  also = [],
  line,
}: Pick<Finding, "also"> & Partial<Pick<Finding, "line">>): readonly string[] =>
  also.map((one) => {
    const place = line === undefined || one.line === line ? "" : ` at ${one.line}:${one.column}`;
    return `${one.severity} ${one.ruleId}${place}: ${one.message}`;
  });

/** `12:1: takes SHARE on users: …`, for each further statement that the rule reports for the same reason. */
export function repeatsInWords({
  message,
  repeats = [],
}: Pick<Finding, "message" | "repeats">): readonly string[] {
  const places = new Map<string, string[]>();
  for (const repeat of repeats) {
    const text = wholeMessage(repeat);
    const known = places.get(text) ?? [];
    places.set(text, known);
    known.push(`${repeat.line}:${repeat.column}`);
  }
  return [...places].map(([text, at]) => {
    const shown = at.slice(0, mostPlaces).join(", ");
    const more = at.length > mostPlaces ? ` and ${at.length - mostPlaces} more` : "";
    return text === message ? shown + more : `${shown}${more}: ${text}`;
  });
}

/** `20:37` and what to write instead there, where it is short and of its own: a statement or a sentence for each that the rule reports. */
export function insteadOfRepeats({
  instead,
  repeats = [],
}: Pick<Finding, "instead" | "repeats">): readonly (readonly [at: string, instead: string])[] {
  const shown = new Map([[instead, ""]]);
  for (const { line, column, instead: own = "", advice = [] } of repeats)
    if (own !== "" && advice.length <= 1 && own.trimEnd().split("\n").length <= mostLines && !shown.has(own))
      shown.set(own, `${line}:${column}`);
  return [...shown].flatMap(([own = "", at]) => (at === "" ? [] : [[at, own] as const])).slice(0, mostPlaces);
}

const mostLines = 3;

/** More of one message are counted: every machine format has them all. */
const mostPlaces = 12;

/** The message, with those of the findings that it stands for, in one line. */
export const wholeMessage = (
  finding: Pick<Finding, "message" | "also"> & Partial<Pick<Finding, "line">>,
): string => [finding.message, ...alsoInWords(finding).map((other) => `also ${other}`)].join("; ");

/** The whole message, and below it what to write instead. */
export const messageAndInstead = (
  finding: Pick<Finding, "message" | "also" | "instead"> & Partial<Pick<Finding, "line">>,
): string =>
  [finding.message, ...alsoInWords(finding).map((other) => `Also ${other}`)]
    .concat(finding.instead === undefined ? [] : `Instead: ${finding.instead}`)
    .join("\n\n");

/** What to write instead is SQL, or a sentence. */
export const isSql = (instead: string): boolean => /\n|;$|; -- /.test(instead.trimEnd());

/** A path from the repository's root on, where the run's folder below it is known. */
export function fromRoot(path: string, folder = ""): string {
  if (folder === "" || path.startsWith("/") || /^[A-Za-z]:\//.test(path)) return path;
  const above = folder.split("/");
  const below = path.split("/");
  while (below[0] === ".." && above.length > 0) {
    below.shift();
    above.pop();
  }
  return [...above, ...below].join("/");
}

/** The same in one line. */
export const oneLine = (text: string): string => printable(text.replace(/\s+/g, " ")).trim();

/** `2 statements not understood`, `1 migration not read`; empty: everything was. */
export const gapsInWords = ({
  histories,
  migrations,
  files,
  named = [],
  statements,
  operations,
}: Coverage): readonly string[] => [
  ...(statements.notUnderstood > 0
    ? [`${plural(statements.notUnderstood, "statement")} not understood${kindsInWords(operations, fewKinds)}`]
    : []),
  ...(migrations.notRead > 0 ? [`${plural(migrations.notRead, "migration")} not read`] : []),
  ...(migrations.skipped > 0 ? [`${plural(migrations.skipped, "new migration")} skipped`] : []),
  ...(files.notRead > 0 ? [`${plural(files.notRead, "file")} in no history`] : []),
  ...(named.length > 0
    ? [`${plural(named.length, "file or entry", "files or entries")} of a tool's list not checked`]
    : []),
  ...(histories.notRead.length > 0
    ? [
        `${plural(histories.notRead.length, "history", "histories")} not read (${databasesIn(histories.notRead)})`,
      ]
    : []),
];

const fewKinds = 3;

/** ` (RunPython 12, CreateTrigger 3)`; empty: there is no code, or all of it was understood. */
function kindsInWords(operations: Coverage["operations"], most = Infinity): string {
  const all = Object.entries(operations?.kinds ?? {}).map(
    ([kind, count]) => `${printableLine(kind)} ${count}`,
  );
  if (all.length === 0) return "";
  return ` (${all.slice(0, most).join(", ")}${all.length > most ? ", …" : ""})`;
}

/** `116 of 120 operations in code understood; not understood: RunPython 3, op.execute 1` */
export function operationsInWords({ operations }: Coverage): string | undefined {
  if (operations === undefined) return undefined;
  const { read, notUnderstood } = operations;
  const kinds = kindsInWords(operations).slice(2, -1);
  const rest = notUnderstood === 0 ? "" : `; not understood: ${kinds}`;
  return `${read - notUnderstood} of ${plural(read, "operation")} in code understood${rest}`;
}

const databasesIn = (notRead: Coverage["histories"]["notRead"]): string =>
  [...new Set(notRead.map(({ what }) => what))].join(", ");

/** Where formats that know nothing but findings say what wasn't checked; undefined: all was. */
export function gapPlace({
  coverage,
  histories = [],
}: Pick<Report, "coverage" | "histories">):
  { readonly message: string; readonly file: string; readonly line: number } | undefined {
  const gaps = gapsInWords(coverage);
  if (gaps.length === 0) return undefined;
  const [, file, line] = /^(.*):(\d+)$/.exec(coverage.statements.first ?? "") ?? [];
  const root = coverage.histories.notRead[0]?.root ?? histories[0]?.root ?? ".";
  return { message: `not checked: ${gaps.join(", ")}`, file: file ?? root, line: Number(line ?? 1) };
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
