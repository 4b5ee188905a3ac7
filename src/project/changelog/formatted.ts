/** Changesets of formatted SQL as advice writes them. */
import type { SectionFile } from "../../model/tool.ts";
import { notNeeded } from "../layouts/liquibase-sql.ts";
import { delimiterOf } from "./delimiter.ts";
import { keptConditions } from "./formatted-conditions.ts";

const opening = /^[ \t]*--[ \t]*changeset[ \t]+("[^"\n]+"|[^:\s"]+):("[^"\n]+"|[^\s"]+)([^\n]*)$/i;
const kept = /\b(?:context|contextFilter|labels|dbms):(?:"[^"\n]*"|\S+)/g;
/** Also where a changelog loads the file: a new file of formatted SQL has a line of its own. */
const mark = /-- needs splitStatements(?::false on the --changeset line| set to false on the sqlFile)\n/g;

/**
 * The changeset that stands behind another one, or in a file of its own. `NEW` stands for what nobody but the author can
 * give. Undefined: the other one has no line that opens it.
 */
export function formattedChangeset(file: SectionFile): string | undefined {
  const { before, statements, down, irreversible, shared, outside, place, taken } = file;
  const line = before.slice(before.lastIndexOf("\n", before.length - 2) + 1).trimEnd();
  const [, author = "", written, attributes = ""] =
    before.trim() === "" ? ["", "NEW", "NEW"] : (opening.exec(line) ?? []);
  if (written === undefined) return undefined;
  const id = written.replaceAll('"', "");
  const name = nameOf(`${author.replaceAll('"', "")}:`, id, place, taken);
  const up = statements.map((sql) => sql.replaceAll(mark, ""));
  // Several in one message are too many for MySQL.
  const cut = statements.some((sql) => sql.search(mark) >= 0) ? delimiterOf(up) : undefined;
  const all = [
    `--changeset ${author}:${/\s/.test(name) ? `"${name}"` : name}`,
    ...(attributes.match(kept) ?? []).filter((one) => shared === undefined || !/^dbms:/i.test(one)),
    ...(shared === undefined ? [] : [`dbms:${shared.dbms}`]),
    ...(outside ? ["runInTransaction:false"] : []),
    ...(cut === undefined ? [] : [cut === "" ? "splitStatements:false" : `endDelimiter:${cut}`]),
  ];
  // Liquibase refuses to roll back SQL that doesn't say what takes it back, also where nothing has to be.
  const isEmpty = down === undefined ? irreversible === notNeeded : down.length === 0;
  const known = down === "unknown" ? [] : (down ?? []);
  const back = isEmpty ? ["not required"] : known.flatMap((sql) => sql.replaceAll(mark, "").split("\n"));
  // Its own splitter takes the way back apart, too.
  const isPlain = back.every((sql) => !sql.includes("$$"));
  return [
    all.join(" "),
    ...keptConditions(file),
    ...(down === "unknown" ? [withoutBack] : []),
    ...(cut === undefined || cut === "" ? up : up.flatMap((sql) => [sql, cut])),
    ...(isPlain ? back.map((sql) => `--rollback ${sql}`) : []),
  ].join("\n");
}

const withoutBack =
  "-- it isn't known what takes this back: give it a --rollback line, or Liquibase can't roll it back";

/** An id that the history doesn't have. `prefix`: the author, as the names of changesets begin. */
function nameOf(prefix: string, id: string, place: number, taken: ReadonlySet<string>): string {
  let number = place;
  while (taken.has(`${prefix}${id}-${number}`)) number += 100;
  return `${id}-${number}`;
}
