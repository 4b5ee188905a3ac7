/** What the settings of a project of Django give each session of PostgreSQL: `"options": "-c statement_timeout=30s"`. */
import type { SessionSetting } from "../facts.ts";
import { join } from "../files/paths.ts";

type ReadFile = (path: string) => string | undefined;

/** Beside the module that `manage.py` names: people split settings by where they apply. */
const siblings = ["production", "prod", "base", "common", "__init__"];

/** The module of settings that `manage.py` names, and those of its package. */
function settingsFiles(root: string, read: ReadFile): readonly string[] {
  const [, module] =
    /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]{1,200})["']/.exec(read(join(root, "manage.py")) ?? "") ?? [];
  if (module === undefined) return [];
  const path = module.replaceAll(".", "/");
  const inPackage = /^(.*\bsettings)\/\w+$/.exec(path)?.[1] ?? path;
  return [`${path}.py`, ...siblings.map((name) => `${inPackage}/${name}.py`)].map((file) => join(root, file));
}

const comment = /^[ \t]{0,99}#[^\n]*/gm;

function sessionSetting(
  name: "lock_timeout" | "statement_timeout",
  root: string,
  read: ReadFile,
): SessionSetting | undefined {
  const given = new RegExp(String.raw`-c\s*${name}\s*=\s*([1-9]\d*(?:ms|s|min|h)?)(?![\w])`);
  for (const file of settingsFiles(root, read)) {
    const value = given.exec((read(file) ?? "").replaceAll(comment, ""))?.[1];
    if (value !== undefined) return { value, file };
  }
  return undefined;
}

export const lockTimeoutIn = (root: string, read: ReadFile): SessionSetting | undefined =>
  sessionSetting("lock_timeout", root, read);

export const statementTimeoutIn = (root: string, read: ReadFile): SessionSetting | undefined =>
  sessionSetting("statement_timeout", root, read);
