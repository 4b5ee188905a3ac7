/** The safe ways that messages recommend, each for the very statement and runner. */
export { mapAdvice, textOfAdvice, type Advice } from "./advice.ts";
export { withRest } from "./rest.ts";
export { writingOf } from "./writing.ts";
export * from "./columns.ts";
export { wideKey, withoutIndex } from "./declared.ts";
export * from "./constraints.ts";
export * from "./fills.ts";
export * from "./indexes.ts";
export * from "./narrowing.ts";
export * from "./statements.ts";
export * from "./tables.ts";
export * from "./locks.ts";
export * from "./dropping.ts";
export * from "./security.ts";
export { mysql } from "./mysql.ts";
export * from "./partitions.ts";
export * from "./transactions.ts";
export * from "./mysql-online.ts";
