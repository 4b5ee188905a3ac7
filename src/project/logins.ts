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
/** Plainly, or as the environment has it: `${DB_USER:-shop}`. */
const ofContainer =
  /\b(?:POSTGRES|MYSQL|MARIADB)_USER["']?[ \t]*[:=][ \t]*["']?(?:([\w-]{1,63})|\$\{?(\w{1,63})(?::?-([\w-]{1,63}))?\}?)["']?[ \t\r]*$/gm;
/** What Compose reads the environment from, and the samples of it that a project keeps. */
const environments = [".env", ...["example", "sample", "template", "dist"].map((word) => `.env.${word}`)];
const longest = 65_536;

/** From the nearest folder that names one on. Names as they are written; what only a server's environment gives isn't known. */
export function loginsIn(root: string, read: (path: string) => string | undefined): readonly string[] {
  for (const folder of ancestors(root, 6)) {
    const found = files.flatMap((file) => {
      const text = read(join(folder, file))?.slice(0, longest);
      if (text === undefined) return [];
      if (composeFiles.includes(file))
        return Array.from(text.matchAll(ofContainer)).flatMap(([, plain, variable, usual]) =>
          [plain, usual, ...(variable === undefined ? [] : inEnvironment(variable, folder, read))].filter(
            (name) => name !== undefined,
          ),
        );
      const pattern = /\.ya?ml$/.test(file) ? inYaml : inProperties;
      return Array.from(text.matchAll(pattern), ([, name = ""]) => name);
    });
    if (found.length > 0) return [...new Set(found)];
  }
  return [];
}

function inEnvironment(
  variable: string,
  folder: string,
  read: (path: string) => string | undefined,
): string[] {
  const line = new RegExp(`^(?:export )?${variable}[ \\t]*=[ \\t]*["']?([\\w-]{1,63})["']?[ \\t\\r]*$`, "m");
  return environments.flatMap(
    (file) => line.exec(read(join(folder, file))?.slice(0, longest) ?? "")?.[1] ?? [],
  );
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
