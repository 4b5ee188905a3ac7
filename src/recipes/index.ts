/** The safe ways that messages recommend, each for the very statement and runner. */
export { mapAdvice, textOfAdvice, type Advice } from "./advice.ts";
export { isOutOfPlace, whyInWords } from "./behind.ts";
export { renamedBehind } from "./renamed-behind.ts";
export { withCall } from "./calls.ts";
export { apartInWords, inDeployments, withRest } from "./rest.ts";
export { hasHoleName } from "../model/hole-names.ts";
export { hasHole, hasHoles, isRestLost, isOpaque, isSentAgain, parametersOf } from "./sent.ts";
export { outsideOfMarks } from "./marked-off.ts";
export { severalAlters } from "./one-alter.ts";
export { listed, requiredTogether } from "./required-together.ts";
export { writesRollback } from "./rollback-command.ts";
export { sectionsOf } from "./sections.ts";
export { writingOf } from "./writing.ts";
export * from "./columns.ts";
export { renameBeside } from "./changed-types.ts";
export { convertedBeside } from "./converted-values.ts";
export { conversion, typeFirst } from "./conversions.ts";
export { withoutKey } from "./named-back.ts";
export { named } from "./nameless.ts";
export { otherConfiguration } from "./text-search.ts";
export { ignoresKey, keepsRowsApart, madeWithoutKey, newKey } from "./new-key.ts";
export { alsoDeclared, dropLeftOut, isOfBaseClass, renamedInModel, withoutIndex } from "./declared.ts";
export { ofBaseline, oneKey, ofOthers, withoutBlock } from "./made-again.ts";
export { madeOnce } from "./made-types.ts";
export { wideKey } from "./declared-keys.ts";
export { columnsAlike, findAlike, findAlikeInAll, ownValues, withOwnValues } from "./alike.ts";
export { apartFromLock, fillsNewTable } from "./apart-from-lock.ts";
export * from "./constraints.ts";
export * from "./fills.ts";
export { dropOrder, ownRollbackFails } from "./drop-order.ts";
export { formerViews } from "./former-views.ts";
export * from "./indexes.ts";
export * from "./narrowing.ts";
export * from "./types-of-columns.ts";
export * from "./renamed-columns.ts";
export * from "./replaced-columns.ts";
export * from "./statements.ts";
export * from "./tables.ts";
export { countOfTrigger } from "./count-of-trigger.ts";
export { isOnlyOfTriggers, lockInCode, lockTogether } from "./lock-tables.ts";
export * from "./locks.ts";
export * from "./dropped-columns.ts";
export * from "./dropping.ts";
export {
  differencesIn,
  leftIn,
  olderLeft,
  refusedBack,
  statedInCall,
  typesLeft,
  typesToo,
} from "./dropped-types.ts";
export * from "./security.ts";
export { ownerlessRows, ownFiles, settingRequired } from "./policies.ts";
export * as mongodb from "./mongodb.ts";
export { mysql } from "./mysql.ts";
export * from "./partitions.ts";
export * from "./transactions.ts";
export * from "./mysql-online.ts";
export { keptLabel } from "./kept-labels.ts";
export { defaultInCall } from "./added-keys.ts";
export { plainFill } from "./defaults.ts";
export { keyedLater } from "./keyed-later.ts";
export { madeLater } from "./made-later.ts";
export { neededLater } from "./needed-later.ts";
export { neededAtEnd, type LaterWords } from "./needless-index.ts";
export { takenAgain, type LaterAdvice } from "./taken-again.ts";
export { wordsFor, wordsWhereTaken } from "./words-for.ts";
