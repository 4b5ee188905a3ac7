/** The header of a new migration: the fields that the newest one has, with what is known of the new one. */
import type { NextName } from "./next-name.ts";

const field = /^--[ \t]*([A-Z][\w -]{1,30}?)([ \t]*):[ \t]*(\S[^\n]*)$/;

/**
 * Comment lines with their ends; empty: the newest migration has no header. What only its author knows stands in `<…>`.
 *
 * @param text of the newest migration, from its first line on
 * @param last its version
 */
export function nextHeader(text: string, last: string, next: NextName, title: string, now: Date): string {
  const comments = /^(?:[ \t]*--[^\n]*\n|[ \t]*\n)*/.exec(text)?.[0] ?? "";
  const fields = comments.split("\n").flatMap((line) => {
    const match = field.exec(line.trim());
    return match === null ? [] : [{ line: line.trim(), name: match[1] ?? "", value: match[3] ?? "" }];
  });
  if (fields.length < 2) return "";
  const day = now.toISOString().slice(0, "2026-01-31".length);
  const lines = fields.map(({ line, name, value }) => {
    const head = line.slice(0, line.length - value.length);
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return `${head}${day}`;
    // `-- Migration 010: Add x`
    const numbered = new RegExp(`(?<!\\d)${last.replaceAll(/\W/g, "\\$&")}(?!\\d)`);
    const named = head.replace(numbered, next.version);
    if (named !== head) return `${named}${title}`;
    if (numbered.test(value))
      return `${head}${value.replace(numbered, next.version).replace(/(:|-|–)\s.*$/, `$1 ${title}`)}`;
    return /^(?:migration|description|title|summary)$/i.test(name)
      ? `${head}${title}`
      : `${head}<${name.toLowerCase()}>`;
  });
  return lines.map((line) => `${line}\n`).join("");
}
