/** Constraints: of columns, of tables, in ALTER TABLE. */
import type { ColumnConstraint, TableConstraint } from "pgsql-ast-parser";
import type { Name, QualifiedName } from "../../model/names.ts";
import type { AddForeignKey, Operation, Within } from "../../model/operation.ts";
import { bracketedNames, nameAt } from "../postgres/lower/names.ts";
import { newScope, type Scope } from "../postgres/lower/scope.ts";
import type { Range, TokenReader } from "../postgres/lower/tokens.ts";
import { expression } from "./expression.ts";
import { positionOf, qualified } from "./names.ts";

export interface ConstraintPlace {
  readonly table: QualifiedName;
  readonly ifExists: boolean;
  readonly only?: boolean | undefined;
  readonly within: Within;
  /** The column of an inline constraint. */
  readonly column?: Name | undefined;
}

/** A scope that holds one table. */
export function tableScope(table: QualifiedName): Scope {
  const scope = newScope();
  scope.table = table.name;
  scope.items.push({ name: table.name, relation: table });
  return scope;
}

export const insideBrackets = (reader: TokenReader, open: number): Range => ({
  from: open + 1,
  to: reader.close(open),
});

/** The operation of a constraint whose tokens are `range`; undefined for what belongs to the column definition. */
export function lowerConstraint(
  reader: TokenReader,
  constraint: ColumnConstraint | TableConstraint,
  range: Range,
  place: ConstraintPlace,
): Operation | undefined {
  const start = reader.is(range.from, "add") ? range.from + 1 : range.from;
  let nameEnd = start;
  let name: Name | undefined;
  if (reader.is(start, "constraint") && constraint.constraintName !== undefined) {
    name = nameAt(reader, start + 1, constraint.constraintName.name);
    nameEnd = start + 2;
  }
  const keywords = reader.is(nameEnd, "primary", "foreign") ? reader.skip(nameEnd + 1, "key") : nameEnd + 1;
  const base = {
    span: reader.span(range.from, range.to),
    head: reader.span(range.from, name === undefined ? keywords : nameEnd),
    table: place.table,
    ifExists: place.ifExists,
    ...(place.only === true ? { only: true } : {}),
    within: place.within,
    ...(name === undefined ? {} : { name }),
    ...(place.column === undefined ? {} : { inlineColumn: place.column }),
  };
  switch (constraint.type) {
    case "check":
      return {
        kind: "addCheck",
        ...base,
        expression: expression(
          reader,
          constraint.expr,
          insideBrackets(reader, keywords),
          tableScope(place.table),
        ),
        notValid: false,
        enforced: true,
        noInherit: false,
      };
    case "primary key":
    case "unique": {
      const listed = "columns" in constraint ? constraint.columns.map((column) => column.name) : [];
      const key = {
        ...base,
        columns: place.column === undefined ? bracketedNames(reader, keywords, listed) : [place.column],
        include: [],
        deferrable: false,
        withoutOverlaps: false,
      };
      return constraint.type === "primary key"
        ? { kind: "addPrimaryKey", ...key }
        : { kind: "addUnique", ...key, nullsNotDistinct: false };
    }
    case "foreign key":
    case "reference": {
      const referenced = positionOf(reader, constraint.foreignTable);
      const local = "localColumns" in constraint ? constraint.localColumns : [];
      const own = local.map((column) => column.name);
      return {
        kind: "addForeignKey",
        ...base,
        columns: place.column === undefined ? bracketedNames(reader, keywords, own) : [place.column],
        references: qualified(reader, constraint.foreignTable),
        referencedColumns: bracketedNames(
          reader,
          reader.nameEnd(referenced),
          constraint.foreignColumns.map((column) => column.name),
        ),
        notValid: false,
        enforced: true,
        deferrable: false,
        initiallyDeferred: false,
        ...actions(constraint.onDelete, constraint.onUpdate),
        temporal: false,
      };
    }
    default:
      return undefined;
  }
}

const actions = (
  onDelete: AddForeignKey["onDelete"],
  onUpdate: AddForeignKey["onUpdate"],
): Pick<AddForeignKey, "onDelete" | "onUpdate"> => ({
  ...(onDelete === undefined ? {} : { onDelete }),
  ...(onUpdate === undefined ? {} : { onUpdate }),
});
