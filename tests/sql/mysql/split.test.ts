import { describe, expect, it } from "vitest";
import { createMysqlFrontEnd, mysql } from "../../../src/sql/mysql/parse.ts";
import { splitStatements } from "../../../src/sql/mysql/split.ts";

const pieces = (text: string): string[] =>
  splitStatements(text, { dialect: "mysql" }).pieces.map(({ tokens }) =>
    text.slice(tokens[0]?.start, tokens.at(-1)?.end),
  );

describe("splitStatements", () => {
  const body = "create procedure p() begin if a then select 1; end if; end";
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "semicolons in quotes and comments",
      "select ';', \";\", `;` /* ; */ # ;\n; -- ;\nselect 2",
      ["select ';', \";\", `;`", "select 2"],
    ],
    [
      "marks of Drizzle",
      "create table a (b int)--> statement-breakpoint\n/* */drop table c;\n--> statement-breakpoint\nselect 1-->0",
      ["create table a (b int)", "drop table c", "select 1-->0"],
    ],
    [
      "sections of goose, whose last semicolon may be missing",
      `-- +goose StatementBegin\n${body}\n-- +goose StatementEnd\nselect 1;`,
      [body, "select 1"],
    ],
    [
      "a lone CR, which ends no comment and no line of the client",
      "select 1; -- a\r/*\ndrop table b; -- \r*/\n# c\r/*\nuse d\rselect 2\nselect 3",
      ["select 1", "drop table b", "use d\rselect 2", "select 3"],
    ],
    ["lines that end with CR LF", "-- a\r\nuse d\r\nselect 1;\r\n", ["use d", "select 1"]],
    ["empty statements", ";;select 1;;", ["select 1"]],
    [
      "an own delimiter",
      `DELIMITER //\n${body};//\nselect 1//\ndelimiter ;\nselect 2;`,
      [body, "select 1", "select 2"],
    ],
    [
      "a delimiter directly behind a name",
      `delimiter $$\n${body}$$\ndelimiter ;\nselect 2`,
      [body, "select 2"],
    ],
    ["a delimiter that is quoted", "delimiter '|'\nselect 1|select 2", ["select 1", "select 2"]],
    ["a delimiter in mid-line", "select 1; delimiter //\nselect 2//", ["select 1", "select 2"]],
    ["a delimiter behind a missing one", "select 1\ndelimiter //\nselect 2//", ["select 1", "select 2"]],
    [
      "several statements below an own delimiter",
      `delimiter //\ndrop procedure p;\n${body} //`,
      ["drop procedure p", body],
    ],
    ["bodies without a delimiter", `${body}; select 2;`, [body, "select 2"]],
    [
      "a column called delimiter",
      "create table t (\ndelimiter char(1),\ndelimiter2 int); select 1",
      ["create table t (\ndelimiter char(1),\ndelimiter2 int)", "select 1"],
    ],
    ["\\G and \\g", "select 1\\G\nselect 2\\g select 3", ["select 1", "select 2", "select 3"]],
    ["\\c", "select 1\\c select 2;", ["select 2"]],
    [
      "commands of the client",
      "use shop\nwarnings\nsource a.sql\n\\. b.sql\nselect 1;",
      ["use shop", "source a.sql", "\\. b.sql", "select 1"],
    ],
    [
      "help of the client",
      "help contents\n? drop\n\\h create table\n\\? x\nselect 1;\nhelp 'x';\nselect ? ;",
      ["select 1", "select ?"],
    ],
    ["USE with a semicolon", "use shop; select 1", ["use shop", "select 1"]],
    [
      "a block of MariaDB",
      "begin not atomic select 1; end; begin; commit;",
      ["begin not atomic select 1; end", "begin", "commit"],
    ],
    [
      "versioned statements",
      "/*!40101 SET a = 1 */;\n/*!50003 drop trigger t */;",
      ["SET a = 1", "drop trigger t"],
    ],
    [
      "events below an own delimiter",
      "delimiter $$\ncreate event e on schedule every 1 day do begin delete from a; delete from b; end$$\ndelimiter ;\nselect 1;",
      ["create event e on schedule every 1 day do begin delete from a; delete from b; end", "select 1"],
    ],
    [
      "objects called like a routine",
      "create table event (begin int); alter table event add procedure_id int; alter procedure event comment 'x'; alter user event; select 1",
      [
        "create table event (begin int)",
        "alter table event add procedure_id int",
        "alter procedure event comment 'x'",
        "alter user event",
        "select 1",
      ],
    ],
    [
      "commands of the client that end with the delimiter",
      "tee x; drop table a; source b.sql; pager sh -c 'x; drop table b; status; status x",
      ["drop table a", "source b.sql", "pager sh -c 'x", "drop table b", "status x"],
    ],
    [
      "commands of the client with quotes in them",
      "source it's.sql\ndrop table a;\nuse it's\ndrop table b;\nsystem echo '\ndrop table c;",
      ["source it's.sql", "drop table a", "use it's", "drop table b", "system echo '", "drop table c"],
    ],
    [
      "commands of the client behind a backslash",
      "\\! ls; drop table a;\n\\u shop\n\\P less\n\\T log\ndrop table b;\\d //\ndrop table c// \\d ;\ndrop table d;",
      ["\\! ls", "drop table a", "\\u shop", "\\P less", "drop table b", "drop table c", "drop table d"],
    ],
    [
      "a block that is never closed, at its first semicolon",
      "create procedure p() begin select 1;\nsource a.sql\ndrop table a; delimiter //\ncreate procedure q() begin select 2; drop table b//",
      [
        "create procedure p() begin select 1",
        "source a.sql",
        "drop table a",
        "create procedure q() begin select 2",
        "drop table b",
      ],
    ],
    [
      "many blocks that are never closed",
      "create procedure p() begin select 1; ".repeat(30).trimEnd(),
      Array.from({ length: 30 }, () => "create procedure p() begin select 1"),
    ],
    ["an unterminated quote", "select 1; select 'a; b", ["select 1", "select 'a; b"]],
  ];
  it.each(cases)("cuts %s", (_name, text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  const bodies: readonly string[] = [
    "create function f() returns int return if(a, case b when 1 then 2 else 3 end, 4)",
    "create trigger t before insert on a for each row set new.b = if(new.c, 1, 2)",
    "create trigger t before insert on a for each row if new.b then set new.c = 1; end if",
    "create definer=`a`@`b` trigger t after update on a for each row begin select case when if(a, b, c) then if(d, e, f) else if(g, h, i) end; end",
    "create procedure p() begin declare continue handler for sqlexception begin end; l: loop leave l; end loop l; while a do select 1; end while; repeat set a = repeat('x', 2); until b end repeat; end",
    "create procedure p() begin case a when 1 then begin select 1; end; else select 2; end case; if (a) then select 1; elseif b then select 2; end if; end",
    "create event e on schedule every 1 day do begin select 1; select 2; end",
    "create definer=`a`@`b` event if not exists e on schedule every 1 day starts now() + interval 1 hour do l: begin while a do select 1; end while; end l",
    "create event e on schedule at now() do if (select 1) then delete from a; end if",
    "create event e on schedule every 1 day do update a set b = 1",
    "alter definer = current_user event e on schedule every 2 day do begin select 1; select 2; end",
    "alter event e rename to f do begin select 1; end",
    "create trigger t before insert on a for each row begin set NEW.begin = 1; end",
    "create trigger t before insert on a for each row set NEW.end = case when 1 then end else 2 end",
    "create procedure p() begin select a as end, begin, t.end from t where end > 1 and begin < 2 order by end; end",
    "create procedure p() begin xa begin 'a'; xa end 'a'; xa prepare 'a'; end",
    "create procedure p as begin select 1; end",
    "create procedure begin() select 1",
    "create procedure begin.p() begin call begin.q(); end",
    "create procedure p(out begin int) set begin = 1",
    "create procedure p() comment 'x' reads sql data select 1 as begin",
    "create procedure p() select a begin from t",
    "create procedure p() if a then select 1; end if",
    "create procedure p() begin declare exit handler for not found, sqlstate '1' if a then select 1; end if; select a end from t; end",
    "create procedure p() begin select case when a then begin else end end; end",
    "create function f() returns int return begin",
    "create function f() returns set('a') character set utf8 begin return 'a'; end",
    "create function f(a int) return int is begin return a; end",
    "create function begin returns string soname 'x.so'",
    "create trigger begin before insert on begin for each row set @a = 1",
    "create trigger t before insert on a for each row follows begin begin set @a = 1; end",
    "create event begin on schedule every 1 day do select 1",
    "create or replace aggregate function f(x int) returns int begin declare exit handler for not found return 1; loop fetch group next row; end loop; end",
  ];
  it.each(bodies)("keeps %s", (text) => {
    expect(pieces(`${text}; select 'after'`)).toEqual([text, "select 'after'"]);
  });
});

