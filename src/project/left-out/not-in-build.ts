/** Files in the class path for a tool that no build file of the project depends on: nothing runs them. */
import { handMade, rankedTools, toolNamed } from "../known-tools.ts";
import { isNamedByScript } from "../found-runner.ts";
import { jvmSourceWith } from "../jvm-sources.ts";
import { withoutComments } from "../manifests.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { ancestors, baseName, join, segments } from "../files/paths.ts";
import { composeFiles } from "../tool.ts";
import { withCatalog } from "../version-catalog.ts";

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
  /^(?:org\.springframework(?:\.\w+)*|com\.fasterxml[\w.]*|org\.projectlombok|org\.postgresql|com\.mysql|mysql|org\.mariadb[\w.]*|com\.h2database|io\.jsonwebtoken|org\.mapstruct[\w.]*|org\.testcontainers|org\.hibernate[\w.]*|jakarta[\w.]*|javax[\w.]*|org\.springdoc|org\.apache[\w.]*|org\.thymeleaf[\w.]*|com\.google[\w.]*|io\.quarkus|io\.micronaut[\w.]*|com\.zaxxer|io\.micrometer|org\.jetbrains[\w.]*|software\.amazon[\w.]*|com\.amazonaws|org\.slf4j|ch\.qos[\w.]*|commons-[\w-]+|org\.mockito|org\.assertj|org\.openapitools|org\.spockframework|io\.springfox|io\.swagger[\w.]*|io\.hypersistence|com\.vladmihalcea|org\.modelmapper|org\.mybatis[\w.]*|com\.(?:mysema\.)?querydsl|com\.bucket4j|com\.microsoft\.sqlserver|org\.xerial|org\.hsqldb|io\.projectreactor|org\.webjars|com\.itextpdf|org\.junit[\w.]*|io\.grpc|org\.redisson|org\.deeplearning4j|org\.nd4j|dev\.langchain4j|io\.minio|org\.bouncycastle|org\.glassfish[\w.]*|org\.eclipse[\w.]*|io\.cucumber|io\.rest-assured|com\.squareup[\w.]*|io\.github\.resilience4j|net\.logstash[\w.]*|com\.nimbusds|com\.auth0|io\.sentry|io\.opentelemetry[\w.]*|org\.ehcache|net\.javacrumbs[\w.]*|io\.lettuce|redis\.clients|org\.mongodb|com\.rabbitmq|com\.cloudinary|com\.twilio[\w.]*|com\.sendgrid|com\.stripe|dev\.samstevens[\w.]*)$/;
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

/**
 * Only where all build files were read, and none of them may bring the tool in a way that can't be seen here. A tool that
 * the build has in a comment was turned off; one that it doesn't know may be called by hand.
 */
export function judgeNotInBuild(
  fs: FileSystem,
  histories: Map<string, AnyHistory>,
  isStated: (history: AnyHistory) => boolean,
): void {
  for (const [key, history] of histories) {
    const { root, migrations } = history;
    const tool = migrations.length === 0 ? undefined : toolOf(history);
    const module = /^(.*?)\/?src\/main\/resources(?:\/|$)/.exec(root)?.[1];
    if (tool === undefined || module === undefined) continue;
    const unbuilt = unbuiltBy(fs, root);
    // Its own plugin may run them all the same.
    const isOfPlugin = unbuilt?.text.includes(`${tool}-maven-plugin`) === true;
    if (unbuilt !== undefined && !isOfPlugin && !isStated(history) && !isNamedByScript(fs, history)) {
      histories.set(key, {
        ...history,
        idle: `${unbuilt.path} has packaging pom, which builds nothing in src`,
      });
      continue;
    }
    const files = filesOf(fs, ancestors(module === "" ? "." : module).at(-1) ?? ".");
    const builds = files?.filter(({ isBuild }) => isBuild) ?? [];
    const own = builds.find((one) => isOwnBuild(one, module));
    if (files === undefined || own === undefined || files.some((one) => runs(fs, one, tool, root))) continue;
    if (!builds.every((one) => isPlain(fs, one, builds))) continue;
    const noted = builds.find(
      ({ path, text }) => !path.endsWith(".versions.toml") && text.toLowerCase().includes(tool),
    );
    const where =
      noted === undefined ? `${own.path} has no ${tool}` : `${noted.path} has ${tool} in a comment only`;
    const maker = isStated(history) ? undefined : madeByHibernate(fs, module);
    // Each start that drops the tables is reported with the history.
    const isKept = maker !== undefined && !dropsTables.test(fs.read(maker)?.slice(0, longest) ?? "");
    const isOff = noted !== undefined || isKept;
    const idle = noted === undefined ? where + madeBy(maker) : where;
    histories.set(
      key,
      isOff && !isStated(history) && !readsItself(fs, module, history)
        ? { ...history, idle }
        : sayingNothingRuns(history, where, maker),
    );
  }
}

/** The file of a module of Maven that only holds others together: whatever was in its `src` before, nothing builds it. */
export function unbuiltBy(
  fs: FileSystem,
  root: string,
): { readonly path: string; readonly text: string } | undefined {
  const module = /^(.*?)\/?src\/main\//.exec(root)?.[1];
  if (module === undefined) return undefined;
  const path = join(module === "" ? "." : module, "pom.xml");
  const text = withoutComments(fs.read(path)?.slice(0, longest) ?? "", "jvm", path);
  return /<modules>/.test(text) && /<packaging>\s*pom\s*<\/packaging>/.test(text)
    ? { path, text }
    : undefined;
}

