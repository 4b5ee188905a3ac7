import type { Step } from "../replay/step.ts";
import { fits } from "../replay/questions/values/narrowing.ts";
import { beside, heading, inWords, type Advice } from "./advice.ts";
import { madeName, nextMigration, quote } from "./words.ts";

const isText = /^(?:text|varchar|char|citext|name)$/;

/** A CHECK that every value fits, validated, before the type is changed. */
export function fitByCheck(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  const condition = fits(quote(operation.column.text), operation.type);
  const old = step.before.column(operation.table, operation.column.text);
  const was = old.is === "present" ? old.value.type?.name : undefined;
  // A number can't be compared with text, and the length of one isn't that of its text.
  if (condition === undefined || was === undefined || isText.test(was) !== isText.test(operation.type.name))
    return undefined;
  const table = operation.table.text;
  const check = madeName(operation.table.name, operation.column.text, "fits");
  return beside(
    heading("let a CHECK find and reject values that don't fit:"),
    `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${condition}) NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
    inWords("often that is enough, and the type can stay as it is"),
  );
}
