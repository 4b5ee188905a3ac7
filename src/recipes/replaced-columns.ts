/** Columns that a migration drops and adds again under the same name: a change of the type, or of the meaning. */
import type { DialectFamily } from "../model/dialect.ts";
import { tableOf } from "../model/kinds.ts";
import type { OperationKind, OperationOf } from "../model/operation.ts";

import { addsItsName } from "../replay/questions/dependents/replaced.ts";
import type { Place, Step } from "../replay/step.ts";
import { heading, instead, inWords, leftOut, type Advice, type Part } from "./advice.ts";
import { inBatchesOf } from "./batches.ts";
import { typeOf } from "./columns.ts";
import { keyColumnReplaced } from "./key-column-replaced.ts";
import { callOf } from "./sent.ts";
import { fieldFor } from "./declared.ts";
import { droppedBehind } from "./dropped-types.ts";
import { sameType, type ColumnType } from "../model/types.ts";
import { optionalBefore, optionalBeforeInMysql, optionalInWords } from "./optional-columns.ts";
import { goesAlong } from "./ways-back.ts";
import { columnsOf, madeName, notNullBlock, onOneLine, textOf } from "./words.ts";

interface Replacement {
  readonly dropped: Step<"dropColumn">;
  readonly added: Step<"addColumn">;
}

interface Way {
  readonly nameOf: (step: Step, plain: string) => string;
  readonly filled: (
    step: Step,
    added: OperationOf<"addColumn">,
    next: string,
    old: string,
    value: string,
  ) => readonly Part[];
  readonly optional: (dropped: Step<"dropColumn">, value: string) => Part;
  /** Of a column of the primary key. */
  readonly ofKey: (...given: Parameters<typeof keyColumnReplaced>) => Advice | undefined;
}

const ways: Readonly<Record<DialectFamily, Way>> = {
  postgres: {
    nameOf: (_, plain) => madeName(plain),
    filled: (...given) => fill(...given),
    optional: optionalBefore,
    ofKey: keyColumnReplaced,
  },
  mysql: {
    nameOf: (step, plain) => step.spell(plain),
    filled: (_, ...given) => mysqlFill(...given),
    optional: optionalBeforeInMysql,
    ofKey: () => undefined,
  },
  mongodb: { nameOf: (_, plain) => plain, filled: () => [], optional: () => [], ofKey: () => undefined },
};

/** Constraints of a column. */
const inWordsOf: Partial<Record<OperationKind, string>> = {
  addCheck: "CHECK",
  addForeignKey: "REFERENCES",
  addPrimaryKey: "PRIMARY KEY",
  addUnique: "UNIQUE",
};

/** The statement itself makes a key of the new column, which would be one of the old column until that is dropped. */
const isConstrained = ({ operation: { column }, statement }: Step<"addColumn">): boolean =>
  statement.operations.some(
    (other) =>
      (other.kind === "addPrimaryKey" || other.kind === "addUnique" || other.kind === "addForeignKey") &&
      other.within !== "addColumn" &&
      other.columns.some(({ text }) => text === column.name.text),
  );

const constrainedUnderNewName = (step: Step, { table, column }: OperationOf<"dropColumn">): Advice =>
  instead(
    inWords(
      `Add the column under another name, fill it, then give it the constraints that the statement makes of it, ${optionalInWords(step, table, column)}and deploy the version that uses only the new one. Drop the old column, and its constraints, in a later migration.`,
    ),
  );

/**
 * `own`, unless the column takes the place of another; first that it may be the new name of one of its type that the
 * migration drops: a generator can't tell.
 */
export function renamedOr(step: Step, own: (step: Step) => Advice | undefined): Advice | undefined {
  const replaced = underNewName(step);
  const advice = replaced === undefined ? own(step) : undefined;
  const dropped = step.dependents.likelyOldName();
  if (dropped === undefined || advice === undefined || dropped.skipped) return replaced ?? advice;
  const old = step.show(dropped.operation.table, dropped.operation.column.text);
  return [
    inWords(
      `If it is the new name of ${old}, use RENAME COLUMN in place of both: it keeps the values. If not:`,
    ),
    ...advice,
  ];
}

/**
 * The new column under another name, filled from the old one, which is dropped later; at once, if the old values are
 * computed. Undefined: nothing is replaced.
 */
