/** What the sub-commands of ALTER TABLE, ALTER INDEX, ALTER TYPE… have in common. */
import type { AlterTableCmd } from "@pgsql/types";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import { nameAt } from "./names.ts";
import { relationClasses, roleText } from "./object-class.ts";
import { parameters } from "./parameter.ts";
import { items } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";

/** One sub-command and its tokens. */
export interface Command {
  readonly reader: TokenReader;
  readonly command: AlterTableCmd;
  readonly range: Range;
  readonly table: QualifiedName;
  readonly ifExists: boolean;
  readonly only: boolean;
}

/** What every operation on the table has; `to` ends the head. */
export function onTable<K extends string>(
  { reader, range, table, ifExists, only }: Command,
  kind: K,
  to = range.to,
): { kind: K; span: Span; head: Span; table: QualifiedName; ifExists: boolean; only?: boolean } {
  return {
    kind,
    span: reader.span(range.from, range.to),
    head: reader.span(range.from, Math.min(to, range.to)),
    table,
    ifExists,
    ...(only ? { only } : {}),
  };
}

/** Position of the object's name: after the verb, its noun, and IF [NOT] EXISTS. */
export function namePosition({ reader, range }: Command, ...nouns: readonly string[]): number {
  let position = range.from + 1;
  if (nouns.length > 0 && reader.is(position, ...nouns) && reader.isName(position + 1)) position++;
  position = reader.skip(position, "if", "not", "exists");
  return reader.skip(position, "if", "exists");
}

export function columnOption(
  at: Command,
  option: "statistics" | "storage" | "compression" | "options",
  headWords = 3,
): Operation {
  const position = namePosition(at, "column");
  return {
    ...onTable(at, "setColumnOption", position + headWords),
    ...(at.command.name === undefined ? {} : { column: nameAt(at.reader, position, at.command.name) }),
    ...(at.command.num === undefined ? {} : { number: at.command.num }),
    option,
    ...columnOptionValue(at, option),
  };
}

function columnOptionValue({ command }: Command, option: string) {
  const { def, subtype } = command;
  if (option === "options") return { options: parameters(items(def), subtype === "AT_ResetOptions") };
  if (option === "statistics" || def === undefined || !("String" in def)) return {};
  const value = (def.String.sval ?? "").toLowerCase();
  return {
    value,
    ...(option === "storage" && value === "default" ? { since: { version: 16, word: "DEFAULT" } } : {}),
  };
}

export function changeOwner(
  at: Command,
  object: Extract<Operation, { kind: "changeOwner" }>["object"],
): Operation {
  return {
    kind: "changeOwner",
    span: at.reader.span(at.range.from, at.range.to),
    head: at.reader.span(at.range.from, at.range.to),
    object,
    name: at.table,
    relations: relationClasses.has(object) ? [at.table] : [],
    owner: roleText(at.command.newowner),
  };
}
