/** Settings that stay in force when a migration has ended. */
import type { DialectFamily } from "../../model/dialect.ts";
import type { Step } from "../step.ts";
import { dictionary } from "../../text/dictionary.ts";

/** Settings that change what later statements do, with the values that say nothing (manual, chapter 19). */
const lasting: Readonly<Record<string, readonly string[]>> = dictionary({
  search_path: ["public", '"$user", public', "$user, public"],
  role: ["none"],
  session_authorization: ["default"],
  session_replication_role: ["origin"],
  row_security: ["on", "true", "1"],
  check_function_bodies: ["on", "true", "1"],
  default_tablespace: [""],
  default_table_access_method: ["heap"],
  timezone: [],
  lock_timeout: ["0"],
  statement_timeout: ["0"],
  idle_in_transaction_session_timeout: ["0"],
  transaction_timeout: ["0"],
});

/** MySQL manual, "Server System Variables"; those that rules of their own speak of are left out. */
const mysqlLasting: typeof lasting = dictionary({
  autocommit: ["1", "on", "true"],
  unique_checks: ["1", "on", "true"],
  time_zone: ["system"],
});

interface SessionSettings {
  readonly lasting: typeof lasting;
  /** A value in the form in which the list has it. */
  readonly plain: (value: string) => string;
  /** It is given back: MySQL's `@old_time_zone` is what was before. */
  readonly isBack: (value: string) => boolean;
}

const settings: Readonly<Record<DialectFamily, SessionSettings>> = {
  postgres: { lasting, plain: (value) => value, isBack: () => false },
  mysql: {
    lasting: mysqlLasting,
    plain: (value) => value.toLowerCase(),
    isBack: (value) => value.startsWith("@"),
  },
  mongodb: { lasting: {}, plain: (value) => value, isBack: () => false },
};

/** What a migration sets in its session is there for the next one, as the tool keeps the session and sets nothing back. */
export function outlivesMigration({ script }: Step, name: string): boolean {
  const { sends, resets } = script.transaction;
  const names = resets === "path" ? ["search_path"] : resets;
  return sends !== "unknown" && names !== "all" && names?.includes(name) !== true;
}

/** See `Step.settingStays`. */
export function settingStays(step: Step): boolean {
  const { operation, inBody, later } = step;
  if (operation.kind !== "setOption" || operation.local || operation.value === undefined) return false;
  const { name, value, scope } = operation;
  const { lasting, plain, isBack } = settings[step.before.family];
  const usual = lasting[name];
  if (usual === undefined || usual.includes(plain(value)) || isBack(value)) return false;
  // GLOBAL doesn't touch this session.
  if (scope !== undefined) return false;
  if (!outlivesMigration(step, name)) return false;
  // A function that was called may undo it by a SET clause of its own.
  if (inBody && operation.called === true) return false;
  return !later().some(
    ({ operation: other }) =>
      (other.kind === "setOption" && !other.local && (other.name === name || other.name === "all")) ||
      (other.kind === "rollback" && step.transaction.kind === "block"),
  );
}
