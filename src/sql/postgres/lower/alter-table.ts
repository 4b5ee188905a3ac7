/** ALTER TABLE and its like: one operation per sub-command. */
import type { AlterTableCmd, AlterTableStmt, ColumnDef } from "@pgsql/types";
import type { Name } from "../../../model/names.ts";
import type { Operation, SetTriggerState } from "../../../model/operation.ts";
import { alterOther } from "./alter-relation.ts";
import { changeOwner, columnOption, namePosition, onTable, type Command } from "./command.ts";
import { lowerColumn, sequenceName } from "./column.ts";
import { lowerConstraint } from "./constraint.ts";
import { expression, insideBrackets, tableScope } from "./expression.ts";
import { nameAt, nodesName, relationEnd, relationName } from "./names.ts";
import { partitionBound } from "./table.ts";
import { parameters } from "./parameter.ts";
import { items, type Handlers } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { columnType } from "./type.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const alterTableHandlers: Handlers = { AlterTableStmt: alterTable };

function alterTable(reader: TokenReader, statement: AlterTableStmt): Operation[] {
  const table = relationName(reader, statement.relation);
  const start = relationEnd(reader, statement.relation);
  const commands = statement.cmds ?? [];
  const parts = reader.split(start, reader.length);
  const wholeList: Range = { from: start, to: reader.length };
  return commands.flatMap((node, i) => {
    if (!("AlterTableCmd" in node)) return [];
    const range = parts.length === commands.length ? (parts[i] ?? wholeList) : wholeList;
    const command: Command = {
      reader,
      command: node.AlterTableCmd,
      range,
      table,
      ifExists: statement.missing_ok === true,
      only: statement.relation?.inh !== true,
    };
    switch (statement.objtype) {
      case "OBJECT_INDEX":
      case "OBJECT_VIEW":
      case "OBJECT_MATVIEW":
      case "OBJECT_SEQUENCE":
      case "OBJECT_TYPE":
        return alterOther(command, statement.objtype);
      default:
        return subCommand(command, statement.objtype === "OBJECT_FOREIGN_TABLE");
    }
  });
}

function onColumn<K extends string>(at: Command, kind: K, headWords = 1) {
  const position = namePosition(at, "column");
  return {
    ...onTable(at, kind, position + 1 + headWords),
    column: nameAt(at.reader, position, at.command.name),
  };
}

const triggerStates: Readonly<Record<string, Pick<SetTriggerState, "state" | "object">>> = dictionary({
  AT_EnableTrig: { state: "enable", object: "trigger" },
  AT_EnableAlwaysTrig: { state: "always", object: "trigger" },
  AT_EnableReplicaTrig: { state: "replica", object: "trigger" },
  AT_DisableTrig: { state: "disable", object: "trigger" },
  AT_EnableTrigAll: { state: "enable", object: "trigger" },
  AT_DisableTrigAll: { state: "disable", object: "trigger" },
  AT_EnableTrigUser: { state: "enable", object: "trigger" },
  AT_DisableTrigUser: { state: "disable", object: "trigger" },
  AT_EnableRule: { state: "enable", object: "rule" },
  AT_EnableAlwaysRule: { state: "always", object: "rule" },
  AT_EnableReplicaRule: { state: "replica", object: "rule" },
  AT_DisableRule: { state: "disable", object: "rule" },
});

function triggerState(at: Command): Operation {
  const subtype = at.command.subtype ?? "";
  const last = at.range.to - 1;
  const which: Name | "all" | "user" = subtype.endsWith("TrigAll")
    ? "all"
    : subtype.endsWith("TrigUser")
      ? "user"
      : nameAt(at.reader, last, at.command.name);
  return {
    ...onTable(at, "setTriggerState"),
    ...(triggerStates[subtype] ?? { state: "enable", object: "trigger" }),
    which,
  };
}

