import { keyOfRows } from "../replay/questions/indexes/row-keys.ts";
import type { Step } from "../replay/step.ts";
import { lockTimeoutLine } from "./statements.ts";
import type { Edit } from "../text/span.ts";
import { heading, instead, inWords, type Advice, type Heading, type Part } from "./advice.ts";
import type { Index } from "../schema/model.ts";
import { freeName } from "./free-names.ts";
import { lockOrGiveUp } from "./lock-tables.ts";
import {
  addColumn,
  concurrentBlock,
  madeName,
  nextMigration,
  notNullBlock,
  quote,
  textOf,
  together,
  withWord,
} from "./words.ts";

/** A migration whose failure the deploy ignores isn't tried again behind a timeout: nothing shows that it is missing. */
export const failureCounts = ({ scope }: Step): readonly Heading[] =>
  scope.migration.ignoresFailure === undefined
    ? []
    : [
        heading(
          `first remove ${scope.migration.ignoresFailure.written}: with it, a timeout skips the migration, and the deploy succeeds`,
        ),
      ];

/** The server takes no index on an expression for it. */
export const allowsConcurrently = ({ unique, where, elements }: Index): boolean =>
  unique && where === undefined && elements.every(({ column }) => column !== undefined);

/** REFRESH … CONCURRENTLY, and the unique index that it needs. */
export function concurrentRefresh(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "refreshView" || operation.withNoData) return undefined;
  const refresh = withWord(step, operation.afterKeyword, "CONCURRENTLY");
  if (before.indexesOn(operation.view).some(allowsConcurrently)) return instead(refresh);
  const found = before.relation(operation.view);
  const key = found.is === "present" ? keyOfRows(step, found.value) : undefined;
  const index = freeName(step, operation.view, [madeName(operation.view.name, "key")]);
  const create = `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${operation.view.text} (${key?.map(quote).join(", ") ?? "<columns>"});`;
  return instead(
    heading(key === undefined ? "once, over columns by which all rows differ:" : "once:"),
    concurrentBlock(step, create, `DROP INDEX CONCURRENTLY IF EXISTS ${index};`),
    heading("then, and at every later refresh:"),
    refresh,
  );
}

