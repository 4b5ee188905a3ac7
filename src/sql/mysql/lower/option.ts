/** Options of tables, partitions, databases and indexes: `NAME [=] value`. */
import type { QualifiedName } from "../../../model/names.ts";
import type { StorageParameter } from "../../../model/operation.ts";
import { raw, type Cursor } from "../cursor.ts";

/** The value behind a name, with or without `=`; lists as written. */
export function optionValue(c: Cursor): string | undefined {
  c.equals();
  if (c.word() === "(") {
    const first = c.at;
    c.parenthesised();
    return c.textOf(c.span(first));
  }
  const sign = c.takeOne("-", "+") ?? "";
  const token = c.next();
  return token === undefined ? undefined : sign + raw(token, c.source);
}

/** Behind CHARACTER SET or CHARSET: `utf8mb4`; DEFAULT is undefined. Lower case. */
export function charsetName(c: Cursor): string | undefined {
  c.equals();
  const value = c.next()?.value.toLowerCase();
  return value === "default" ? undefined : value;
}

/** `utf8mb4_bin`, in lower case. */
export function collationName(c: Cursor): QualifiedName | undefined {
  c.equals();
  const name = c.name();
  return name === undefined
    ? undefined
    : { name: name.text, text: name.written ?? name.text, span: name.span };
}

/** MySQL manual, CREATE TABLE, "table_option"; MariaDB knowledge base, the same. */
const tableOptions: ReadonlySet<string> = new Set(
  (
    "auto_increment autoextend_size avg_row_length charset checksum collate comment compression connection " +
    "delay_key_write encryption engine engine_attribute encrypted encryption_key_id ietf_quotes insert_method key_block_size max_rows " +
    "min_rows pack_keys page_checksum page_compressed page_compression_level password row_format secondary_engine " +
    "secondary_engine_attribute sequence stats_auto_recalc stats_persistent stats_sample_pages table_checksum " +
    "tablespace transactional type union storage nodegroup"
  ).split(" "),
);

/** One option, if one begins here. */
export function readTableOption(c: Cursor): StorageParameter | undefined {
  const first = c.at;
  c.take("default");
  let name: string | undefined;
  let value: string | undefined;
  if (c.take("character", "set") || c.take("charset") || c.take("char", "set")) {
    name = "charset";
    value = charsetName(c) ?? "default";
  } else if (c.take("collate")) {
    name = "collate";
    value = collationName(c)?.name;
  } else if (c.is("data", "directory") || c.is("index", "directory")) {
    name = `${c.word()}_directory`;
    c.at += 2;
    value = optionValue(c);
  } else if (c.take("start", "transaction")) name = "start_transaction";
  else if (c.peek()?.kind === "word" && (tableOptions.has(c.word()) || c.word(1) === "=")) {
    name = c.next()?.value;
    value = optionValue(c);
    if (name === "tablespace" && c.take("storage")) c.next();
    if (name === "type") name = "engine";
  }
  if (name === undefined) {
    c.at = first;
    return undefined;
  }
  return { name, value, span: c.span(first) };
}

/** All that follow each other, with or without commas between them. */
export function readTableOptions(c: Cursor): StorageParameter[] {
  const options: StorageParameter[] = [];
  for (;;) {
    const before = c.at;
    if (options.length > 0) c.take(",");
    const option = readTableOption(c);
    if (option === undefined) {
      c.at = before;
      return options;
    }
    options.push(option);
  }
}
