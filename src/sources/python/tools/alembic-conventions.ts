/** What names constraints and indexes that have none: SQLAlchemy's `naming_convention`. Nothing is executed. */
import type { SourceHistory } from "../../source.ts";
import type { Sources } from "../modules.ts";
import { textOf, type CallValue, type Value } from "../value.ts";
import { Run } from "../walk.ts";
import type { NamingConvention } from "./sqlalchemy/writer.ts";

type ReadFile = (path: string) => string | undefined;

/** The same text for the same object: `SQLModel.metadata`, or the place of `MetaData()`. */
export const metadataKey = (object: Value): string =>
  object.is === "attribute"
    ? `${metadataKey(object.object)}.${object.name}`
    : object.is === "name"
      ? object.dotted
      : `${object.at.path}:${object.at.start}`;

export function patternsOf(given: Value | undefined): NamingConvention {
  if (given?.is !== "record") return new Map();
  return new Map(
    [...given.fields].flatMap(([key, pattern]) => {
      const text = textOf(pattern);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

export function metadataOf(run: Run, value: Value | undefined): CallValue | undefined {
  if (value?.is === "class") return metadataOf(run, run.member(value, "metadata"));
  if (value?.is === "attribute" && value.name === "metadata") return metadataOf(run, value.object);
  if (value?.is !== "call") return undefined;
  if (value.method === "MetaData") return value;
  return metadataOf(run, value.keywords.get("metadata"));
}

/** There is one, but not known which. */
const unknown: NamingConvention = new Map([
  ...["ix", "uq", "fk", "pk"].map((kind) => [kind, "%(unknown)s"] as const),
  ["ck", "%(unknown)s_%(constraint_name)s"],
]);

/** Of an application of Flask: the one that a module of the project gives its metadata. */
export function conventionOfFlask(
  history: SourceHistory,
  readFile: ReadFile,
  sources: Sources,
): NamingConvention {
  const found = new Map<string, NamingConvention>();
  for (const path of likelyFiles(history)) {
    const text = readFile(path);
    if (text?.includes("naming_convention") !== true) continue;
    const stated = statedIn(path, text, readFile, sources);
    for (const one of stated.length === 0 ? [unknown] : stated) found.set(JSON.stringify([...one]), one);
  }
  const [first, ...others] = found.values();
  return others.length > 0 ? unknown : (first ?? new Map<string, string>());
}

function statedIn(
  path: string,
  text: string,
  readFile: ReadFile,
  sources: Sources,
): readonly NamingConvention[] {
  const given: (Value | undefined)[] = [];
  const run = new Run(
    {
      call(call) {
        if (call.method === "MetaData") given.push(call.keywords.get("naming_convention"));
        return undefined;
      },
      assigned(_, name, value) {
        if (name === "naming_convention") given.push(value);
      },
    },
    { readFile },
    sources,
  );
  try {
    run.open(path, text, true);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [];
  }
  return given.map(patternsOf).filter(({ size }) => size > 0);
}

const skipped =
  /^(?:\.|node_modules|static|media|templates|locale|migrations|versions|tests?|docs?|frontend|assets|venv|env|site-packages)/;
const likely = /(?:db|database|model|ext|base|orm|sqlalchemy|meta|__init__|app|core)\w*(?:\/\w+)?\.py$/i;

/** Modules whose name or folder speaks of the application or its database, those near the top first. */
export function likelyFiles(
  { listFolder }: SourceHistory,
  wanted = likely,
  { skip = skipped } = {},
): readonly string[] {
  const found: string[] = [];
  let level = ["."];
  for (let depth = 0; depth < 6 && level.length < 500; depth++) {
    const next: string[] = [];
    for (const folder of level)
      for (const name of listFolder(folder)) {
        const path = folder === "." ? name : `${folder}/${name}`;
        if (name.endsWith("/") && !skip.test(name)) next.push(path.slice(0, -1));
        else if (wanted.test(path)) found.push(path);
      }
    level = next;
  }
  return found.slice(0, 400);
}
