/** The text of a new migration, like those that a project has. */
import type { History, Script } from "../project/migration.ts";
import { nextHeader } from "./next-header.ts";
import type { NextName } from "./next-name.ts";

/** The path below the folder of the history. */
export const below = ({ root }: History, path: string): string =>
  root === "." ? path : path.slice(root.length + 1);

/** As one of the three newest migrations has it. */
export function headerLike({ migrations }: History, next: NextName, title: string, now: Date): string {
  const newest = migrations.filter(({ kind, up }) => kind === "versioned" && up.code === undefined).slice(-3);
  const headers = newest.map(({ version = "", up: { text, part } }) =>
    nextHeader(text.slice(part.start), version, next, title, now),
  );
  return headers.findLast((header) => header !== "") ?? "";
}

/** How a migration that runs outside of a transaction says so. */
export interface OptOut {
  /** At the top of the file, perhaps with the line that begins the section. */
  readonly text?: string | undefined;
  /** Behind the line that begins a section. */
  readonly mark?: string | undefined;
}

/** The statements between what the newest migration has around its own. `optOut`: they run outside of a transaction. */
export function upText(like: Script, header: string, statements: string, optOut?: OptOut): string {
  const { text, part } = like;
  const before = text.slice(0, part.start).trimEnd();
  // The line that opens the section; an opt-out is the newest one's own.
  const marker =
    part.start === 0 ? undefined : before.slice(before.lastIndexOf("\n") + 1).replace(/(up)\s.*$/i, "$1");
  const own = text.slice(part.start, part.end);
  const isBlock =
    /^\s*(?:--[^\n]*\n\s*)*(?:BEGIN|START TRANSACTION)\s*;/i.test(own) && /\bCOMMIT\s*;\s*$/i.test(own);
  const body =
    `${header}${isBlock && optOut === undefined ? `BEGIN;\n\n${statements}\n\nCOMMIT;` : statements}`.trimEnd();
  const { text: top, mark = "" } = optOut ?? {};
  const lines = top === undefined ? [] : [top];
  // The opt-out of some tools ends in the line that begins the section.
  const begins = marker === undefined || top?.split("\n").at(-1) === marker ? [] : [`${marker}${mark}`];
  return `${[...lines, ...begins, body].join("\n")}\n`;
}
