/** What a project's settings give for `${name}` in its changelogs: Liquibase's own, Spring's, Quarkus's, Maven's. */
import type { FileSystem } from "../migration.ts";
import { folders, inModule } from "./module-settings.ts";

const value = String.raw`["']?([^\s"'#]{1,200})["']?`;
/** `parameter.shop=a`, `spring.liquibase.parameters.shop=a`, `quarkus.liquibase.change-log-parameters.shop=a`. */
const lines = new RegExp(
  String.raw`^[ \t]{0,40}(?:parameter|(?:spring|quarkus)\.liquibase\.(?:change[-_]?log[-_]?)?parameters)\.["']?([\w.-]{1,80})["']?[ \t]{0,9}[=:][ \t]{0,9}${value}`,
  "gim",
);
/** A block of YAML, whose lines stand deeper than its name. */
const block =
  /^([ \t]{0,40})(?:change[-_]?log[-_]?)?parameters:[ \t]{0,9}\r?\n((?:\1[ \t]{1,40}[^\s][^\n]{0,400}\n?|[ \t]{0,40}\r?\n){1,200})/gim;
const ofBlock = new RegExp(String.raw`^[ \t]+["']?([\w.-]{1,80})["']?:[ \t]{1,9}${value}`, "gm");
/** Of the plugin for Maven. */
const ofPlugin =
  /<property>\s{0,80}<name>([\w.-]{1,80})<\/name>\s{0,80}<value>([^<\s]{1,200})<\/value>\s{0,80}<\/property>/g;
/** `${SHOP_SCHEMA:public}`: what counts where the environment says nothing. */
const fromEnvironment = /^\$\{[\w.-]{1,80}:([^{}]{1,120})\}$/;

/** By name; without those that the settings of profiles give different values, or that only the environment knows. */
export function statedParameters(fs: FileSystem, root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string | undefined>();
  for (const pair of inModule(fs, root, folders, pairsIn)) {
    const [name = "", written = ""] = pair.split("\n", 2);
    const own = fromEnvironment.exec(written)?.[1] ?? written;
    found.set(name, own.includes("${") || (found.has(name) && found.get(name) !== own) ? undefined : own);
  }
  return new Map([...found].flatMap(([name, own]) => (own === undefined ? [] : [[name, own] as const])));
}

/** A name and its value, with a line break between. */
function pairsIn(text: string): readonly string[] {
  if (!/liquibase|^parameter\./im.test(text)) return [];
  const all = [
    ...text.matchAll(lines),
    ...Array.from(text.matchAll(block), ([, , inner = ""]) => [...inner.matchAll(ofBlock)]).flat(),
    ...(text.includes("<expressionVars>") ? text.matchAll(ofPlugin) : []),
  ];
  return all.map(([, name = "", own = ""]) => `${name}\n${own}`);
}
