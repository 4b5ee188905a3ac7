/**
 * The models of a Prisma schema, as far as advice names them: their tables, columns and indexes. Prisma's own parser is
 * WebAssembly, and others bring a parser generator with them, for four kinds of lines.
 */
import type { DeclaredIndex, DeclaredTable } from "../model/tool.ts";
import { isRecord, parseJson } from "./files/json.ts";
import { packageRootOf } from "./manifests.ts";
import type { FileSystem } from "./migration.ts";
import { join, parentOf } from "./files/paths.ts";
import { endings } from "./tool.ts";

/**
 * What the project of a folder of migrations declares.
 * @returns undefined if the schema isn't where Prisma looks for it
 */
export function prismaTables(fs: FileSystem, migrations: string): readonly DeclaredTable[] | undefined {
  for (const place of placesOf(fs, migrations)) {
    const text = textIn(fs, place);
    if (text !== undefined) return modelsIn(text);
  }
  return undefined;
}

/** Files and folders: what the project states, then beside the migrations, then where Prisma looks. */
function placesOf(fs: FileSystem, migrations: string): readonly string[] {
  const parent = parentOf(migrations);
  const root = packageRootOf(fs, migrations);
  return [
    ...(root === undefined ? [] : statedIn(fs, root).map((path) => join(root, path))),
    ...(parent === undefined ? [] : [join(parent, "schema.prisma")]),
    ...(root === undefined
      ? []
      : ["schema.prisma", "prisma/schema.prisma", "prisma/schema"].map((path) => join(root, path))),
    ...(parent === undefined ? [] : [join(parent, "schema")]),
  ];
}

/** In `prisma.config.ts`, in `package.json`, or on a command line in it. */
function statedIn(fs: FileSystem, root: string): readonly string[] {
  const config = endings("prisma.config", "ts", "js", "mjs", "cjs")
    .map((name) => fs.read(join(root, name)))
    .find((text) => text !== undefined);
  const [, inConfig] =
    /^[ \t]*schema[ \t]*:[ \t]*(?:path\.join\([ \t]*)?["'`]([^"'`\n]+)["'`][ \t]*\)?[ \t]*,?[ \t]*$/m.exec(
      config ?? "",
    ) ?? [];
  const text = fs.read(join(root, "package.json")) ?? "";
  const json = parseJson(text);
  const settings = isRecord(json) ? json["prisma"] : undefined;
  const inPackage = isRecord(settings) ? settings["schema"] : undefined;
  const [, onCommandLine] = /\bprisma\b[^&|;"\n]*?--schema(?:=|[ \t]+)([\w./-]+)/.exec(text) ?? [];
  return [inConfig, inPackage, onCommandLine].filter((path) => typeof path === "string");
}

/** A file, or all files of a folder and those below it. */
function textIn(fs: FileSystem, place: string): string | undefined {
  if (place.endsWith(".prisma")) return fs.read(place);
  const texts = fs.list(place).flatMap((name) => {
    const isPart = name.endsWith("/") || name.endsWith(".prisma");
    return isPart ? (textIn(fs, join(place, name)) ?? []) : [];
  });
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** Exported for tests. */
export function modelsIn(text: string): readonly DeclaredTable[] {
  const code = withoutComments(text);
  return [...code.matchAll(/^[ \t]*model[ \t]+(\w+)[ \t]*\{/gm)].map((found) => {
    const from = found.index + found[0].length;
    return modelOf(found[1] ?? "", linesOf(code.slice(from, endOf(code, from))));
  });
}

/** Comments as blanks; `//` may stand in a string. */
const withoutComments = (text: string): string =>
  text.replaceAll(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*/g, (_, quoted: string | undefined) => quoted ?? "");

/** Of the block that begins here: the place of its `}`, which may also stand in a string. */
function endOf(code: string, from: number): number {
  const end = /"(?:[^"\\\n]|\\.)*"|\}/g;
  end.lastIndex = from;
  for (let found = end.exec(code); found !== null; found = end.exec(code))
    if (found[0] === "}") return found.index;
  return code.length;
}

/** Lines, each with those that its parentheses reach into. */
function linesOf(block: string): readonly string[] {
  const lines: string[] = [];
  let open = "";
  for (const line of block.split("\n")) {
    open += open === "" ? line : ` ${line}`;
    const signs = open.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, "");
    if (signs.split(/[([]/).length > signs.split(/[)\]]/).length) continue;
    if (open.trim() !== "") lines.push(open.trim());
    open = "";
  }
  return lines;
}

function modelOf(model: string, lines: readonly string[]): DeclaredTable {
  const columns = new Map<string, string>();
  const indexes: DeclaredIndex[] = [];
  let table = model;
  let schema: string | undefined;
  for (const line of lines) {
    const [, block, given = ""] = /^@@(\w+)\((.*)\)/.exec(line) ?? [];
    if (block === "map") table = textOf(given) ?? model;
    else if (block === "schema") schema = textOf(given);
    else if (block === "index" || block === "unique" || block === "id") {
      const [, list = ""] = /\[([^\]]*)\]/.exec(given) ?? [];
      indexes.push({ name: nameIn(given), unique: block !== "index", fields: namesIn(list), text: line });
    } else if (block === undefined) {
      const [, field, rest = ""] = /^(\w+)[ \t]+\S+(.*)$/.exec(line) ?? [];
      if (field === undefined) continue;
      const [, mapped = ""] = /(?:^|[^@\w.])@map\(([^)]*)\)/.exec(rest) ?? [];
      columns.set(field, textOf(mapped) ?? field);
      const [sign, , own = ""] = /(?:^|[^@\w.])@(?:id|unique)\b(\(([^)]*)\))?/.exec(rest) ?? [];
      if (sign !== undefined)
        indexes.push({ name: nameIn(own), unique: true, fields: [field], text: sign.trim() });
    }
  }
  return { name: `the model ${model}`, schema, table, columns, indexes };
}

/** `"users"`, `name: "users"` */
const textOf = (given: string): string | undefined => /"((?:[^"\\]|\\.)*)"/.exec(given)?.[1];

const nameIn = (given: string): string | undefined => /\bmap:[ \t]*"((?:[^"\\]|\\.)*)"/.exec(given)?.[1];

/** `a, b(sort: Desc)`: a part of a composite type, `a.b`, isn't a column. */
const namesIn = (list: string): readonly string[] =>
  list
    .replaceAll(/\([^)]*\)/g, "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
