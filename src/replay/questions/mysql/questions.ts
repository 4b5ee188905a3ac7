/** Questions about what only MySQL and MariaDB do. */
import { engineOf, hasTransactions } from "../../../model/engines.ts";
import { changed } from "../../../model/kinds.ts";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { Failure } from "../../../schema/failure.ts";
import type { Column, Index } from "../../../schema/model.ts";
import type { Answers, StepParts } from "../../answers.ts";
import { statedRelease } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { bareTimestamps, refusesOldRows, zeroDates, type BareTimestamp, type ZeroDate } from "./dates.ts";
import { growingTexts, writtenCharsets, type WrittenCharset } from "./charsets.ts";
import { keyFault, parentKey, shrunkKeys, type KeyFault, type ParentKey } from "./keys.ts";
import { heldByForeignKey, type Holder } from "./needed.ts";
import { alwaysFits, failsAgain, mostlyFits, readsNoRow, repeatable, tidiesUp } from "./always-fits.ts";
import {
  isRedefinedLater,
  lostAttributes,
  lostInCall,
  type LostAttribute,
  type LostInCall,
} from "./lost-attributes.ts";
import { missingParent } from "./missing-parent.ts";
import { memberChange, type MemberChange } from "./members.ts";
import {
  alterCost,
  clausesFor,
  nameTaken,
  refusedRequest,
  type AlterCost,
  type RefusedRequest,
} from "./cost.ts";
import { redefinedTwice, type RedefinedTwice } from "./redefined-twice.ts";
import { isIgnored } from "./ignored.ts";
import { isOff, loosens } from "./modes.ts";
import { retyping, type Retyping } from "./retyping.ts";
import { otherProduct, type OtherProduct } from "./other-product.ts";
import { tableLock, type TableLock } from "./table-locks.ts";
import { usedVersions, type UsedVersions } from "./row-versions.ts";
import { serverIs } from "./server.ts";

