/** Settings that a migration makes for its statements: they follow these into the migrations of a plan. */
import type { Operation } from "../model/operation.ts";

/** A SET, RESET or USE of the migration, with its semicolon. */
export interface Setting {
  /** What it sets: `lock_timeout`; several are joined by commas; `USE` for the schema. */
  readonly name: string;
  readonly sql: string;
  readonly isReset: boolean;
  /** SET LOCAL. */
  readonly isLocal: boolean;
}

/** The settings around a statement. */
export interface Settings {
  /** In force when it runs, in their order. */
  readonly before: readonly Setting[];
  /** What the migration sets behind its last statement. */
  readonly end: readonly Setting[];
}

/** The setting that a statement makes; undefined: it does something else, or also outside of the session. */
export function settingOf(operations: readonly Operation[], sql: string): Setting | undefined {
  const names: string[] = [];
  let isReset = true;
  let isLocal = false;
  for (const operation of operations) {
    if (operation.kind === "useSchema") {
      names.push("USE");
      isReset = false;
    } else if (operation.kind === "setOption" && operation.scope === undefined) {
      names.push(operation.name);
      isReset &&= operation.value === undefined;
      isLocal ||= operation.local;
    } else return undefined;
  }
  return names.length === 0 ? undefined : { name: names.join(), sql, isReset, isLocal };
}

/** What a statement of advice sets itself. */
const setName = (sql: string): string | undefined =>
  /^(?:SET|RESET)\s+(?:(?:LOCAL|SESSION)\s+)?(\w+)/i.exec(sql)?.[1]?.toLowerCase();

/** The settings of a session while the pieces of one migration run. */
export class Session {
  readonly #inForce = new Map<string, string>();
  readonly #toReset = new Set<string>();
  readonly #isOutside: boolean;

  /** `isOutside`: of any transaction, where SET LOCAL does nothing. */
  constructor(isOutside: boolean) {
    this.#isOutside = isOutside;
  }

  /** What has to be set before the statements. */
  before({ before }: Settings, statements: readonly string[]): readonly string[] {
    const [first] = statements.flatMap((sql) => setName(sql) ?? []);
    const sets = before.flatMap((setting) => {
      const { name, isReset } = setting;
      if (name === first) return [];
      const sql = this.#outside(setting);
      const known = this.#inForce.get(name);
      if (known === sql || (isReset && known === undefined)) return [];
      this.#inForce.set(name, sql);
      return [sql];
    });
    for (const name of statements.flatMap((sql) => setName(sql) ?? [])) {
      this.#inForce.delete(name);
      this.#toReset.delete(name);
    }
    return sets;
  }

  /** What the migration sets at its end, of that which was set here. */
  end({ end }: Settings): readonly string[] {
    const closing = end.filter(({ name, sql }) => {
      const known = this.#inForce.get(name);
      this.#toReset.delete(name);
      return known !== undefined && known !== sql;
    });
    return [...closing.map(({ sql }) => sql), ...[...this.#toReset].map((name) => `RESET ${name};`)];
  }

  #outside({ sql, name, isLocal }: Setting): string {
    if (!isLocal || !this.#isOutside) return sql;
    this.#toReset.add(name);
    return sql.replace(/^SET\s+LOCAL\b/i, "SET");
  }
}