export function underNewName(step: Step): Advice | undefined {
  const found = replacementOf(step);
  if (found === undefined) return madeAnewAtOnce(step);
  const { dropped, added } = found;
  const { column, table } = added.operation;
  const { nameOf, filled, optional, ofKey } = ways[step.before.family];
  const key = ofKey(added, table, [column.name.text]);
  if (key !== undefined) return key;
  if (isConstrained(added)) return constrainedUnderNewName(dropped, dropped.operation);
  const behind = droppedBehind(dropped);
  const old = step.spell(dropped.operation.column);
  const plain = `${column.name.text}_new`;
  const next = nameOf(step, plain);
  const before = dropped.before.column(dropped.operation.table, dropped.operation.column.text);
  const { type: oldType, notNull = "no" } = before.is === "present" ? before.value : {};
  // A row without a value needs one that nobody has written yet.
  const isGiven = notNull === "yes" || !column.notNull;
  const declared = step.scope.history.declared;
  const field =
    declared === undefined
      ? []
      : [
          inWords(
            `in ${declared.where} both columns are declared until then, the new one with ${fieldFor(dropped, declared, column.name.text, plain)}`,
          ),
        ];
  const inline = added.statement.operations.flatMap((other) =>
    "within" in other && other.within === "addColumn" && other.inlineColumn?.text === column.name.text
      ? [inWordsOf[other.kind] ?? []].flat()
      : [],
  );
  const undo = `ALTER TABLE ${table.text} DROP COLUMN ${next};`;
  const back = backAlone(dropped, undo);
  const separate =
    dropped.statement === added.statement
      ? []
      : [
          {
            ...inWords(
              step === dropped
                ? "the ADD COLUMN under the old name is left out"
                : `${dropOf(dropped)} is left out: it would delete the values`,
            ),
            replaces: [dropped.statement.span, added.statement.span],
          },
        ];
  return instead(
    { heading: [], undo: [undo] },
    `ALTER TABLE ${table.text} ADD COLUMN ${next} ${typeOf(column)};`,
    separate,
    back,
    behind.leftOut,
    heading(`deploy the version that writes both columns; then fill ${next} from ${old}:`, {
      after: "deploy",
      deploy: `the version that writes ${table.text}.${old} and ${next}`,
    }),
    filled(step, added.operation, next, old, valueOf(old, isGiven ? oldType : undefined, column.type)),
    ...(inline.length === 0
      ? []
      : [inWords(`then add to ${next}, each as a constraint by itself: ${inline.join(", ")}`, "backfill")]),
    usesLater(added, next),
    optional(dropped, valueOf(next, column.type, oldType)),
    heading(
      `deploy the version that uses only the new one${leftOut(step, old)}; then, in a later migration:`,
      {
        after: "deploy",
        deploy: `the version that uses only ${table.text}.${next}`,
      },
    ),
    `ALTER TABLE ${table.text} DROP COLUMN ${old};`,
    behind.dropped,
    field,
  );
}

/** What drops the column, as it is written. */
function dropOf(dropped: Step<"dropColumn">): string {
  const call = callOf(dropped)?.text;
  return call === undefined || call.includes("\n")
    ? `the DROP COLUMN of ${dropped.spell(dropped.operation.column)}`
    : `\`${call}\``;
}

const numbers: ReadonlySet<string> = new Set(
  "tinyint smallint mediumint int integer bigint numeric decimal real float double"
    .split(" ")
    .concat("double precision"),
);

/** What an assignment makes of a value by itself is that value; whoever writes the migration knows the rest. */
function valueOf(name: string, from: ColumnType | undefined, to: ColumnType | undefined): string {
  const isTaken =
    from !== undefined &&
    to !== undefined &&
    (sameType(from, to) || (isNumber(from) && isNumber(to)) || (to.name === "text" && to.dimensions === 0));
  return isTaken ? name : `<value from ${name}>`;
}

const isNumber = ({ name, dimensions }: ColumnType): boolean => numbers.has(name) && dimensions === 0;

/** What the way back of several parts does with the old column, which has its values until a later migration. */
function backAlone(step: Step<"dropColumn">, undo: string): readonly Part[] {
  if (goesAlong(step) || step.direction !== "up") return [];
  const { table, column } = step.operation;
  const back = step.scope.downSteps.flatMap(({ operation, before, script }) => {
    const name =
      operation.kind === "dropColumn"
        ? operation.column.text
        : operation.kind === "addColumn"
          ? operation.column.name.text
          : undefined;
    if (name !== column.text || !("table" in operation) || operation.table === undefined) return [];
    if (before.resolve(operation.table) !== step.before.resolve(table)) return [];
    return [onOneLine(script.text.slice(operation.span.start, operation.span.end))];
  });
  return back.length === 0
    ? []
    : [inWords(`in the rollback, ${undo} takes the place of: ${[...new Set(back)].join("; ")}`)];
}

/** What else the migration does with the name: to the old column it would be of no use, and be dropped with it. */
function usesLater(added: Step<"addColumn">, next: string): readonly Part[] {
  const { table, column } = added.operation;
  const name = column.name.text;
  const key = added.before.resolve(table);
  const uses = added.later().filter(({ operation, statement, before }) => {
    const on = tableOf(operation);
    if (on === undefined || before.resolve(on) !== key) return false;
    if (statement === added.statement || operation.kind === "dropColumn") return false;
    const own = "column" in operation ? operation.column : undefined;
    const isOwn = typeof own === "object" && "text" in own && own.text === name;
    const isSet = operation.kind === "updateRows" && operation.columns.some(({ text }) => text === name);
    return isOwn || isSet || columnsOf(operation).includes(name);
  });
  const texts = uses.map((one) => onOneLine(textOf(one, one.operation.head)));
  return texts.length === 0
    ? []
    : [
        {
          ...inWords(
            `what the migration does later with ${added.spell(column.name)} belongs to ${next}, in migrations behind this: ${[...new Set(texts)].join("; ")}`,
            "backfill",
          ),
          replaces: uses.map(({ statement }) => statement.span),
        },
      ];
}

