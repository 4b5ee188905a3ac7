/** Constraints: of columns, of tables, in ALTER TABLE. */
import type { Constraint, Node } from "@pgsql/types";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { AddForeignKey, Operation, Within } from "../../../model/operation.ts";
import { expression, insideBrackets, tableScope } from "./expression.ts";
import { bracketedNames, nameAt, relationEnd, relationName } from "./names.ts";
import { strings } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { dictionary } from "../../../text/dictionary.ts";

export interface ConstraintPlace {
  readonly table: QualifiedName;
  readonly ifExists: boolean;
  readonly only?: boolean | undefined;
  readonly within: Within;
  /** The column of an inline constraint. */
  readonly column?: Name | undefined;
}

const actions: Readonly<Record<string, AddForeignKey["onDelete"]>> = dictionary({
  a: "no action",
  r: "restrict",
  c: "cascade",
  n: "set null",
  d: "set default",
});

/** Deferrability that stands beside an inline constraint as a node of its own. */
export interface Attributes {
  readonly deferrable?: boolean;
  readonly initiallyDeferred?: boolean;
  readonly notEnforced?: boolean;
}

/**
 * The operation of a constraint whose tokens are `range` (`ADD` of ALTER TABLE included); undefined for what
 * belongs to the column definition.
 */
export function lowerConstraint(
  reader: TokenReader,
  constraint: Constraint,
  range: Range,
  place: ConstraintPlace,
  attributes: Attributes = {},
): Operation | undefined {
  let start = range.from;
  if (reader.is(start, "add")) start++;
  let nameEnd = start;
  let name: Name | undefined;
  if (reader.is(start, "constraint") && constraint.conname !== undefined) {
    name = nameAt(reader, start + 1, constraint.conname);
    nameEnd = start + 2;
  }
  const keywords = keywordEnd(reader, nameEnd);
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
  const deferrable = constraint.deferrable === true || attributes.deferrable === true;
  const initiallyDeferred = constraint.initdeferred === true || attributes.initiallyDeferred === true;
  const scope = tableScope(place.table);
  switch (constraint.contype) {
    case "CONSTR_CHECK": {
      const open = reader.find("(", keywords - 1, range.to);
      return {
        kind: "addCheck",
        ...base,
        expression: expression(
          reader,
          constraint.raw_expr,
          insideBrackets(reader, openAt(reader, keywords, open)),
          scope,
        ),
        notValid: constraint.skip_validation === true,
        enforced: isEnforced(constraint, attributes),
        noInherit: constraint.is_no_inherit === true,
      };
    }
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE": {
      const key = {
        ...base,
        columns:
          place.column !== undefined && constraint.keys === undefined
            ? [place.column]
            : bracketedNames(reader, nextBracket(reader, keywords, range.to), strings(constraint.keys)),
        include: bracketedNames(
          reader,
          nextBracket(reader, reader.after("include", range.from), range.to),
          strings(constraint.including),
        ),
        ...(constraint.indexname === undefined
          ? {}
          : { usingIndex: nameAt(reader, usingIndexPosition(reader, range), constraint.indexname) }),
        deferrable,
        withoutOverlaps: constraint.without_overlaps === true,
      };
      return constraint.contype === "CONSTR_PRIMARY"
        ? { kind: "addPrimaryKey", ...key }
        : { kind: "addUnique", ...key, nullsNotDistinct: constraint.nulls_not_distinct === true };
    }
    case "CONSTR_FOREIGN": {
      const referenced = relationEnd(reader, constraint.pktable);
      return {
        kind: "addForeignKey",
        ...base,
        columns:
          place.column !== undefined
            ? [place.column]
            : keyColumns(reader, nextBracket(reader, keywords, range.to), constraint.fk_attrs),
        references: relationName(reader, constraint.pktable),
        referencedColumns: keyColumns(reader, referenced, constraint.pk_attrs),
        notValid: constraint.skip_validation === true,
        enforced: isEnforced(constraint, attributes),
        deferrable,
        initiallyDeferred,
        ...referentialActions(reader, constraint, referenced, range.to),
        temporal: constraint.fk_with_period === true,
      };
    }
    case "CONSTR_EXCLUSION":
      return {
        kind: "addExclusion",
        ...base,
        method: constraint.access_method ?? "btree",
        columns: exclusionColumns(constraint.exclusions),
        ...(constraint.where_clause === undefined
          ? {}
          : {
              where: expression(
                reader,
                constraint.where_clause,
                insideBrackets(reader, reader.after("where", range.from)),
                scope,
              ),
            }),
      };
    case "CONSTR_NOTNULL": {
      if (place.column !== undefined) return undefined;
      const position = keywords < range.to ? keywords : range.to - 1;
      return {
        kind: "addNotNull",
        ...base,
        column: nameAt(reader, position, strings(constraint.keys)[0]),
        notValid: constraint.skip_validation === true,
        noInherit: constraint.is_no_inherit === true,
      };
    }
    default:
      return undefined;
  }
}

