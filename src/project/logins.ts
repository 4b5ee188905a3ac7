/** Who the project's own settings have the migrations run as: what they make is that role's own. */
import { ancestors, join } from "./files/paths.ts";
import { sqlComments } from "./sql-words.ts";
import { composeFiles } from "./tool.ts";

/** Spring's settings, Flyway's and Liquibase's own, and the role that a container of the server is set up with. */
const files = [
  ...["", "config/"].flatMap((home) =>
    ["yml", "yaml", "properties"].map((ending) => `${home}application.${ending}`),
  ),
  "flyway.conf",
  "liquibase.properties",
  ...composeFiles,
];
const inProperties =
  /^[ \t]*(?:spring\.(?:datasource\.(?:hikari\.)?username|liquibase\.user|flyway\.user)|flyway\.user|liquibase\.command\.username|username)[ \t]*[=:][ \t]*([\w-]{1,63})[ \t]*$/gm;
const inYaml =
  /^[ \t]+(?:datasource|liquibase|flyway):[ \t]*\n(?:(?:[ \t].*)?\n){0,20}?[ \t]+user(?:name)?:[ \t]*["']?([\w-]{1,63})["']?[ \t]*$/gm;
const ofContainer = /\b(?:POSTGRES|MYSQL|MARIADB)_USER["']?[ \t]*[:=][ \t]*["']?([\w-]{1,63})["']?[ \t]*$/gm;
const longest = 65_536;

/** From the nearest folder that names one on. Names as they are written; what the environment gives isn't known. */
export function loginsIn(root: string, read: (path: string) => string | undefined): readonly string[] {
  for (const folder of ancestors(root, 6)) {
    const found = files.flatMap((file) => {
      const text = read(join(folder, file))?.slice(0, longest);
      if (text === undefined) return [];
      const patterns = composeFiles.includes(file)
        ? [ofContainer]
        : /\.ya?ml$/.test(file)
          ? [inYaml]
          : [inProperties];
      return patterns.flatMap((one) => Array.from(text.matchAll(one), ([, name = ""]) => name));
    });
    if (found.length > 0) return [...new Set(found)];
  }
  return [];
}

const inSchema =
  /\b(?:table|into|from|join|update|on|references|by|index|sequence|exists)\s{1,9}(?:"(\w{1,63})"|(\w{1,63}))\s{0,9}\.\s{0,9}["\w]/gi;
const makesSchema = /\bcreate\s{1,9}schema\b/i;

/**
 * The schema that the search_path of PostgreSQL begins with, `"$user"`: the statements name one called like the role that
 * runs them, and none of them makes it, so that it exists before.
 */
export function schemaOfLogin(logins: readonly string[], texts: readonly string[]): string | undefined {
  const [login, ...others] = logins;
  if (login === undefined || others.length > 0 || login === "public") return undefined;
  const plain = texts.map((text) => text.slice(0, longest).replace(sqlComments, " "));
  const names = (text: string): boolean =>
    Array.from(text.matchAll(inSchema)).some(([, quoted, bare]) => (quoted ?? bare?.toLowerCase()) === login);
  return !plain.some((text) => makesSchema.test(text)) && plain.some(names) ? login : undefined;
}
