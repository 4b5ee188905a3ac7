/** Files in the class path for a tool that no build file of the project depends on: nothing runs them. */
import { handMade, rankedTools, toolNamed } from "./known-tools.ts";
import { withoutComments } from "./manifests.ts";
import type { AnyHistory, FileSystem } from "./migration.ts";
import { ancestors, baseName, join } from "./paths.ts";
import { withCatalog } from "./version-catalog.ts";

const mostFolders = 600;
const deepest = 4;
const longest = 262_144;

const buildFile =
  /^pom\.xml$|\.(?:gradle|gradle\.kts|sbt|versions\.toml)$|^gradle\.properties$|^extensions\.xml$/;
/** Sources of the build itself. */
const inBuildSources = /(?:^|\/)(?:buildSrc|build-logic|project)\/.*\.(?:kt|groovy|java|scala)$/;
const callers =
  /^(?:Makefile|[Jj]ustfile|Procfile|Jenkinsfile|(?:\w+\.)?Dockerfile(?:\.\w+)?)$|\.(?:ya?ml|properties|sh|bash|ps1|bat|cmd|env|tf|json)$/;
const skipped = /^(?:\.(?!github|circleci|mvn|ci).*|src|node_modules|target|build|out|dist|bin|vendor)\/$/;
const docs = /^(?:README|CONTRIBUTING|DEVELOPMENT)[\w.-]*$/i;

/** Of these, it is known that they bring no such tool with them. */
const plainGroup =
  /^(?:org\.springframework(?:\.\w+)*|com\.fasterxml[\w.]*|org\.projectlombok|org\.postgresql|com\.mysql|mysql|org\.mariadb[\w.]*|com\.h2database|io\.jsonwebtoken|org\.mapstruct[\w.]*|org\.testcontainers|org\.hibernate[\w.]*|jakarta[\w.]*|javax[\w.]*|org\.springdoc|org\.apache[\w.]*|org\.thymeleaf[\w.]*|com\.google[\w.]*|io\.quarkus|io\.micronaut[\w.]*|com\.zaxxer|io\.micrometer|org\.jetbrains[\w.]*|software\.amazon[\w.]*|com\.amazonaws|org\.slf4j|ch\.qos[\w.]*|org\.junit[\w.]*|io\.grpc|org\.redisson)$/;
/** What may bring one, of a group that isn't known. */
const mayBring =
  /starter|parent|bom|catalog|lib|util|kit|support|infra|framework|platform|common|core|shared|base|data|persist|jpa|jdbc|sql|db|schema|migrat|flowable|activiti|camunda|keycloak|openmrs|grails/i;
const plainPlugin =
  /^(?:java(?:-library)?|groovy|application|war|idea|eclipse|jacoco|checkstyle|pmd|base|maven-publish|org\.springframework\.boot|io\.spring\.[\w-]+|org\.jetbrains\.[\w.-]+|kotlin[\w.-]*|org\.graalvm[\w.-]*|com\.diffplug[\w.-]*|com\.google[\w.-]*|org\.sonarqube|io\.freefair[\w.-]*|org\.hibernate[\w.-]*|org\.openapi[\w.-]*|org\.gradle[\w.-]*|io\.quarkus|io\.micronaut[\w.-]*|com\.github[\w.-]*|com\.gorylenko[\w.-]*|net\.ltgt[\w.-]*|nu\.studer[\w.-]*|com\.bmuschko[\w.-]*)$/;

export interface Found {
  readonly path: string;
  readonly text: string;
  readonly isBuild: boolean;
}

/** Said only where all build files were read, and none of them may bring the tool in a way that can't be seen here. */
export function sayNotInBuild(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, history] of histories) {
    const { root, migrations } = history;
    const tool = migrations.length === 0 ? undefined : toolOf(history);
    const module = /^(.*?)\/?src\/main\/resources(?:\/|$)/.exec(root)?.[1];
    if (tool === undefined || module === undefined) continue;
    const files = filesOf(fs, ancestors(module === "" ? "." : module).at(-1) ?? ".");
    const builds = files?.filter(({ isBuild }) => isBuild) ?? [];
    const own = builds.find((one) => isOwnBuild(one, module));
    if (files === undefined || own === undefined || files.some((one) => runs(fs, one, tool))) continue;
    if (!builds.every((one) => isPlain(fs, one, builds))) continue;
    const noted = builds.find(({ text }) => text.toLowerCase().includes(tool));
    const where =
      noted === undefined ? `${own.path} has no ${tool}` : `${noted.path} has ${tool} in a comment only`;
    histories.set(key, sayingNothingRuns(history, where));
  }
}

/** With a line that says so, and why. */
export function sayingNothingRuns(history: AnyHistory, because: string): AnyHistory {
  const { root, migrations, loose = [] } = history;
  const count = migrations.length === 1 ? "this migration" : `these ${String(migrations.length)} migrations`;
  return { ...history, loose: [...loose, `${root}: nothing here runs ${count}: ${because}`] };
}

/** The tool, or the one whose names the files have. */
function toolOf({ tool, layout, evidence }: AnyHistory): string | undefined {
  if (toolNamed(tool).switchedBySpring === true) return tool;
  if (tool !== handMade.name || evidence.length > 1) return undefined;
  return rankedTools.find(
    ({ switchedBySpring, shapes }) => switchedBySpring === true && shapes.includes(layout),
  )?.name;
}

