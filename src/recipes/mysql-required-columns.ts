/** NOT NULL columns that MySQL and MariaDB add to a table with rows. */
import type { Step } from "../replay/step.ts";
import { heading, instead, type Advice } from "./advice.ts";
import { declaredForGood, meanwhileDeclared } from "./declared.ts";
import { givenByUpdate, plainDefault } from "./defaults.ts";
import { textOf } from "./words.ts";

/** MySQL takes only expressions as their defaults, and copies the table for a new column with one. */
const isLarge = /^(?:(?:tiny|medium|long)?(?:text|blob)|json|geometry)$/;

/** Old rows and writers that don't know the column get the default. */
export function requiredColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, type, mysql: details } = operation.column;
  const given = givenByUpdate(step, operation);
  const known = given?.value ?? plainDefault(step, operation.column);
  const value = known ?? (/^geometry$/.test(type.name) ? "(<value>)" : "<value>");
  const written = details === undefined ? "" : textOf(step, details.definition).trim();
  const definition = written === "" ? "<type> NOT NULL" : written;
  const position = details?.position === undefined ? "" : ` ${textOf(step, details.position.span)}`;
  const optional = written.replace(/\bnot\s+null\b/i, "NULL");
  const isCopied = isLarge.test(type.name) && !step.before.dialect.isMariaDb;
  // No value fits all rows of a key, and none is safe in an address or a password.
  if ((isCopied || known === undefined) && optional !== written)
    return instead(
      `ALTER TABLE ${operation.table.text} ADD COLUMN ${step.spell(name)} ${optional}${position};`,
      meanwhileDeclared(step, "the column is declared as one that may be NULL"),
      heading("deploy the version that sets it, and update the old rows; then, in a later migration:", {
        after: "deploy",
        deploy: `the version that sets ${operation.table.text}.${step.spell(name)}`,
        undo: [`ALTER TABLE ${operation.table.text} MODIFY COLUMN ${step.spell(name)} ${optional};`],
      }),
      `ALTER TABLE ${operation.table.text} MODIFY COLUMN ${step.spell(name)} ${written};`,
    );
  return instead(
    heading(
      `${given === undefined ? "choose the default" : "with a default"}, for old rows and for writers that don't know the column`,
      given === undefined ? { guess: known && `DEFAULT ${known}` } : { replaces: [given.statement] },
    ),
    `ALTER TABLE ${operation.table.text} ADD COLUMN ${step.spell(name)} ${definition} DEFAULT ${value}${position};`,
    declaredForGood(step, "declare the default"),
  );
}
