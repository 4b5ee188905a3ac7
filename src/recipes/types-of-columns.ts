/** A column of another type, which takes the place of the old one. */
import { givesValue } from "../model/expression.ts";
import type { QualifiedName } from "../model/names.ts";
import type { OperationOf } from "../model/operation.ts";
import { sameType, type ColumnType } from "../model/types.ts";
import type { Step } from "../replay/step.ts";
import type { Column } from "../schema/model.ts";
import { isUserEnum } from "../schema/user-enum.ts";
import { heading, instead, inWords, type Advice } from "./advice.ts";
import { inBatchesOf } from "./batches.ts";
import { behindHands } from "./by-hand.ts";
import {
  enumExchange,
  firedTriggers,
  inZone,
  isMovedToo,
  isRenamedToo,
  oneForBoth,
  renamedWith,
} from "./changed-types.ts";
import { checksLater } from "./checked-again.ts";
import { dropTrigger, isBound, ofNewRow, oldRows, renamedIn, trigger } from "./columns.ts";
import { convertedToo } from "./converted-values.ts";
import { noLongerRead, stillDeclared } from "./declared.ts";
import { typeStays } from "./dropped-types.ts";
import { freeName } from "./free-names.ts";
import { optionalInWords } from "./optional-columns.ts";
import { movedAlong } from "./needed-behind.ts";
import { movedIndexes } from "./indexes-of-columns.ts";
import { movedConstraints } from "./moved-constraints.ts";
import { hasHeirs, isNamedInTrigger } from "./synced-columns.ts";
import { keyByNewColumn, sequenceToo } from "./wider-key.ts";
import { findMisfits } from "./narrowing.ts";
import { setInRollback } from "./ways-back.ts";
import {
  beforeStatement,
  commentOf,
  madeName,
  nextMigration,
  notNullBlock,
  quote,
  together,
  whole,
} from "./words.ts";

type ChangeType = OperationOf<"changeColumnType">;

