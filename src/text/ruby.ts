/** How Ruby spells a text. */

/** A string of Ruby; one of several lines as a heredoc without its last line break. */
export function rubyString(sql: string): string {
  if (/[\r\n]/.test(sql)) return `<<~'SQL'\n${sql.replaceAll(/^/gm, "  ")}\nSQL`;
  const text = sql.replaceAll("\\", "\\\\");
  return /#[{$@]|'/.test(text)
    ? `"${text.replaceAll('"', '\\"').replaceAll(/#(?=[{$@])/g, "\\#")}"`
    : text.includes('"')
      ? `'${text}'`
      : `"${text}"`;
}
