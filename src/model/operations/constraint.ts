import type { Expression } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { Within } from "./base.ts";
import type { OnTable } from "./table.ts";

interface AddConstraint<K extends string> extends OnTable<K> {
  readonly within: Within;
  /** Undefined: the server makes one up. */
  readonly name?: Name | undefined;
  /** Written as a column constraint: its column. */
  readonly inlineColumn?: Name | undefined;
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
  /** 18: PERIOD. */
  readonly temporal: boolean;
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
