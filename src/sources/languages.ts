/** The languages that are read; each is loaded when it is first met. */
import type { SourceLanguage } from "./source.ts";

const javascript: SourceLanguage = {
  name: "javascript",
  files: /\.[cm]?[jt]s$/i,
  async load() {
    const code = await import("./javascript/index.ts");
    await code.loadCode();
    return code.openHistory;
  },
};

const python: SourceLanguage = {
  name: "python",
  files: /\.py$/i,
  async load() {
    const code = await import("./python/index.ts");
    await code.loadPython();
    return code.openHistory;
  },
};

const ruby: SourceLanguage = {
  name: "ruby",
  files: /\.rb$/i,
  async load() {
    const code = await import("./ruby/index.ts");
    await code.loadRuby();
    return code.openHistory;
  },
};

const changelogs: SourceLanguage = {
  name: "changelogs",
  files: /\.(?:xml|ya?ml|json)$/i,
  load: async () => (await import("./liquibase/index.ts")).openHistory,
};

export const languages: readonly SourceLanguage[] = [javascript, python, ruby, changelogs];

/** Undefined: it isn't read. */
export const languageOf = (path: string): SourceLanguage | undefined =>
  languages.find(({ files }) => files.test(path));
