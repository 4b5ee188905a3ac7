/** Advice that is one statement, by what it does. */
import type { Key, QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { afterStatement, beside, instead, inWords, type Advice } from "./advice.ts";
import { literal } from "./words.ts";

export const analyze = (table: QualifiedName): Advice => afterStatement(beside(`ANALYZE ${table.text};`));

export const resetOption = (table: QualifiedName, option: string): Advice =>
  instead(`ALTER TABLE ${table.text} RESET (${option});`);

export const enableRowSecurity = ({ show }: Step, table: Key): Advice =>
  afterStatement(beside(`ALTER TABLE ${show(table)} ENABLE ROW LEVEL SECURITY;`));

export const widenSequence = ({ show }: Step, sequence: Key, type: string): Advice =>
  afterStatement(beside(`ALTER SEQUENCE ${show(sequence)} AS ${type};`));

/** Undefined: there are no relations to grant on. */
export const grantRows = (relations: readonly QualifiedName[], to: readonly string[]): Advice | undefined =>
  relations.length === 0
    ? undefined
    : instead(
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ${relations.map(({ text }) => text).join(", ")} TO ${to.join(", ")};`,
      );

export function enumValueBeside({ operation: { type, label, to } }: Step<"renameEnumValue">): Advice {
  return instead(
    `ALTER TYPE ${type.text} ADD VALUE IF NOT EXISTS ${literal(to)} AFTER ${literal(label)};`,
    inWords("deploy the version that reads both and writes the new one; then update the old rows in batches"),
  );
}

/** A line for the beginning of a transaction. */
export const lockTimeoutLine = "SET LOCAL lock_timeout = '2s';\n";
