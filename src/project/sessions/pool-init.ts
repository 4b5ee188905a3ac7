/** What the connection pool of a Spring program sends first on each connection: those of migrations come from it, too. */
import { ancestors, join } from "../files/paths.ts";
import type { SessionSetting } from "../facts.ts";

type Read = (path: string) => string | undefined;

/** For every profile. */
const settings = ["", "config/"].flatMap((home) =>
  ["yml", "yaml", "properties"].map((ending) => `${home}application.${ending}`),
);
const initSql = /^([ \t]*)(?:[\w.]{1,60}\.)?connection-?init-?sql[ \t]*[:=]/im;
/** Migrations with an address or a user of their own have a connection of their own. */
const ownConnection = (tool: string): RegExp =>
  new RegExp(
    String.raw`\bspring\.${tool}\.(?:url|user)\b|^[ \t]*${tool}:[ \t]*\n(?:(?![^ \t]).*\n){0,20}?[ \t]+(?:url|user)[ \t]*:`,
    "im",
  );
const longest = 65_536;

/** See `Tool.lockTimeoutIn` and `Tool.statementTimeoutIn`. `tool`: as it goes by in Spring's settings. */
export function poolSetting(
  tool: string,
  name: "lock_timeout" | "statement_timeout",
): (root: string, read: Read) => SessionSetting | undefined {
  const given = new RegExp(
    String.raw`\bSET\s{1,9}(?:SESSION\s{1,9})?${name}\s{0,9}(?:=|\bTO\b)\s{0,9}'?(\d{1,9}\s?(?:ms|s|min)?)\b`,
    "i",
  );
  const own = ownConnection(tool);
  return (root, read) => {
    for (const folder of ancestors(root, 6))
      for (const file of settings.map((one) => join(folder, one))) {
        const text = read(file)?.slice(0, longest);
        const found = text === undefined ? null : initSql.exec(text);
        if (text === undefined || found === null) continue;
        if (own.test(text)) return undefined;
        const [, value] = given.exec(valueAt(text, found)) ?? [];
        return value === undefined || Number.parseInt(value, 10) === 0
          ? undefined
          : { value, file, sent: true };
      }
    return undefined;
  };
}

/** The rest of the line, and what stands further to the right below it. */
function valueAt(text: string, { 0: key, 1: indent = "", index }: RegExpExecArray): string {
  const [first = "", ...others] = text.slice(index + key.length).split("\n");
  const end = others.findIndex((line) => line.trim() !== "" && line.search(/\S/) <= indent.length);
  return [first, ...others.slice(0, end < 0 ? undefined : end)].join("\n");
}
