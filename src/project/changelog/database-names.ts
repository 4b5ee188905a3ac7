/** Changesets, preconditions and properties for a database that Liquibase has another name for. */
import type { ChangelogNode } from "../../model/changelog.ts";
import type { Span } from "../../text/span.ts";
import { clip } from "../layouts/assemble.ts";
import type { FolderView } from "../layouts/layout.ts";
import { dbmsOf, isFormatted } from "../layouts/liquibase-sql.ts";
import { isSql } from "../layouts/names.ts";
import type { FileProblem } from "../file-problem.ts";
import { join } from "../files/paths.ts";
import { linesOf } from "../scan.ts";
import { makingsOf, makingsOfTexts, type Making } from "./made-by-changesets.ts";
import { nameMeantBy, namesIn } from "./short-names.ts";
import { treesOf } from "./walk.ts";

interface Use {
  readonly list: string;
  readonly at: Span;
  readonly of: "changeset" | "condition" | "entry";
  /** Names that stand beside it: where one of several is met, the wrong one is of no use, and does no harm. */
  readonly beside: readonly string[];
  /** What the changeset makes; undefined: it isn't about one. */
  readonly makes?: Making | undefined;
  /** A condition that isn't met has the changeset recorded as run. */
  readonly isRecorded?: boolean;
}

/** Lists of databases, in the given files, with a word that Liquibase takes for none. */
export function wronglyNamed(view: FolderView, files: Iterable<string>): readonly FileProblem[] {
  const treeOf = treesOf(view);
  return [...files].flatMap((file) => {
    const root = isSql(file) ? undefined : treeOf(file)?.root;
    const text = view.read(file);
    const uses = isSql(file) ? usesInSql(text ?? "") : root === undefined ? [] : usesIn(root, []);
    const wrong = uses.flatMap(wrongIn);
    const all = wrong.filter((one) => one.isNegated || !isMadeLater(one, wrong));
    const isSame = (one: Wrong, other: Wrong): boolean =>
      one.word === other.word && one.of === other.of && one.isNegated === other.isNegated;
    // The same mistake all over a file is one.
    return all
      .filter((one, i) => all.findIndex((other) => isSame(one, other)) === i)
      .map((one) => ({
        path: join(view.root, file),
        text,
        ...problemOf(one, all.filter((other) => isSame(one, other)).length),
      }));
  });
}

interface Wrong extends Use {
  readonly word: string;
  readonly name: string;
  readonly isNegated: boolean;
  /** The list with the right name. */
  readonly right: string;
}

function wrongIn(use: Use): readonly Wrong[] {
  const names = namesIn(use.list);
  const written = names.find((name) => nameMeantBy(bare(name)) !== undefined);
  if (written === undefined) return [];
  const word = bare(written);
  const name = nameMeantBy(word) ?? "";
  if ([...names, ...use.beside].some((one) => bare(one) === name)) return [];
  const right = names.map((one) => (one === written ? one.replace(word, name) : one)).join(", ");
  return [{ ...use, word, name, isNegated: written.startsWith("!"), right }];
}

/** Changesets behind it that run there make all that it would have made. */
function isMadeLater({ makes }: Wrong, wrong: readonly Wrong[]): boolean {
  if (makes === undefined || makes.names.length === 0) return false;
  const never = new Set(wrong.flatMap((one) => (one.isNegated ? [] : (one.makes?.at ?? []))));
  const later = makes.behind().filter(({ at }) => !never.has(at));
  return makes.names.every((name) => later.some(({ names }) => names.includes(name)));
}

const bare = (name: string): string => name.replace(/^!\s*/, "");

function problemOf(
  { word, name, isNegated, at, of, right, isRecorded }: Wrong,
  count: number,
): Pick<FileProblem, "rule" | "span" | "message" | "instead" | "severity"> {
  const [one, several] = isNegated
    ? ["it runs there as well", `${count} entries count there as well`]
    : [`the ${of} ${never[of]}`, `${count} ${plurals[of]}`];
  const check = isNegated || of === "entry" ? "" : ", and lint again, as what it runs isn't checked before";
  return {
    rule: "unknown-database-name",
    span: at,
    message: clip(`liquibase calls it ${name}, not ${word}: ${count === 1 ? one : several}`),
    instead:
      isRecorded === true && !isNegated
        ? `leave it, and write its changes into a new changeset with ${right}: where it was skipped, it is recorded as run`
        : `name it ${right}${check}; where the change was made by hand since, ask for what it makes in preConditions`,
    ...(of === "changeset" && !isNegated ? {} : { severity: "warning" }),
  };
}

const never: Readonly<Record<Use["of"], string>> = {
  changeset: "never runs there",
  condition: "is never met there",
  entry: "never counts there",
};

const plurals: Readonly<Record<Use["of"], string>> = {
  changeset: "changesets never run there",
  condition: "conditions are never met there",
  entry: "entries never count there",
};

function usesIn(
  node: ChangelogNode,
  beside: readonly string[],
  around: Pick<Use, "makes" | "isRecorded"> = {},
): readonly Use[] {
  const isCondition = node.name === "dbms";
  const written = node.attributes.get(isCondition ? "type" : "dbms");
  const [part] = written?.parts ?? [];
  const of: Use["of"] = isCondition ? "condition" : node.name === "changeSet" ? "changeset" : "entry";
  const all = makingsOf(node.children.filter(({ name }) => name === "changeSet"));
  const own = of === "entry" ? {} : around;
  const use = written && part && { list: written.value, at: part.at, of, beside, ...own };
  const isConditions = node.name === "preConditions";
  const inner = isConditions ? typesIn(node) : beside;
  const isRecorded = isConditions
    ? node.attributes.get("onFail")?.value.trim().toUpperCase() === "MARK_RAN"
    : around.isRecorded;
  return [
    ...(use === undefined ? [] : [use]),
    ...node.children.flatMap((child) =>
      usesIn(
        child,
        inner,
        child.name === "changeSet" ? { makes: all.get(child) } : { ...around, isRecorded },
      ),
    ),
  ];
}

const typesIn = (node: ChangelogNode): readonly string[] => [
  ...(node.name === "dbms" ? namesIn(node.attributes.get("type")?.value) : []),
  ...node.children.flatMap(typesIn),
];

const ownLine = /^[ \t]*--[ \t]*(changeset|property)\b/i;

function usesInSql(text: string): readonly Use[] {
  if (!isFormatted(text)) return [];
  const lines = [...linesOf(text)].flatMap(({ text: line, start }) => {
    const kind = ownLine.exec(line)?.[1]?.toLowerCase();
    return kind === undefined ? [] : [{ kind, line, start }];
  });
  const starts = lines.filter(({ kind }) => kind === "changeset").map(({ start }) => start);
  const all = makingsOfTexts(starts.map((start, at) => text.slice(start, starts[at + 1])));
  return lines.flatMap(({ kind, line, start }): Use[] => {
    const list = dbmsOf(line);
    if (list === undefined) return [];
    const from = start + line.lastIndexOf(list);
    const of = kind === "changeset" ? "changeset" : "entry";
    const makes = of === "changeset" ? all[starts.indexOf(start)] : undefined;
    return [{ list, at: { start: from, end: from + list.length }, of, beside: [], makes }];
  });
}
