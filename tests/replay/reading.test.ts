import { describe, expect, it } from "vitest";
import { lintText } from "../../src/index.ts";

describe("a setting after which text reads otherwise counts as not understood", () => {
  it.each([
    ["postgres", "SET standard_conforming_strings = off;", 1],
    ["postgres", "SELECT set_config('standard_conforming_strings', 'off', false);", 1],
    ["postgres", "SET client_encoding = 'SJIS';", 1],
    ["postgres", "SET NAMES 'SJIS';", 1],
    ["mysql", "SET NAMES gbk;", 1],
    ["mysql", "SET character_set_client = big5;", 1],
    ["mariadb", "SET CHARACTER SET sjis;", 1],
    ["postgres", "SET standard_conforming_strings = on; SET client_encoding = 'UTF8';", 0],
    ["mysql", "SET NAMES utf8mb4 COLLATE utf8mb4_bin; SET NAMES latin1;", 0],
  ] as const)("%s: %s", async (dialect, sql, notUnderstood) => {
    const { counts } = await lintText(sql, { facts: { dialect } });
    expect(counts.notUnderstood).toBe(notUnderstood);
  });
});
