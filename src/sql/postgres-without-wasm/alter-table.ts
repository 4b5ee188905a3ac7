/** ALTER TABLE: one operation per sub-command. */
import type { AlterTableStatement, TableAlteration, TableAlterationAlterColumn } from "pgsql-ast-parser";
import type { QualifiedName } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import { nameAt } from "../postgres/lower/names.ts";
import type { Range, TokenReader } from "../postgres/lower/tokens.ts";
import { lowerConstraint, tableScope } from "./constraint.ts";
import { expression } from "./expression.ts";
import { named, positionOf, qualified } from "./names.ts";
import { lowerColumn } from "./table.ts";
import { typeAt } from "./type.ts";

/** One sub-command and its tokens. */
interface Command {
  readonly reader: TokenReader;
  readonly range: Range;
  readonly table: QualifiedName;
  readonly ifExists: boolean;
  readonly only: boolean;
}

export function alterTable(reader: TokenReader, statement: AlterTableStatement): Operation[] {
  const table = qualified(reader, statement.table);
  let start = reader.nameEnd(positionOf(reader, statement.table));
  if (reader.is(start, "*")) start++;
  const ranges = reader.split(start, reader.length);
  return statement.changes.flatMap((change, i) =>
    subCommand(
      {
        reader,
        range: ranges[i] ?? { from: start, to: reader.length },
        table,
        ifExists: statement.ifExists === true,
        only: statement.only === true,
      },
      change,
    ),
  );
}

function onTable<K extends string>(
  { reader, range, table, ifExists, only }: Command,
  kind: K,
  to = range.to,
) {
  return {
    kind,
    span: reader.span(range.from, range.to),
    head: reader.span(range.from, Math.min(to, range.to)),
    table,
    ifExists,
    ...(only ? { only } : {}),
  };
}

function subCommand(at: Command, change: TableAlteration): Operation[] {
  const { reader, range, table, ifExists, only } = at;
  const inherits = only ? { only } : {};
  switch (change.type) {
    case "add column": {
      const place = { table, ifExists, only, within: "addColumn" as const };
      const { column, constraints } = lowerColumn(reader, change.column, range, place);
      const end = positionOf(reader, change.column.name) + 1;
      return [
        { ...onTable(at, "addColumn", end), column, ifNotExists: change.ifNotExists === true },
        ...constraints,
      ];
    }
    case "drop column": {
      const end = positionOf(reader, change.column) + 1;
      return [
        {
          ...onTable(at, "dropColumn", end),
          column: named(reader, change.column),
          columnIfExists: change.ifExists === true,
          cascade: change.behaviour === "cascade",
        },
      ];
    }
    case "alter column":
      return alterColumn(at, change);
    case "add constraint": {
      const place = { table, ifExists, only, within: "alterTable" as const };
      const operation = lowerConstraint(reader, change.constraint, range, place);
      return operation === undefined ? [] : [operation];
    }
    case "drop constraint": {
      const end = positionOf(reader, change.constraint) + 1;
      return [
        {
          ...onTable(at, "dropConstraint", end),
          name: named(reader, change.constraint),
          constraintIfExists: change.ifExists === true,
          cascade: change.behaviour === "cascade",
        },
      ];
    }
    // The server knows these as statements of their own.
    case "rename": {
      const { span } = reader.source;
      return [{ kind: "renameTable", span, head: span, table, ifExists, to: named(reader, change.to) }];
    }
    case "rename column": {
      const base = { span: reader.source.span, head: memberHead(at), table, ifExists, ...inherits };
      const column = named(reader, change.column);
      return [{ kind: "renameColumn", ...base, column, object: "table", to: named(reader, change.to) }];
    }
    case "rename constraint": {
      const base = { span: reader.source.span, head: memberHead(at), table, ifExists, ...inherits };
      const name = named(reader, change.constraint);
      return [{ kind: "renameConstraint", ...base, name, to: named(reader, change.to) }];
    }
    case "owner": {
      const span = reader.span(range.from, range.to);
      return [
        {
          kind: "changeOwner",
          span,
          head: span,
          object: "table",
          name: table,
          relations: [table],
          owner: change.to.name,
        },
      ];
    }
  }
}

/** `RENAME COLUMN c`, without TO. */
const memberHead = ({ reader, range }: Command): Span => reader.span(range.from, range.to - 2);

function alterColumn(at: Command, { column: node, alter }: TableAlterationAlterColumn): Operation[] {
  const { reader, range, table } = at;
  const position = positionOf(reader, node);
  const onColumn = <K extends string>(kind: K, headWords: number) => ({
    ...onTable(at, kind, position + 1 + headWords),
    column: nameAt(reader, position, node.name),
  });
  switch (alter.type) {
    case "set not null":
      return [onColumn("setNotNull", 3)];
    case "drop not null":
      return [onColumn("dropNotNull", 3)];
    case "drop default":
      return [onColumn("dropDefault", 2)];
    case "set default": {
      const from = reader.find("default", position + 1) + 1;
      const text = { from, to: range.to };
      return [
        {
          ...onColumn("setDefault", 2),
          expression: expression(reader, alter.default, text, tableScope(table)),
        },
      ];
    }
    case "set type": {
      const word = reader.find("type", position + 1, range.to);
      return [
        {
          ...onTable(at, "changeColumnType", word + 1),
          column: nameAt(reader, position, node.name),
          type: typeAt(reader, word + 1).type,
        },
      ];
    }
    case "add generated":
      return [
        {
          ...onColumn("addIdentity", 2),
          identity: alter.always === "always" ? ("always" as const) : ("by default" as const),
        },
      ];
  }
}
