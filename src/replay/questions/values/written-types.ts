/** Column types that a step gives, for the rules about types. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { ColumnType } from "../../../model/types.ts";
import type { Edit } from "../../../text/span.ts";
import type { Step } from "../../step.ts";

/** A column that gets a type by CREATE TABLE, ADD COLUMN or ALTER COLUMN … TYPE. */
export interface WrittenType {
  readonly table: QualifiedName;
  readonly column: string;
  readonly type: ColumnType;
  /** `serial` is written: the type is the integer type below it. */
  readonly serial: boolean;
  /** Puts another type in its place, length and array brackets kept; undefined in a body, where it may be made up. */
  readonly instead: (name: string, keepsModifiers?: boolean) => readonly Edit[] | undefined;
}

/** See `ValueQuestions.writtenTypes`. */
export function writtenTypes({ operation, skipped, inBody }: Step): readonly WrittenType[] {
  if (skipped || operation.called === true) return [];
  return typesOf(operation)
    .filter(({ type }) => type.text !== "")
    .map((parts) => ({
      ...parts,
      instead: (name, keepsModifiers = false) =>
        inBody ? undefined : [edit(parts.type, name, keepsModifiers)],
    }));
}

type ColumnParts = Omit<WrittenType, "instead">;

function typesOf(operation: Operation): readonly ColumnParts[] {
  switch (operation.kind) {
    case "createTable":
      return operation.columns.map(({ name, type, serial }) => ({
        table: operation.table,
        column: name.text,
        type,
        serial,
      }));
    case "addColumn": {
      const { name, type, serial } = operation.column;
      return [{ table: operation.table, column: name.text, type, serial }];
    }
    case "redefineColumn": {
      const { name, type, serial } = operation.definition;
      return [{ table: operation.table, column: name.text, type, serial }];
    }
    case "changeColumnType":
      return [{ table: operation.table, column: operation.column.text, type: operation.type, serial: false }];
    default:
      return [];
  }
}

function edit(type: ColumnType, name: string, keepsModifiers: boolean): Edit {
  const modifiers = keepsModifiers && type.modifiers.length > 0 ? `(${type.modifiers.join(",")})` : "";
  // As the author writes keywords.
  const word = /[a-z]/.test(type.text) ? name : name.toUpperCase();
  return { span: type.span, text: word + modifiers + "[]".repeat(type.dimensions) };
}
