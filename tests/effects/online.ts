import { readFileSync } from "node:fs";

const folder = new URL("../../fixtures/effects/mysql/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** What one statement did on a MySQL or MariaDB server; what is false or null is left out. */
export interface OnlineMeasured {
  /** The cheapest explicit ALGORITHM that the server executed. */
  readonly algorithm?: "INSTANT" | "NOCOPY" | "INPLACE" | "COPY";
  /** The weakest explicit LOCK accepted beside it. */
  readonly lock?: "NONE" | "SHARED" | "EXCLUSIVE";
  /** A tablespace of the table is another one afterwards. */
  readonly rebuild?: boolean;
  readonly rowsCopied?: boolean;
  /** One of the limited number of instant row versions is used. */
  readonly rowVersion?: boolean;
  /** Error number and the server's words. */
  readonly fails?: string;
}

/** `setup` is run before, `session` in the measured session; results by product and version: `mariadb 10.11.19`. */
export interface OnlineCase {
  readonly id: string;
  readonly setup?: string;
  readonly session?: string;
  readonly sql: string;
  readonly on: Readonly<Record<string, OnlineMeasured>>;
}
