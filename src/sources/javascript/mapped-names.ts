/** Names that a project's settings change before they are sent: `isDone` of the code is `is_done` of the database. */
import type { SourceHistory } from "../source.ts";

interface Mapping {
  readonly settings: RegExp;
  readonly snakeCases: RegExp;
  readonly perhaps: RegExp;
}

/** `perhaps`: only under a condition, such as a variable of the environment's: migrations run without it. */
const mappings: Readonly<Partial<Record<string, Mapping>>> = {
  knex: {
    settings: /^knexfile\.[cm]?[jt]s$/,
    snakeCases:
      /\bknexSnakeCaseMappers\(|\b(?:wrapIdentifier\b|knexIdentifierMappers\([^;]{0,200}\bformat\b)[^;]{0,200}snake_?case/i,
    perhaps: /(?:\?(?!\.)|&&)\s*(?:[\w.]+\.)?knex(?:SnakeCase|Identifier)Mappers\(/g,
  },
  kysely: {
    settings: /^kysely\.config\.[cm]?[jt]s$/,
    // Its options change what becomes of digits and capitals.
    snakeCases: /\bnew CamelCasePlugin\(\s*\)/,
    perhaps: /(?:\?(?!\.)|&&)\s*\[?\s*new CamelCasePlugin\(/g,
  },
};
/** So far above the migrations. */
const levels = 4;

/** Finds the settings near the migrations; what it gives reads them. Undefined: names are sent as they are written. */
export function nameMapper({
  root,
  tool,
  listFolder,
}: SourceHistory): (
  readFile: (path: string) => string | undefined,
) => ((name: string) => string) | undefined {
  const mapping = Object.hasOwn(mappings, tool) ? mappings[tool] : undefined;
  const path = mapping && settingsAbove(mapping.settings, root, listFolder);
  if (mapping === undefined || path === undefined) return () => undefined;
  const { snakeCases, perhaps } = mapping;
  return (readFile) =>
    snakeCases.test((readFile(path) ?? "").slice(0, 65_536).replaceAll(perhaps, ""))
      ? inSnakeCase
      : undefined;
}

export function settingsAbove(
  settings: RegExp,
  root: string,
  listFolder: SourceHistory["listFolder"],
): string | undefined {
  const parts = root.split("/").filter((part) => part !== "" && part !== ".");
  for (let up = 0; up <= levels && up <= parts.length; up++) {
    const folder = parts.slice(0, parts.length - up).join("/");
    const name = listFolder(folder === "" ? "." : folder).find((one) => settings.test(one));
    if (name !== undefined) return folder === "" ? name : `${folder}/${name}`;
  }
  return undefined;
}

const inSnakeCase = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
