/** A session of the command-line client that stays open: one process for thousands of statements. */
import { spawn } from "node:child_process";
import type { Read } from "../../src/verify/mysql/catalogue.ts";

export interface Answer {
  /** Rows, tab-separated; the first line names the columns. */
  readonly lines: readonly string[];
  /** `1060 (42S21): Duplicate column name 'a'`; undefined: it ran. */
  readonly error?: string | undefined;
}

export interface Session {
  query(sql: string): Promise<Answer>;
  close(): void;
}

/** Ends a statement, whatever semicolons a body has. */
const delimiter = "//end//";

export function openSession(shell: readonly string[], env: NodeJS.ProcessEnv): Session {
  const client = spawn("sh", [...shell, `--delimiter=${delimiter}`], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  let read = "";
  let gone = false;
  let waiting: {
    readonly end: string;
    readonly done: (text: string) => void;
    readonly lost: (error: Error) => void;
  }[] = [];
  client.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    read += chunk;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const at = read.indexOf(next.end);
      if (at < 0) return;
      waiting.shift();
      const text = read.slice(0, at);
      read = read.slice(at + next.end.length);
      next.done(text);
    }
  });
  const lose = (): void => {
    gone = true;
    for (const one of waiting) one.lost(new Error(`the client ended: ${read}`));
    waiting = [];
  };
  client.on("exit", lose);
  client.stdin.on("error", () => undefined);
  let count = 0;
  return {
    async query(sql) {
      if (gone) throw new Error("the client has ended");
      const mark = `@answered ${++count}`;
      const text = await new Promise<string>((done, lost) => {
        // The name of the column comes before the value.
        waiting.push({ end: `m\n${mark}\n`, done, lost });
        client.stdin.write(`${sql}\n${delimiter}\nSELECT '${mark}' AS m ${delimiter}\n`);
      });
      const lines = text.split("\n").filter((line) => line !== "");
      const at = lines.findIndex((line) => /^ERROR \d+ \(\w+\)/.test(line));
      if (at < 0) return { lines };
      const [, code = "", words = ""] = /^ERROR (\d+ \(\w+\)) at line \d+: (.*)$/.exec(lines[at] ?? "") ?? [];
      return { lines: lines.slice(0, at), error: `${code}: ${words}` };
    },
    close: () => {
      client.kill("SIGKILL");
    },
  };
}

/** Reads information_schema by a session of the client. */
export const readBy =
  (session: Session): Read =>
  async (table, columns, rest) => {
    // NULL, which the client prints as the word, is told from the text.
    const cells = columns.split(" ").map((name) => `IF(${name} IS NULL, '-', CONCAT('=', ${name}))`);
    const sql = `SELECT CONCAT_WS('\\0', ${cells.join(", ")}) AS line FROM information_schema.${table} WHERE ${rest}`;
    const { lines, error } = await session.query(sql);
    if (error !== undefined) throw new Error(error);
    return lines.slice(1).map((line) =>
      unescaped(line)
        .split("\0")
        .map((value) => (value.startsWith("=") ? value.slice(1) : undefined)),
    );
  };

/** `mariadb --batch` writes these with a backslash. */
export const unescaped = (line: string): string =>
  line.replace(/\\(.)/g, (_, one: string) => ({ n: "\n", t: "\t", "0": "\0" })[one] ?? one);