function fill(
  step: Step,
  { table, column }: OperationOf<"addColumn">,
  next: string,
  old: string,
  value: string,
): readonly Part[] {
  const given = column.default?.text;
  const setDefault =
    given === undefined ? [] : [`ALTER TABLE ${table.text} ALTER COLUMN ${next} SET DEFAULT ${given};`];
  return [
    inBatchesOf(step, {
      table,
      statement: `UPDATE ${table.text} SET ${next} = ${value}`,
      // Where the old column has no value, there is none to be had.
      undone: value === old ? `${next} IS NULL AND ${old} IS NOT NULL` : `${next} IS NULL`,
      shrinks: column.notNull || value === old,
    }),
    ...(column.notNull ? notNullBlock(table.text, table.name, `${column.name.text}_new`, given) : setDefault),
  ];
}

function mysqlFill(
  { table, column }: OperationOf<"addColumn">,
  next: string,
  old: string,
  value: string,
): readonly Part[] {
  const given = column.default === undefined ? "" : ` DEFAULT ${column.default.text}`;
  const isLike = !column.notNull && given === "";
  return [
    heading("until it changes no rows:", { transaction: "none" }),
    `UPDATE ${table.text} SET ${next} = ${value} WHERE ${next} IS NULL AND ${old} IS NOT NULL LIMIT 1000;`,
    ...(isLike
      ? []
      : [
          heading("then:"),
          `ALTER TABLE ${table.text} MODIFY ${next} ${typeOf(column)}${column.notNull ? " NOT NULL" : ""}${given};`,
        ]),
  ];
}

/** A new column of its name is there as soon as it goes: applications may not even see that. */
export function isReplaced(step: Step<"dropColumn">): boolean {
  const found = replacementOf(step);
  return (
    found !== undefined && (found.added.statement === step.statement || step.before.dialect.transactionalDdl)
  );
}

/** Of ADD COLUMN: the statement that drops the column first, whose advice takes the place of both. */
export function dropBefore(
  step: Step<"addColumn">,
): { readonly rule: "drop-column"; readonly at: Place } | undefined {
  const dropped = replacementOf(step)?.dropped;
  return dropped && { rule: "drop-column", at: { path: dropped.script.path, span: dropped.statement.span } };
}

function replacementOf(step: Step): Replacement | undefined {
  const { operation } = step;
  if (operation.kind === "dropColumn") {
    const added = step.neighbours("later", "addColumn").find((other) => isAgain(step, operation, other));
    return added && { dropped: step as Step<"dropColumn">, added };
  }
  if (operation.kind !== "addColumn") return undefined;
  const dropped = step
    .neighbours("earlier", "dropColumn")
    .find((other) => isAgain(other, other.operation, step as Step<"addColumn">));
  return dropped && { dropped, added: step as Step<"addColumn"> };
}

/** Of DROP COLUMN: the script adds a column of this name to the table again, whatever it holds. */
export function comesBack(step: Step): boolean {
  const { operation } = step;
  return (
    operation.kind === "dropColumn" &&
    step.neighbours("later", "addColumn").some((other) => addsItsName(step, operation, other))
  );
}

/** Of DROP COLUMN, where the values are computed: one statement makes the column anew, so that it is never missing. */
function madeAnewAtOnce(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "dropColumn" || step.dependents.computed() !== "apart") return undefined;
  const added = step.neighbours("later", "addColumn").find((other) => addsItsName(step, operation, other));
  if (added === undefined) return undefined;
  const { table, column, ifNotExists } = added.operation;
  const own = added.statement.operations.filter((one) => !("within" in one && one.within === "addColumn"));
  const isAlone =
    step.statement.operations.length === 1 && own.length === 1 && added.direction === step.direction;
  const written = /\bADD\b[^]*/i.exec(textOf(added, added.operation.span))?.[0];
  const definition = ifNotExists ? written?.replace(/\bIF\s+NOT\s+EXISTS\s+/i, "") : written;
  if (!isAlone || step.inBody || added.inBody || callOf(step) !== undefined || definition === undefined)
    return instead(inWords(`Drop ${step.spell(operation.column)} and add it again in one ALTER TABLE.`));
  return instead(
    { heading: [], replaces: [step.statement.span, added.statement.span] },
    `ALTER TABLE ${table.text} DROP COLUMN ${step.spell(column.name)}, ${onOneLine(definition)};`,
  );
}

function isAgain(step: Step, dropped: OperationOf<"dropColumn">, added: Step<"addColumn">): boolean {
  const { column } = added.operation;
  return (
    addsItsName(step, dropped, added) &&
    step.dependents.computed() === undefined &&
    column.generated === undefined &&
    column.identity === undefined &&
    !column.serial &&
    column.mysql?.autoIncrement !== true
  );
}