const isEnforced = (constraint: Constraint, attributes: Attributes): boolean =>
  attributes.notEnforced !== true && constraint.is_enforced !== false && constraint.is_enforced !== undefined;

/** Position after `CHECK`, `PRIMARY KEY`, `FOREIGN KEY`, `NOT NULL`, `UNIQUE`, `REFERENCES`, `EXCLUDE`. */
function keywordEnd(reader: TokenReader, position: number): number {
  if (reader.is(position, "primary", "foreign")) return reader.skip(position + 1, "key");
  if (reader.is(position, "not")) return position + 2;
  return position + 1;
}

const openAt = (reader: TokenReader, position: number, found: number): number =>
  reader.is(position, "(") || found < 0 ? position : found;

/** Position of the next `(`; the end if there is none. */
function nextBracket(reader: TokenReader, from: number, to: number): number {
  for (let i = from; i < to; i++) if (reader.is(i, "(")) return i;
  return to;
}

function usingIndexPosition(reader: TokenReader, range: Range): number {
  for (let i = range.from; i < range.to; i++) {
    if (reader.is(i, "using") && reader.is(i + 1, "index")) return i + 2;
  }
  return range.to - 1;
}

/** Columns of a key; the last may stand after PERIOD. */
function keyColumns(reader: TokenReader, open: number, nodes: readonly Node[] | undefined): Name[] {
  const parts = reader.list(open);
  return strings(nodes).map((text, i) => {
    const part = parts[i];
    if (part === undefined) return nameAt(reader, open, text);
    return nameAt(reader, part.to - part.from > 1 ? part.from + 1 : part.from, text);
  });
}

/** The tree can't tell a written NO ACTION from none: the tokens do. */
function referentialActions(
  reader: TokenReader,
  constraint: Constraint,
  from: number,
  to: number,
): Pick<AddForeignKey, "onDelete" | "onUpdate" | "onDeleteColumns"> {
  let onDelete: AddForeignKey["onDelete"];
  let onUpdate: AddForeignKey["onUpdate"];
  for (let i = from; i < to; i++) {
    if (!reader.is(i, "on")) continue;
    if (reader.is(i + 1, "delete")) onDelete = actions[constraint.fk_del_action ?? "a"];
    if (reader.is(i + 1, "update")) onUpdate = actions[constraint.fk_upd_action ?? "a"];
  }
  const onDeleteColumns = strings(constraint.fk_del_set_cols);
  return {
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
    ...(onDeleteColumns.length === 0 ? {} : { onDeleteColumns }),
  };
}

function exclusionColumns(nodes: readonly Node[] | undefined): string[] {
  const columns: string[] = [];
  for (const node of nodes ?? []) {
    const element = "List" in node ? node.List.items?.[0] : undefined;
    if (element !== undefined && "IndexElem" in element && element.IndexElem.name !== undefined) {
      columns.push(element.IndexElem.name);
    }
  }
  return columns;
}
