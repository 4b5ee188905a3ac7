/** Transactions, settings, maintenance, locks. */
import type { FuncCall, Node, VariableSetStmt } from "@pgsql/types";
import { isUnsafeEncoding } from "../../encodings.ts";
import { lockModes } from "../../../model/lock-modes.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { ColumnsOf, Operation, Utility } from "../../../model/operation.ts";
import { relationName, rowsOf } from "./names.ts";
import { parameters, settingText } from "./parameter.ts";
import { strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

function whole<K extends string>(reader: TokenReader, kind: K, headTokens = 1) {
  return { kind, span: reader.source.span, head: reader.span(0, headTokens) };
}

export function utility(reader: TokenReader, command: string): Utility {
  return { ...whole(reader, "utility", Math.max(1, command.split(" ").length)), command };
}

export const sessionHandlers: Handlers = {
  TransactionStmt: (reader, { kind, chain, savepoint_name: name }) => {
    switch (kind) {
      case "TRANS_STMT_BEGIN":
      case "TRANS_STMT_START":
        return [whole(reader, "begin", reader.is(0, "start") ? 2 : 1)];
      case "TRANS_STMT_COMMIT":
        return [{ ...whole(reader, "commit"), chain: chain === true }];
      case "TRANS_STMT_ROLLBACK":
        return [{ ...whole(reader, "rollback"), chain: chain === true }];
      case "TRANS_STMT_SAVEPOINT":
        return [{ ...whole(reader, "savepoint", 2), action: "set", name: name ?? "" }];
      case "TRANS_STMT_RELEASE":
        return [{ ...whole(reader, "savepoint", reader.length), action: "release", name: name ?? "" }];
      case "TRANS_STMT_ROLLBACK_TO":
        return [{ ...whole(reader, "savepoint", reader.length), action: "rollback", name: name ?? "" }];
      case "TRANS_STMT_PREPARE":
        return [utility(reader, "PREPARE TRANSACTION")];
      case "TRANS_STMT_COMMIT_PREPARED":
        return [utility(reader, "COMMIT PREPARED")];
      case "TRANS_STMT_ROLLBACK_PREPARED":
        return [utility(reader, "ROLLBACK PREPARED")];
      default:
        return [];
    }
  },
  VariableSetStmt: (reader, statement) => setOption(reader, statement),
  DiscardStmt: (reader, { target }) =>
    target === "DISCARD_ALL"
      ? [utility(reader, "DISCARD ALL"), { ...whole(reader, "setOption", 2), name: "all", local: false }]
      : [utility(reader, "DISCARD")],
  VacuumStmt: (reader, { options, rels, is_vacuumcmd: isVacuum }) => {
    const tables = (rels ?? []).flatMap((node) =>
      "VacuumRelation" in node && node.VacuumRelation.relation !== undefined
        ? [rowsOf(reader, node.VacuumRelation.relation)]
        : [],
    );
    const head = headTo(reader, tables[0]);
    const more = { options: parameters(options), ...vacuumColumns(reader, rels) };
    if (isVacuum !== true) return [{ kind: "analyze", span: reader.source.span, head, tables, ...more }];
    return [
      {
        kind: "vacuum",
        span: reader.source.span,
        head,
        tables,
        full: hasOption(options, "full"),
        analyze: hasOption(options, "analyze"),
        ...more,
      },
    ];
  },
  ClusterStmt: (reader, { relation, indexname }) => {
    const table = relation === undefined ? undefined : relationName(reader, relation);
    return [
      {
        kind: "cluster",
        span: reader.source.span,
        head: headTo(reader, table),
        ...(table === undefined ? {} : { table }),
        ...(indexname === undefined ? {} : { index: indexname }),
      },
    ];
  },
  LockStmt: (reader, { relations, mode, nowait }) =>
    (relations ?? []).flatMap((node, i) => {
      if (!("RangeVar" in node)) return [];
      const table = relationName(reader, node.RangeVar);
      return [
        {
          kind: "lockTable" as const,
          span: reader.source.span,
          head: i === 0 ? headTo(reader, table) : table.span,
          table,
          only: node.RangeVar.inh !== true,
          // The server counts its modes from 1.
          mode: lockModes[(mode ?? lockModes.length) - 1] ?? "ACCESS EXCLUSIVE",
          nowait: nowait === true,
        },
      ];
    }),
  TruncateStmt: (reader, { relations, restart_seqs: restart, behavior }) =>
    (relations ?? []).flatMap((node, i) => {
      if (!("RangeVar" in node)) return [];
      const table = relationName(reader, node.RangeVar);
      return [
        {
          kind: "truncateTable" as const,
          span: reader.source.span,
          head: i === 0 ? headTo(reader, table) : table.span,
          table,
          ifExists: false,
          ...(node.RangeVar.inh === true ? {} : { only: true }),
          cascade: behavior === "DROP_CASCADE",
          restartIdentity: restart === true,
        },
      ];
    }),
};

function vacuumColumns(reader: TokenReader, nodes: readonly Node[] | undefined): { columns?: ColumnsOf[] } {
  const columns = (nodes ?? []).flatMap((node) => {
    if (!("VacuumRelation" in node) || node.VacuumRelation.va_cols === undefined) return [];
    const { relation, va_cols: names } = node.VacuumRelation;
    return relation === undefined ? [] : [{ table: rowsOf(reader, relation), columns: strings(names) }];
  });
  return columns.length === 0 ? {} : { columns };
}

const headTo = (reader: TokenReader, name: QualifiedName | undefined) =>
  name === undefined ? reader.span(0, 1) : { start: reader.source.span.start, end: name.span.end };

/** `VACUUM FULL`, `VACUUM (FULL)`, `VACUUM (FULL true)`; false with `(FULL false)`. */
function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  for (const node of options ?? []) {
    if (!("DefElem" in node) || node.DefElem.defname !== name) continue;
    const { arg } = node.DefElem;
    if (arg === undefined) return true;
    if ("Integer" in arg) return arg.Integer.ival === 1;
    return !("String" in arg) || !["false", "off", "0"].includes((arg.String.sval ?? "").toLowerCase());
  }
  return false;
}

