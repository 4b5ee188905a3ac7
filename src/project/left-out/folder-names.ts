/** Folders of a project that hold no migrations, by their names. */
import { segments } from "../files/paths.ts";

/** Folders that nobody writes migrations into: what tools keep, build or install, also in a home directory. */
export const skipped =
  /^(?:node_modules|\.git|\.hg|\.svn|\.history|vendor|dist|target|third_party|\.next|\.venv|venv|\.?virtualenvs?|__pycache__|site-packages|dist-packages|\.tox|\.nox|\.eggs|\.cache|\.gem|\.bundle|\.rbenv|\.rvm|\.asdf|\.pyenv|\.conda|\.m2|\.gradle|\.ivy2|\.npm|\.yarn|\.pnpm(?:-store)?|bower_components|\.cargo|\.rustup|\.nuget|\.composer)$/;
/** What is meant for tests, or for other things than a step. */
export const notMigrations =
  /^(?:fixtures?|__tests__|__fixtures__|tests?|(?:integration|functional|acceptance|component|e2e|smoke)[-_]?tests?|spec|seeds?(?:[-_.].*)?|(?:dummy|mock|sample|seed|test)[-_]?data|seeders|examples?|snapshots?|stubs?|queries|verify)$/i;

const prototype = /(?:^|[-_.])prototypes?$/i;

/** True for what lies in a folder of a prototype: `apps/web/shop-prototype/drizzle`. */
export const isOfPrototype = (path: string): boolean => segments(path).some((name) => prototype.test(name));

/** Without those of prototypes beside the others; the only ones are meant, whatever their folder is called. */
export function withoutPrototypes(folders: readonly string[]): readonly string[] {
  const others = folders.filter((folder) => !isOfPrototype(folder));
  return others.length > 0 ? others : folders;
}