describe("read", () => {
  it("restricts itself to a part, with places of the whole", () => {
    const text = "select 1; drop table a; select 'b";
    const { statements, problems } = mysql.read(text, { start: 9, end: 23 });
    expect(problems).toEqual([]);
    expect(statements.map(({ span }) => text.slice(span.start, span.end))).toEqual(["drop table a"]);
  });

  it("says what is never closed, and reads what stands before it", () => {
    const { statements, problems } = mysql.read("drop table a;\ninsert into b values ('c);\ndrop table d;");
    expect(statements.map(({ kind }) => kind)).toEqual(["DROP TABLE", "unparsable"]);
    expect(problems).toEqual([{ span: { start: 36, end: 40 }, message: "unterminated quote" }]);
    expect(mysql.read("select 1 /* a\nb").problems).toEqual([
      { span: { start: 9, end: 13 }, message: "unterminated /* comment" },
    ]);
  });

  it("counts what the client runs from elsewhere as not understood", () => {
    const { statements, problems } = mysql.read("source a.sql\n\\. b.sql\n\\! ls\npager less\ndrop table a;");
    expect(statements.map(({ kind, operations }) => [kind, operations[0]?.kind])).toEqual([
      ["source", "unknown"],
      ["source", "unknown"],
      ["system", "unknown"],
      ["pager", "unknown"],
      ["DROP TABLE", "dropTable"],
    ]);
    expect(problems).toEqual([]);
  });

  it("does not take for a problem what it doesn't know", () => {
    const { statements, problems } = mysql.read("alter frobnicate t; alter table t frobnicate, add a int");
    expect(problems).toEqual([]);
    expect(statements.map(({ operations }) => operations.map(({ kind }) => kind))).toEqual([
      ["unknown"],
      ["unknown", "addColumn"],
    ]);
  });

  it("folds tables as lower_case_table_names says, all else always", () => {
    const sql =
      'ALTER TABLE Shop.Orders ADD UserId int, ADD INDEX IX (UserId), ADD FOREIGN KEY (UserId) REFERENCES "Users" (Id)';
    const names = (lowerCaseTableNames: 0 | 1): unknown[] =>
      (
        createMysqlFrontEnd({ lowerCaseTableNames, ansiQuotes: true }).read(sql).statements[0]?.operations ??
        []
      ).map((op) => [
        "table" in op && op.table?.schema,
        "table" in op && op.table?.name,
        op.kind === "addColumn" && op.column.name.text,
        op.kind === "createIndex" && op.name?.name,
        op.kind === "addForeignKey" && op.references.name,
      ]);
    expect(names(0)).toEqual([
      ["Shop", "Orders", "userid", false, false],
      ["Shop", "Orders", false, "ix", false],
      ["Shop", "Orders", false, false, "Users"],
    ]);
    expect(names(1)).toEqual([
      ["shop", "orders", "userid", false, false],
      ["shop", "orders", false, "ix", false],
      ["shop", "orders", false, false, "users"],
    ]);
  });

  it("names the placeholders of templates", () => {
    expect([...(mysql.read("drop table ${prefix}users").placeholders ?? [])]).toEqual([
      ["__prefix_users", "${prefix}users"],
    ]);
  });
});
