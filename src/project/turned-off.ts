/** Two tools in one module of Spring's: the one that its settings turn off, or that its build hasn't, runs nothing. */
import { isRecord } from "./json.ts";
import { readYaml } from "./layouts/yaml.ts";
import { rankedTools, toolNamed } from "./known-tools.ts";
import { jvmSourceWith } from "./jvm-sources.ts";
import { manifestsIn, readManifest } from "./manifests.ts";
import type { AnyHistory, FileSystem } from "./migration.ts";
import { dependedOn, filesOf, runs, sayingNothingRuns, sayNotInBuild } from "./not-in-build.ts";
import { ancestors, join } from "./paths.ts";
import type { Tool } from "./tool.ts";

const homes = ["src/main/resources", "src/main/resources/config"];
const longest = 65_536;

/** What doesn't run is left out beside what does; alone, it is named. */
export function weighToolsOfSpring(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  dropTurnedOff(fs, histories);
  dropWithoutTool(fs, histories);
  sayNotInBuild(fs, histories);
  saySwitchedOff(fs, histories);
}

/** Left out beside what runs; alone it is what the user wants to see: a job of its own may run it. */
function dropTurnedOff(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  const ofSpring = [...histories].filter(
    ([, { tool, migrations }]) => toolNamed(tool).switchedBySpring === true && migrations.length > 0,
  );
  if (new Set(ofSpring.map(([, { tool }]) => tool)).size < 2) return;
  for (const [key, { root, tool, migrations, alsoRead: also = [] }] of ofSpring) {
    const files = [...also, ...migrations.map(({ up }) => up.path)];
    const module = moduleOf(root);
    const off = module === undefined ? undefined : isOff(fs, module, tool);
    if (module === undefined || off === undefined) continue;
    const [main, running] =
      ofSpring.find(
        ([other, one]) =>
          histories.has(other) &&
          one.tool !== tool &&
          moduleOf(one.root) === module &&
          isOff(fs, module, one.tool) === undefined,
      ) ?? [];
    if (main === undefined || running === undefined) continue;
    histories.delete(key);
    const says = `${root} is left out: ${off} turns ${tool} off, and ${running.tool} runs ${running.root}`;
    const { loose = [], alsoRead = [] } = histories.get(main) ?? {};
    histories.set(main, { ...running, loose: [...loose, says], alsoRead: [...alsoRead, ...files] });
  }
}

/**
 * What is named as one tool of Spring's names it, in a module whose build has the other one alone: no trace of the first
 * tool was found, nor of code that reads the files.
 */
function dropWithoutTool(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, { root, tool, layout, evidence, migrations }] of [...histories]) {
    const module = moduleOf(root);
    const isUntraced = toolNamed(tool).handMade === true && evidence.length === 1 && migrations.length > 0;
    if (!isUntraced || module === undefined || !rankedTools.some((one) => isOfSpring(one, layout))) continue;
    const [main, running] =
      [...histories].find(
        ([, one]) =>
          one.migrations.length > 0 &&
          toolNamed(one.tool).switchedBySpring === true &&
          moduleOf(one.root) === module &&
          isInBuild(fs, module, one.tool),
      ) ?? [];
    if (main === undefined || running === undefined) continue;
    histories.delete(key);
    const says = `${root} is left out: the build has ${running.tool}, and nothing that runs these files`;
    histories.set(main, { ...running, loose: [...(running.loose ?? []), says] });
  }
}

/** Said only where no profile turns the tool on, and neither the build, nor a program, nor a script runs it. */
function saySwitchedOff(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, history] of histories) {
    const { root, tool, migrations } = history;
    const module = moduleOf(root);
    if (module === undefined || migrations.length === 0 || toolNamed(tool).switchedBySpring !== true)
      continue;
    const off = isOff(fs, module, tool);
    if (off === undefined || isOnInProfile(fs, module, tool) || isRunOtherwise(fs, module, tool)) continue;
    histories.set(key, sayingNothingRuns(history, `${off} turns ${tool} off`));
  }
}

