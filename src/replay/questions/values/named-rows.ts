/** Rows that the history itself has written, each with a name of its own, and statements that choose them by it. */
import { get } from "../../../schema/persistent.ts";
import { growth } from "../rows/growth.ts";
import { seededLately } from "../rows/seeded-lately.ts";
import { normalise } from "../../../schema/expression-text.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { fillsAfter, type Fills } from "./fills.ts";
import { givenNames, namesRowOf, wholeName } from "./given-names.ts";
import { askedFor, askedForAll } from "./row-patches.ts";

/**
 * `UPDATE files SET link = '…' WHERE filename = 'first.pdf'`, `INSERT … SELECT id FROM files WHERE filename = 'first.pdf'`,
 * where one row has been inserted with that name: it is meant, whatever has been written since.
 */
export function isRowOfHistory(step: Step, fills: Fills): boolean {
  const { operation, before, earlier } = step;
  const asked = askedForAll(operation) ?? askedFor(operation);
  const found = asked === undefined ? undefined : before.relation(asked.table);
  if (asked === undefined || found?.is !== "present" || growth(before, found.value) > 1) return false;
  const { key, name: table } = found.value;
  const texts = "texts" in asked ? asked.texts : [[asked.column, asked.text] as const];
  const own = texts.find(([column]) => namesRowOf(table, column));
  const name = own === undefined ? wholeName(key, texts) : `${key}.${own.join(" ")}`;
  return name !== undefined && get(fillsAfter(fills, earlier()).names, name) === 1;
}

/** See `ValueQuestions.givenBefore`. */
export function givenBefore(step: Step, fills: Fills): readonly string[] {
  const { names } = fillsAfter(fills, step.earlier());
  return givenNames(step).flatMap((name) =>
    get(names, name) === undefined ? [] : [name.slice(name.indexOf(" ") + 1)],
  );
}

/** Some of the rows that migrations right before have written, which are hardly any: `WHERE category = 1`. */
export function choosesSeeds({ operation, before, scope }: Step, facts: ReplayFacts): boolean {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return false;
  const { where, table, repeated } = operation;
  const found = before.relation(table);
  if (where === undefined || repeated === true || found.is !== "present") return false;
  const lately = seededLately(scope, before, found.value, facts);
  // One word may be that of all rows that the application has written meanwhile.
  return lately !== undefined && where.equalities.length >= (lately === "together" ? 1 : 2);
}

/**
 * `DELETE FROM pages WHERE is_builtin = true`, where the column is false by default and the history has written rows: it marks
 * those that the program brings with it.
 */
export function isMarkedAsOwn({ operation, before }: Step): boolean {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return false;
  const { where, table } = operation;
  const found = before.relation(table);
  if (where === undefined || found.is !== "present" || (found.value.seeded ?? 0) === 0) return false;
  if (/\b(?:or|not)\b/i.test(where.text)) return false;
  return found.value.columns.some(
    ({ name, type, default: value }) =>
      ofProgram.test(name) &&
      /^(?:boolean|tinyint)$/.test(type?.name ?? "") &&
      value !== undefined &&
      /^\(*(?:false|0|'f(?:alse)?')\)*$/i.test(normalise(value.text)) &&
      isTrue(normalise(where.text), name),
  );
}

const ofProgram = /^(?:is_?)?(?:built_?in|system|predefined|pre_?installed|seeded)$/i;

/** @param condition normalised */
const isTrue = (condition: string, column: string): boolean =>
  new RegExp(`(?:^|[\\s.])${column}(?: = (?:true|1|'t(?:rue)?')(?= |$)| is true\\b| and\\b|$)`, "i").test(
    condition,
  );