function subCommand(at: Command, foreign: boolean): Operation[] {
  const { reader, command, range, table } = at;
  const definition = command.def;
  const cascade = command.behavior === "DROP_CASCADE";
  const lastName = (): Name => nameAt(reader, range.to - 1, command.name);
  switch (command.subtype) {
    case "AT_AddColumn": {
      if (definition === undefined || !("ColumnDef" in definition)) return [];
      const place = { table, ifExists: at.ifExists, only: at.only, within: "addColumn" as const };
      const { column, constraints } = lowerColumn(reader, definition.ColumnDef, range, place);
      const end = reader.at(definition.ColumnDef.location) + 1;
      return [
        {
          ...onTable(at, "addColumn", end),
          ...columnSince(definition.ColumnDef),
          column,
          ifNotExists: command.missing_ok === true,
        },
        ...constraints,
      ];
    }
    case "AT_DropColumn":
      return [{ ...onColumn(at, "dropColumn", 0), columnIfExists: command.missing_ok === true, cascade }];
    case "AT_ColumnDefault":
      return [columnDefault(at)];
    case "AT_DropNotNull":
      return [onColumn(at, "dropNotNull", 3)];
    case "AT_SetNotNull":
      return [onColumn(at, "setNotNull", 3)];
    case "AT_SetExpression": {
      const open = reader.after("as", range.from);
      return [
        {
          ...onColumn(at, "setExpression", 2),
          expression: expression(reader, definition, insideBrackets(reader, open), tableScope(table)),
        },
      ];
    }
    case "AT_DropExpression":
      return [{ ...onColumn(at, "dropExpression", 2), ...ifPresent(command) }];
    case "AT_SetStatistics":
      return [columnOption(at, "statistics")];
    case "AT_SetStorage":
      return [columnOption(at, "storage")];
    case "AT_SetCompression":
      return [columnOption(at, "compression")];
    case "AT_SetOptions":
    case "AT_ResetOptions":
    case "AT_AlterColumnGenericOptions":
      return [columnOption(at, "options", 2)];
    case "AT_AlterColumnType":
      return [columnTypeChange(at)];
    case "AT_AddConstraint": {
      if (definition === undefined || !("Constraint" in definition)) return [];
      const place = { table, ifExists: at.ifExists, only: at.only, within: "alterTable" as const };
      const operation = lowerConstraint(reader, definition.Constraint, range, place);
      return operation === undefined ? [] : [operation];
    }
    case "AT_AlterConstraint": {
      const constraint =
        definition !== undefined && "ATAlterConstraint" in definition ? definition.ATAlterConstraint : {};
      const position = range.from + 2;
      return [
        {
          ...onTable(at, "alterConstraint", position + 1),
          name: nameAt(reader, position, constraint.conname),
          ...(constraint.alterEnforceability === true ? { enforced: constraint.is_enforced === true } : {}),
          ...(constraint.alterInheritability === true ? { inherit: true } : {}),
        },
      ];
    }
    case "AT_ValidateConstraint":
      return [{ ...onTable(at, "validateConstraint"), name: lastName() }];
    case "AT_DropConstraint": {
      const position = namePosition(at, "constraint");
      return [
        {
          ...onTable(at, "dropConstraint", position + 1),
          name: nameAt(reader, position, command.name),
          constraintIfExists: command.missing_ok === true,
          cascade,
        },
      ];
    }
    case "AT_AddIdentity": {
      const constraint =
        definition !== undefined && "Constraint" in definition ? definition.Constraint : undefined;
      const always = constraint?.generated_when === "a";
      const named = constraint === undefined ? undefined : sequenceName(constraint);
      return [
        {
          ...onColumn(at, "addIdentity", 2),
          identity: always ? "always" : "by default",
          ...(named === undefined ? {} : { sequenceName: named }),
        },
      ];
    }
    case "AT_SetIdentity":
      return [onColumn(at, "alterIdentity", 2)];
    case "AT_DropIdentity":
      return [{ ...onColumn(at, "dropIdentity", 2), ...ifPresent(command) }];
    case "AT_ChangeOwner":
      return [changeOwner(at, foreign ? "foreign table" : "table")];
    case "AT_ClusterOn":
      return [{ ...onTable(at, "setClusterIndex"), index: lastName() }];
    case "AT_DropCluster":
      return [onTable(at, "setClusterIndex")];
    case "AT_SetLogged":
      return [{ ...onTable(at, "setLogged"), logged: true }];
    case "AT_SetUnLogged":
      return [{ ...onTable(at, "setLogged"), logged: false }];
    case "AT_SetAccessMethod":
      return [
        {
          ...onTable(at, "setAccessMethod"),
          ...(command.name === undefined ? {} : { accessMethod: command.name }),
        },
      ];
    case "AT_SetTableSpace":
      return [{ ...onTable(at, "setTablespace"), tablespace: command.name ?? "" }];
    case "AT_SetRelOptions":
    case "AT_ResetRelOptions":
    case "AT_ReplaceRelOptions":
    case "AT_GenericOptions":
      return [
        {
          ...onTable(at, "setTableOptions"),
          options: parameters(items(definition), command.subtype === "AT_ResetRelOptions"),
        },
      ];
    case "AT_AddInherit":
    case "AT_DropInherit":
      return definition !== undefined && "RangeVar" in definition
        ? [
            {
              ...onTable(at, "setInheritance"),
              parent: relationName(reader, definition.RangeVar),
              inherit: command.subtype === "AT_AddInherit",
            },
          ]
        : [];
    case "AT_AddOf": {
      const type = definition !== undefined && "TypeName" in definition ? definition.TypeName : undefined;
      return [
        { ...onTable(at, "setTableType"), type: nodesName(reader, type?.names, reader.at(type?.location)) },
      ];
    }
    case "AT_DropOf":
      return [onTable(at, "setTableType")];
    case "AT_ReplicaIdentity":
      return [replicaIdentity(at)];
    case "AT_EnableRowSecurity":
      return [{ ...onTable(at, "setRowSecurity"), mode: "enable" }];
    case "AT_DisableRowSecurity":
      return [{ ...onTable(at, "setRowSecurity"), mode: "disable" }];
    case "AT_ForceRowSecurity":
      return [{ ...onTable(at, "setRowSecurity"), mode: "force" }];
    case "AT_NoForceRowSecurity":
      return [{ ...onTable(at, "setRowSecurity"), mode: "no force" }];
    case "AT_AttachPartition":
    case "AT_DetachPartition":
    case "AT_DetachPartitionFinalize":
      return partition(at);
    // WITHOUT OIDS: a no-operation since 12.
    case "AT_DropOids":
      return [{ ...onTable(at, "setTableOptions"), options: [{ name: "oids" }] }];
    default:
      if (triggerStates[command.subtype ?? ""] !== undefined) return [triggerState(at)];
      return [
        {
          kind: "unknown",
          span: reader.span(range.from, range.to),
          head: reader.span(range.from, range.to),
          statement: command.subtype ?? "AlterTableCmd",
          relations: [table],
        },
      ];
  }
}

