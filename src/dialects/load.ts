/**
 * Loads databases where they are first met; what reads PostgreSQL's SQL is the server's own parser, or the second one
 * where WebAssembly is not available.
 */
import type { DialectName } from "../model/dialect.ts";
import { UserError } from "../config/user-error.ts";
import type { Parser } from "../project/facts.ts";
import type { FrontEnd } from "../sql/front-end.ts";
import { postgres as postgresParser } from "../sql/postgres/parse.ts";
import type { Dialect } from "./dialect.ts";
import { postgres } from "./postgres.ts";

export interface ChosenParser {
  readonly name: Parser;
  /** For the user: how it was chosen. */
  readonly because: string;
  /** Loaded. */
  readonly frontEnd: FrontEnd;
}

/** The databases that a run needs. */
export interface Dialects {
  /** Of PostgreSQL; undefined: none is needed. */
  readonly parser: ChosenParser | undefined;
  /** @throws Error if it wasn't loaded: a bug of ours */
  readonly of: (name: DialectName) => Dialect;
}

/** How each is loaded; `chosen`: the parser of PostgreSQL. */
const loaders: Readonly<
  Record<DialectName, (chosen: () => Promise<ChosenParser>) => Dialect | Promise<Dialect>>
> = {
  async postgres(chosen) {
    const { frontEnd } = await chosen();
    return { ...postgres, frontEnd: () => frontEnd };
  },
  mysql: async () => (await import("./mysql.ts")).mysql,
  mariadb: async () => (await import("./mariadb.ts")).mariadb,
  mongodb: async () => (await import("./mongodb.ts")).mongodb,
};

/** Loads these databases. */
export async function loadDialects(
  names: Iterable<DialectName>,
  stated: Parser | undefined,
): Promise<Dialects> {
  let parser: ChosenParser | undefined;
  const chosen = async (): Promise<ChosenParser> => (parser ??= await chooseParser(stated));
  const loaded = new Map<DialectName, Dialect>();
  for (const name of new Set(names)) loaded.set(name, await loaders[name](chosen));
  return {
    parser,
    of(name) {
      const found = loaded.get(name);
      if (found === undefined) throw new Error(`nothing is loaded that reads ${name}`);
      return found;
    },
  };
}

/**
 * Loads the parser that `stated` names, or the best that works here.
 *
 * @throws UserError if the one stated can't be loaded
 */
async function chooseParser(stated: Parser | undefined): Promise<ChosenParser> {
  const because = "it is stated in the configuration";
  if (stated === "pgsql-ast-parser") return second(because);
  const missing = await loadFirst();
  if (missing === undefined) {
    return {
      name: "libpg-query",
      because: stated === undefined ? "it is the server's own" : because,
      frontEnd: postgresParser,
    };
  }
  if (stated !== undefined)
    throw new UserError(`the parser libpg-query can't be loaded: ${missing}`, { hint: 'leave out "parser"' });
  return second(missing);
}

async function second(because: string): Promise<ChosenParser> {
  const { postgresAst } = await import("../sql/postgres-without-wasm/parse.ts");
  await postgresAst.load();
  return { name: "pgsql-ast-parser", because, frontEnd: postgresAst };
}

/** Why it can't be loaded; undefined if it could. */
async function loadFirst(): Promise<string | undefined> {
  if (!("WebAssembly" in globalThis)) return "WebAssembly is not available here";
  try {
    await postgresParser.load();
    return undefined;
  } catch (error) {
    // Some sandboxes have WebAssembly, but refuse to compile it.
    if (error instanceof Error && /WebAssembly|CompileError|wasm/i.test(`${error.name} ${error.message}`))
      return "WebAssembly is not allowed here";
    throw error;
  }
}
