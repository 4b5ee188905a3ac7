import type { Span } from "./span.ts";

/** The words by which a comment says that a migration has no way back. */
const words =
  /^(?:(?:ddlint-)?irreversible|no[ -](?:rollback|down(?:grade)?)|(?:do|will|should|must)(?: not|n['’]t) roll[ -]?back)\b[ \t]*/i;

/** `: the data is gone`, `action - the data is gone`, `because the data is gone`, `is needed after the rows are deleted` */
const because =
  /^(?:\w+[ \t]+){0,3}?(?:\w*[ \t]*(?::|[-–—]{1,2}[ \t]|[,;(])|(?:because|as|since|after|once|when|due to)\b)[ \t]*(\S[^\r\n*]*)/i;

export interface IrreversibleMark {
  /** Empty if none is given. */
  readonly reason: string;
  /** Other words follow than a reason behind a colon. */
  readonly hasMore: boolean;
}

/** Of a comment without the characters that begin it. */
export function irreversibleMark(comment: string): IrreversibleMark | undefined {
  const said = words.exec(comment)?.[0];
  if (said === undefined) return undefined;
  const [rest = ""] = comment.slice(said.length, 1000).split(/[\r\n]/, 1);
  const reason = (because.exec(rest)?.[1] ?? "").trim();
  return { reason, hasMore: /^[^:]*\w/.test(rest) };
}

/** The reason behind `# irreversible:`, empty if it gives none; undefined: no comment says so. */
export function irreversibleReason(text: string, comments: readonly Span[]): string | undefined {
  for (const { start, end } of comments) {
    const comment = text.slice(start, Math.min(end, start + 500));
    const mark = irreversibleMark(comment.replace(/^(?:<!--|[#/*\s])+/, "").replace(/-->$/, ""));
    if (mark !== undefined) return mark.reason;
  }
  return undefined;
}
