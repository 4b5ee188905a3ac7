/** A run of Ruby that is taken for one of Rails: its statements become SQL behind `text`. */
import type { SqlText } from "../../sql-text.ts";
import type { CodeInput, SourceHistory } from "../../source.ts";
import type { Site } from "../host.ts";
import { Output } from "../output.ts";
import { Project, type ParsedFile, type Sources } from "../project.ts";
import { booleanOf, textOf } from "../value.ts";
import { Run } from "../walk.ts";
import { Editor, isOn, type Command } from "./editor.ts";
import { ignoredColumns } from "./models.ts";
import type { LiveTables } from "./live.ts";
import { MigrationHost } from "./migration-host.ts";
import { fileAbove, type Settings } from "./settings.ts";
import { nameOf } from "./sql.ts";
import { Vendor } from "./vendor.ts";
import type { Version } from "./versions.ts";

/** What all runs of one file have in common. */
export interface Start {
  readonly input: CodeInput;
  readonly history: SourceHistory;
  readonly settings: Settings;
  readonly sources: Sources;
  readonly file: ParsedFile;
  readonly text: SqlText;
  readonly version: Version;
  readonly optedOut: boolean;
}

export interface Started {
  readonly output: Output;
  readonly host: MigrationHost;
  readonly run: Run;
}

/** Rails asks the database whether it is there already, or not any more: the statement may run again. */
function asksFirst({ name, options }: Command): boolean {
  if (/^(?:add|create)_(?!timestamps$)/.test(name)) return isOn(options, "if_not_exists");
  return /^(?:remove|drop)_(?!columns$|timestamps$)/.test(name) && isOn(options, "if_exists");
}

const asking = (site: Site): Site => ({ ...site, flow: { ...site.flow, asked: true } });

export function startRun(start: Start, tables: LiveTables): Started {
  const { input, history, settings, sources, file, text, version, optedOut } = start;
  const { dialect, serverVersion } = history;
  const { gem, adapter, datetimeType, keyType, uuids, ownTypes, hasSpatialTypes, whitelists } = settings;
  const isSafeByDefault = settings.strongMigrations?.isSafeByDefault === true;
  const output = new Output(text);
  const project = new Project(sources, history, input.readFile, file);
  const facts = {
    dialect,
    serverVersion,
    gem,
    isGemStated: settings.release !== undefined,
    adapter,
    datetimeType,
    keyType,
    uuids,
    ownTypes,
    hasSpatialTypes,
    whitelists,
    isSafeByDefault,
  };
  const vendor = new Vendor(facts);
  const editor = new Editor(vendor, version, tables, {
    sql: (sql, command, call) => {
      const ignored = /^(?:remove_|change_table$)/.test(call.name)
        ? ignoredColumns(project, nameOf(command.args[0], command.at).text)
        : undefined;
      const repeats = vendor.isMysql && call.name.startsWith("change_");
      // `change_column :orders, :code, :string, null: false` has to name the type.
      const { options } = command;
      const changesMore = options.has("default") || booleanOf(options.get("null")) === false;
      const restates = !vendor.isMysql && call.name === "change_column" && changesMore;
      const statesType =
        call.name === "change_column" &&
        ["default", "null", "comment", ...(textOf(command.args[2]) === "string" ? ["limit"] : [])].some(
          (one) => options.has(one),
        );
      const { unheeded } = editor;
      if (unheeded.length > 0) editor.unheeded = [];
      output.built(sql, asksFirst(command) ? asking(command.site) : command.site, {
        call: {
          ...call,
          ...(ignored === undefined ? {} : { ignored }),
          ...(repeats ? { repeats: true as const } : {}),
          ...(unheeded.length > 0 ? { unheeded } : {}),
          ...(restates ? { restates: true as const } : {}),
          ...(statesType ? { statesType: true as const } : {}),
        },
      });
    },
    unknown: ({ at, site }, prefix) => {
      output.dynamic(at, site, prefix);
    },
    refused: ({ at, site }, why, instead, prefix) => {
      output.refuse({ why, instead }, at, site, prefix);
    },
  });
  const host = new MigrationHost(output, editor, input.path, optedOut);
  const run = new Run(host, project, file);
  host.run = run;
  editor.lambda = (block) => run.yieldTo(block, []);
  editor.file = (name) => fileAbove(history.root, name, input.readFile);
  return { output, host, run };
}
