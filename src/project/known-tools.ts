/** The tools by name, and in the orders in which they are asked. */
import type { Declared, DeclaredTable } from "../model/tool.ts";
import type { FileSystem, ToolFacts } from "./migration.ts";
import { programTexts } from "./own-runner.ts";
import type { Tool } from "./tool.ts";
import { tools } from "./tools/index.ts";

/** Where no tool is known. */
export { raw as handMade } from "./tools/raw.ts";

const byName = new Map(
  tools.flatMap((tool) => [tool.name, ...(tool.aliases ?? [])].map((name) => [name, tool])),
);

/** True for the name of a tool that has a file of its own. */
export const isKnownTool = (name: string): boolean => byName.get(name)?.name === name;

/** The tool of that name; names of tools without an entry are read by shape, with transactions unknown. */
export const toolNamed = (name: string): Tool =>
  byName.get(name) ?? {
    name,
    rank: 9,
    signs: [],
    shapes: [],
    wraps: "none",
    sends: "unknown",
    trackingTables: [],
  };

/** By rank; equal ones stay in the order of their names. */
export const rankedTools: readonly Tool[] = [...tools].sort((a, b) => a.rank - b.rank);

/** Only tools read files of this shape, and each of them wraps every file in a transaction. */
export const isWrappedByAll = (layout: string): boolean => {
  const readers = tools.filter(({ shapes }) => shapes.includes(layout));
  return readers.length > 0 && readers.every(({ shapes, wraps }) => shapes.length === 1 && wraps !== "none");
};

/** What a history has from its tool. `place`: the project's files, and the folder of the migrations. */
export const toolFacts = (tool: Tool, place?: Place): ToolFacts => ({
  tool: tool.name,
  toolRelease: place && tool.releaseIn?.(place.root, (path) => place.fs.read(path)),
  driver: place && tool.driverIn?.(place.root, (path) => place.fs.read(path)),
  handMade: tool.handMade === true,
  holesAreFaults: tool.holesAreFaults,
  inGraph: tool.inGraph,
  checksCommit: tool.checksCommit,
  savepoint: tool.savepoint,
  waitsInLock: tool.waitsInLock,
  statementTimeout:
    place &&
    tool.statementTimeoutIn?.(
      place.root,
      (path) => place.fs.read(path),
      () => programTexts(place.fs, place.root),
    ),
  sendsMark: tool.sendsMark,
  mapsNames: tool.mapsNames,
  indexName: tool.indexName,
  cascades: tool.cascades,
  web: tool.web,
  declared: declaredIn(tool, place),
});

interface Place {
  readonly fs: FileSystem;
  readonly root: string;
}

/** The files are read only once advice asks for them. */
function declaredIn(tool: Tool, place: Place | undefined): Declared | undefined {
  if (tool.declared === undefined) return undefined;
  const declared =
    place === undefined || tool.declaredAs === undefined
      ? tool.declared
      : tool.declaredAs(tool.declared, place.fs, place.root);
  if (declared === undefined || tool.declaredTables === undefined || place === undefined) return declared;
  let tables: { readonly read: readonly DeclaredTable[] | undefined } | undefined;
  const value = (): readonly DeclaredTable[] | undefined => {
    tables ??= { read: tool.declaredTables?.(place.fs, place.root) };
    return tables.read;
  };
  return withTables(declared, value);
}

/** Not enumerable: histories are compared as data, and this is a look at files. */
export const withTables = (declared: Declared, value: NonNullable<Declared["tables"]>): Declared =>
  Object.defineProperty({ ...declared }, "tables", { value });
