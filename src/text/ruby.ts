/** How Ruby spells a text. */

/** A string of Ruby; one of several lines as a heredoc. `<<~`, which takes blanks off its lines, needs Ruby 2.3. */
export function rubyString(sql: string, sign: "<<~" | "<<-" = "<<~"): string {
  if (/[\r\n]/.test(sql)) return `${sign}'SQL'\n${sql.replaceAll(/^/gm, "  ")}\nSQL`;
  const text = sql.replaceAll("\\", "\\\\");
  return /#[{$@]|'/.test(text)
    ? `"${text.replaceAll('"', '\\"').replaceAll(/#(?=[{$@])/g, "\\#")}"`
    : text.includes('"')
      ? `'${text}'`
      : `"${text}"`;
}