export interface MysqlQuestions {
  /** Steps whose rows are committed because this statement ends the transaction that they ran in. */
  readonly rowsCommitted: () => readonly Step[];
  /** Of COMMIT: a BEGIN of the file opened the transaction, which a statement between has committed implicitly. */
  readonly isCommitted: () => boolean;
  /** Of MODIFY and CHANGE: what the column has and the new definition doesn't say. */
  /**
   * Rows and other objects don't make the statement fail: it adds columns that take NULL or have a default, or indexes that
   * aren't unique.
   */
  readonly alwaysFits: () => boolean;
  /** The same of a server that drops, renames and widens without a look at the rows. */
  readonly readsNoRow: () => boolean;
  /** Drops the default of a column that the migration itself adds, as tools do behind it. */
  readonly tidiesUp: () => boolean;
  /** The server accepts it once more, and it then changes nothing. */
  readonly repeatable: () => boolean;
  /** `alwaysFits`, or its table is most probably empty yet. */
  readonly mostlyFits: () => boolean;
  /** It changes the schema, also by what it creates, and the server refuses it once that is done. */
  readonly failsAgain: () => boolean;
  readonly lostAttributes: () => readonly LostAttribute[];
  /** How the call of a tool loses these; undefined: there is no call. */
  readonly lostInCall: () => LostInCall | undefined;
  /** The migration defines the column once more behind it: what is added here alone is lost there. */
  readonly isRedefinedLater: () => boolean;
  /** The migration defines the column twice, the second time with the NOT NULL that the first has left out. */
  readonly redefinedTwice: () => RedefinedTwice | undefined;
  /** Of MODIFY and CHANGE of an ENUM or SET: the new list isn't the old one with members added at its end. */
  readonly memberChange: () => MemberChange | undefined;
  /** Defaults that are no day of the calendar: `0000-00-00`. */
  readonly zeroDates: () => readonly ZeroDate[];
  /** Of ADD COLUMN: NOT NULL, without a value that the rows could get. */
  readonly refusesOldRows: () => boolean;
  /** TIMESTAMP columns to which this server gives a default that nobody has written. */
  readonly bareTimestamps: () => readonly BareTimestamp[];
  /** Character sets that are written here, with their place; `utf8` as `utf8mb3`. */
  readonly writtenCharsets: () => readonly WrittenCharset[];
  /** Of CONVERT TO CHARACTER SET: TEXT columns that the server makes a class larger. */
  readonly growingTexts: () => readonly { readonly column: Column; readonly to: string }[];
  /** Of a new key: why the server refuses it or cuts it short. */
  readonly keyFault: () => KeyFault | undefined;
  /** Of DROP INDEX, MODIFY and CHANGE: the foreign key because of which the server refuses it. */
  readonly heldByForeignKey: () => Holder | undefined;
  /** Of MODIFY and CHANGE: what the new type means for queries or values, though all of them fit. */
  readonly retyping: () => Retyping | undefined;
  /** Of LOCK TABLES and FLUSH TABLES WITH READ LOCK: who waits until UNLOCK TABLES. */
  readonly tableLock: () => TableLock | undefined;
  /** Of DROP COLUMN: keys of several columns that it is a part of and that stay. */
  readonly shrunkKeys: () => readonly Index[];
  /** The server reads REFERENCES behind a column and does nothing about it; `perhaps`: its release isn't known. */
  readonly ignoresInlineReferences: () => "yes" | "perhaps" | "no";
  /** Of a foreign key: what holds the referenced columns. Measured: without an index it is refused with `foreign_key_checks` off, too. */
  readonly parentKey: () => ParentKey;
  /** Of a foreign key: the table that it refers to, where it isn't there and has to be. */
  readonly missingParent: () => readonly Failure[];
  /** This server refuses a foreign key to columns that are none. */
  readonly needsUniqueParent: () => boolean;
  /** Of an ALTER that adds or drops columns instantly: the row versions that the table has then. */
  readonly usedVersions: () => UsedVersions | undefined;
  /** MariaDB 11.5 and later: TIMESTAMP ends in 2106. */
  readonly reaches2106: () => boolean;
  /** The server has INVISIBLE or IGNORED indexes. */
  readonly canHideIndexes: () => boolean;
  /** Beside the tools for every server there is spirit, for MySQL since 8.0. */
  readonly hasSpirit: () => boolean;
  /** A setting of the session is off here, by the history. */
  readonly isOff: (setting: string) => boolean;
  /** Of SET: it gives this setting a value that switches it off. */
  readonly switchesOff: (setting: string) => boolean;
  /** A later statement of the script sets it to a value that doesn't switch it off. */
  readonly isSetBack: (setting: string) => boolean;
  /** False: the table's engine has none, and locks the table instead of rows. */
  readonly hasTransactions: (table: QualifiedName) => boolean;
  /** The session's sql_mode isn't strict, by what is known of it. */
  readonly isLoose: () => boolean;
  /** Of SET sql_mode: the new mode is written out and isn't strict. */
  readonly loosens: () => boolean;
  /** What the statement costs; of the operation that it comes from, so once for a statement. */
  readonly alterCost: () => AlterCost | undefined;
  /** ALGORITHM and LOCK as the statement takes them, where it doesn't ask; of its first operation. */
  readonly clausesFor: () =>
    { readonly text: string; readonly words: string; readonly at: number } | undefined;
  /** Of ALGORITHM and LOCK that the server refuses: its words, and which of the two. */
  readonly refusedRequest: () => RefusedRequest | undefined;
  /** Of ADD FOREIGN KEY: its name, if the server refuses it as that of a key which only this statement drops. */
  readonly nameTaken: () => Name | undefined;
  /** Words that only the other one of MySQL and MariaDB knows. */
  readonly otherProduct: () => OtherProduct | undefined;
  /** For messages. */
  readonly product: () => string;
}