/** One without dependencies makes no program that could run them. */
const isOwnBuild = ({ path, text }: Found, module: string): boolean =>
  ["pom.xml", "build.gradle", "build.gradle.kts"].some(
    (name) => path === join(module === "" ? "." : module, name),
  ) && /<dependency>|\b(?:implementation|api|compile)\b/.test(text);

/** Files of the build, and those that may call a tool. Undefined: not all of them were looked for. */
export function filesOf(fs: FileSystem, top: string): readonly Found[] | undefined {
  const found: Found[] = [];
  const folders = [{ path: top, depth: 0 }];
  for (const { path: folder, depth } of folders) {
    if (folders.length > mostFolders) return undefined;
    for (const name of fs.list(folder)) {
      const path = join(folder, name);
      const isSource = inBuildSources.test(path);
      if (name.endsWith("/")) {
        const isOfBuild = /(?:^|\/)(?:buildSrc|build-logic)(?:\/|$)/.test(folder);
        if (isOfBuild ? depth < 9 : depth < deepest && !skipped.test(name))
          folders.push({ path: join(folder, name.slice(0, -1)), depth: depth + 1 });
      } else if (buildFile.test(name) || isSource || callers.test(name) || docs.test(name))
        found.push({
          path,
          text: (fs.read(path) ?? "").slice(0, longest),
          isBuild: buildFile.test(name) || isSource,
        });
    }
  }
  return found;
}

/** It depends on the tool, or calls it; a document has to write a command. */
export function runs(fs: FileSystem, file: Found, tool: string): boolean {
  const { path, text, isBuild } = file;
  if (!`${baseName(path)} ${text}`.toLowerCase().includes(tool) && !(isBuild && text.includes("libs.")))
    return false;
  if (isBuild) return dependedOn(fs, file).toLowerCase().includes(tool);
  if (docs.test(baseName(path)))
    return new RegExp(
      String.raw`\b${tool}[: ](?:--?\S{1,80} )*(?:update|migrate|\w+Update)|\bmigrate\b.*${tool}`,
      "i",
    ).test(text);
  return true;
}

/** With what a catalog calls `libs.x`; the catalog itself only lists what builds may take. */
export function dependedOn(fs: FileSystem, file: Found): string {
  const text = plainText(file);
  return file.path.endsWith(".versions.toml")
    ? (/^\[plugins\][^]*?(?=^\[\w+\]|(?![^]))/m.exec(text)?.[0] ?? "")
    : withCatalog(fs, file.path, text);
}

const plainText = ({ path, text }: Found): string => withoutComments(text, "jvm", baseName(path));

/** `"g:name:1.0"`, `group: "g", name: "name"`. */
const coordinates =
  /["']([\w.-]+):([\w.-]+)(?::[^"'\s]*)?["']|\bgroup\s?[:=]\s?["']([\w.-]+)["'],\s?name\s?[:=]\s?["']([\w.-]+)["']/g;

/** Neither a parent, nor a plugin of conventions, nor a starter of others may bring it. */
function isPlain(fs: FileSystem, file: Found, builds: readonly Found[]): boolean {
  const text = dependedOn(fs, file);
  const isMade = (artifact: string): boolean =>
    builds.some((one) => one.path.endsWith("pom.xml") && artifactOf(one.text) === artifact);
  const parent = /<parent>([^]*?)<\/parent>/.exec(text)?.[1];
  if (
    parent !== undefined &&
    !plainGroup.test(element(parent, "groupId")) &&
    !isMade(element(parent, "artifactId"))
  )
    return false;
  const maven = Array.from(text.matchAll(/<dependency>([^]*?)<\/dependency>/g), ([, one = ""]) => ({
    group: element(one, "groupId"),
    name: element(one, "artifactId"),
  }));
  const gradle = Array.from(
    text.matchAll(coordinates),
    ([, first = "", second = "", group = first, name = second]) => ({
      group,
      name,
    }),
  );
  // The catalog may lie elsewhere.
  if (/\blibs\.(?!plugins\.|versions\.)/.test(text)) return false;
  if (/\blibs\./.test(text) && !builds.some(({ path }) => path.endsWith(".versions.toml"))) return false;
  const isKnown = ({ group, name }: { readonly group: string; readonly name: string }): boolean =>
    plainGroup.test(group) || !mayBring.test(`${group}:${name}`) || isMade(name);
  if (!maven.every(isKnown) || !gradle.every(isKnown)) return false;
  if (/\bapply\s*\(?\s*from\b\s*[:=(]\s*["']?(?:https?:|.*\$)/.test(text)) return false;
  const plugins = Array.from(text.matchAll(/\bid\s*\(?\s*["']([\w.-]+)["']/g), ([, id = ""]) => id);
  return file.path.endsWith(".gradle") || file.path.endsWith(".kts")
    ? plugins.every((id) => plainPlugin.test(id))
    : true;
}

const element = (text: string, name: string): string =>
  new RegExp(String.raw`<${name}>\s*([^<\s]{1,200})\s*</${name}>`).exec(text)?.[1] ?? "";

/** Its own, not its parent's. */
const artifactOf = (text: string): string =>
  element(text.replace(/<(parent|dependencies|dependencyManagement|build)>[^]*?<\/\1>/g, ""), "artifactId");
