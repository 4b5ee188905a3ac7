/** Migrations and operations that advice can't be written for as code, and why. */
import type { CodeInput, SourceHistory } from "../../../source.ts";
import { textOf, type CallValue } from "../../value.ts";
import { keyOf, modelOf, type ProjectState } from "./state.ts";

/** Of a model that others may put theirs in the place of; the project's own user model has its table. */
export function whyNoSql(
  call: CallValue,
  app: string,
  state: ProjectState,
  userModel: string,
): string | undefined {
  const name = textOf(call.keywords.get("model_name") ?? call.keywords.get("name") ?? call.values[0]);
  const model = name === undefined ? undefined : modelOf(state, app, name);
  const setting = model?.options.swappable;
  if (model === undefined || setting === undefined) return undefined;
  const [userApp = "", user = ""] = userModel.split(".");
  if (setting === "AUTH_USER_MODEL" && keyOf(app, model.name) === keyOf(userApp, user)) return undefined;
  return `Another model may take the place of ${model.name} (\`${setting}\`), which then has no table: a function of RunPython has to ask \`_meta.swapped\` and \`schema_editor.connection.vendor\` before it sends such SQL.`;
}

/** Which migrations squashed ones replace that are beside them. */
export class Squashes {
  readonly #history: SourceHistory;
  readonly #folders = new Map<string, ReadonlyMap<string, string>>();

  constructor(history: SourceHistory) {
    this.#history = history;
  }

  /** A migration between two that a squashed one replaces: that one comes before it and behind it. */
  whyClosed({ path, readFile }: CodeInput): string | undefined {
    const [, folder = ".", name = ""] = /^(?:(.*)\/)?([^/]*)\.py$/.exec(path) ?? [];
    const found = this.#folders.get(folder) ?? replacedIn(folder, this.#history.listFolder(folder), readFile);
    this.#folders.set(folder, found);
    const squash = found.get(name);
    return squash === undefined
      ? undefined
      : `\`${squash}\` replaces this migration: a new one behind it makes the graph circular, and new databases run only \`${squash}\`.`;
  }
}

const replaces = /^[ \t]+replaces\b[^=\n]*=\s*[[(]([^\]]*)\]/m;

function replacedIn(
  folder: string,
  names: readonly string[],
  readFile: CodeInput["readFile"],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of names.filter((one) => /^\d\w*\.py$/.test(one))) {
    const [, list = ""] = replaces.exec(readFile(folder === "." ? file : `${folder}/${file}`) ?? "") ?? [];
    for (const [, replaced = ""] of list.matchAll(/["']\w+["']\s*,\s*["'](\w+)["']/g))
      found.set(replaced, file.replace(/\.py$/, ""));
  }
  return found;
}
