/** Migrations that the project's own program passes over, as a comment at their top tells it: they run as nothing. */
import type { FileSystem, Migration, Script } from "../migration.ts";
import { programTexts } from "../own-runner.ts";
import { linesOf } from "../scan.ts";

/** `-- app: ignore`, `-- acme-migrate skip`: the last word, after a blank or a colon. */
const marker = /^--[ \t]*(?:\S[^\r\n]{0,80}[\s:@])?(?:ignored?|skip(?:ped)?)$/i;
/** A program that looks for the comments of a linter applies nothing. */
const applies = /migrat/i;
const checks = /(?:^|[-_./])(?:lint|check)/i;

interface PassedOver {
  readonly migrations: readonly Migration[];
  /** For the evidence; undefined: there is none. */
  readonly because?: string | undefined;
}

/** `stated`: the marker that the configuration names; only this one counts then. */
export function withoutPassedOver(
  fs: FileSystem,
  root: string,
  migrations: readonly Migration[],
  stated: string | undefined,
): PassedOver {
  const scripts = migrations.flatMap(({ up, down }) => (down === undefined ? [up] : [up, down]));
  const found = stated === undefined ? asFound(fs, root, scripts) : asStated(stated);
  if (found === undefined) return { migrations };
  const isMarked = (script: Script): boolean =>
    script.code === undefined && script.text.includes(found.marker);
  const count = scripts.filter(isMarked).length;
  return {
    migrations: migrations.map((one) => {
      const { up, down } = one;
      return {
        ...one,
        ...(isMarked(up) ? { up: blank(up), emptyHere: true as const } : {}),
        ...(down !== undefined && isMarked(down) ? { down: blank(down) } : {}),
      };
    }),
    because: `${found.by} passes over the files with "${found.marker}": ${count} of ${scripts.length}`,
  };
}

const asStated = (stated: string) => ({ marker: stated, by: "as the configuration states, the runner" });

function asFound(fs: FileSystem, root: string, scripts: readonly Script[]) {
  const markers = new Set(scripts.flatMap(({ text }) => markersOf(text)));
  if (markers.size === 0) return undefined;
  for (const { path, text } of programTexts(fs, root)) {
    if (checks.test(path) || !applies.test(text)) continue;
    for (const one of markers) if (isQuoted(text, one)) return { marker: one, by: path };
  }
  return undefined;
}

/** Of the comments above the first statement. */
function markersOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const { text: line } of linesOf(text)) {
    const own = line.trim();
    if (own !== "" && !own.startsWith("--")) break;
    if (marker.test(own)) found.push(own);
  }
  return found;
}

const isQuoted = (text: string, marker: string): boolean =>
  ["'", '"', "`"].some((quote) => text.includes(`${quote}${marker}${quote}`));

/** Of the same length, so that places stay where they are. */
export const blank = (script: Script): Script => ({
  ...script,
  text: script.text.replace(/[^\r\n]/g, " "),
  written: script.written ?? script.text,
  empty: true,
});
