import { lineBreakAt } from "../text/lines.ts";
import type { Fix } from "../lint/rule.ts";

/**
 * The fix with the line breaks of the file that it is for; rules write `\n`. In a file with both kinds, that of the line
 * where each edit begins. Done to the finding itself, so that whoever makes or shows the change makes the same one.
 */
export function withLineBreaks(fix: Fix, text: string): Fix {
  if (!text.includes("\r\n")) return fix;
  const edits = fix.edits.map((edit) =>
    lineBreakAt(text, edit.span.start) === "\n"
      ? edit
      : { ...edit, text: edit.text.replace(/(?<!\r)\n/g, "\r\n") },
  );
  return { ...fix, edits };
}