function columnDefault(at: Command): Operation {
  const definition = at.command.def;
  if (definition === undefined) return onColumn(at, "dropDefault", 2);
  const from = at.reader.find("default", namePosition(at, "column") + 1) + 1;
  const scope = tableScope(at.table);
  return {
    ...onColumn(at, "setDefault", 2),
    expression: expression(at.reader, definition, { from, to: at.range.to }, scope),
  };
}

function columnTypeChange(at: Command): Operation {
  const { reader, range, command, table } = at;
  const definition = command.def !== undefined && "ColumnDef" in command.def ? command.def.ColumnDef : {};
  const position = namePosition(at, "column");
  const using = reader.find("using", position + 1, range.to);
  const typeWord = reader.find("type", position + 1, range.to);
  const collate = definition.collClause;
  return {
    ...onTable(at, "changeColumnType", typeWord + 1),
    column: nameAt(reader, position, command.name),
    type: columnType(reader, definition.typeName),
    ...(definition.raw_default === undefined
      ? {}
      : {
          using: expression(
            reader,
            definition.raw_default,
            { from: using + 1, to: range.to },
            tableScope(table),
          ),
        }),
    ...(collate === undefined
      ? {}
      : { collation: nodesName(reader, collate.collname, reader.at(collate.location) + 1) }),
  };
}

function replicaIdentity(at: Command): Operation {
  const definition = at.command.def;
  const statement =
    definition !== undefined && "ReplicaIdentityStmt" in definition ? definition.ReplicaIdentityStmt : {};
  const base = onTable(at, "setReplicaIdentity");
  switch (statement.identity_type) {
    case "f":
      return { ...base, identity: "full" };
    case "n":
      return { ...base, identity: "nothing" };
    case "i":
      return { ...base, identity: "index", index: nameAt(at.reader, at.range.to - 1, statement.name) };
    default:
      return { ...base, identity: "default" };
  }
}

function partition(at: Command): Operation[] {
  const { reader, command } = at;
  if (command.def === undefined || !("PartitionCmd" in command.def)) return [];
  const { name, bound, concurrent } = command.def.PartitionCmd;
  const partitionName = relationName(reader, name);
  const end = reader.nameEnd(reader.at(name?.location));
  if (command.subtype === "AT_AttachPartition") {
    return [
      {
        ...onTable(at, "attachPartition", end),
        partition: partitionName,
        bound: bound === undefined ? { default: false, text: "" } : partitionBound(reader, bound),
      },
    ];
  }
  return [
    {
      ...onTable(at, "detachPartition", end),
      partition: partitionName,
      concurrently: concurrent === true,
      finalize: command.subtype === "AT_DetachPartitionFinalize",
    },
  ];
}

/** Words that a column definition knows since. */
function columnSince({ storage_name: storage, compression }: ColumnDef) {
  if (storage !== undefined) return { since: { version: 16, word: "STORAGE" } };
  return compression === undefined ? {} : { since: { version: 14, word: "COMPRESSION" } };
}

const ifPresent = ({ missing_ok: missing }: AlterTableCmd): { columnIfExists?: true } =>
  missing === true ? { columnIfExists: true } : {};
