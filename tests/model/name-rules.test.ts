import type { DialectName } from "../../src/model/dialect.ts";
import { describe, expect, it } from "vitest";
import { mariadbNames, mongodbNames, mysqlNames, postgresNames } from "../../src/model/name-rules.ts";

const rules = { postgres: postgresNames, mysql: mysqlNames, mariadb: mariadbNames, mongodb: mongodbNames };

describe("names are written as people of the database write them", () => {
  it.each<[DialectName, string, string]>([
    ["postgres", "orders", "orders"],
    ["postgres", "Orders", '"Orders"'],
    ["postgres", "rank", "rank"],
    ["postgres", 'a"b', '"a""b"'],
    ["mysql", "Orders", "Orders"],
    ["mysql", "Rank", "`Rank`"],
    ["mariadb", "Rank", "Rank"],
    ["mysql", "offset", "offset"],
    ["mariadb", "Offset", "`Offset`"],
    ["mysql", "manual", "`manual`"],
    ["mysql", "commit", "commit"],
    ["mysql", "order items", "`order items`"],
    ["mysql", "a-b", "`a-b`"],
    ["mysql", "a`b", "`a``b`"],
    ["mysql", "1st", "`1st`"],
    ["mysql", "a$1", "a$1"],
    ["mysql", "$a", "`$a`"],
    ["mysql", "größe", "größe"],
    ["mysql", "", "``"],
    ["mongodb", "order items", "order items"],
  ])("%s: %s", (dialect, name, written) => {
    expect(rules[dialect].spell(name)).toBe(written);
  });
});
