/** Column definitions and their inline constraints. */
import type { ColumnDef, Constraint } from "@pgsql/types";
import type { Expression } from "../../../model/expression.ts";
import type { Name } from "../../../model/names.ts";
import type { ColumnDefinition, Operation } from "../../../model/operation.ts";
import type { ColumnType } from "../../../model/types.ts";
import { lowerConstraint, type Attributes, type ConstraintPlace } from "./constraint.ts";
import { expression, insideBrackets, tableScope } from "./expression.ts";
import { nameAt, nodesName } from "./names.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { columnType, isSerial } from "./type.ts";

/** `range` ends where the definition ends; `place.within` says where it stands. */
export function lowerColumn(
  reader: TokenReader,
  definition: ColumnDef,
  range: Range,
  place: Omit<ConstraintPlace, "column">,
): { column: ColumnDefinition; constraints: Operation[] } {
  const name = nameAt(reader, reader.at(definition.location), definition.colname);
  const nodes = (definition.constraints ?? []).flatMap((node) =>
    "Constraint" in node ? [node.Constraint] : [],
  );
  const starts = nodes.map((node) => reader.at(node.location));
  const collate = definition.collClause;
  const collateAt = collate === undefined ? undefined : reader.at(collate.location);
  const end = (i: number): number => {
    const start = starts[i] ?? range.to;
    let next = starts[i + 1] ?? range.to;
    if (collateAt !== undefined && collateAt > start && collateAt < next) next = collateAt;
    return next;
  };

  const serial = isSerial(definition.typeName);
  let notNull = serial || definition.is_not_null === true;
  let notNullName: string | undefined;
  let byDefault: Expression | undefined;
  let generated: ColumnDefinition["generated"];
  let identity: ColumnDefinition["identity"];
  let identitySequence: string | undefined;
  const constraints: Operation[] = [];
  nodes.forEach((node, i) => {
    const from = starts[i] ?? range.from;
    const to = end(i);
    switch (node.contype) {
      case "CONSTR_NOTNULL":
        notNull = true;
        notNullName = node.conname;
        break;
      case "CONSTR_DEFAULT": {
        const keyword = reader.find("default", from, to);
        byDefault = expression(reader, node.raw_expr, { from: keyword + 1, to }, tableScope(place.table));
        break;
      }
      case "CONSTR_IDENTITY":
        identity = node.generated_when === "a" ? "always" : "by default";
        identitySequence = sequenceName(node);
        notNull = true;
        break;
      case "CONSTR_GENERATED": {
        const open = reader.find("as", from, to) + 1;
        generated = {
          expression: expression(
            reader,
            node.raw_expr,
            insideBrackets(reader, open),
            tableScope(place.table),
          ),
          stored: node.generated_kind !== "v",
        };
        break;
      }
      default: {
        const last = attributesEnd(nodes, i);
        const operation = lowerConstraint(
          reader,
          node,
          { from, to: end(last) },
          { ...place, column: name },
          attributesOf(nodes, i, last),
        );
        if (operation !== undefined) constraints.push(operation);
      }
    }
  });

  const column: ColumnDefinition = {
    name,
    type: definition.typeName === undefined ? inheritedType(name) : columnType(reader, definition.typeName),
    notNull,
    ...(notNullName === undefined ? {} : { notNullName }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(generated === undefined ? {} : { generated }),
    ...(identity === undefined ? {} : { identity }),
    ...(identitySequence === undefined ? {} : { identitySequence }),
    serial,
    ...(collate === undefined || collateAt === undefined
      ? {}
      : { collation: nodesName(reader, collate.collname, collateAt + 1) }),
  };
  return { column, constraints };
}

/** Of a column of a partition or typed table: its parent or type says. */
const inheritedType = (column: Name): ColumnType => ({
  name: "",
  modifiers: [],
  dimensions: 0,
  text: "",
  span: column.span,
});

/** `REFERENCES t DEFERRABLE INITIALLY DEFERRED`: position of the last attribute that belongs to constraint `i`. */
function attributesEnd(nodes: readonly Constraint[], i: number): number {
  let last = i;
  while (nodes[last + 1]?.contype?.startsWith("CONSTR_ATTR_") === true) last++;
  return last;
}

function attributesOf(nodes: readonly Constraint[], first: number, last: number): Attributes {
  const types = nodes.slice(first + 1, last + 1).map((node) => node.contype);
  const deferred = types.includes("CONSTR_ATTR_DEFERRED");
  return {
    deferrable: deferred || types.includes("CONSTR_ATTR_DEFERRABLE"),
    initiallyDeferred: deferred,
    notEnforced: types.includes("CONSTR_ATTR_NOT_ENFORCED"),
  };
}

/** `SEQUENCE NAME` of an identity column, as pg_dump writes it; its schema is that of the table. */
export function sequenceName({ options = [] }: Constraint): string | undefined {
  const [named] = options.flatMap((one) =>
    "DefElem" in one && one.DefElem.defname === "sequence_name" ? [one.DefElem] : [],
  );
  const last = named?.arg !== undefined && "List" in named.arg ? named.arg.List.items?.at(-1) : undefined;
  return last !== undefined && "String" in last ? last.String.sval : undefined;
}
