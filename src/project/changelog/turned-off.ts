/** Includes that somebody has put into a comment: no Liquibase reads these files, and that is meant. */
import { baseName } from "../files/paths.ts";
import { isSql } from "../layouts/names.ts";
import type { FolderView } from "../layouts/layout.ts";
import { treesOf } from "./walk.ts";

const included = /\bfile\b["']?\s?[=:]\s?["']?[^\s"'<>]{0,300}?([\w.-]{1,100}\.sql)\b/gi;

/** @param changelogs what the root changelogs reach, and these themselves */
export function isTurnedOff(view: FolderView, changelogs: Iterable<string>): (file: string) => boolean {
  const names = new Set<string>();
  for (const changelog of changelogs) {
    if (isSql(changelog)) continue;
    const text = view.read(changelog) ?? "";
    for (const { start, end } of treesOf(view)(changelog)?.comments ?? [])
      for (const [, name = ""] of text.slice(start, end).matchAll(included)) names.add(name);
  }
  return (file) => names.has(baseName(file));
}
