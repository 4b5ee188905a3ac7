/** Two tools in one module of Spring's: the one that its settings turn off, or that its build hasn't, runs nothing. */
import { callersOf } from "./callers.ts";
import { factsIn, type Facts } from "../facts.ts";
import { isRecord } from "../files/json.ts";
import { readYaml } from "../layouts/yaml.ts";
import { rankedTools, toolNamed } from "../known-tools.ts";
import { jvmSourceWith } from "../jvm-sources.ts";
import { manifestsIn, readManifest } from "../manifests.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import {
  dependedOn,
  filesOf,
  judgeNotInBuild,
  readsItself,
  runs,
  sayingNothingRuns,
  type Found,
} from "./not-in-build.ts";
import { ancestors, baseName, join, parentOf } from "../files/paths.ts";
import type { Tool } from "../tool.ts";

const homes = ["src/main/resources", "src/main/resources/config"];
const longest = 65_536;

/** What doesn't run is left out beside what does; alone, it is named as idle, unless the configuration states its tool. */
export function weighToolsOfSpring(fs: FileSystem, histories: Map<string, AnyHistory>, facts: Facts): void {
  const isStated = ({ root }: AnyHistory): boolean =>
    factsIn(root, facts).tool !== undefined || Object.hasOwn(facts.folders ?? {}, root);
  dropTurnedOff(fs, histories);
  dropWithoutTool(fs, histories);
  judgeNotInBuild(fs, histories, isStated);
  judgeTurnedOff(fs, histories, isStated);
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

/** Only where no profile turns the tool on, and neither the build, nor a program, nor a script runs it. */
function judgeTurnedOff(
  fs: FileSystem,
  histories: Map<string, AnyHistory>,
  isStated: (history: AnyHistory) => boolean,
): void {
  for (const [key, history] of histories) {
    const { root, tool, migrations, idle } = history;
    const module = moduleOf(root);
    if (module === undefined || migrations.length === 0 || toolNamed(tool).switchedBySpring !== true)
      continue;
    const off = idle === undefined ? isOff(fs, module, tool) : undefined;
    if (off === undefined || isOnInProfile(fs, module, tool) || isRunOtherwise(fs, module, history)) continue;
    const because = `${off} turns ${tool} off`;
    histories.set(
      key,
      isStated(history) ? sayingNothingRuns(history, because) : { ...history, idle: because },
    );
  }
}

/** A profile, or a later document of the settings, states anything but `false`; or they come from elsewhere, too. */
function isOnInProfile(fs: FileSystem, module: string, tool: string): boolean {
  const folders = [...homes, "src/test/resources", "src/test/resources/config"];
  return folders.some((home) =>
    fs
      .list(join(module, home))
      .filter((name) => /^(?:application|bootstrap)\b.*\.(?:properties|ya?ml)$/.test(name))
      .some(
        (name) =>
          fromElsewhere.test(fs.read(join(module, home, name)) ?? "") ||
          enabled(fs, join(module, home, name), tool)
            .map((says) => withoutEnvironment(fs, module, says))
            .some((says) => says !== undefined && says !== "false"),
      ),
  );
}

/** A server of settings hands out more of them. */
const fromElsewhere = /\b(?:configserver|vault|consul|nacos|zookeeper|azure-?app-?config\w*|aws-\w+):/i;

/** A plugin of the build, a bean that the program makes itself, or whatever calls it or its files by their names. */
function isRunOtherwise(fs: FileSystem, module: string, history: AnyHistory): boolean {
  const { root, tool } = history;
  const files = filesOf(fs, ancestors(module).at(-1) ?? ".");
  if (files === undefined) return true;
  const plugin = new RegExp(
    String.raw`\bplugin\S{0,40}.{0,80}${tool}|\bid\W.{0,40}${tool}|${tool}\S{0,20}plugin`,
    "i",
  );
  // A test that turns it off as well doesn't call it.
  const called = new RegExp(
    String.raw`\b(?:org\.)?(?:Spring)?${tool}\w{0,20}\b(?!\.enabled\W{1,12}false\b)`,
    "i",
  );
  return (
    callersOf(files, module).some((file) =>
      file.isBuild ? plugin.test(dependedOn(fs, file)) : runs(fs, file, tool, root),
    ) ||
    isDependedOn(files, module) ||
    (["main", "test"] as const).some((of) => jvmSourceWith(fs, module, called, of) !== undefined) ||
    readsItself(fs, module, history)
  );
}

/** Another module of the project, with settings of its own, has this one on its class path. */
function isDependedOn(files: readonly Found[], module: string): boolean {
  const name = baseName(module).replaceAll(/[^\w-]/g, "");
  if (name === "") return false;
  const asked = new RegExp(
    String.raw`\bproject\s?\([^)\n]{0,40}:${name}["']|<dependency>(?:(?!</dependency>)[^]){0,400}<artifactId>${name}</`,
  );
  return files.some(({ isBuild, text, path }) => isBuild && parentOf(path) !== module && asked.test(text));
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
      return [{ path, profile, says: withoutEnvironment(fs, module, enabled(fs, path, tool)[0]) }];
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

/** What stands for a value that the environment doesn't give, `${FLYWAY:false}`, where no file of the project gives it. */
function withoutEnvironment(fs: FileSystem, module: string, value: string | undefined): string | undefined {
  const [, name, instead] = /^["']?\$\{(\w{1,60}):(\w{1,20})\}["']?$/.exec(value ?? "") ?? [];
  if (name === undefined) return value;
  const given = new RegExp(String.raw`\b${name}["']?[ \t]{0,9}[=:]`);
  const files = filesOf(fs, ancestors(module).at(-1) ?? ".");
  return files?.some(({ text }) => given.test(text)) === false ? instead : value;
}
