/** Which values may stand for what the help writes in `<>`. */
import {
  dialects,
  formatNames,
  levels,
  presetNames,
  rules,
  runbookSections,
  runners,
  tools,
} from "../../index.ts";
import { schemaFormats } from "../schema-formats.ts";
import { commandNames } from "../command-names.ts";
import { categories } from "../list-rules.ts";
import { failLevels } from "../options.ts";
import { shells } from "./shells.ts";

export type Values =
  | { readonly kind: "files" | "anything" }
  | { readonly kind: "words" | "list"; readonly words: readonly string[] }
  /** `word=…`; `needed`: a word alone is none. */
  | {
      readonly kind: "pair";
      readonly words: readonly string[];
      readonly then: readonly string[] | "files";
      readonly needed: boolean;
    };

const ids = rules.map(({ id }) => id).sort();
const words = (list: readonly string[]): Values => ({ kind: "words", words: list });

const byName: Readonly<Record<string, Values>> = {
  "format[=file]": { kind: "pair", words: formatNames, then: "files", needed: false },
  "rule=severity": { kind: "pair", words: ids, then: levels, needed: true },
  rules: { kind: "list", words: ids },
  rule: words(ids),
  category: words(categories),
  command: words(commandNames),
  preset: words(presetNames),
  dialect: words(dialects),
  tool: words(tools),
  runner: words(runners),
  level: words(failLevels),
  shell: words(shells),
  file: { kind: "files" },
  paths: { kind: "files" },
  folder: { kind: "files" },
  statements: { kind: "anything" },
  "column=sql": { kind: "anything" },
  title: { kind: "anything" },
  ref: { kind: "anything" },
  version: { kind: "anything" },
  migration: { kind: "anything" },
  migrations: { kind: "anything" },
  seconds: { kind: "anything" },
  table: { kind: "anything" },
  url: { kind: "anything" },
  section: words(runbookSections),
  kind: words(schemaFormats),
  n: { kind: "anything" },
};

export function valuesOf(name: string): Values {
  const values = byName[name];
  if (values === undefined) throw new Error(`completions: nothing is known of <${name}>`);
  return values;
}
