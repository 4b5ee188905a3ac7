/** `db/schema.rb`: what all migrations together have made, as Rails writes it down. */
import type { CodeInput, CodeMigration, SourceHistory } from "../../source.ts";
import { SqlText } from "../../sql-text.ts";
import type { ParsedFile, Sources } from "../project.ts";
import { Scope } from "../scope.ts";
import type { Tree } from "../tree.ts";
import { spread } from "../tree-items.ts";
import { LiveTables } from "./live.ts";
import { startRun } from "./runs.ts";
import type { Settings } from "./settings.ts";
import { versionOf, type Version } from "./versions.ts";

type Block = Extract<Tree, { is: "block" }>;

/** Undefined: the file defines no schema. */
export function readSchemaFile(
  input: CodeInput,
  history: SourceHistory,
  settings: Settings,
  sources: Sources,
  file: ParsedFile,
): CodeMigration | undefined {
  const found = spread(file.program).flatMap((item) => definition(item) ?? []);
  const [first] = found;
  if (first === undefined) return undefined;
  const text = new SqlText(input.path, input.text.length + 1);
  const version = first.version ?? settings.gem;
  const start = text.length;
  const { run } = startRun(
    { input, history, settings, sources, file, text, version, optedOut: true },
    LiveTables.none,
  );
  const scope = new Scope(file);
  for (const { block } of found)
    run.yieldTo(run.blockValue(block, { scope, self: { info: undefined, isClass: false } }), []);
  return {
    text: `${input.text}\n${text.text}`,
    map: text.map,
    pieces: text.pieces,
    problems: [],
    up: {
      part: { start, end: text.length },
      comments: [],
      optedOut: true,
      empty: false,
      unsent: [],
    },
  };
}

/** `ActiveRecord::Schema[7.1].define(version: 2024_01_31_120000) do … end` */
function definition(
  item: Tree,
): { readonly version: Version | undefined; readonly block: Block } | undefined {
  if (item.is !== "call" || item.name !== "define" || item.block?.is !== "block") return undefined;
  const { receiver, block } = item;
  const isSchema = (tree: Tree | undefined): boolean =>
    tree?.is === "name" && /^(?:::)?ActiveRecord::Schema$/.test(tree.name);
  if (isSchema(receiver)) return { version: undefined, block };
  if (receiver?.is !== "call" || receiver.name !== "[]" || !isSchema(receiver.receiver)) return undefined;
  const [only] = receiver.args;
  return { version: versionOf(only?.is === "number" ? only.printed : undefined), block };
}
