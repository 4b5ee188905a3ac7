/** Queries on a server that the user names: those before migrations, and that of a tool's table. Nothing else is sent. */
import { loadDialects } from "../dialects/load.ts";
import { UserError } from "../config/user-error.ts";
import { dialectTitles, isCodeOnly, type DialectName } from "../model/dialect.ts";
import type { RunbookCheck } from "../report/runbook.ts";
import type { Preflight } from "./runbook.ts";

export interface ServerOptions {
  /** Its URL; `true`: DDLINT_SERVER, or the variables of the database's own clients. */
  readonly server: string | true;
  /** Seconds that a query may take. Default: 30. */
  readonly timeout?: number | undefined;
}

const seconds = 30;
const lockSeconds = 2;

export interface CheckAnswer {
  readonly check: RunbookCheck;
  /** What is wrong, or the figures. */
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  /** Why it couldn't be asked, in the server's words. */
  readonly error?: string | undefined;
}

/**
 * Asks the server what is wrong, each question in a transaction that only reads.
 *
 * @throws UserError if it can't be reached, or is another database
 */
export async function askPreflight(plan: Preflight, options: ServerOptions): Promise<readonly CheckAnswer[]> {
  return withServer(plan.dialect, options, async (query) => {
    const answers: CheckAnswer[] = [];
    for (const check of plan.checks) {
      const asked = await query(check.sql);
      if (asked.is === "rows") answers.push({ check, rows: asked.rows });
      else if (asked.is === "refused") answers.push({ check, rows: [], error: asked.message });
      else if (check.mayLack === true) answers.push({ check, rows: [] });
      else answers.push({ check, rows: [], error: "a table isn't there" });
    }
    return answers;
  });
}

/** What `askPreflight` sends for these checks, statement by statement. */
export async function sentByPreflight(plan: Preflight, timeout = seconds): Promise<readonly string[]> {
  // For people to paste: mongosh has no transaction to set up.
  if (isCodeOnly[plan.dialect]) return plan.checks.map(({ wrong, sql }) => `// ${wrong}\n${sql}`);
  const { sentFor } = await import("../verify/ask.ts");
  return plan.checks.flatMap(({ sql }) => sentFor(plan.dialect, sql, { query: timeout, lock: lockSeconds }));
}

/**
 * The rows of one query; undefined: its table isn't there.
 *
 * @throws UserError if the server can't be reached, or refuses the query
 */
export async function askServer(
  dialect: DialectName,
  sql: string,
  options: ServerOptions,
): Promise<readonly Readonly<Record<string, string | null>>[] | undefined> {
  return withServer(dialect, options, async (query) => {
    const asked = await query(sql);
    if (asked.is === "refused") throw new UserError(`the server refuses the query: ${asked.message}`);
    return asked.is === "rows" ? asked.rows : undefined;
  });
}

type Query = (sql: string) => Promise<import("../verify/ask.ts").Asked>;

async function withServer<T>(
  dialect: DialectName,
  { server, timeout = seconds }: ServerOptions,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  if (isCodeOnly[dialect])
    throw new UserError(`ddlint doesn't connect to ${dialectTitles[dialect]}`, {
      hint: "preflight --dry-run and status --query print what mongosh runs",
    });
  const [{ ask }, { connect }, { serverAddress }] = await Promise.all([
    import("../verify/ask.ts"),
    import("../verify/connect.ts"),
    import("../verify/server-address.ts"),
  ]);
  const { family } = (await loadDialects([dialect], undefined)).of(dialect);
  const connection = await connect(serverAddress(server, family));
  try {
    if (connection.dialect !== dialect)
      throw new UserError(
        `the migrations are for ${dialectTitles[dialect]}, and the server is ${connection.title}`,
      );
    return await work((sql) => ask(connection, sql, { query: timeout, lock: lockSeconds }));
  } finally {
    await connection.close();
  }
}
