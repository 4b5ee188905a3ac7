/** ALTER INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE, TYPE where the grammar gives sub-commands. */
import type { AlterTableCmd } from "@pgsql/types";
import type { AlterView, Operation } from "../../../model/operation.ts";
import { changeOwner, columnOption, type Command } from "./command.ts";
import { nameAt, relationName } from "./names.ts";
import { parameters } from "./parameter.ts";
import { items } from "./tree.ts";
import { optionValue } from "./view.ts";
import { columnType } from "./type.ts";

type Relation = "OBJECT_INDEX" | "OBJECT_VIEW" | "OBJECT_MATVIEW" | "OBJECT_SEQUENCE" | "OBJECT_TYPE";

export function alterOther(at: Command, objtype: Relation): Operation[] {
  const { reader, range, table, command } = at;
  const base = { span: reader.source.span, head: { start: reader.source.span.start, end: table.span.end } };
  const owner = command.subtype === "AT_ChangeOwner";
  switch (objtype) {
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW": {
      const materialized = objtype === "OBJECT_MATVIEW";
      if (owner) return [changeOwner(at, materialized ? "materialized view" : "view")];
      const change = viewChange(command.subtype);
      const invoker = securityInvoker(command);
      return [
        {
          kind: "alterView",
          ...base,
          view: table,
          materialized,
          ...(invoker === undefined ? {} : { securityInvoker: invoker }),
          ...(change === undefined ? {} : { change }),
        },
      ];
    }
    case "OBJECT_SEQUENCE":
      if (owner) return [changeOwner(at, "sequence")];
      return [
        {
          kind: "alterSequence",
          ...base,
          sequence: table,
          ifExists: at.ifExists,
          ...(command.subtype === "AT_SetLogged" ? { logged: true } : {}),
          ...(command.subtype === "AT_SetUnLogged" ? { logged: false } : {}),
        },
      ];
    case "OBJECT_INDEX":
      if (owner) return [changeOwner(at, "index")];
      if (command.subtype === "AT_AttachPartition") {
        const definition =
          command.def !== undefined && "PartitionCmd" in command.def ? command.def.PartitionCmd : {};
        return [
          { kind: "attachIndex", ...base, index: table, partition: relationName(reader, definition.name) },
        ];
      }
      return [
        {
          kind: "alterIndex",
          ...base,
          index: table,
          change: indexChange(command.subtype),
          ...(command.num === undefined ? {} : { column: command.num }),
          ...(indexChange(command.subtype) === "options"
            ? { options: parameters(items(command.def), command.subtype === "AT_ResetRelOptions") }
            : {}),
        },
      ];
    case "OBJECT_TYPE": {
      if (owner) return [changeOwner(at, "type")];
      const cascade = command.behavior === "DROP_CASCADE";
      let position = range.from + 1;
      if (reader.is(position, "attribute")) position++;
      position = reader.skip(position, "if", "exists");
      const definition =
        command.def !== undefined && "ColumnDef" in command.def ? command.def.ColumnDef : undefined;
      const attribute = nameAt(reader, position, command.name ?? definition?.colname);
      const type = {
        kind: "alterCompositeType" as const,
        span: reader.span(range.from, range.to),
        head: reader.span(range.from, position + 1),
        type: table,
        attribute,
        cascade,
      };
      switch (command.subtype) {
        case "AT_AddColumn":
          return [{ ...type, change: "add", attributeType: columnType(reader, definition?.typeName) }];
        case "AT_DropColumn":
          return [
            {
              ...type,
              change: "drop",
              ...(command.missing_ok === true ? { attributeIfExists: true as const } : {}),
            },
          ];
        case "AT_AlterColumnType":
          return [{ ...type, change: "type", attributeType: columnType(reader, definition?.typeName) }];
        default:
          return [columnOption(at, "options")];
      }
    }
  }
}

function viewChange(subtype: string | undefined): AlterView["change"] {
  switch (subtype) {
    case "AT_SetRelOptions":
    case "AT_ResetRelOptions":
    case "AT_SetOptions":
      return "options";
    case "AT_SetStatistics":
      return "statistics";
    case "AT_ClusterOn":
    case "AT_DropCluster":
      return "cluster";
    case "AT_SetTableSpace":
      return "tablespace";
    case "AT_SetAccessMethod":
      return "access method";
    default:
      return undefined;
  }
}

function securityInvoker({ subtype, def }: AlterTableCmd): boolean | undefined {
  const value = optionValue(items(def), "security_invoker");
  return subtype === "AT_ResetRelOptions" && value !== undefined ? false : value;
}

function indexChange(subtype: string | undefined): "options" | "tablespace" | "statistics" {
  if (subtype === "AT_SetTableSpace") return "tablespace";
  return subtype === "AT_SetStatistics" ? "statistics" : "options";
}