function setOption(reader: TokenReader, { kind, name, args, is_local: local }: VariableSetStmt): Operation[] {
  const base = { kind: "setOption" as const, span: reader.source.span, local: local === true };
  let end = 1;
  while (end < reader.length && !reader.is(end, "=", "to", "time")) end++;
  end = reader.skip(end, "time", "zone");
  const head = reader.span(0, Math.max(end, 2));
  switch (kind) {
    case "VAR_RESET_ALL":
      return [{ ...base, head, name: "all" }];
    case "VAR_SET_VALUE":
      return [
        { ...base, head, name: (name ?? "").toLowerCase(), value: (args ?? []).map(settingText).join(", ") },
      ];
    case "VAR_SET_MULTI":
      // SET TRANSACTION …, SET SESSION CHARACTERISTICS …
      return [utility(reader, "SET TRANSACTION")];
    case "VAR_SET_CURRENT":
      return [];
    default:
      return [{ ...base, head, name: (name ?? "all").toLowerCase() }];
  }
}

/** Settings after which a text reads otherwise. */
const ofReading: ReadonlySet<string> = new Set(["standard_conforming_strings", "client_encoding"]);

/** `set_config('name', 'value', is_local)`: `unknown` where the name isn't constant, or a value that counts. */
export function setConfig(reader: TokenReader, call: FuncCall): Operation[] {
  if (!isSetConfig(call)) return [];
  const [name, value, local] = call.args ?? [];
  const position = reader.at(call.location);
  const open = reader.nameEnd(position);
  const base = { span: reader.span(position, reader.close(open) + 1), head: reader.span(position, open) };
  const constant = name === undefined || !isReadable(name) ? undefined : settingText(name).toLowerCase();
  const readable = value !== undefined && isReadable(value);
  const unknown: Operation = { kind: "unknown", ...base, statement: "set_config", relations: [] };
  if (constant === undefined || value === undefined) return [unknown];
  const isLocal = local !== undefined && "A_Const" in local && local.A_Const.boolval?.boolval === true;
  const option: Operation = {
    kind: "setOption",
    ...base,
    name: constant,
    ...(readable ? { value: settingText(value) } : {}),
    local: isLocal,
  };
  return readable || !ofReading.has(constant) ? [option] : [option, unknown];
}

function isSetConfig({ funcname }: FuncCall): boolean {
  const names = strings(funcname);
  return names.at(-1) === "set_config" && (names.length === 1 || names[0] === "pg_catalog");
}

/** Calls of set_config() that none of the operations tells of: in VALUES, in a subquery, in COPY (SELECT …). */
export function setConfigs(reader: TokenReader, node: unknown, told: readonly Operation[]): Operation[] {
  const starts = new Set(told.flatMap((op) => (isSetting(op) ? [op.span.start] : [])));
  const found: Operation[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === "FuncCall") found.push(...setConfig(reader, child as FuncCall));
      walk(child);
    }
  };
  walk(node);
  return found
    .filter(({ span }) => !starts.has(span.start))
    .map((op): Operation => ({ ...op, conditional: true }));
}

const isSetting = (op: Operation): boolean =>
  op.kind === "setOption" || (op.kind === "unknown" && op.statement === "set_config");

/** A setting of later sessions, or of a function. */
export function changesLaterReading({ kind, name, args }: VariableSetStmt): boolean {
  if (!ofReading.has((name ?? "").toLowerCase())) return false;
  if (kind === "VAR_SET_CURRENT") return true;
  if (kind !== "VAR_SET_VALUE") return false;
  const value = (args ?? []).map(settingText).join();
  return name === "client_encoding" ? isUnsafeEncoding(value) : !/^(?:on|true|t|yes|y|1)$/i.test(value);
}

function isReadable(node: Node): boolean {
  if ("TypeCast" in node) return node.TypeCast.arg !== undefined && isReadable(node.TypeCast.arg);
  return "A_Const" in node && node.A_Const.isnull !== true;
}
