/** Character sets: where they are written, and what a conversion makes of a column. */
import { longest, written } from "../../../effects/mysql/types.ts";
import type { Operation, StorageParameter } from "../../../model/operation.ts";
import { charsetName, collationName, ofTable as defaultOf } from "../../../schema/apply/mysql/charset.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import type { Span } from "../../../text/span.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { definitionsOf } from "./dates.ts";
import { dictionary } from "../../../text/dictionary.ts";

export interface WrittenCharset {
  readonly charset: string;
  readonly at: Span;
}

const ofCollation = (collation: string): string => collationName(collation.toLowerCase()).split("_")[0] ?? "";

/** See `MysqlQuestions.writtenCharsets`: each place once, a table's before those of its columns. */
export function writtenCharsets({ operation, skipped }: Step): readonly WrittenCharset[] {
  if (skipped) return [];
  const ofColumns = definitionsOf(operation).flatMap(({ mysql, collation }): readonly WrittenCharset[] => {
    if (mysql?.charset !== undefined && mysql.charsetSpan !== undefined)
      return [{ charset: charsetName(mysql.charset), at: mysql.charsetSpan }];
    return collation === undefined ? [] : [{ charset: ofCollation(collation.name), at: collation.span }];
  });
  return [...ofTable(operation), ...ofColumns];
}

function ofTable(operation: Operation): readonly WrittenCharset[] {
  if (operation.kind === "convertCharset") {
    const { charset, collation, head } = operation;
    if (charset !== undefined) return [{ charset: charsetName(charset), at: head }];
    return collation === undefined ? [] : [{ charset: ofCollation(collation), at: head }];
  }
  if (operation.kind !== "createTable" && operation.kind !== "setTableOptions") return [];
  const option = (name: string): StorageParameter | undefined =>
    (operation.options ?? []).find((one) => one.name === name && one.value !== undefined);
  const [charset, collate] = [option("charset"), option("collate")];
  if (charset?.span !== undefined)
    return [{ charset: charsetName((charset.value ?? "").toLowerCase()), at: charset.span }];
  return collate?.span === undefined ? [] : [{ charset: ofCollation(collate.value ?? ""), at: collate.span }];
}

/** Of a table: what its new columns get, or one of its columns. */
export const hasCharset = (table: Relation, charset: string): boolean =>
  defaultOf(table).charset === charset || table.columns.some((column) => column.charset === charset);

const larger: Readonly<Record<string, string>> = dictionary({
  tinytext: "text",
  text: "mediumtext",
  mediumtext: "longtext",
});

/** See `MysqlQuestions.growingTexts`. */
export function growingTexts(
  { operation, before }: Step,
  { serverVersion: version, release = [] }: ReplayFacts,
): readonly { readonly column: Column; readonly to: string }[] {
  if (operation.kind !== "convertCharset" || operation.charset === undefined) return [];
  const relation = before.relation(operation.table);
  if (relation.is !== "present") return [];
  const server = { version, isMariaDb: before.dialect.isMariaDb, release, setting: () => undefined } as const;
  const bytes = (charset: string): number => longest[charset] ?? 1;
  const wide = bytes(charsetName(operation.charset));
  return relation.value.columns.flatMap((column) => {
    const to = larger[column.type?.name ?? ""];
    if (to === undefined || bytes(written(column, server).charset) >= wide) return [];
    return [{ column, to }];
  });
}