/** A domain with constraints rewrites the table; the base type with the domain's rule as a CHECK doesn't. */
function ruleOfDomain(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  const table = operation.table.text;
  const check = freeName(step, operation.table, [
    madeName(operation.table.name, operation.column.text, "check"),
  ]);
  return instead(
    heading("keep the type, and add the constraint of the domain to the column:"),
    `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (<condition>) NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
  );
}

type Backwards = (old: string, now: string) => string;

/** The USING, and the time zone that stands for one. */
function conversion({ column, using }: ChangeType, zone: string | undefined) {
  const name = quote(column.text);
  const written = using === undefined ? `${name}${zone ?? ""}` : withoutParentheses(using.text);
  const inZones = / AT TIME ZONE '[^']*'$/i.exec(written)?.[0];
  const isCast =
    written.startsWith(name) &&
    /^(?:\s*::\s*[\w. ]+(?:\(\d+(?:,\s*\d+)?\))?)*$/.test(written.slice(name.length));
  return { inZones: written === `${name}${inZones ?? ""}` ? inZones : undefined, isCast };
}

/** In place of a change that gives each row the same value. */
export const keepValues = (step: Step<"changeColumnType">): string =>
  `Add a column of the new type beside it, fill it with what the old values stand for, ${optionalInWords(step, step.operation.table, step.operation.column)}and drop the old one when no version of the application reads it.`;

/** A NULL stays NULL: other expressions than casts may give it a value. */
const keepsNull = (operation: ChangeType, zone: string | undefined): boolean => {
  const { inZones, isCast } = conversion(operation, zone);
  return isCast || inZones !== undefined;
};

/**
 * Fills the old column, which has its name again, for the rows written since the swap: as the migration's own way back
 * converts, else by the inverse of the USING. Where that isn't known, no row may have been written.
 *
 * @param isKept a trigger gives the old column what rows are written with; without it, an UPDATE leaves its old value there
 */
function filledBack(
  step: Step,
  operation: ChangeType,
  old: ColumnType,
  zone: string | undefined,
  isKept: boolean,
): string {
  const { table, column } = operation;
  const [own, next] = [quote(column.text), quote(`${column.text}_new`)];
  const { inZones, isCast } = conversion(operation, zone);
  const back = step.scope.downSteps.flatMap(({ operation: other, before, refused }) =>
    other.kind === "changeColumnType" &&
    other.column.text === column.text &&
    before.resolve(other.table) === step.before.resolve(table)
      ? [{ using: other.using, refused }]
      : [],
  );
  // There is no cast.
  const isRefused = back.some(({ refused }) => refused);
  const using = isRefused ? undefined : back.find((one) => one.using !== undefined)?.using;
  const cast = `${next}${isOfEnums(step, old, operation.type) ? "::text" : ""}::${old.text}`;
  const value =
    using !== undefined
      ? renamedIn(using, () => next)
      : inZones !== undefined
        ? `${next}${inZones}`
        : !isRefused && (isCast || back.length > 0)
          ? cast
          : undefined;
  const written = operation.using?.text ?? `${own}${zone ?? ""}`;
  const [inner, type] = [withoutParentheses(written), `::${operation.type.text}`];
  const converted =
    isCast && inner.toLowerCase().endsWith(type.toLowerCase())
      ? inner
      : `${written === own ? own : `(${written})`}${type}`;
  const as = withoutEquality.test(operation.type.name) ? "::text" : "";
  const missed = isKept
    ? `${own} IS NULL AND ${next} IS NOT NULL`
    : `${converted}${as} IS DISTINCT FROM ${next}${as}`;
  return value === undefined
    ? whole(
        step,
        `DO $$ BEGIN IF EXISTS (SELECT FROM ${table.text} WHERE ${missed}) THEN RAISE EXCEPTION 'rows written since have no value in the old column'; END IF; END $$;`,
      )
    : `UPDATE ${table.text} SET ${own} = ${value} WHERE ${missed};`;
}

const ranges: Readonly<Partial<Record<string, string>>> = {
  smallint: "-32768 AND 32767",
  integer: "-2147483648 AND 2147483647",
};

/**
 * Fills the old column from the new one, which has its name by then, so that the swap can be undone. A value that the old
 * type hasn't becomes NULL. Undefined: the way back of the USING isn't known.
 */
function backwards(operation: ChangeType, old: ColumnType, zone: string | undefined): Backwards | undefined {
  const { inZones, isCast } = conversion(operation, zone);
  if (inZones !== undefined) return (last, now) => `${last} := ${now}${inZones};`;
  if (!isCast) return undefined;
  const range = ranges[old.name];
  if (range !== undefined && /^(?:smallint|integer|bigint)$/.test(operation.type.name))
    return (last, now) => `${last} := CASE WHEN ${now} BETWEEN ${range} THEN ${now} END;`;
  return old.name === "text" || (old.name === "varchar" && old.modifiers.length === 0)
    ? (last, now) => `${last} := ${now};`
    : (last, now) => `BEGIN ${last} := ${now}; EXCEPTION WHEN data_exception THEN ${last} := NULL; END;`;
}

const withoutParentheses = (text: string): string => {
  const inner = /^\(([^()]*(?:\([\d, ]+\)[^()]*)*)\)$/.exec(text.trim())?.[1];
  return inner === undefined ? text.trim() : withoutParentheses(inner);
};

/** What has no `=` is always taken for changed. */
const withoutEquality = /^(?:json|xml|point|polygon)$/;

/** A value that stays as it is may be spelled in another way by the one type than by the other. */
const whenChanged = ({ type }: ChangeType, column: string, body: string): string =>
  withoutEquality.test(type.name)
    ? body
    : `IF TG_OP = 'INSERT' OR NEW.${column} IS DISTINCT FROM OLD.${column} THEN ${body} END IF;`;

/** USING alone makes the server write each row anew. */
function hasTypeAlready(step: Step, operation: ChangeType): boolean {
  const known = step.before.column(operation.table, operation.column.text);
  const type = known.is === "present" ? known.value.type : undefined;
  return (
    operation.using !== undefined &&
    operation.collation === undefined &&
    type !== undefined &&
    sameType(type, operation.type)
  );
}

/**
 * Another column of the new type, kept up to date by a trigger; then the names are swapped. Undefined where the column is
 * more than a value: a key, a generated one, one that a view or a check reads.
 */
export const typeByNewColumn = (step: Step): Advice | undefined => byNewColumn(step) ?? sequenceToo(step);

function byNewColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  const table = operation.table.text;
  const { text } = operation.column;
  const domain = step.before.type(operation.type);
  if (domain.is === "present" && domain.value.form === "domain") return ruleOfDomain(step);
  // Where its branch runs, the column is something else.
  if (hasTypeAlready(step, operation) && operation.conditional === true) return undefined;
  if (hasTypeAlready(step, operation))
    return [
      inWords(
        `${quote(text)} is ${operation.type.text} already: if USING gives each row the value that it has, leave the statement out; otherwise update the rows in batches`,
      ),
    ];
  // The trigger would refuse what the running version writes.
  const narrowed = step.values.narrows();
  if (narrowed?.how === "fails" && narrowed.from.dimensions < operation.type.dimensions)
    return [
      inWords(
        `the cast reads only literals of arrays, such as '{a,b}': state how a text becomes an array, such as \`USING ARRAY[${quote(text)}]\` or \`USING string_to_array(${quote(text)}, ',')\``,
      ),
    ];
  const converted = convertedToo(step, operation.table, text, text);
  if (converted !== undefined) return converted;
  if (isBound(step, operation.table, text) || hasHeirs(step, operation.table)) return keyByNewColumn(step);
  // Sessions keep the plans of such a body, for the old type, and fail from then on.
  if (isNamedInTrigger(step, operation.table, text, ["before", "after"])) return undefined;
  const renamed = renamedWith(step);
  if (renamed !== undefined) {
    const { table: of, column: from, to } = renamed.operation;
    return [oneForBoth(renamed, of, from.text, to.text)];
  }
  if (isRenamedToo(step, operation.table, text))
    return [
      inWords(
        `change the type here, by a new column that is filled in batches, and rename ${quote(text)} in a later migration`,
      ),
    ];
  if (isMovedToo(step, operation.table))
    return [
      inWords(
        `change the type here, by a new column that is filled in batches, and rename ${table} in a later migration`,
      ),
    ];
  const exchange = enumExchange(step, operation) ?? checksLater(step);
  if (exchange !== undefined) return exchange;
  const [column, next, last] = [quote(text), quote(`${text}_new`), quote(`${text}_old`)];
  const known = step.before.column(operation.table, text);
  // A column without a type is one that the history doesn't create.
  if (known.is === "present" && known.value.type !== undefined && step.isHere(known.value.origin)) {
    // What may not run may be for servers that have had the column before.
    if (operation.conditional === true) return undefined;
    return [inWords(`no version knows the column yet: add ${column} as ${operation.type.text} at once`)];
  }
  const zone = inZone(step, operation);
  const value = operation.using?.text ?? column + (zone ?? "");
  const ofRow = operation.using === undefined ? `NEW.${column}${zone ?? ""}` : ofNewRow(operation.using);
  const old = known.is === "present" ? known.value : undefined;
  // It may be a key, which neither loses NOT NULL nor moves with the swap.
  if (old === undefined && !hasKnownKey(step, operation.table)) return undefined;
  const indexes = movedIndexes(step, operation.table, text, `${text}_new`);
  // The old default may not fit the new type: the statement itself drops or sets it, and the new column has it from the swap on.
  const ownDefault = step.statement.operations.findLast(
    (one) => (one.kind === "setDefault" || one.kind === "dropDefault") && one.column.text === text,
  );
  const first = beforeStatement(step).column(operation.table, text);
  const firstDefault = first.is === "present" ? first.value.default : undefined;
  const isOwn = (one: OperationOf<"setDefault" | "dropDefault">): boolean =>
    one.column.text === text && one.table.name === operation.table.name;
  const laterDefault = step
    .neighbours("later", "setDefault", "dropDefault")
    .filter(({ statement }) => statement !== step.statement)
    .map((one) => one.operation)
    .findLast(isOwn);
  // What stays in the call's place, or follows it, would set it before the column has its new type.
  const setsDefault = [...step.statement.operations, laterDefault].some(
    (one) => one?.kind === "setDefault" && isOwn(one) && !one.expression.isNull,
  );
  const isOfNewType = laterDefault?.kind === "setDefault" && laterDefault.expression.valueType !== undefined;
  if (isOfNewType || (setsDefault && step.script.transaction.codeSteps !== undefined))
    return [
      inWords(
        `change the type here, by a new column that is filled in batches, and set the default in a later migration`,
      ),
    ];
  const isRequiredToo = step.statement.operations.some(
    (one) => one.kind === "setNotNull" && one.column.text === text,
  );
  // The same call of a tool may send a statement of its own for that, which reaches the old column alone.
  const makesOptional = ({ statement }: Pick<Step, "statement">): boolean =>
    statement.operations.some(
      (one) =>
        one.kind === "dropNotNull" && one.column.text === text && one.table.name === operation.table.name,
    );
  const isOptionalBefore = step
    .neighbours("later", "dropNotNull")
    .some((other) => other.statement !== step.statement && makesOptional(other));
  const isOptionalToo = isOptionalBefore || makesOptional(step);
  // What the old column has by then.
  const lastDefault = laterDefault ?? ownDefault;
  const setDefault = lastDefault?.kind === "setDefault" ? lastDefault.expression : undefined;
  const itsDefault = lastDefault === undefined ? firstDefault : setDefault;
  const backTo = laterDefault === undefined ? firstDefault : itsDefault;
  // Where the new type refuses it, the advice begins with another one, set by hand.
  const isRefused = lastDefault === undefined && step.values.narrows()?.refusedDefault !== undefined;
  const moves =
    givesValue(itsDefault) && !isRefused
      ? [`ALTER TABLE ${table} ALTER COLUMN ${next} SET DEFAULT ${itsDefault.text};`]
      : [];
  const collation = operation.collation === undefined ? "" : ` COLLATE ${operation.collation.text}`;
  const onlyIf = "the values are in UTC";
  const setsUtc = "SET LOCAL TimeZone = 'UTC';";
  const inUtc =
    zone === undefined && step.locks.free({ timezone: "UTC" })
      ? [
          heading("if the values are in UTC, this rewrites nothing:", { onlyIf }),
          setsUtc,
          `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${operation.type.text};`,
          setInRollback(step, setsUtc, { onlyIf }),
          heading("otherwise:"),
        ]
      : [];
  const synced = trigger(step, operation.table, text, `NEW.${next} := ${ofRow};`);
  const required = `ALTER TABLE ${table} ALTER COLUMN ${column}`;
  const unsynced = dropTrigger(step, operation.table, text);
  const reversed = old?.type === undefined ? undefined : backwards(operation, old.type, zone);
  // The models of code know one column only, which changes with the swap.
  const inCode = step.script.code !== undefined;
  const keepsOld =
    reversed === undefined || inCode
      ? []
      : trigger(
          step,
          operation.table,
          text,
          whenChanged(operation, column, reversed(`NEW.${last}`, `NEW.${column}`)),
        );
  const types =
    old?.type === undefined || reversed === undefined ? undefined : ([old.type, operation.type] as const);
  const constraints = movedConstraints(step, operation.table, text, `${text}_new`, types);
  if (constraints === undefined) return undefined;
  const comment = old && commentOf(old, table, column);
  const own = oldType(step, old, last);
  const back =
    old?.type === undefined
      ? undefined
      : [
          ...(keepsOld.length === 0 ? [] : unsynced),
          ...indexes.back,
          `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${next};`,
          `ALTER TABLE ${table} RENAME COLUMN ${last} TO ${column};`,
          ...(inCode ? [] : [comment ?? `COMMENT ON COLUMN ${table}.${column} IS NULL;`]),
          filledBack(step, operation, old.type, zone, keepsOld.length > 0),
          ...(givesValue(backTo) ? [`${required} SET DEFAULT ${backTo.text};`] : []),
          ...(old.notNull === "yes" && !isOptionalBefore ? [`${required} SET NOT NULL;`] : []),
          ...(moves.length === 0 ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${next} DROP DEFAULT;`]),
          ...constraints.back,
          ...synced,
        ];
  const plan = instead(
    ...inUtc,
    {
      heading: [],
      undo: [...unsynced, `ALTER TABLE ${table} DROP COLUMN ${next};`],
    },
    `ALTER TABLE ${table} ADD COLUMN ${next} ${operation.type.text}${collation};`,
    ...synced,
    firedTriggers(step, operation.table, `${text}_new`),
    inBatchesOf(
      step,
      {
        table: operation.table,
        statement: `UPDATE ${table} SET ${next} = ${value}`,
        undone: `${next} IS NULL AND ${keepsNull(operation, zone) ? column : `(${value})`} IS NOT NULL`,
        shrinks: true,
      },
      oldRows,
    ),
    ...indexes.built,
    ...constraints.built,
    ...((old?.notNull === "yes" && !isOptionalToo) || isRequiredToo
      ? notNullBlock(table, operation.table.name, `${text}_new`)
      : []),
    isRequiredToo || isOptionalToo ? [] : requiredToo(operation, old),
    together(
      step,
      "then swap the names, in one transaction:",
      [
        ...unsynced,
        ...moves,
        ...(old?.notNull === "no" || isOptionalBefore ? [] : [`${required} DROP NOT NULL;`]),
        ...(first.is === "present" && first.value.hasDefault === "no" && moves.length === 0
          ? []
          : [`${required} DROP DEFAULT;`]),
        `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${last};`,
        `ALTER TABLE ${table} RENAME COLUMN ${next} TO ${column};`,
        ...indexes.kept,
        ...indexes.renamed,
        ...constraints.swapped,
        ...keepsOld,
        ...(comment === undefined ? [] : [comment]),
        ...(inCode ? [] : [`COMMENT ON COLUMN ${table}.${last} IS '${noLongerRead}';`]),
      ],
      { deploy: `the version that works with both types of ${table}.${column}`, undo: back },
    ),
    movedAlong(step),
    stillDeclared(step, "column", {
      name: last,
      comment: inCode ? undefined : noLongerRead,
      nullable: old?.notNull !== "no",
    }),
    own.stays,
    ...(inCode
      ? [inWords(`deprecate ${last}, and drop it in a later migration`)]
      : together(
          step,
          "deploy the version that no longer uses it; then, in one transaction:",
          [
            ...constraints.dropped,
            ...(keepsOld.length === 0 ? [] : unsynced),
            `ALTER TABLE ${table} DROP COLUMN ${last};`,
            ...own.dropped,
          ],
          {
            deploy: `the version that no longer uses ${table}.${last}`,
          },
        )),
  );
  return behindHands(findMisfits(step, operation), plan);
}

/** The table's primary key is known, so that a column that isn't may be in none. */
const hasKnownKey = ({ before }: Step, table: QualifiedName): boolean => {
  const found = before.relation(table);
  return found.is === "present" && found.value.constraints.some(({ kind }) => kind === "primary key");
};

/** There is no cast from one to the other. */
const isOfEnums = ({ before }: Step, ...types: readonly ColumnType[]): boolean =>
  types.every((type) => isUserEnum(before, type));

/** Where it isn't known whether the old column is NOT NULL. */
const requiredToo = ({ column: { text } }: ChangeType, old: Column | undefined): Advice =>
  old === undefined || old.notNull === "unknown"
    ? [inWords(`make ${quote(`${text}_new`)} NOT NULL before the swap, if ${quote(text)} is`)]
    : [];

/** The migration drops the type that the old column still has then: with CASCADE its values would go. */
function oldType({ neighbours, after }: Step, old: Column | undefined, last: string) {
  const found = neighbours("later", "dropType").find(
    ({ operation: { type } }) => old?.type === undefined || type.name === old.type.name,
  );
  const isLast =
    found !== undefined && old?.type !== undefined && after.dependents(found.operation).length === 0;
  return {
    stays: found === undefined ? [] : [typeStays(found, last)],
    dropped: isLast ? [`DROP TYPE ${found.operation.type.text};`] : [],
  };
}
