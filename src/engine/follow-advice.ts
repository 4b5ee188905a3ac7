/** Follows what rules advise on the statements of a migration, and on what these become, until nothing is left to follow. */
import { severities } from "../lint/rule-shape.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import { filledIn, isExecuted, isInstead, missingIn, withAdvice, type Piece } from "../plan/pieces.ts";
import { tableOf } from "../model/kinds.ts";
import type { Place } from "../replay/step.ts";
import { arranged } from "./arrange-parts.ts";
import { replayParts, type Following, type ReplayedPart } from "./replay-parts.ts";

export interface Gap {
  readonly what: string;
  readonly hint: string;
  readonly rule: string;
  readonly at: Place;
}

interface Followed {
  readonly parts: readonly ReplayedPart[];
  /** Ids of rules whose advice was followed. */
  readonly solved: readonly string[];
  readonly gaps: readonly Gap[];
}

/** What people know, by column or by placeholder: `orders.note` → `'none'`. */
export type Values = Readonly<Record<string, string>>;

/** Advice leads to statements with other advice a few times; more would be a circle. */
const mostRounds = 20;

/** `differences`: what a sequence of parts leads to besides what it should, and what the server would refuse. */
export function followed(
  following: Following,
  own: readonly Piece[],
  values: Values,
  differences: (parts: readonly ReplayedPart[]) => readonly string[],
): Followed {
  const solved = new Set<string>();
  const done = new Set<string>();
  const gaps: Gap[] = [];
  const settled = (given: readonly Piece[], isFirst: boolean): readonly ReplayedPart[] => {
    let pieces = given;
    for (let round = 0; round < mostRounds; round++) {
      const parts = replayParts(following, pieces);
      const chosen = nextAdvice(parts, done, values);
      if (isFirst && round === 0) gaps.push(...chosen.gaps);
      if (chosen.choices.size === 0) return parts;
      pieces = pieces.flatMap((piece) => {
        const choice = chosen.choices.get(piece);
        if (choice === undefined) return chosen.covered.has(piece) ? [] : [piece];
        solved.add(choice.rule);
        return withAdvice(piece, choice.at, choice.advice, choice.rule);
      });
    }
    return replayParts(following, pieces);
  };
  const ordered = arranged(following, settled(own, true), differences);
  // What one statement has set for another one may stand in another migration now.
  const parts = settled(
    ordered.flatMap((part) => part.pieces),
    false,
  );
  return { parts, solved: [...solved], gaps };
}

interface Choice {
  readonly rule: string;
  readonly advice: NonNullable<RawFinding["advice"]>;
  readonly at: number;
  readonly rank: number;
}

interface Chosen {
  readonly choices: ReadonlyMap<Piece, Choice>;
  /** Pieces that the choice for another one takes the place of, too. */
  readonly covered: ReadonlySet<Piece>;
  readonly gaps: readonly Gap[];
}

/** For each piece the advice that is followed next: one that stands in place of a statement first, then the most severe. */
function nextAdvice(parts: readonly ReplayedPart[], done: Set<string>, values: Values): Chosen {
  const choices = new Map<Piece, Choice>();
  const coveredBy = new Map<Piece, readonly Piece[]>();
  const gaps: Gap[] = [];
  for (const { findings, placed, scope } of parts)
    for (const finding of findings) {
      const { advice: given, ruleId: rule, statement } = finding;
      if (given === undefined || !isExecuted(given)) continue;
      const place = placed.find(({ span }) => statement !== undefined && span.start === statement.start);
      if (place === undefined || place.piece.rules.includes(rule)) continue;
      const { piece, at } = place;
      const key = `${rule}\0${piece.statements[at] ?? ""}`;
      if (done.has(key)) continue;
      const column = columnOf(finding, scope);
      const advice = filledIn(given, values, column);
      const missing = missingIn(advice);
      if (missing !== undefined) {
        gaps.push(gapOf(finding, missing, column));
        continue;
      }
      // What was missing is what the others don't know.
      const isFilled = advice !== given;
      const rank = (isFilled ? 0 : 10) + (isInstead(advice) ? 0 : 5) + severities.indexOf(finding.severity);
      const other = choices.get(piece);
      if (other !== undefined && other.rank <= rank) continue;
      choices.set(piece, { rule, advice, at, rank });
      const spans = advice.flatMap(({ replaces = [] }) => replaces);
      const all = placed.filter(({ span }) => spans.some(({ start }) => start === span.start));
      coveredBy.set(
        piece,
        [...new Set(all.map((one) => one.piece))].filter((one) => one !== piece),
      );
    }
  const covered = new Set<Piece>();
  for (const [piece, others] of coveredBy) {
    if (covered.has(piece)) continue;
    for (const other of others) {
      covered.add(other);
      choices.delete(other);
    }
  }
  for (const [piece, { rule, at }] of choices) done.add(`${rule}\0${piece.statements[at] ?? ""}`);
  return { choices, covered, gaps };
}

/** The column that a finding is about: `orders.note`. */
function columnOf({ at }: RawFinding, { steps }: ReplayedPart["scope"]): string | undefined {
  const step = steps.find(
    ({ operation: { span } }) => at !== undefined && span.start === at.start && span.end === at.end,
  );
  const table = step && tableOf(step.operation);
  if (step === undefined || table === undefined || !("column" in step.operation)) return undefined;
  const { column } = step.operation;
  if (typeof column !== "object") return undefined;
  return step.show(table, "text" in column ? column.text : column.name.text);
}

function gapOf(
  { ruleId, message, path, span }: RawFinding,
  missing: string,
  column: string | undefined,
): Gap {
  const name = missing === "<value>" && column !== undefined ? column : missing.replace(/^<|>$/g, "");
  const mark = name.includes('"') ? "'" : '"';
  return {
    what:
      missing === "<value>"
        ? `${message}: the value of existing rows isn't known`
        : `${message}: ${missing} isn't known`,
    hint: `give it: --value ${mark}${name}=…${mark}, in SQL`,
    rule: ruleId,
    at: { path, span },
  };
}
