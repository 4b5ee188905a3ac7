/** What SET sql_mode changes about the reading of what follows; the cases with a server's answer are MariaDB's. */
import { describe, expect, it } from "vitest";
import { createMysqlFrontEnd } from "../../../src/sql/mysql/parse.ts";
import { splitStatements } from "../../../src/sql/mysql/split.ts";

/** Is what stands in double quotes behind these statements a name? */
const isName = (before: string): boolean =>
  splitStatements(`${before};\nSELECT "a"`, { dialect: "mariadb" }).pieces.at(-1)?.tokens.at(-1)?.kind ===
  "quoted";

describe("ANSI_QUOTES", () => {
  it.each([
    "SET sql_mode='ANSI_QUOTES'",
    "set session SQL_MODE = 'no_zero_date,ansi_quotes'",
    "SET LOCAL sql_mode := ANSI_QUOTES",
    "SET @@sql_mode='ANSI'",
    'SET @@SESSION.sql_mode="ORACLE"',
    "SET sql_mode=4",
    "SET sql_mode=CONCAT(@@sql_mode, ',ANSI_QUOTES')",
    "SET sql_mode=(SELECT CONCAT(@@session.sql_mode, ',ANSI_QUOTES'))",
    "SET sql_mode=CONCAT_WS(',', @@sql_mode, 'ANSI_QUOTES')",
    "SET names utf8mb4, sql_mode='ANSI_QUOTES'",
    "SET GLOBAL a=1, SESSION sql_mode='ANSI_QUOTES'",
    "SET GLOBAL sql_mode='ANSI_QUOTES'; SET sql_mode=DEFAULT",
    "SET GLOBAL sql_mode='ANSI_QUOTES'; SET sql_mode=@@GLOBAL.sql_mode",
    "SET @m='ANSI_QUOTES'; SET sql_mode=@m",
    "SELECT 'ANSI_QUOTES' INTO @m; SET sql_mode=@m",
    "SELECT @m := 'ANSI_QUOTES'; SET sql_mode=@m",
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ANSI_QUOTES' */",
    "/*M!100100 SET sql_mode='ANSI_QUOTES' */",
    // Refused: the mode stays.
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode='STRICT_TRANS_TABLES, NO_ZERO_DATE'",
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode=NULL",
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode=@unset",
    // Not known: the mode stays.
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode=mode_of(@@sql_mode)",
    // ANSI stands for ANSI_QUOTES.
    "SET sql_mode='ANSI'; SET sql_mode=REPLACE(@@sql_mode, 'ANSI_QUOTES', '')",
  ])("is on after %s", (before) => {
    expect(isName(before)).toBe(true);
  });

  it.each([
    "SET sql_mode='STRICT_TRANS_TABLES'",
    "SET GLOBAL sql_mode='ANSI_QUOTES'",
    "SET GLOBAL a=1, sql_mode='ANSI_QUOTES'",
    "SET PERSIST sql_mode='ANSI_QUOTES'",
    "SET @sql_mode='ANSI_QUOTES'",
    "SET @@global.sql_mode='ANSI_QUOTES'",
    "SET sql_mode=' ANSI_QUOTES'",
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode=''",
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode=DEFAULT",
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode=0",
    "SET sql_mode='ANSI_QUOTES'; SET sql_mode=REPLACE(@@sql_mode, 'ANSI_QUOTES', '')",
    "SET @o=@@sql_mode, sql_mode='ANSI_QUOTES'; SET sql_mode=@o",
    "SET @o=@@sql_mode, sql_mode='ANSI_QUOTES'; SET sql_mode=IFNULL(@O, '')",
    "SET sql_mode='ANSI_QUOTES', @o=@@sql_mode; SET sql_mode=@o",
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ANSI_QUOTES' */;\n/*!40101 SET SQL_MODE=@OLD_SQL_MODE */",
    "/*!99999 SET sql_mode='ANSI_QUOTES' */",
    "SET STATEMENT sql_mode='ANSI_QUOTES' FOR SELECT 1",
    "CREATE PROCEDURE p() BEGIN SET sql_mode='ANSI_QUOTES'; END",
    "SELECT 'SET sql_mode=ANSI_QUOTES'",
  ])("is off after %s", (before) => {
    expect(isName(before)).toBe(false);
  });

  const read = (text: string, ansiQuotes = false): string[] =>
    createMysqlFrontEnd({ dialect: "mysql", ansiQuotes })
      .read(text)
      .statements.map(({ span }) => text.slice(span.start, span.end));

  it("holds names with semicolons, doubled quotes and backslashes", () => {
    const table = 'CREATE TABLE "se"";l" ("a\\" INT)';
    expect(read(`SET sql_mode=ansi;${table};SELECT 1`).slice(1)).toEqual([table, "SELECT 1"]);
  });

  it("changes nothing about the statement itself", () => {
    expect(read(`SET sql_mode = "ANSI_QUOTES"; DROP TABLE "a;b"`)).toEqual([
      'SET sql_mode = "ANSI_QUOTES"',
      'DROP TABLE "a;b"',
    ]);
  });

  it("is that of the delimiter's statements, too", () => {
    const trigger = 'CREATE TRIGGER "t" BEFORE INSERT ON "a" FOR EACH ROW BEGIN SET NEW."b" = 1; END';
    const dump = [
      "DELIMITER ;;",
      "/*!50003 SET @saved_sql_mode = @@sql_mode */ ;;",
      "/*!50003 SET sql_mode = 'ANSI_QUOTES' */ ;;",
      `${trigger};;`,
      "/*!50003 SET sql_mode = @saved_sql_mode */ ;;",
      'SELECT "x";;',
      "DELIMITER ;",
    ].join("\n");
    const { pieces } = splitStatements(dump, { dialect: "mysql" });
    expect(pieces.map(({ options }) => options.ansiQuotes === true)).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(read(dump)[2]).toBe(trigger);
  });

  it("makes operations with these names", () => {
    const text = `SET sql_mode='ANSI_QUOTES';\nALTER TABLE "Order" ADD "Rank" INT, ADD KEY "k" ("Rank")`;
    const { statements } = createMysqlFrontEnd({ dialect: "mysql" }).read(text);
    const [column, index] = statements[1]?.operations ?? [];
    expect(column).toMatchObject({
      kind: "addColumn",
      table: { name: "Order", text: "`Order`" },
      column: { name: { text: "rank", written: "Rank" } },
    });
    expect(index).toMatchObject({ kind: "createIndex", name: { name: "k" }, elements: [{ column: "rank" }] });
  });

  it("may be the server's own", () => {
    expect(read(`SET sql_mode=''; SELECT "a;b"`, true)).toEqual([`SET sql_mode=''`, 'SELECT "a;b"']);
    expect(isName("SELECT 1")).toBe(false);
  });
});

describe("NO_BACKSLASH_ESCAPES", () => {
  const count = (text: string): number => splitStatements(text, { dialect: "mysql" }).pieces.length;

  it("ends a string at the quote behind a backslash", () => {
    expect(count(`SELECT 'a\\'; SELECT 2; -- '\n`)).toBe(1);
    expect(count(`SET sql_mode='NO_BACKSLASH_ESCAPES'; SELECT 'a\\'; SELECT 2`)).toBe(3);
    expect(count(`SET sql_mode=1048576; SELECT 'a\\'; SELECT 2`)).toBe(3);
    expect(
      count(
        `SET @o=@@sql_mode, sql_mode='NO_BACKSLASH_ESCAPES'; SELECT 'a\\'; SET sql_mode=@o; SELECT 'a\\'b;c'`,
      ),
    ).toBe(4);
  });
});