/** The domain's base type, and its rule as a CHECK that is validated later. A constant needs no proof of NOT NULL. */
export function baseTypeWithCheck(step: Step): Advice | undefined {
  const { operation } = step;
  const domain = step.values.constrainedDomain();
  if (operation.kind !== "addColumn" || domain?.base === undefined) return undefined;
  const { name, default: value } = operation.column;
  const table = operation.table.text;
  const column = quote(name.text);
  const check = freeName(step, operation.table, [madeName(operation.table.name, name.text, "check")]);
  const rules = domain.checks.map(({ expression }) => ofColumn(expression.text, column));
  const given = value === undefined ? "" : ` DEFAULT ${value.text}`;
  const isRequired = domain.notNull || operation.column.notNull;
  const isFilled = value?.constant === true && !value.isNull;
  return instead(
    heading(`the column gets the type ${domain.base.text} instead of the domain ${domain.name}:`),
    `${addColumn(operation)} ${domain.base.text}${isRequired && isFilled ? " NOT NULL" : ""}${given};`,
    ...(rules.length === 0
      ? []
      : [
          nextMigration,
          `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${rules.join(" AND ")}) NOT VALID;`,
          nextMigration,
          `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
        ]),
    ...(isRequired && !isFilled ? notNullBlock(table, operation.table.name, name.text) : []),
  );
}

/** The domain's VALUE as the column. */
const ofColumn = (rule: string, column: string): string => rule.replaceAll(/\bvalue\b/gi, column);

/** NOT NULL first, proved by a CHECK; then the index becomes the key without a scan. */
export function notNullThenKey(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "addPrimaryKey" || operation.usingIndex === undefined) return undefined;
  const { table, usingIndex } = operation;
  const index = before.indexesOn(table).find(({ name }) => name === usingIndex.text);
  const nullable = (index?.elements ?? []).flatMap(({ column }) => {
    const found = column === undefined ? undefined : before.column(table, column);
    return column !== undefined && !(found?.is === "present" && found.value.notNull === "yes")
      ? [column]
      : [];
  });
  return instead(
    ...nullable.flatMap((column) => notNullBlock(table.text, table.name, column)),
    heading("then, in the next migration:"),
    `ALTER TABLE ${table.text} ${textOf(step, operation.span)};`,
  );
}

/** Drops the constraint, and its index with it. */
export function dropOwner(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "dropIndex") return undefined;
  const found = before.index(operation.index);
  if (found.is !== "present" || found.value.constraint === undefined) return undefined;
  return instead(
    `ALTER TABLE ${step.show(found.value.table)} DROP CONSTRAINT ${quote(found.value.constraint)};`,
  );
}

/** The constraint of a domain unvalidated: no table is read, and new values are checked. */
export function domainNotValid(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "alterDomain" || operation.check === undefined) return undefined;
  return instead(`${textOf(step, operation.span)} NOT VALID;`);
}

/** Locks both tables before the change, the busier one first; for all keys that the statement drops. */
export function lockReferencedFirst(step: Step, referenced: readonly string[]): Advice | undefined {
  if (goesWithColumn(step) || needsDrop(step)) return undefined;
  const { operation, statement, before, show } = step;
  if (operation.kind !== "dropConstraint") return undefined;
  const dropped = statement.operations.filter((other) => other.kind === "dropConstraint");
  const locked = dropped.flatMap(({ table, name }) => {
    const found = before.constraint(table, name.text);
    return found.is === "present" && found.value.kind === "foreign key" ? [show(found.value.references)] : [];
  });
  const clauses = dropped.map(({ span }) => textOf(step, span)).join(", ");
  const takers = nameTakers(step);
  const hasChanges = takers.length > 0 && changesBehind(step);
  // Between two files that are named by numbers, as those of an app are, there is no place for another.
  const isNamedFreely = step.scope.history.inGraph === true && step.script.code?.unit?.app === undefined;
  const ahead = hasChanges && isNamedFreely ? true : undefined;
  return instead(
    ...(takers.length === 0 ? [] : [replacesBoth([statement, ...takers.map((taker) => taker.statement)])]),
    ...together(
      step,
      `in a ${ahead ? "migration before this one" : "separate transaction"} that locks the referenced table first:`,
      [
        ...lockOrGiveUp([...new Set([...referenced, ...locked])]),
        `ALTER TABLE ${operation.table.text} ${clauses};`,
      ],
      { ahead },
    ),
    ...takers.flatMap((taker) => [hasChanges ? behindChanges(ahead) : nextMigration, ...added(taker)]),
  );
}

/** The statement that adds a key: unvalidated first, where it can be. */
function added(step: Step): readonly Part[] {
  const { operation, statement } = step;
  const text = textOf(step, statement.span);
  const isAlone = statement.operations.length === 1 && !step.locks.refusesNotValid();
  if (operation.kind !== "addForeignKey" || operation.notValid || operation.name === undefined || !isAlone)
    return [`${text};`];
  return [
    `${text} NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${operation.table.text} VALIDATE CONSTRAINT ${quote(operation.name.text)};`,
  ];
}

const replacesBoth = (statements: readonly Step["statement"][]): Heading =>
  heading("this takes the place of both statements, the DROP CONSTRAINT and the ADD CONSTRAINT:", {
    replaces: statements.map(({ span }) => span),
  });

/** Later statements that add a constraint of the name that the statement's own give up: they come after it. */
function nameTakers(step: Step): readonly Step[] {
  const { statement, before } = step;
  const dropped = statement.operations.filter((other) => other.kind === "dropConstraint");
  const takers = step
    .neighbours("later", "addForeignKey", "addCheck", "addUnique", "addPrimaryKey", "addExclusion")
    .filter(
      ({ operation: { table, name, within }, before: then, statement: own }) =>
        own !== statement &&
        within === "alterTable" &&
        dropped.some(
          (other) => other.name.text === name?.text && before.resolve(other.table) === then.resolve(table),
        ),
    );
  const statements = takers.map((taker) => taker.statement);
  return takers.filter((taker, at) => statements.indexOf(taker.statement) === at);
}

/** The server refuses a later statement as long as the key is there, or may: the drop can't move behind it. */
function needsDrop(step: Step): boolean {
  const { operation, before } = step;
  if (operation.kind !== "dropConstraint") return false;
  const found = before.constraint(operation.table, operation.name.text);
  if (found.is !== "present" || found.value.kind !== "foreign key") return false;
  const { references, columns } = found.value;
  const own = before.resolve(operation.table);
  // Behind the migration there is another column of the name.
  const isReplaced = step
    .neighbours("later", "addColumn")
    .some(
      ({ operation: later, before: then }) =>
        columns.includes(later.column.name.text) && then.resolve(later.table) === own,
    );
  if (isReplaced) return true;
  const isRefused = step
    .neighbours("later", "truncateTable", "dropConstraint", "dropColumn", "deleteRows")
    .some(
      ({ operation: later, before: then, statement }) =>
        statement !== step.statement && then.resolve(later.table) === references,
    );
  return (
    isRefused ||
    step
      .neighbours("later", "updateRows", "insertRows")
      .some(({ operation: { table }, before: then }) => [own, references].includes(then.resolve(table)))
  );
}

const behindChanges = (isAhead: true | undefined): Heading =>
  heading(
    `the changes of its columns ${isAhead ? "stay here" : "move into a migration of their own between the two"}; then, in a separate transaction:`,
    { transaction: "own" },
  );

/**
 * A column of the key, on either side, then gets another type, which the server refuses as long as the key is there, or
 * another name, which the key that is added again has.
 */
function changesBehind(step: Step): boolean {
  const { operation, before } = step;
  if (operation.kind !== "dropConstraint") return false;
  const found = before.constraint(operation.table, operation.name.text);
  if (found.is !== "present" || found.value.kind !== "foreign key") return false;
  const { columns, references, referencedColumns } = found.value;
  const own = before.resolve(operation.table);
  return step
    .neighbours("later", "changeColumnType", "renameColumn")
    .some(({ operation: { table, column }, before: then }) => {
      const key = then.resolve(table);
      return (
        (key === own && columns.includes(column.text)) ||
        (key === references && referencedColumns.includes(column.text))
      );
    });
}

/** CREATE … AS without rows, which a separate migration adds. */
export function fillLater(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "createView" && operation.kind !== "createTable") return undefined;
  const text = textOf(step, operation.span).trimEnd();
  // SELECT … INTO has no such clause.
  if (!/^create\b/i.test(text)) return undefined;
  const create = `${text.replace(/\bwith\s+data$/i, "").trimEnd()} WITH NO DATA;`;
  if (operation.kind === "createTable")
    return instead(create, inWords("then insert the rows in batches, in a separate migration"));
  return instead(
    create,
    heading("then, in a separate migration:"),
    `REFRESH MATERIALIZED VIEW ${operation.view.text};`,
  );
}

/** The migration then drops a column of the constraint, so that it isn't there any more for a later migration. */
function goesWithColumn({ operation, before, later, isOneCallWith }: Step): boolean {
  if (operation.kind !== "dropConstraint") return false;
  const { table } = operation;
  const found = before.constraint(table, operation.name.text);
  const columns = found.is === "present" && "columns" in found.value ? found.value.columns : [];
  return later().some(
    (step) =>
      step.operation.kind === "dropColumn" &&
      !isOneCallWith(step) &&
      step.before.resolve(step.operation.table) === before.resolve(table) &&
      columns.includes(step.operation.column.text),
  );
}

/** Where H2 or its like runs the file as well, and refuses the statement. */
export function timeoutForServer({ before, scope: { history, migration } }: Step): Advice | undefined {
  const { besideStandIn: beside } = history;
  if (beside === undefined || (migration.shared ?? migration.runsElsewhere) !== undefined) return undefined;
  const { title, file, server = "the settings of the profile with the real server" } = beside;
  const set = before.dialect.locksTables ? "SET lock_timeout = '2s'" : "SET SESSION lock_wait_timeout = 5";
  return [
    inWords(
      `Set it for connections to ${before.dialect.title} alone: give \`spring.datasource.hikari.connection-init-sql\` in ${server} the value \`${set}\`, which the application's connections get as well, and state lockTimeout in the configuration. ${file} has ${title} run this file, too, which refuses the statement.`,
    ),
  ];
}

/** Sets it for the whole transaction; undefined where it would stay in force behind the migration, or isn't enough. */
export function lockTimeoutFix(
  { transaction, inBody, scope }: Step,
  start: number,
): { readonly title: string; readonly edits: readonly Edit[] } | undefined {
  const { ignoresFailure, shared, runsElsewhere } = scope.migration;
  if (transaction.kind !== "block" || inBody) return undefined;
  if (ignoresFailure !== undefined || (shared ?? runsElsewhere ?? scope.history.besideStandIn) !== undefined)
    return undefined;
  return {
    title: "set lock_timeout for this transaction",
    edits: [{ span: { start, end: start }, text: lockTimeoutLine }],
  };
}
