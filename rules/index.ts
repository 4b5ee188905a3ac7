/** Written by `npm run generate`: every rule, by file name. */
import type { Rule } from "../src/lint/rule.ts";
import addColumnAutoIncrement from "./add-column-auto-increment.ts";
import addColumnConstrainedDomain from "./add-column-constrained-domain.ts";
import addColumnGenerated from "./add-column-generated.ts";
import addColumnNotNull from "./add-column-not-null.ts";
import addColumnVolatileDefault from "./add-column-volatile-default.ts";
import addColumnWithConstraint from "./add-column-with-constraint.ts";
import algorithmCopy from "./algorithm-copy.ts";
import algorithmNotStated from "./algorithm-not-stated.ts";
import alterIgnore from "./alter-ignore.ts";
import asyncForEach from "./async-for-each.ts";
import attachPartitionWithoutCheck from "./attach-partition-without-check.ts";
import autovacuumDisabled from "./autovacuum-disabled.ts";
import backfillFiresTrigger from "./backfill-fires-trigger.ts";
import backfillWithoutBatches from "./backfill-without-batches.ts";
import backgroundIndex from "./background-index.ts";
import badFileName from "./bad-file-name.ts";
import bareTimestamp from "./bare-timestamp.ts";
import binaryLogOff from "./binary-log-off.ts";
import callOutsideTransaction from "./call-outside-transaction.ts";
import changeColumnType from "./change-column-type.ts";
import changelogKeyIgnored from "./changelog-key-ignored.ts";
import charColumn from "./char-column.ts";
import charsetConversion from "./charset-conversion.ts";
import checkAllowsLess from "./check-allows-less.ts";
import checkWithoutNotValid from "./check-without-not-valid.ts";
import collectionChangeInTransaction from "./collection-change-in-transaction.ts";
import collectionInMemory from "./collection-in-memory.ts";
import columnName from "./column-name.ts";
import columnPosition from "./column-position.ts";
import concurrentlyInTransaction from "./concurrently-in-transaction.ts";
import concurrentlyWithOtherStatements from "./concurrently-with-other-statements.ts";
import conflictsWithBase from "./conflicts-with-base.ts";
import constraintBeforeBackfill from "./constraint-before-backfill.ts";
import constraintName from "./constraint-name.ts";
import copyToNarrowerColumn from "./copy-to-narrower-column.ts";
import createLocksReferencedTable from "./create-locks-referenced-table.ts";
import currvalBeforeNextval from "./currval-before-nextval.ts";
import cursorNotAwaited from "./cursor-not-awaited.ts";
import definerAccount from "./definer-account.ts";
import deleteWithoutWhere from "./delete-without-where.ts";
import deprecatedRequiredColumn from "./deprecated-required-column.ts";
import detachPartitionWithoutConcurrently from "./detach-partition-without-concurrently.ts";
import disableRowLevelSecurity from "./disable-row-level-security.ts";
import domainConstraintWithoutNotValid from "./domain-constraint-without-not-valid.ts";
import dropAllIndexes from "./drop-all-indexes.ts";
import dropBreaksDependent from "./drop-breaks-dependent.ts";
import dropCascade from "./drop-cascade.ts";
import dropCollection from "./drop-collection.ts";
import dropColumnOfCompositeKey from "./drop-column-of-composite-key.ts";
import dropColumn from "./drop-column.ts";
import dropDatabase from "./drop-database.ts";
import dropDefault from "./drop-default.ts";
import dropFindsNothing from "./drop-finds-nothing.ts";
import dropForeignKeyAction from "./drop-foreign-key-action.ts";
import dropFunction from "./drop-function.ts";
import dropIndexWithoutConcurrently from "./drop-index-without-concurrently.ts";
import dropLocksReferencedTable from "./drop-locks-referenced-table.ts";
import dropNotNull from "./drop-not-null.ts";
import dropPartition from "./drop-partition.ts";
import dropPrimaryKey from "./drop-primary-key.ts";
import dropSchema from "./drop-schema.ts";
import dropSequence from "./drop-sequence.ts";
import dropTable from "./drop-table.ts";
import dropUnhiddenIndex from "./drop-unhidden-index.ts";
import dropUniqueKey from "./drop-unique-key.ts";
import dropView from "./drop-view.ts";
import dropVisibleIndex from "./drop-visible-index.ts";
import droppedAtStart from "./dropped-at-start.ts";
import duplicateForeignKey from "./duplicate-foreign-key.ts";
import duplicateObject from "./duplicate-object.ts";
import duplicateRow from "./duplicate-row.ts";
import duplicateVersion from "./duplicate-version.ts";
import dynamicSqlFromInput from "./dynamic-sql-from-input.ts";
import editedAfterApply from "./edited-after-apply.ts";
import emptyMigration from "./empty-migration.ts";
import engineNotInnodb from "./engine-not-innodb.ts";
import enumReorder from "./enum-reorder.ts";
import enumValueUsedInTransaction from "./enum-value-used-in-transaction.ts";
import exchangedTableIncomplete from "./exchanged-table-incomplete.ts";
import exclusionConstraint from "./exclusion-constraint.ts";
import exclusiveCommand from "./exclusive-command.ts";
import explicitLock from "./explicit-lock.ts";
import extensionVersionFloating from "./extension-version-floating.ts";
import failureIgnored from "./failure-ignored.ts";
import fileNameStyle from "./file-name-style.ts";
import firstMigrationIncomplete from "./first-migration-incomplete.ts";
import floatForMoney from "./float-for-money.ts";
import foreignKeyActionChanged from "./foreign-key-action-changed.ts";
import foreignKeyBlocksOnlineTool from "./foreign-key-blocks-online-tool.ts";
import foreignKeyChecksOff from "./foreign-key-checks-off.ts";
import foreignKeyToEmptyTable from "./foreign-key-to-empty-table.ts";
import foreignKeyToNonUnique from "./foreign-key-to-non-unique.ts";
import foreignKeyTypeMismatch from "./foreign-key-type-mismatch.ts";
import foreignKeyWithoutIndex from "./foreign-key-without-index.ts";
import foreignKeyWithoutNotValid from "./foreign-key-without-not-valid.ts";
import foreignKeyWithoutOnDelete from "./foreign-key-without-on-delete.ts";
import frozenDefault from "./frozen-default.ts";
import generatedColumnFailsOnRows from "./generated-column-fails-on-rows.ts";
import globalSettingChanged from "./global-setting-changed.ts";
import grantAll from "./grant-all.ts";
import grantToPublic from "./grant-to-public.ts";
import identifierTooLong from "./identifier-too-long.ts";
import implicitCommitInTransaction from "./implicit-commit-in-transaction.ts";
import impossibleAlgorithm from "./impossible-algorithm.ts";
import incompleteRow from "./incomplete-row.ts";
import indexBacksConstraint from "./index-backs-constraint.ts";
import indexName from "./index-name.ts";
import indexNamedConcurrently from "./index-named-concurrently.ts";
import indexOnLongText from "./index-on-long-text.ts";
import indexOptionsConflict from "./index-options-conflict.ts";
import indexWithoutConcurrently from "./index-without-concurrently.ts";
import inheritedTable from "./inherited-table.ts";
import inlineReferencesIgnored from "./inline-references-ignored.ts";
import insertWithoutColumns from "./insert-without-columns.ts";
import instantLimit from "./instant-limit.ts";
import integerDisplayWidth from "./integer-display-width.ts";
import integerPrimaryKey from "./integer-primary-key.ts";
import invalidIndexHidden from "./invalid-index-hidden.ts";
import jsonColumn from "./json-column.ts";
import keyTooLong from "./key-too-long.ts";
import largeMigration from "./large-migration.ts";
import leftUndone from "./left-undone.ts";
import liveModelInMigration from "./live-model-in-migration.ts";
import lockNotNone from "./lock-not-none.ts";
import lockOutsideTransaction from "./lock-outside-transaction.ts";
import lockWithoutTimeout from "./lock-without-timeout.ts";
import migrationLockOff from "./migration-lock-off.ts";
import misplacedMigrations from "./misplaced-migrations.ts";
import missingAnalyze from "./missing-analyze.ts";
import missingHeader from "./missing-header.ts";
import missingReason from "./missing-reason.ts";
import missingRollback from "./missing-rollback.ts";
import mixedSchemaAndData from "./mixed-schema-and-data.ts";
import modifyChangesMeaning from "./modify-changes-meaning.ts";
import modifyDropsAttributes from "./modify-drops-attributes.ts";
import modifyForeignKeyColumn from "./modify-foreign-key-column.ts";
import moneyColumn from "./money-column.ts";
import narrowColumnType from "./narrow-column-type.ts";
import nestedTransaction from "./nested-transaction.ts";
import notAllowedInTransaction from "./not-allowed-in-transaction.ts";
import notAtomic from "./not-atomic.ts";
import notIdempotent from "./not-idempotent.ts";
import notNullOnNewColumn from "./not-null-on-new-column.ts";
import notNullWithoutBackfill from "./not-null-without-backfill.ts";
import nowAsCreationTime from "./now-as-creation-time.ts";
import nowInBackfill from "./now-in-backfill.ts";
import nullableBoolean from "./nullable-boolean.ts";
import numbersSortedAsText from "./numbers-sorted-as-text.ts";
import orphanRollback from "./orphan-rollback.ts";
import outReplacesCollection from "./out-replaces-collection.ts";
import parallelCallsInSession from "./parallel-calls-in-session.ts";
import partitionKeyNotInPrimaryKey from "./partition-key-not-in-primary-key.ts";
import pendingTriggerEvents from "./pending-trigger-events.ts";
import policyAlwaysTrue from "./policy-always-true.ts";
import policyFunctionPerRow from "./policy-function-per-row.ts";
import policyHidesRows from "./policy-hides-rows.ts";
import policyOpenWithoutSetting from "./policy-open-without-setting.ts";
import policyOpensBucket from "./policy-opens-bucket.ts";
import policyOwnEscalation from "./policy-own-escalation.ts";
import policyRecursion from "./policy-recursion.ts";
import policyWithoutRowLevelSecurity from "./policy-without-row-level-security.ts";
import primaryKeyUsingNullableIndex from "./primary-key-using-nullable-index.ts";
import primaryKeyWithoutIndex from "./primary-key-without-index.ts";
import publishedTableWithoutKey from "./published-table-without-key.ts";
import queryFillsNewRelation from "./query-fills-new-relation.ts";
import quotedIdentifier from "./quoted-identifier.ts";
import randomInBackfill from "./random-in-backfill.ts";
import recreatedTable from "./recreated-table.ts";
import redundantIndex from "./redundant-index.ts";
import refreshWithoutConcurrently from "./refresh-without-concurrently.ts";
import refusedStatement from "./refused-statement.ts";
import reindexWithoutConcurrently from "./reindex-without-concurrently.ts";
import removedDriverMethod from "./removed-driver-method.ts";
import renameBreaksDependent from "./rename-breaks-dependent.ts";
import renameCollection from "./rename-collection.ts";
import renameColumn from "./rename-column.ts";
import renameEnumValue from "./rename-enum-value.ts";
import renameField from "./rename-field.ts";
import renameTable from "./rename-table.ts";
import reservedWordIdentifier from "./reserved-word-identifier.ts";
import retypeBreaksFunction from "./retype-breaks-function.ts";
import revokeFromPublicOnly from "./revoke-from-public-only.ts";
import revokePrivilege from "./revoke-privilege.ts";
import rollbackDoesNotReverse from "./rollback-does-not-reverse.ts";
import rollbackFailsOnRows from "./rollback-fails-on-rows.ts";
import rollbackLosesData from "./rollback-loses-data.ts";
import rollbackLosesNewData from "./rollback-loses-new-data.ts";
import rollbackOrder from "./rollback-order.ts";
import rowLevelSecurityWithoutPolicy from "./row-level-security-without-policy.ts";
import ruleInsteadOfTrigger from "./rule-instead-of-trigger.ts";
import schemaChangeWithoutState from "./schema-change-without-state.ts";
import secretInMigration from "./secret-in-migration.ts";
import securityDefinerView from "./security-definer-view.ts";
import securityDefinerWithoutSearchPath from "./security-definer-without-search-path.ts";
import seedNotRepeatable from "./seed-not-repeatable.ts";
import sequenceNotAdvanced from "./sequence-not-advanced.ts";
import sequenceOverflow from "./sequence-overflow.ts";
import serialColumn from "./serial-column.ts";
import serverSideProgram from "./server-side-program.ts";
import setLocalOutsideTransaction from "./set-local-outside-transaction.ts";
import setNotNull from "./set-not-null.ts";
import setNullOnNotNull from "./set-null-on-not-null.ts";
import settingOutlivesMigration from "./setting-outlives-migration.ts";
import severalTablesLocked from "./several-tables-locked.ts";
import shardKeyChange from "./shard-key-change.ts";
import skippedConstraint from "./skipped-constraint.ts";
import slowStatementUnderLock from "./slow-statement-under-lock.ts";
import splitAlterTable from "./split-alter-table.ts";
import sqlModeChanged from "./sql-mode-changed.ts";
import statementsWithoutTransaction from "./statements-without-transaction.ts";
import strictValidator from "./strict-validator.ts";
import superuserOrBypass from "./superuser-or-bypass.ts";
import syncIndexes from "./sync-indexes.ts";
import syntaxError from "./syntax-error.ts";
import tableName from "./table-name.ts";
import tableRebuild from "./table-rebuild.ts";
import tableRewrite from "./table-rewrite.ts";
import tableWithoutComment from "./table-without-comment.ts";
import tableWithoutPrimaryKey from "./table-without-primary-key.ts";
import tableWithoutRowLevelSecurity from "./table-without-row-level-security.ts";
import tenantTableWithoutRowLevelSecurity from "./tenant-table-without-row-level-security.ts";
import timestampUntil2038 from "./timestamp-until-2038.ts";
import timestampWithoutTimeZone from "./timestamp-without-time-zone.ts";
import triggerBlocksOnlineTool from "./trigger-blocks-online-tool.ts";
import triggerDeletesTooLate from "./trigger-deletes-too-late.ts";
import triggerInsertsTooLate from "./trigger-inserts-too-late.ts";
import triggerOnBusyTable from "./trigger-on-busy-table.ts";
import triggerReadsTable from "./trigger-reads-table.ts";
import truncateTable from "./truncate-table.ts";
import ttlOnExistingDocuments from "./ttl-on-existing-documents.ts";
import unawaitedCall from "./unawaited-call.ts";
import unboundedWriteInTransaction from "./unbounded-write-in-transaction.ts";
import unclosedTransaction from "./unclosed-transaction.ts";
import uniqueColumnWithDefault from "./unique-column-with-default.ts";
import uniqueConstraintWithoutIndex from "./unique-constraint-without-index.ts";
import uniqueIndexWithoutShardKey from "./unique-index-without-shard-key.ts";
import uniqueKeyCountsDeletedRows from "./unique-key-counts-deleted-rows.ts";
import uniqueOnExistingRows from "./unique-on-existing-rows.ts";
import uniqueOptionIgnored from "./unique-option-ignored.ts";
import unknownColumn from "./unknown-column.ts";
import unknownDatabaseName from "./unknown-database-name.ts";
import unknownObject from "./unknown-object.ts";
import unknownTable from "./unknown-table.ts";
import unloggedTable from "./unlogged-table.ts";
import unqualifiedExtension from "./unqualified-extension.ts";
import unreadableMigration from "./unreadable-migration.ts";
import unsetField from "./unset-field.ts";
import unsupportedByProduct from "./unsupported-by-product.ts";
import unsupportedByVersion from "./unsupported-by-version.ts";
import unsureSubselect from "./unsure-subselect.ts";
import untrackedMigration from "./untracked-migration.ts";
import unusedSuppression from "./unused-suppression.ts";
import updateChangesMeaning from "./update-changes-meaning.ts";
import updateNotRepeatable from "./update-not-repeatable.ts";
import updateWithoutWhere from "./update-without-where.ts";
import utf8mb3 from "./utf8mb3.ts";
import validateInSameTransaction from "./validate-in-same-transaction.ts";
import valueBreaksCheck from "./value-breaks-check.ts";
import varcharWithLength from "./varchar-with-length.ts";
import versionGap from "./version-gap.ts";
import versionOutOfOrder from "./version-out-of-order.ts";
import viewBypassesRowSecurity from "./view-bypasses-row-security.ts";
import volatileCheck from "./volatile-check.ts";
import writeConcernTooWeak from "./write-concern-too-weak.ts";
import writePerDocument from "./write-per-document.ts";
import wrongHeader from "./wrong-header.ts";
import zeroDateDefault from "./zero-date-default.ts";

