/** Written by `npm run generate`: every rule, by file name. */
import type { Rule } from "../src/lint/rule.ts";
import addColumnAutoIncrement from "./add-column-auto-increment.ts";
import addColumnGenerated from "./add-column-generated.ts";
import addColumnNotNull from "./add-column-not-null.ts";
import addColumnVolatileDefault from "./add-column-volatile-default.ts";
import addColumnWithConstraint from "./add-column-with-constraint.ts";
import backfillWithoutBatches from "./backfill-without-batches.ts";
import badFileName from "./bad-file-name.ts";
import changeColumnType from "./change-column-type.ts";
import charColumn from "./char-column.ts";
import checkWithoutNotValid from "./check-without-not-valid.ts";
import columnName from "./column-name.ts";
import concurrentlyInTransaction from "./concurrently-in-transaction.ts";
import constraintName from "./constraint-name.ts";
import deleteWithoutWhere from "./delete-without-where.ts";
import dropBreaksDependent from "./drop-breaks-dependent.ts";
import dropCascade from "./drop-cascade.ts";
import dropColumn from "./drop-column.ts";
import dropIndexWithoutConcurrently from "./drop-index-without-concurrently.ts";
import dropTable from "./drop-table.ts";
import duplicateObject from "./duplicate-object.ts";
import duplicateVersion from "./duplicate-version.ts";
import emptyMigration from "./empty-migration.ts";
import floatForMoney from "./float-for-money.ts";
import foreignKeyTypeMismatch from "./foreign-key-type-mismatch.ts";
import foreignKeyWithoutIndex from "./foreign-key-without-index.ts";
import foreignKeyWithoutNotValid from "./foreign-key-without-not-valid.ts";
import foreignKeyWithoutOnDelete from "./foreign-key-without-on-delete.ts";
import identifierTooLong from "./identifier-too-long.ts";
import indexName from "./index-name.ts";
import indexWithoutConcurrently from "./index-without-concurrently.ts";
import inheritedTable from "./inherited-table.ts";
import integerPrimaryKey from "./integer-primary-key.ts";
import jsonColumn from "./json-column.ts";
import lockWithoutTimeout from "./lock-without-timeout.ts";
import misplacedMigrations from "./misplaced-migrations.ts";
import missingRollback from "./missing-rollback.ts";
import mixedSchemaAndData from "./mixed-schema-and-data.ts";
import moneyColumn from "./money-column.ts";
import nestedTransaction from "./nested-transaction.ts";
import nullableBoolean from "./nullable-boolean.ts";
import orphanRollback from "./orphan-rollback.ts";
import partitionKeyNotInPrimaryKey from "./partition-key-not-in-primary-key.ts";
import primaryKeyWithoutIndex from "./primary-key-without-index.ts";
import quotedIdentifier from "./quoted-identifier.ts";
import recreatedTable from "./recreated-table.ts";
import redundantIndex from "./redundant-index.ts";
import reindexWithoutConcurrently from "./reindex-without-concurrently.ts";
import renameColumn from "./rename-column.ts";
import renameTable from "./rename-table.ts";
import reservedWordIdentifier from "./reserved-word-identifier.ts";
import rollbackDoesNotReverse from "./rollback-does-not-reverse.ts";
import ruleInsteadOfTrigger from "./rule-instead-of-trigger.ts";
import serialColumn from "./serial-column.ts";
import setNotNull from "./set-not-null.ts";
import slowStatementUnderLock from "./slow-statement-under-lock.ts";
import syntaxError from "./syntax-error.ts";
import tableName from "./table-name.ts";
import tableRewrite from "./table-rewrite.ts";
import tableWithoutComment from "./table-without-comment.ts";
import tableWithoutPrimaryKey from "./table-without-primary-key.ts";
import timestampWithoutTimeZone from "./timestamp-without-time-zone.ts";
import truncateTable from "./truncate-table.ts";
import unclosedTransaction from "./unclosed-transaction.ts";
import uniqueConstraintWithoutIndex from "./unique-constraint-without-index.ts";
import unknownColumn from "./unknown-column.ts";
import unknownObject from "./unknown-object.ts";
import unknownTable from "./unknown-table.ts";
import unloggedTable from "./unlogged-table.ts";
import unsupportedByVersion from "./unsupported-by-version.ts";
import unusedSuppression from "./unused-suppression.ts";
import updateWithoutWhere from "./update-without-where.ts";
import validateInSameTransaction from "./validate-in-same-transaction.ts";
import varcharWithLength from "./varchar-with-length.ts";
import volatileCheck from "./volatile-check.ts";

export const rules: readonly Rule[] = [
  addColumnAutoIncrement,
  addColumnGenerated,
  addColumnNotNull,
  addColumnVolatileDefault,
  addColumnWithConstraint,
  backfillWithoutBatches,
  badFileName,
  changeColumnType,
  charColumn,
  checkWithoutNotValid,
  columnName,
  concurrentlyInTransaction,
  constraintName,
  deleteWithoutWhere,
  dropBreaksDependent,
  dropCascade,
  dropColumn,
  dropIndexWithoutConcurrently,
  dropTable,
  duplicateObject,
  duplicateVersion,
  emptyMigration,
  floatForMoney,
  foreignKeyTypeMismatch,
  foreignKeyWithoutIndex,
  foreignKeyWithoutNotValid,
  foreignKeyWithoutOnDelete,
  identifierTooLong,
  indexName,
  indexWithoutConcurrently,
  inheritedTable,
  integerPrimaryKey,
  jsonColumn,
  lockWithoutTimeout,
  misplacedMigrations,
  missingRollback,
  mixedSchemaAndData,
  moneyColumn,
  nestedTransaction,
  nullableBoolean,
  orphanRollback,
  partitionKeyNotInPrimaryKey,
  primaryKeyWithoutIndex,
  quotedIdentifier,
  recreatedTable,
  redundantIndex,
  reindexWithoutConcurrently,
  renameColumn,
  renameTable,
  reservedWordIdentifier,
  rollbackDoesNotReverse,
  ruleInsteadOfTrigger,
  serialColumn,
  setNotNull,
  slowStatementUnderLock,
  syntaxError,
  tableName,
  tableRewrite,
  tableWithoutComment,
  tableWithoutPrimaryKey,
  timestampWithoutTimeZone,
  truncateTable,
  unclosedTransaction,
  uniqueConstraintWithoutIndex,
  unknownColumn,
  unknownObject,
  unknownTable,
  unloggedTable,
  unsupportedByVersion,
  unusedSuppression,
  updateWithoutWhere,
  validateInSameTransaction,
  varcharWithLength,
  volatileCheck,
];
