/** What `dbms` is to say in formatted SQL that other databases run, too. */
import { dialectWord } from "../../model/database-words.ts";
import { isDialectName, type Database, type DialectName } from "../../model/dialect.ts";
import type { SharedSection } from "../../model/tool.ts";

const ofMysql = ["mysql", "mariadb"];

/** What Liquibase calls them; a changeset for MySQL runs on MariaDB, too, only if it says so. */
const namesOf: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: ["postgresql"],
  mysql: ofMysql,
  mariadb: ofMysql,
  mongodb: [],
};

/** Undefined: no other database runs it. `dbms`: of the changeset; `stated`: words of the settings. */
export function sharedSection(
  dbms: string | undefined,
  stated: readonly string[],
  dialect: Database,
): SharedSection | undefined {
  const names = isDialectName(dialect) ? namesOf[dialect] : [];
  if (names.length === 0) return undefined;
  const isOwn = (word: string): boolean => {
    const found = dialectWord(word);
    return isDialectName(found) && namesOf[found] === names;
  };
  const own = (dbms ?? "").toLowerCase().split(",").filter(Boolean);
  const listed = own.filter((name) => !name.startsWith("!") && name !== "all");
  const others = listed.filter((name) => !isOwn(name));
  if (listed.length > 0)
    return others.length === 0 ? undefined : { dbms: names.join(","), ofOthers: others.join(",") };
  if (!stated.some((word) => dialectWord(word) !== undefined && !isOwn(word))) return undefined;
  const left = own.filter((name) => name.startsWith("!"));
  return {
    dbms: names.join(","),
    ofOthers: [...left, ...names.map((name) => `!${name}`)].join(","),
  };
}
