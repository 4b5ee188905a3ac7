/** Advice for calls of Alembic in a loop, which lists what all rounds of it send. */
import type { CodeAdvice, UnitCall } from "../../model/tool.ts";
import { usesLocals } from "./python-code.ts";

interface Loop {
  readonly line: number;
  /** What else its rounds do stands before the calls, behind them, or neither. */
  readonly others: "before" | "behind" | undefined;
}

type Called = Pick<CodeAdvice, "call" | "unit" | "text" | "isBeside" | "replaced">;

const indentOf = (line: string): number => line.search(/\S|$/);

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length - 1;

/** The innermost `for` around a call that each round sends with values of its own. */
export function loopAround({ call, unit, text, isBeside, replaced }: Called): Loop | undefined {
  if (call === undefined || isBeside || !usesLocals(unit, call.text)) return undefined;
  const lines = text.split("\n");
  const at = lineAt(text, call.at.start);
  const head = headOf(lines, at);
  if (head === undefined) return undefined;
  const least = indentOf(lines[head] ?? "");
  const end = lines.findIndex((one, no) => no > at && isCode(one) && indentOf(one) <= least && !closes(one));
  const own = (line: number): boolean =>
    [call, ...replaced].some((one) => line >= lineAt(text, one.at.start) && line <= lastLine(text, one));
  const others = lines.flatMap((one, line) =>
    line > head && (end < 0 || line < end) && isCode(one) && !own(line) ? [line] : [],
  );
  const [first] = others;
  return {
    line: head + 1,
    others: first === undefined ? undefined : first < at ? "before" : "behind",
  };
}

const isCode = (line: string): boolean => !/^\s*(?:#|$)/.test(line);
const closes = (line: string): boolean => /^\s*[)\]}]/.test(line);
const lastLine = (text: string, { at }: UnitCall): number => lineAt(text, at.end);

function headOf(lines: readonly string[], at: number): number | undefined {
  let least = indentOf(lines[at] ?? "");
  for (let above = at - 1; above >= 0 && least > 0; above--) {
    const line = lines[above] ?? "";
    if (!isCode(line) || indentOf(line) >= least) continue;
    least = indentOf(line);
    if (/^\s*(?:async\s+)?def\b/.test(line)) return undefined;
    if (/^\s*for\b/.test(line)) return above;
  }
  return undefined;
}

/** Above advice that takes the place of the calls. */
export function inPlaceOfLoop(advice: Called): readonly string[] {
  const loop = loopAround(advice);
  if (loop === undefined) return [];
  const { line, others } = loop;
  const calls = advice.replaced.length > 1 ? "these calls" : "this call";
  return [
    others === undefined
      ? `# in place of the loop in line ${String(line)}, for all of its rounds:`
      : `# ${others === "before" ? "behind" : "before"} the loop in line ${String(line)}, for all of its rounds, with ${calls} taken out of it:`,
  ];
}
