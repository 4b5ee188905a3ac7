import type { Expression } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { Within } from "./base.ts";
import type { IndexElement, MysqlIndex } from "./indexes.ts";
import type { OnTable } from "./table.ts";

interface AddConstraint<K extends string> extends OnTable<K> {
  readonly within: Within;
  /** Undefined: the server makes one up. */
  readonly name?: Name | undefined;
  /** Written as a column constraint: its column. */
  readonly inlineColumn?: Name | undefined;
  /** MariaDB: ADD CONSTRAINT IF NOT EXISTS, ADD FOREIGN KEY IF NOT EXISTS. */
  readonly ifNotExists?: true | undefined;
}

export interface AddForeignKey extends AddConstraint<"addForeignKey"> {
  readonly columns: readonly Name[];
  readonly references: QualifiedName;
  /** Empty: the primary key. */
  readonly referencedColumns: readonly Name[];
  readonly notValid: boolean;
  /** 18: NOT ENFORCED gives false. */
  readonly enforced: boolean;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** Lower case; undefined: none is written. */
  readonly onDelete?: "no action" | "restrict" | "cascade" | "set null" | "set default" | undefined;
  readonly onUpdate?: "no action" | "restrict" | "cascade" | "set null" | "set default" | undefined;
  /** 15: the columns that ON DELETE sets; undefined: all of them. */
  readonly onDeleteColumns?: readonly string[] | undefined;
  /** 18: PERIOD. */
  readonly temporal: boolean;
  /** MySQL: FOREIGN KEY name (…), the name of the index that it may make. */
  readonly indexName?: Name | undefined;
  /** MySQL: foreign_key_checks are off, so that the other table may come later. */
  readonly unchecked?: true | undefined;
}
export interface AddCheck extends AddConstraint<"addCheck"> {
  readonly expression: Expression;
  readonly notValid: boolean;
  readonly enforced: boolean;
  readonly noInherit: boolean;
}
interface AddKey<K extends string> extends AddConstraint<K> {
  /** Empty with `usingIndex`. */
  readonly columns: readonly Name[];
  readonly include: readonly Name[];
  readonly usingIndex?: Name | undefined;
  readonly deferrable: boolean;
  /** 18: WITHOUT OVERLAPS. */
  readonly withoutOverlaps: boolean;
  /** MySQL: the key's parts with prefix lengths, order and expressions; `columns` has the plain ones. */
  readonly elements?: readonly IndexElement[] | undefined;
  /** MySQL: what is said of the index. */
  readonly mysql?: MysqlIndex | undefined;
}
export interface AddUnique extends AddKey<"addUnique"> {
  readonly nullsNotDistinct: boolean;
}
export type AddPrimaryKey = AddKey<"addPrimaryKey">;
export interface AddExclusion extends AddConstraint<"addExclusion"> {
  readonly method: string;
  /** Plain columns of the elements, folded. */
  readonly columns: readonly string[];
  readonly where?: Expression | undefined;
}
/** 18: NOT NULL as a table constraint. */
export interface AddNotNull extends AddConstraint<"addNotNull"> {
  readonly column: Name;
  readonly notValid: boolean;
  readonly noInherit: boolean;
}
export interface DropConstraint extends OnTable<"dropConstraint"> {
  /** MySQL: what the statement calls it; the name of the primary key is `PRIMARY`. A DROP INDEX is `dropIndex`. */
  readonly object?: "primary key" | "foreign key" | "check" | undefined;
  readonly name: Name;
  /** DROP CONSTRAINT IF EXISTS. */
  readonly constraintIfExists: boolean;
  readonly cascade: boolean;
}
export interface RenameConstraint extends OnTable<"renameConstraint"> {
  readonly name: Name;
  readonly to: Name;
}
export interface ValidateConstraint extends OnTable<"validateConstraint"> {
  readonly name: Name;
}
export interface AlterConstraint extends OnTable<"alterConstraint"> {
  readonly name: Name;
  /** 18: [NOT] ENFORCED; undefined: nothing is said. */
  readonly enforced?: boolean | undefined;
  /** 18: [NO] INHERIT is written. */
  readonly inherit?: true | undefined;
}

export type ConstraintOperation =
  | AddForeignKey
  | AddCheck
  | AddUnique
  | AddPrimaryKey
  | AddExclusion
  | AddNotNull
  | DropConstraint
  | RenameConstraint
  | ValidateConstraint
  | AlterConstraint;
