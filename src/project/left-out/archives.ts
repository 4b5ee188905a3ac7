/** Folders that a project keeps and no longer runs: `_archive/backend/migrations`, `migrations/old`. */
import {
  isEnteredBelow,
  isNamedByAnySettings,
  isNamedByScript,
  isNamedBySettings,
  isNamedElsewhere,
  namingSettings,
} from "../found-runner.ts";
import { toolNamed } from "../known-tools.ts";
import { code } from "../layouts/code.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { ancestors, baseName, isWithin, join, parentOf, relative, segments } from "../files/paths.ts";
import { runsAllBelow } from "./unchecked.ts";

const behind = "(?:[_-]?(?:code|files|migrations?|scripts|sql))";
const past = "archived|attic|bak|deprecated|obsolete|old|retired|superseded|unused";
const old = new RegExp(`^_{0,2}(?:${past}|graveyard)${behind}?$`, "i");
/** What a service may be called as well. */
const word = "(?:archives?|backups?|trash)";
const kept = new RegExp(`^(?:_{1,2}${word}${behind}?|${word}${behind})$`, "i");
/** `migrations_backup`, `migrations-old`, `migrations-deprecated-from-web`, `migration-rescue-20260529` */
const marked = new RegExp(
  `^(?:\\w{1,40}_)?migrations?[-_.](?:${past}|${word}|disabled|legacy|rescued?)(?:\\d{0,8}|[-_.][\\w.-]{1,60})$`,
  "i",
);
/** `deprecated-migrations`, `legacy-control-plane-migrations` */
const markedBefore = new RegExp(`^(?:${past}|legacy|rescued?)[-_.](?:[\\w-]{1,40}[-_.])?migrations?$`, "i");
const keptBelow = new RegExp(`^${word}$`, "i");

function isArchived({ root }: Pick<AnyHistory, "root">): boolean {
  const names = segments(root);
  return (
    names.some((name) => old.test(name) || kept.test(name) || marked.test(name) || markedBefore.test(name)) ||
    keptBelow.test(names.at(-1) ?? "")
  );
}

/** `src_backup_20260424`, `api-old` */
const markedCopy = new RegExp(
  `^(\\w[\\w.-]{0,60}?)[-_. ](?:${past}|${word}|copy|orig)(?:[-_.]?\\d{1,14})?$`,
  "i",
);

/** The same folder without its mark holds a history, too: `src/database/migrations` beside `src_old/database/migrations`. */
function isMarkedCopy(
  { root }: Pick<AnyHistory, "root">,
  histories: ReadonlyMap<string, AnyHistory>,
): boolean {
  const names = segments(root);
  return names.some((name, i) => {
    const [, plain] = markedCopy.exec(name) ?? [];
    const own = plain === undefined ? undefined : names.with(i, plain).join("/");
    return [...histories.values()].some((one) => one.root === own);
  });
}

const sample = new RegExp(`^(?:samples?|examples?)${behind}?$`, "i");

/**
 * Below the folder that the tool's settings name, or that another history has, the tool doesn't enter one: what is called
 * a sample there, or kept for the past, never runs. Where there is nothing else, the history remains without migrations.
 */
export function dropNotEntered(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, history] of [...histories]) {
    const { root, tool } = history;
    const above = parentOf(root);
    const isSample = sample.test(baseName(root));
    if (above === undefined || runsAllBelow(history) || toolNamed(tool).handMade === true) continue;
    if (!isSample && !isArchived({ ...history, root: baseName(root) })) continue;
    const settings = namingSettings(fs, { ...history, root: above });
    const main = [...histories].find(([other, one]) => other !== key && isWithin(one.root, above));
    // Of several, an archive is left out below, where it may be the beginning of one.
    if (main === undefined ? settings === undefined || histories.size > 1 : !isSample) continue;
    if (isNamedBySettings(fs, history) || isNamedByScript(fs, history) || isEnteredBelow(fs, above)) continue;
    histories.delete(key);
    const [of, one] = main ?? [key, { ...history, migrations: [], problems: [] }];
    const says = `${root} is left out: ${tool} runs the files of ${above}${settings === undefined ? "" : `, as ${settings} says`}, and enters no folder below it`;
    histories.set(of, { ...one, loose: [...(one.loose ?? []), says] });
  }
}

/** Of code below the code of the same tool, which runs the files of one folder: where nothing names it, it is left out. */
export function dropBelowCode(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, history] of [...histories]) {
    const { root, tool, layout, migrations } = history;
    if (layout !== code.name || isNamedByAnySettings(fs, root) || isNamedElsewhere(fs, history)) continue;
    const [of, main] =
      [...histories].find(
        ([other, one]) =>
          other !== key && one.layout === layout && one.tool === tool && isWithin(one.root, root),
      ) ?? [];
    if (of === undefined || main === undefined || isEnteredBelow(fs, main.root)) continue;
    histories.delete(key);
    const count = migrations.length === 1 ? "1 migration" : `${String(migrations.length)} migrations`;
    const says = `${root} is left out with ${count}: ${tool} runs the files of ${main.root}, and no settings name this folder below it`;
    histories.set(of, { ...main, loose: [...(main.loose ?? []), says] });
  }
}

/**
 * Leaves out what a tool only writes its declared schema to, where the settings of another one take that schema as their
 * source and name a folder of their own.
 */
export function dropExports(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, { root, tool }] of histories) {
    const { exported } = toolNamed(tool);
    if (exported === undefined) continue;
    for (const home of ancestors(root)) {
      const path = join(home, exported.file);
      const text = fs.read(path);
      if (text === undefined || !exported.pattern.test(text)) continue;
      const main = [...histories].find(
        ([other, one]) => other !== key && text.includes(`file://${relative(home, one.root)}"`),
      );
      if (main === undefined) break;
      histories.delete(key);
      const says = `${root} is left out: ${path} takes the schema of ${tool} and applies ${main[1].root} alone`;
      histories.set(main[0], { ...main[1], loose: [...(main[1].loose ?? []), says] });
      break;
    }
  }
}

/**
 * Leaves them out where there are others, which say so. One that lies in the folder of a history may hold its
 * beginning.
 */
export function dropArchives(histories: Map<string, AnyHistory>): void {
  const archives = [...histories].filter(
    ([, history]) => isArchived(history) || isMarkedCopy(history, histories),
  );
  if (archives.length === 0 || archives.length === histories.size) return;
  for (const [key] of archives) histories.delete(key);
  const [first] = histories.values();
  for (const [key, history] of histories) {
    const own = archives.filter(([, { root }]) => isWithin(history.root, parentOf(root) ?? "."));
    const says = history === first ? archives : own;
    if (says.length === 0) continue;
    const lines = says.map(([, { root }]) => `${root} is left out: its name says that it is an archive`);
    histories.set(key, {
      ...history,
      loose: [...(history.loose ?? []), ...new Set(lines)],
      ...(own.length === 0 ? {} : { continues: true }),
    });
  }
}
