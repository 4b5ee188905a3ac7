/** What the clients of databases print for the query of a tool's table. */
import { UserError } from "../config/user-error.ts";
import { rowStates } from "../project/tracking.ts";
import type { TrackingRow } from "./status.ts";

const states: ReadonlySet<string> = new Set(rowStates);

export function readRows(text: string): readonly TrackingRow[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    // Borders of psql's and mysql's tables, and psql's number of rows.
    .filter((line) => line.trim() !== "" && !/^[-+\s]+$/.test(line) && !/^\(\d+ rows?\)$/.test(line.trim()));
  const isHead = (line: string): boolean => cells(line)[0]?.toLowerCase() === "migration";
  return lines
    .filter((line) => !isHead(line))
    .map((line) => {
      const [migration, state, checksum] = cells(line);
      if (migration === undefined || state === undefined || !states.has(state))
        throw new UserError("this isn't what the query of ddlint status --query gives", {
          expected: "rows of migration, state and checksum",
        });
      return { migration, state, checksum: isNull(checksum) ? null : (checksum ?? null) };
    });
}

const isNull = (cell: string | undefined): boolean => cell === undefined || cell === "" || cell === "NULL";

/** Of a line with tabs, bars or commas, whichever it has; a quoted cell may have any of them. */
function cells(line: string): readonly string[] {
  const own = line.trim().replace(/^\|\s*|\s*\|$/g, "");
  const mark = line.includes("\t") ? "\t" : own.includes("|") ? "|" : ",";
  const found: string[] = [];
  for (let at = 0; at <= own.length;) {
    if (own[at] === '"') {
      const end = /^(?:[^"]|"")*/.exec(own.slice(at + 1))?.[0].length ?? 0;
      found.push(own.slice(at + 1, at + 1 + end).replaceAll('""', '"'));
      at += end + 3;
    } else {
      const end = own.indexOf(mark, at);
      found.push(own.slice(at, end < 0 ? undefined : end).trim());
      at = end < 0 ? own.length + 1 : end + 1;
    }
  }
  return found;
}