export const mysqlAnswers: Answers<MysqlQuestions> = {
  nameTaken: (step) => () => nameTaken(step),
  rowsCommitted: (step) => () => rowsCommitted(step),
  isCommitted: (step) => () => isCommitted(step),
  alwaysFits: (step) => () => alwaysFits(step),
  readsNoRow: (step) => () => readsNoRow(step),
  tidiesUp: (step) => () => tidiesUp(step),
  repeatable: (step) => () => repeatable(step),
  mostlyFits: (step) => () => mostlyFits(step),
  failsAgain: (step) => () => failsAgain(step),
  lostAttributes: (step) => () => lostAttributes(step),
  lostInCall: (step) => () => lostInCall(step),
  isRedefinedLater: (step) => () => isRedefinedLater(step),
  redefinedTwice: (step, parts) => () => redefinedTwice(step, parts),
  memberChange: (step) => () => memberChange(step),
  zeroDates: (step) => () => zeroDates(step),
  refusesOldRows: (step) => () => refusesOldRows(step),
  bareTimestamps:
    (step, { facts }) =>
    () =>
      bareTimestamps(step, facts),
  writtenCharsets: (step) => () => writtenCharsets(step),
  growingTexts:
    (step, { facts }) =>
    () =>
      growingTexts(step, facts),
  keyFault:
    (step, { facts }) =>
    () =>
      keyFault(step, facts),
  heldByForeignKey: (step) => () => heldByForeignKey(step),
  retyping: (step) => () => retyping(step),
  tableLock: (step) => () => tableLock(step),
  shrunkKeys: (step) => () => shrunkKeys(step),
  ignoresInlineReferences:
    ({ operation, before: { dialect } }, { facts }) =>
    () => {
      const release = statedRelease(facts);
      if (isIgnored(dialect, release)?.(operation) !== true) return "no";
      return release === undefined || release.length === 0 ? "perhaps" : "yes";
    },
  parentKey: (step) => () => parentKey(step),
  missingParent: (step) => () => missingParent(step),
  needsUniqueParent:
    (step, { facts }) =>
    () =>
      serverIs(step, facts, "mysql", "8.4"),
  usedVersions:
    (step, { facts, rowVersions }) =>
    () =>
      usedVersions(step, rowVersions, facts),
  otherProduct:
    (step, { facts }) =>
    () =>
      otherProduct(step, facts),
  reaches2106:
    (step, { facts }) =>
    () =>
      serverIs(step, facts, "mariadb", "11.5"),
  canHideIndexes:
    (step, { facts }) =>
    () =>
      serverIs(step, facts, "mysql", "8.0") || serverIs(step, facts, "mariadb", "10.6"),
  hasSpirit:
    (step, { facts }) =>
    () =>
      serverIs(step, facts, "mysql", "8.0"),
  alterCost: (step, parts) => () => alterCost(step, together(step, parts)),
  clausesFor: (step, parts) => () => clausesFor(step, together(step, parts)),
  refusedRequest: (step) => () => refusedRequest(step),
  isOff:
    (_, { setting }) =>
    (name) =>
      isOff(setting(name)),
  switchesOff:
    ({ operation }) =>
    (name) =>
      operation.kind === "setOption" && operation.name === name && isOff(operation.value),
  isSetBack:
    ({ later }) =>
    (name) =>
      later().some(
        ({ operation }) =>
          operation.kind === "setOption" && operation.name === name && !isOff(operation.value),
      ),
  hasTransactions:
    ({ before }) =>
    (table) => {
      const found = before.relation(table);
      return found.is !== "present" || hasTransactions(engineOf(found.value));
    },
  isLoose:
    (_, { setting }) =>
    () =>
      loosens(setting("sql_mode")),
  loosens:
    ({ operation }) =>
    () =>
      operation.kind === "setOption" && operation.name === "sql_mode" && loosens(operation.value),
  product:
    ({ before }) =>
    () =>
      before.dialect.title,
};

const together = ({ statement }: Step, { steps }: StepParts): readonly Step[] => steps.of(statement);

const isCommitted = ({ earlier, transaction }: Step): boolean =>
  // Unknown: the runner's own, of which a BEGIN isn't a part.
  (transaction.kind === "none" || transaction.kind === "unknown") &&
  earlier().findLast(
    ({ operation: { kind }, inBody }) => !inBody && ["begin", "commit", "rollback"].includes(kind),
  )?.operation.kind === "begin";

function rowsCommitted({ transaction, earlier, script }: Step): readonly Step[] {
  if (transaction.commits === undefined || script.transaction.commitsCalls === true) return [];
  const all = earlier();
  // What an earlier statement committed isn't open any more.
  const before = all.slice(1 + all.findLastIndex((step) => step.transaction.commits !== undefined));
  const id = before.findLast((step) => step.transaction.kind === "block")?.transaction.id;
  return before.filter(
    (step) => step.transaction.id === id && changed(step.operation) === "rows" && !isTemporary(step),
  );
}

/** Rows of a temporary table go with the session. */
function isTemporary({ table, before }: Step): boolean {
  const found = table === undefined ? undefined : before.relation(table);
  return found?.is === "present" && found.value.temporary;
}