/** A profile, or a later document of the settings, states anything but `false`. */
function isOnInProfile(fs: FileSystem, module: string, tool: string): boolean {
  const folders = [...homes, "src/test/resources", "src/test/resources/config"];
  return folders.some((home) =>
    fs
      .list(join(module, home))
      .filter((name) => /^(?:application|bootstrap)\b.*\.(?:properties|ya?ml)$/.test(name))
      .some((name) =>
        enabled(fs, join(module, home, name), tool).some((says) => says !== undefined && says !== "false"),
      ),
  );
}

/** A plugin of the build, a bean that the program makes itself, or whatever calls it by its name. */
function isRunOtherwise(fs: FileSystem, module: string, tool: string): boolean {
  const files = filesOf(fs, ancestors(module).at(-1) ?? ".");
  if (files === undefined) return true;
  const plugin = new RegExp(
    String.raw`\bplugin\S{0,40}.{0,80}${tool}|\bid\W.{0,40}${tool}|${tool}\S{0,20}plugin`,
    "i",
  );
  const called = new RegExp(String.raw`\b(?:org\.)?(?:Spring)?${tool}\w{0,20}\b`, "i");
  return (
    files.some((file) => (file.isBuild ? plugin.test(dependedOn(fs, file)) : runs(fs, file, tool))) ||
    (["main", "test"] as const).some((of) => jvmSourceWith(fs, module, called, of) !== undefined)
  );
}

const isOfSpring = ({ switchedBySpring, shapes }: Tool, layout: string): boolean =>
  switchedBySpring === true && shapes.includes(layout);

const isInBuild = (fs: FileSystem, module: string, tool: string): boolean =>
  [...manifestsIn(fs.list(module)).keys()].some((name) =>
    readManifest(fs, join(module, name))?.includes(tool),
  );

const moduleOf = (root: string): string | undefined => {
  const [, module] = /^(.*?)\/?src\/main\/resources(?:\/|$)/.exec(root) ?? [];
  return module === "" ? "." : module;
};

/** The file that turns the tool off: for every profile; or for one, where the build hasn't the tool and none turns it on. */
function isOff(fs: FileSystem, module: string, tool: string): string | undefined {
  const stated = homes.flatMap((home) =>
    fs.list(join(module, home)).flatMap((name) => {
      const [, profile] = settings.exec(name) ?? [];
      if (profile === undefined) return [];
      const path = join(module, home, name);
      return [{ path, profile, says: enabled(fs, path, tool)[0] }];
    }),
  );
  const off = stated.filter(({ says }) => says === "false");
  const ofAll = off.find(({ profile }) => profile === "");
  if (ofAll !== undefined || isInBuild(fs, module, tool)) return ofAll?.path;
  return stated.some(({ says }) => says !== undefined && says !== "false") ? undefined : off[0]?.path;
}

/** Of one profile, or of all; what tests leave out says nothing. */
const settings = /^application(|-(?!.{0,40}test)[\w-]{1,60})\.(?:properties|ya?ml)$/;

/** What each document of the settings states: the first one for all profiles, a later one for some. */
function enabled(fs: FileSystem, path: string, tool: string): readonly (string | undefined)[] {
  const text = (fs.read(path) ?? "").slice(0, longest);
  const documents = text.split(/^#?---.*$/m).filter((part) => part.trim() !== "");
  return text.includes(tool) ? documents.map((part) => enabledIn(part, tool)) : [];
}

function enabledIn(text: string, tool: string): string | undefined {
  const line = new RegExp(
    String.raw`^[ \t]{0,20}(?:spring\.)?${tool}\.enabled[ \t]{0,9}[=:][ \t]{0,9}(\S{1,60})`,
    "m",
  );
  const flat = line.exec(text)?.[1];
  if (flat !== undefined || !text.includes(`${tool}:`)) return flat;
  const tree = readYaml(text);
  const spring = isRecord(tree) ? tree["spring"] : undefined;
  const own = isRecord(spring) ? spring[tool] : undefined;
  const value = isRecord(own) ? own["enabled"] : undefined;
  return typeof value === "string" ? value : undefined;
}