/** The settings by which Hibernate brings the tables to what the entities say, so that nobody runs the files by hand. */
function madeByHibernate(fs: FileSystem, module: string): string | undefined {
  const places = ["", "config"].map((home) => join(module, "src/main/resources", home));
  const container = composeFiles
    .map((file) => join(module, file))
    .find((path) => ofContainer.test(fs.read(path)?.slice(0, longest) ?? ""));
  if (container !== undefined) return container;
  return places
    .flatMap((place) => fs.list(place).map((name) => join(place, name)))
    .find((path) => {
      if (!/^application\.(?:properties|ya?ml)$/.test(baseName(path))) return false;
      return /^[^#\n]{0,80}\bddl-auto["']?[ \t]*[:=][ \t]*["']?(?:create|update)\b/m.test(
        fs.read(path)?.slice(0, longest) ?? "",
      );
    });
}

/** It is stronger than the files of settings. */
const ofContainer =
  /^[^#\n]{0,80}\bSPRING_JPA_HIBERNATE_DDL_AUTO["']?[ \t]*[:=][ \t]*["']?(?:\$\{\w{1,60}:-)?(?:create|update)\b/m;

const dropsTables = /^[^#\n]{0,80}\bddl-auto["']?[ \t]*[:=][ \t]*["']?create\b/m;

const madeBy = (maker: string | undefined): string =>
  maker === undefined ? "" : `, and ${maker} has Hibernate make the tables`;

/** @param maker what makes the tables in their place: then it is sure */
export function sayingNothingRuns(history: AnyHistory, because: string, maker?: string): AnyHistory {
  const { root, migrations } = history;
  const count = migrations.length === 1 ? "this migration" : `these ${String(migrations.length)} migrations`;
  const says = `${root}: nothing here runs ${count}: ${because}${madeBy(maker)}`;
  return { ...history, unrun: { says, isSure: maker !== undefined } };
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

/** It depends on the tool, calls it, or hands on the files; a document has to write a command. */
export function runs(fs: FileSystem, file: Found, tool: string, root: string): boolean {
  const { path, isBuild } = file;
  const text = isBuild ? file.text : file.text.replaceAll(turningOff, "");
  const isDocument = docs.test(baseName(path));
  if (!isBuild && namesFiles(text, root, isDocument)) return true;
  if (!`${baseName(path)} ${text}`.toLowerCase().includes(tool) && !(isBuild && text.includes("libs.")))
    return false;
  if (isBuild) return dependedOn(fs, file).toLowerCase().includes(tool);
  if (isDocument)
    return new RegExp(
      String.raw`\b${tool}[: ](?:--?\S{1,80} )*(?:update|migrate|\w+Update)|\bmigrate\b.*${tool}|${tool}[._]enabled["' ]*[=:]["' ]*true`,
      "i",
    ).test(text);
  return true;
}

/** `SPRING_FLYWAY_ENABLED: "false"`, `spring.flyway.enabled=false` and the same in YAML call nothing. */
const turningOff =
  /\bSPRING_[A-Z]{1,20}_ENABLED["']?[ \t]{0,9}[=:][ \t]{0,9}["']?false\b|(?:\b|-D)spring\.[a-z]{1,20}\.enabled["']?[ \t]{0,9}[=:][ \t]{0,9}["']?false\b|\b[a-z]{1,20}:[ \t]{0,9}\n[ \t]{1,40}enabled:[ \t]{1,9}["']?false\b/g;

/** A container that starts with them, or a client of the server that reads them. */
function namesFiles(text: string, root: string, isDocument: boolean): boolean {
  const home = tailOf(root);
  if (!text.includes(home)) return false;
  return (
    !isDocument ||
    text.split("\n").some((line) => line.includes(home) && /\b(?:psql|mysql|mariadb)\b/.test(line))
  );
}

/** `db/migration`: how what reads a folder calls it. */
const tailOf = (root: string): string => segments(root).slice(-2).join("/");

/** The program names the folder: in the settings of what fills the database, in its tests, or where it reads files. */
export function readsItself(fs: FileSystem, module: string, history: AnyHistory): boolean {
  const { root } = history;
  const home = tailOf(root);
  const inCode = new RegExp(String.raw`["/]${home.replaceAll(/[^\w/]/g, String.raw`\$&`)}\b`);
  const isLoaded = ["main", "test"].some((of) => {
    const folder = join(module, `src/${of}/resources`);
    return fs
      .list(folder)
      .filter((name) => /\.(?:properties|ya?ml)$/.test(name))
      .some((name) => loads.exec(fs.read(join(folder, name)) ?? "")?.[0].includes(home));
  });
  return (
    isLoaded ||
    (["main", "test"] as const).some((of) => jvmSourceWith(fs, module, inCode, of) !== undefined) ||
    isNamedByScript(fs, history)
  );
}

/** `spring.sql.init.schema-locations` */
const loads = /\b(?:schema|data)-?locations?\b[^]{0,400}/i;

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
