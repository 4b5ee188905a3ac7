/** What the settings of a project of Rails give each session: `variables:` of `config/database.yml`, strong_migrations. */
import { connectionsOf } from "../layouts/class-folders.ts";
import type { SessionSetting } from "../facts.ts";
import { ancestors, join } from "../files/paths.ts";

type ReadFile = (path: string) => string | undefined;

export const strong = "config/initializers/strong_migrations.rb";

/** `StrongMigrations.lock_timeout = 10.seconds`, `"10s"`, `ENV.fetch("LOCK_TIMEOUT", 10)` */
function strongTimeout(name: "lock_timeout" | "statement_timeout", ruby: string): string | undefined {
  const [, text = ""] =
    new RegExp(String.raw`^[ \t]*StrongMigrations\.${name}[ \t]*=[ \t]*([^\s#][^#\n]{0,200})`, "m").exec(
      ruby,
    ) ?? [];
  const [, count, unit = "s"] = /^["']?(\d+)(?:\.?(s|ms|min)[a-z]*)?["']?\s*$/.exec(text) ?? [];
  if (count !== undefined) return `${count}${unit}`;
  return text === "" || /^nil\b/.test(text) ? undefined : text.trim();
}

/** The block of `production:` with those that it names by `*`; the whole text where it has none. */
function ofProduction(yaml: string): string {
  const blocks = yaml.split(/^(?=[A-Za-z_])/m);
  const start = blocks.find((block) => /^production:/.test(block));
  if (start === undefined) return yaml;
  const used = new Set([start]);
  for (const block of used)
    for (const [, name = ""] of block.matchAll(/<<:[^\n]{0,100}?\*(\w+)/g)) {
      const named = blocks.find((one) => new RegExp(`&${name}\\b`).test(one));
      if (named !== undefined) used.add(named);
    }
  return [...used].join("");
}

/** `5s` of `5s`, `"5s"`, `<%= ENV["X"] || "5s" %>`, `<%= ENV.fetch("X") { 5000 } %>`; another expression as it is. */
function valueOf(text: string): string {
  const [, given] = /^<%=(.*)%>$/.exec(text) ?? [];
  if (given === undefined) return text;
  const [, otherwise] = /(?:\|\||[{,])\s*["']?(\d+(?:ms|s|min|h)?)["']?\s*[})]*\s*$/.exec(given) ?? [];
  return otherwise ?? text;
}

/** One of these `variables:`, else as `init_command:` or `options: -c` give it. */
function variableIn(names: string, yaml: string): string | undefined {
  const name = `(?:${names})`;
  const [, listed] =
    new RegExp(String.raw`^[ \t]+${name}:[ \t]*(<%=[^\n]{1,200}?%>|["']?\d+(?:ms|s|min|h)?\b)`, "m").exec(
      variables(yaml),
    ) ?? [];
  if (listed !== undefined) return valueOf(listed.replace(/^["']/, ""));
  const sent = String.raw`(?:\bSET\b[^\n#]{0,100}?[\s@.,]|-c[ \t]?)${name}[ \t]*=[ \t]*'?(\d+(?:ms|s|min|h)?)\b`;
  return new RegExp(String.raw`^[ \t]+(?:init_command|options):[^\n#]{0,200}?${sent}`, "im").exec(yaml)?.[1];
}

/** The lines below each `variables:`, or between its braces. */
const variables = (yaml: string): string =>
  [
    ...yaml.matchAll(
      /^([ \t]+)variables:[ \t]*(?:\{([^}\n]*)\}[^\n]*|[^\n]*((?:\n(?:\1[ \t]+[^\n]*|[ \t]*))*))/gm,
    ),
  ]
    .map(([, , inline = "", below = ""]) => `${inline.replace(/^|,[ \t]*/g, "\n  ")}${below}`)
    .join("\n");

/** What the nearest of these files says, in the folder or above it. */
function nearest(
  path: string,
  root: string,
  read: ReadFile,
  valueIn: (text: string, folder: string) => string | undefined,
): SessionSetting | undefined {
  for (const folder of ancestors(root)) {
    const file = join(folder, path);
    const value = valueIn(read(file) ?? "", folder);
    if (value !== undefined) return { value, file };
  }
  return undefined;
}

const variable = (names: string, root: string, read: ReadFile): SessionSetting | undefined =>
  nearest("config/database.yml", root, read, (text, folder) =>
    variableIn(names, ofProduction(connectionsOf(text, folder, root))),
  );

const ofStrong = (
  name: "lock_timeout" | "statement_timeout",
  root: string,
  read: ReadFile,
): SessionSetting | undefined => nearest(strong, root, read, (text) => strongTimeout(name, text));

/** That of strong_migrations, else of the connection. Its `statement_timeout` ends a wait, too. */
export const lockTimeoutIn = (root: string, read: ReadFile): SessionSetting | undefined =>
  ofStrong("lock_timeout", root, read) ??
  variable("lock_timeout|lock_wait_timeout", root, read) ??
  ofStrong("statement_timeout", root, read);

/** That of the connection, where strong_migrations sets none: its own is made for migrations. */
export const statementTimeoutIn = (root: string, read: ReadFile): SessionSetting | undefined =>
  ofStrong("statement_timeout", root, read) === undefined
    ? variable("statement_timeout", root, read)
    : undefined;

/** Of the modes that a MySQL has by itself, what Rails leaves of them for `strict: false`. */
const notStrict =
  "ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/** `sql_mode:` among the `variables:` of `config/database.yml`, else `strict: false`, wherever it says anything of it. */
export function sqlModeIn(root: string, read: ReadFile): SessionSetting | undefined {
  for (const folder of ancestors(root)) {
    const file = join(folder, "config/database.yml");
    const text = read(file);
    if (text === undefined) continue;
    const modes = [
      ...text.matchAll(/^[ \t]+sql_mode:[ \t]*["']?([A-Z_]+(?:,[A-Z_]+){0,20})["']?[ \t]*(?:#.*)?$/gm),
    ];
    const stated = new Set(modes.map(([, value = ""]) => value));
    const [only] = stated;
    if (only !== undefined) return stated.size === 1 ? { value: only, file } : undefined;
    const strict = new Set([...text.matchAll(/^[ \t]+strict:[ \t]*(\w+)/gm)].map(([, value]) => value));
    return strict.size === 1 && strict.has("false") ? { value: notStrict, file } : undefined;
  }
  return undefined;
}
