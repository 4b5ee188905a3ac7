/** What reads SQL here: of PostgreSQL the server's own parser, or the second one where WebAssembly is not available. */
import type { DialectName } from "../model/dialect.ts";
import { UserError } from "../config/user-error.ts";
import { addMysqlEffects } from "../effects/index.ts";
import { onceFor } from "../lint/once-for.ts";
import type { Parser } from "../project/facts.ts";
import type { Script } from "../project/migration.ts";
import type { FrontEnd } from "../sql/front-end.ts";
import { postgres } from "../sql/postgres/parse.ts";

export interface ChosenParser {
  readonly name: Parser;
  /** For the user: how it was chosen. */
  readonly because: string;
  /** Loaded. */
  readonly frontEnd: FrontEnd;
}

export interface FrontEnds {
  /** Of PostgreSQL; undefined: none is needed. */
  readonly parser: ChosenParser | undefined;
  readonly of: (script: Pick<Script, "dialect" | "sqlMode">) => FrontEnd;
}

/** The front ends of MySQL and MariaDB; their effects are known from then on. */
export async function loadMysql(): Promise<Omit<typeof import("../dialects/mysql-family.ts"), "effects">> {
  const { effects, ...frontEnds } = await import("../dialects/mysql-family.ts");
  addMysqlEffects(effects);
  return frontEnds;
}

/** Loads what reads these dialects. */
export async function loadFrontEnds(
  dialects: Iterable<DialectName>,
  stated: Parser | undefined,
): Promise<FrontEnds> {
  const wanted = new Set(dialects);
  const isFamily = wanted.has("mysql") || wanted.has("mariadb");
  const family = isFamily ? await loadMysql() : undefined;
  const parser = wanted.has("postgres") || !isFamily ? await chooseParser(stated) : undefined;
  const ofFamily = onceFor((dialect: "mysql" | "mariadb") =>
    onceFor((sqlMode: string) => family?.frontEndOf(dialect, sqlMode)),
  );
  return {
    parser,
    of({ dialect = "postgres", sqlMode = "" }) {
      const found = dialect === "postgres" ? parser?.frontEnd : ofFamily(dialect)(sqlMode);
      if (found === undefined) throw new Error(`nothing is loaded that reads ${dialect}`);
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
      frontEnd: postgres,
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
    await postgres.load();
    return undefined;
  } catch (error) {
    // Some sandboxes have WebAssembly, but refuse to compile it.
    if (error instanceof Error && /WebAssembly|CompileError|wasm/i.test(`${error.name} ${error.message}`))
      return "WebAssembly is not allowed here";
    throw error;
  }
}
