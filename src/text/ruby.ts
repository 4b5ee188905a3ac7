/** How Ruby spells a text, and Rails a name. */

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

/** The name of a join table: both names in their order, without what they begin with alike. */
export function joinTableName(a: string, b: string): string {
  const joined = [a, b].sort().join("\0");
  return joined.replace(/^(.*[._])(.+)\0\1(.+)/, "$1$2_$3").replaceAll("\0", "_");
}
