/** `ddlint verify` for those who call it. */
import type { VerifyResult } from "../verify/result.ts";
import type { FileOptions } from "./files.ts";

export type {
  VerifiedMigration,
  VerifiedRun,
  VerifiedStatement,
  VerifyProblem,
  VerifyProblemKind,
  VerifyResult,
} from "../verify/result.ts";

export interface VerifyOptions extends FileOptions {
  /** Files, versions or names. Default: those behind `startAfter`, else the newest of the only history. */
  readonly migrations?: readonly string[] | undefined;
  /** URL of a server; `true`: the one that the environment names. Default: the embedded PostgreSQL. */
  readonly server?: string | true | undefined;
  /** Also run what reaches beyond the database: the server may be lost. */
  readonly throwAwayServer?: boolean | undefined;
  /** After each migration that was applied. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Runs migrations up, down and up again on a server, and compares. It executes the project's SQL.
 *
 * @throws UserError if there are no such migrations, the server can't be reached, or what is before them fails
 */
export async function verifyMigrations(options: VerifyOptions = {}): Promise<VerifyResult> {
  // No check of migrations pays for it.
  const { runVerify } = await import("./run-verify.ts");
  return runVerify(options);
}
