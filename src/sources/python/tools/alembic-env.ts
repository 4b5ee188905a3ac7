/** What `env.py` configures: the naming convention of its metadata, and what it gives migrations. Nothing is executed. */
import type { CodeInput, SourceHistory } from "../../source.ts";
import { folderOf, type Sources } from "../modules.ts";
import type { FunctionValue, Value } from "../value.ts";
import { Run } from "../walk.ts";
import { conventionOfFlask, metadataKey, metadataOf, patternsOf } from "./alembic-conventions.ts";
import { databasesIn, type OtherDatabases } from "./alembic-databases.ts";
import type { NamingConvention } from "./sqlalchemy/writer.ts";

export interface Environment extends OtherDatabases {
  readonly convention: NamingConvention;
  /** The keywords of `context.run_migrations(…)`: Alembic calls `upgrade` and `downgrade` with them. */
  readonly given: ReadonlyMap<string, Value>;
  /** The connection has sent something before Alembic gets it: it is in a transaction that Alembic doesn't end. */
  readonly sendsBefore: boolean;
  /** False once one of the files that it was read from is another one. */
  readonly isCurrent: (readFile: CodeInput["readFile"]) => boolean;
}

/** Beside the folder of the versions, or above it. */
export function environmentOf(
  history: SourceHistory,
  sources: Sources,
  { readFile }: CodeInput,
): Environment {
  const texts = new Map<string, string | undefined>();
  const read = (path: string): string | undefined => {
    const text = readFile(path);
    texts.set(path, text);
    return text;
  };
  const isCurrent: Environment["isCurrent"] = (again) =>
    [...texts].every(([path, text]) => again(path) === text);
  for (let folder = history.root, i = 0; i < 3; i++, folder = folderOf(folder)) {
    const path = folder === "." ? "env.py" : `${folder}/env.py`;
    const text = read(path);
    if (text === undefined || !/\balembic\b/.test(text)) continue;
    const found = configuredIn(path, text, read, sources);
    // Flask-Migrate: the application says which metadata it is.
    const isOfFlask = /\bextensions\[["']migrate["']\]/.test(text) && found.convention.size === 0;
    const convention = isOfFlask ? conventionOfFlask(history, read, sources) : found.convention;
    return { ...found, convention, ...databasesIn(text, history, read), isCurrent };
  }
  const none = { convention: new Map(), given: new Map(), sendsBefore: false };
  return { ...none, ...databasesIn("", history, read), isCurrent };
}

const sending = /^(?:execute|exec_driver_sql|scalar|scalars)$/;

function configuredIn(
  path: string,
  text: string,
  readFile: CodeInput["readFile"],
  sources: Sources,
): Omit<Environment, "isCurrent" | keyof OtherDatabases> {
  let metadata: Value | undefined;
  /** By the object whose `naming_convention` is assigned. */
  const assigned = new Map<string, Value>();
  let isSending = false;
  let isManaged = false;
  let sendsBefore = false;
  const given = new Map<string, Value>();
  const callback = (value: Value): value is FunctionValue => value.is === "function";
  const run: Run = new Run(
    {
      call(call) {
        if (call.callee === "alembic.context.configure") {
          metadata ??= call.keywords.get("target_metadata");
          sendsBefore ||= isSending && call.keywords.has("connection");
          isSending = false;
          isManaged = false;
        }
        if (call.callee === "" && sending.test(call.method)) isSending = !isManaged;
        if (/^(?:commit|rollback|close)$/.test(call.method)) isSending = false;
        // The block that it opens ends the transaction, and nothing else may.
        if (call.method === "begin") isManaged = true;
        if (call.callee === "alembic.context.run_migrations")
          for (const [name, value] of call.keywords) given.set(name, value);
        // `connection.run_sync(do_run_migrations)`
        if (/^(?:run_sync|run)$/.test(call.method)) {
          const [first] = call.values;
          if (first !== undefined && callback(first)) run.callFunction(first, { ...call, values: [] });
        }
        return undefined;
      },
      assigned(object, name, value) {
        if (name === "naming_convention") assigned.set(metadataKey(object), value);
      },
    },
    { readFile },
    sources,
  );
  try {
    const module = run.open(path, text, true);
    metadata ??= module.scope.own("target_metadata");
    const object = metadata?.is === "list" ? metadata.items[0] : metadata;
    const later = object && assigned.get(metadataKey(object));
    return { convention: patternsOf(later ?? givenConvention(run, object)), given, sendsBefore };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { convention: new Map(), given, sendsBefore: false };
  }
}

/** Of `MetaData(naming_convention=…)`, or of a declarative base with such a one. */
const givenConvention = (run: Run, value: Value | undefined): Value | undefined =>
  metadataOf(run, value)?.keywords.get("naming_convention");
