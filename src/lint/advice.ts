/** What a rule says to write instead, where it has nothing better for the very statement. */
import type { RuleDocs } from "./rule.ts";

type Advice = Pick<RuleDocs, "instead" | "insteadOnMysql">;

/** For the people of one database; `dialect` undefined: it isn't known. */
export const adviceFor = (docs: Advice, dialect: "postgres" | "mysql" | "mariadb" | undefined): string =>
  dialect === undefined || dialect === "postgres" ? docs.instead : (docs.insteadOnMysql ?? docs.instead);

/** For pages, which everybody reads. */
export const adviceForAll = ({ instead, insteadOnMysql }: Advice): string =>
  insteadOnMysql === undefined
    ? instead
    : `${instead} On MySQL and MariaDB: ${insteadOnMysql.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
