/** CREATE TABLE, and the column definitions that ALTER TABLE has, too. */
import type { ColumnConstraint, CreateColumnDef, CreateTableStatement } from "pgsql-ast-parser";
import type { Expression } from "../../model/expression.ts";
import type { ColumnDefinition, CreateTable, Operation } from "../../model/operation.ts";
import { withoutEqualKeys } from "../postgres/lower/equal-keys.ts";
import { likeOptionNames } from "../postgres/lower/like-options.ts";
import type { Range, TokenReader } from "../postgres/lower/tokens.ts";
import { insideBrackets, lowerConstraint, tableScope, type ConstraintPlace } from "./constraint.ts";
import { expression } from "./expression.ts";
import { headTo, named, positionOf, qualified } from "./names.ts";
import { typeAt } from "./type.ts";

export function createTable(reader: TokenReader, statement: CreateTableStatement): Operation[] {
  const table = qualified(reader, statement.name);
  const open = reader.nameEnd(positionOf(reader, statement.name));
  const ranges = reader.list(open);
  const rangeAt = (position: number): Range =>
    ranges.find(({ from, to }) => position >= from && position < to) ?? { from: open, to: reader.length };
  const columns: ColumnDefinition[] = [];
  const like: CreateTable["like"][number][] = [];
  const constraints: Operation[] = [];
  const place = { table, ifExists: false, within: "createTable" as const };
  for (const element of statement.columns) {
    if (element.kind === "column") {
      const range = rangeAt(positionOf(reader, element.name));
      const lowered = lowerColumn(reader, element, range, place);
      columns.push(lowered.column);
      constraints.push(...lowered.constraints);
    } else {
      const including = element.options.flatMap(({ verb, option }) => (verb === "including" ? [option] : []));
      like.push({
        table: qualified(reader, element.like),
        including: including.includes("all") ? [...likeOptionNames] : [...including].sort(),
      });
    }
  }
  for (const constraint of statement.constraints ?? []) {
    const lowered = lowerConstraint(reader, constraint, rangeAt(positionOf(reader, constraint)), place);
    if (lowered !== undefined) constraints.push(lowered);
  }
  constraints.sort((a, b) => a.span.start - b.span.start);
  return [
    {
      kind: "createTable",
      span: reader.source.span,
      head: headTo(reader, table),
      table,
      ifNotExists: statement.ifNotExists === true,
      temporary: statement.temporary === true,
      unlogged: statement.unlogged === true,
      columns,
      like,
      inherits: (statement.inherits ?? []).map((parent) => qualified(reader, parent)),
      foreign: false,
      withNoData: false,
    },
    ...withoutEqualKeys(constraints),
  ];
}

/** `range` ends where the definition ends. */
export function lowerColumn(
  reader: TokenReader,
  definition: CreateColumnDef,
  range: Range,
  place: Omit<ConstraintPlace, "column">,
): { column: ColumnDefinition; constraints: Operation[] } {
  const name = named(reader, definition.name);
  const { type, serial } = typeAt(reader, positionOf(reader, definition.name) + 1);
  const nodes = definition.constraints ?? [];
  const collateAt = reader.find("collate", positionOf(reader, definition.name) + 1, range.to);
  const starts = nodes.map((node) => constraintStart(reader, node));
  let notNull = serial;
  let notNullName: string | undefined;
  let byDefault: Expression | undefined;
  let generated: ColumnDefinition["generated"];
  let identity: ColumnDefinition["identity"];
  const constraints: Operation[] = [];
  const scope = tableScope(place.table);
  nodes.forEach((node, i) => {
    const from = starts[i] ?? range.from;
    let to = starts[i + 1] ?? range.to;
    if (collateAt > from && collateAt < to && definition.collate !== undefined) to = collateAt;
    switch (node.type) {
      case "null":
        break;
      case "not null":
        notNull = true;
        notNullName = node.constraintName?.name;
        break;
      case "default": {
        const keyword = reader.find("default", from, to);
        byDefault = expression(reader, node.default, { from: keyword + 1, to }, scope);
        break;
      }
      case "add generated":
        if (node.expression === undefined) {
          identity = node.always === "always" ? "always" : "by default";
          notNull = true;
        } else {
          const range = insideBrackets(reader, reader.find("as", from, to) + 1);
          generated = {
            expression: expression(reader, node.expression, range, scope),
            stored: node.stored === true,
          };
        }
        break;
      default: {
        const operation = lowerConstraint(reader, node, { from, to }, { ...place, column: name });
        if (operation !== undefined) constraints.push(operation);
      }
    }
  });
  const collation = definition.collate;
  const column: ColumnDefinition = {
    name,
    type,
    notNull,
    ...(notNullName === undefined ? {} : { notNullName }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(generated === undefined ? {} : { generated }),
    ...(identity === undefined ? {} : { identity }),
    serial,
    ...(collation === undefined ? {} : { collation: qualified(reader, collation) }),
  };
  return { column, constraints };
}

/** The word CONSTRAINT stands before the place that the parser tells for some. */
function constraintStart(reader: TokenReader, node: ColumnConstraint): number {
  const position = positionOf(reader, node);
  return reader.is(position - 2, "constraint") && reader.isName(position - 1) ? position - 2 : position;
}