export const rules: readonly Rule[] = [
  addColumnAutoIncrement,
  addColumnConstrainedDomain,
  addColumnGenerated,
  addColumnNotNull,
  addColumnVolatileDefault,
  addColumnWithConstraint,
  algorithmCopy,
  algorithmNotStated,
  alterIgnore,
  asyncForEach,
  attachPartitionWithoutCheck,
  autovacuumDisabled,
  backfillFiresTrigger,
  backfillWithoutBatches,
  backgroundIndex,
  badFileName,
  bareTimestamp,
  binaryLogOff,
  callOutsideTransaction,
  changeColumnType,
  changelogKeyIgnored,
  charColumn,
  charsetConversion,
  checkAllowsLess,
  checkWithoutNotValid,
  collectionChangeInTransaction,
  collectionInMemory,
  columnName,
  columnPosition,
  concurrentlyInTransaction,
  concurrentlyWithOtherStatements,
  conflictsWithBase,
  constraintBeforeBackfill,
  constraintName,
  copyToNarrowerColumn,
  createLocksReferencedTable,
  currvalBeforeNextval,
  cursorNotAwaited,
  definerAccount,
  deleteWithoutWhere,
  deprecatedRequiredColumn,
  detachPartitionWithoutConcurrently,
  disableRowLevelSecurity,
  domainConstraintWithoutNotValid,
  dropAllIndexes,
  dropBreaksDependent,
  dropCascade,
  dropCollection,
  dropColumnOfCompositeKey,
  dropColumn,
  dropDatabase,
  dropDefault,
  dropFindsNothing,
  dropForeignKeyAction,
  dropFunction,
  dropIndexWithoutConcurrently,
  dropLocksReferencedTable,
  dropNotNull,
  dropPartition,
  dropPrimaryKey,
  dropSchema,
  dropSequence,
  dropTable,
  dropUnhiddenIndex,
  dropUniqueKey,
  dropView,
  dropVisibleIndex,
  droppedAtStart,
  duplicateForeignKey,
  duplicateObject,
  duplicateRow,
  duplicateVersion,
  dynamicSqlFromInput,
  editedAfterApply,
  emptyMigration,
  engineNotInnodb,
  enumReorder,
  enumValueUsedInTransaction,
  exchangedTableIncomplete,
  exclusionConstraint,
  exclusiveCommand,
  explicitLock,
  extensionVersionFloating,
  failureIgnored,
  fileNameStyle,
  firstMigrationIncomplete,
  floatForMoney,
  foreignKeyActionChanged,
  foreignKeyBlocksOnlineTool,
  foreignKeyChecksOff,
  foreignKeyToEmptyTable,
  foreignKeyToNonUnique,
  foreignKeyTypeMismatch,
  foreignKeyWithoutIndex,
  foreignKeyWithoutNotValid,
  foreignKeyWithoutOnDelete,
  frozenDefault,
  generatedColumnFailsOnRows,
  globalSettingChanged,
  grantAll,
  grantToPublic,
  identifierTooLong,
  implicitCommitInTransaction,
  impossibleAlgorithm,
  incompleteRow,
  indexBacksConstraint,
  indexName,
  indexNamedConcurrently,
  indexOnLongText,
  indexOptionsConflict,
  indexWithoutConcurrently,
  inheritedTable,
  inlineReferencesIgnored,
  insertWithoutColumns,
  instantLimit,
  integerDisplayWidth,
  integerPrimaryKey,
  invalidIndexHidden,
  jsonColumn,
  keyTooLong,
  largeMigration,
  leftUndone,
  liveModelInMigration,
  lockNotNone,
  lockOutsideTransaction,
  lockWithoutTimeout,
  migrationLockOff,
  misplacedMigrations,
  missingAnalyze,
  missingHeader,
  missingReason,
  missingRollback,
  mixedSchemaAndData,
  modifyChangesMeaning,
  modifyDropsAttributes,
  modifyForeignKeyColumn,
  moneyColumn,
  narrowColumnType,
  nestedTransaction,
  notAllowedInTransaction,
  notAtomic,
  notIdempotent,
  notNullOnNewColumn,
  notNullWithoutBackfill,
  nowAsCreationTime,
  nowInBackfill,
  nullableBoolean,
  numbersSortedAsText,
  orphanRollback,
  outReplacesCollection,
  parallelCallsInSession,
  partitionKeyNotInPrimaryKey,
  pendingTriggerEvents,
  policyAlwaysTrue,
  policyFunctionPerRow,
  policyHidesRows,
  policyOpenWithoutSetting,
  policyOpensBucket,
  policyOwnEscalation,
  policyRecursion,
  policyWithoutRowLevelSecurity,
  primaryKeyUsingNullableIndex,
  primaryKeyWithoutIndex,
  publishedTableWithoutKey,
  queryFillsNewRelation,
  quotedIdentifier,
  randomInBackfill,
  recreatedTable,
  redundantIndex,
  refreshWithoutConcurrently,
  refusedStatement,
  reindexWithoutConcurrently,
  removedDriverMethod,
  renameBreaksDependent,
  renameCollection,
  renameColumn,
  renameEnumValue,
  renameField,
  renameTable,
  reservedWordIdentifier,
  retypeBreaksFunction,
  revokeFromPublicOnly,
  revokePrivilege,
  rollbackDoesNotReverse,
  rollbackFailsOnRows,
  rollbackLosesData,
  rollbackLosesNewData,
  rollbackOrder,
  rowLevelSecurityWithoutPolicy,
  ruleInsteadOfTrigger,
  schemaChangeWithoutState,
  secretInMigration,
  securityDefinerView,
  securityDefinerWithoutSearchPath,
  seedNotRepeatable,
  sequenceNotAdvanced,
  sequenceOverflow,
  serialColumn,
  serverSideProgram,
  setLocalOutsideTransaction,
  setNotNull,
  setNullOnNotNull,
  settingOutlivesMigration,
  severalTablesLocked,
  shardKeyChange,
  skippedConstraint,
  slowStatementUnderLock,
  splitAlterTable,
  sqlModeChanged,
  statementsWithoutTransaction,
  strictValidator,
  superuserOrBypass,
  syncIndexes,
  syntaxError,
  tableName,
  tableRebuild,
  tableRewrite,
  tableWithoutComment,
  tableWithoutPrimaryKey,
  tableWithoutRowLevelSecurity,
  tenantTableWithoutRowLevelSecurity,
  timestampUntil2038,
  timestampWithoutTimeZone,
  triggerBlocksOnlineTool,
  triggerDeletesTooLate,
  triggerInsertsTooLate,
  triggerOnBusyTable,
  triggerReadsTable,
  truncateTable,
  ttlOnExistingDocuments,
  unawaitedCall,
  unboundedWriteInTransaction,
  unclosedTransaction,
  uniqueColumnWithDefault,
  uniqueConstraintWithoutIndex,
  uniqueIndexWithoutShardKey,
  uniqueKeyCountsDeletedRows,
  uniqueOnExistingRows,
  uniqueOptionIgnored,
  unknownColumn,
  unknownDatabaseName,
  unknownObject,
  unknownTable,
  unloggedTable,
  unqualifiedExtension,
  unreadableMigration,
  unsetField,
  unsupportedByProduct,
  unsupportedByVersion,
  unsureSubselect,
  untrackedMigration,
  unusedSuppression,
  updateChangesMeaning,
  updateNotRepeatable,
  updateWithoutWhere,
  utf8mb3,
  validateInSameTransaction,
  valueBreaksCheck,
  varcharWithLength,
  versionGap,
  versionOutOfOrder,
  viewBypassesRowSecurity,
  volatileCheck,
  writeConcernTooWeak,
  writePerDocument,
  wrongHeader,
  zeroDateDefault,
];
