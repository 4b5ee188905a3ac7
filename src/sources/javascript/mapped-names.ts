/** Names that a project's settings change before they are sent: `isDone` of the code is `is_done` of the database. */
import type { SourceHistory } from "../source.ts";

const settings = /^knexfile\.[cm]?[jt]s$/;
/** Only under a condition, such as a variable of the environment's: migrations run without it. */
const perhaps = /(?:\?(?!\.)|&&)\s*(?:[\w.]+\.)?knexSnakeCaseMappers\(/g;
const snakeCases = /\bknexSnakeCaseMappers\(|\bwrapIdentifier\b[^;]{0,200}snake_?case/i;
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
  const path = tool === "knex" ? settingsAbove(root, listFolder) : undefined;
  return (readFile) =>
    path !== undefined && snakeCases.test((readFile(path) ?? "").slice(0, 65_536).replaceAll(perhaps, ""))
      ? inSnakeCase
      : undefined;
}

function settingsAbove(root: string, listFolder: SourceHistory["listFolder"]): string | undefined {
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
