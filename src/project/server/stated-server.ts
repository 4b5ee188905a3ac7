/** The server as people write it down: `16`, `8.0.36`, `mariadb 10.11`, or what `SELECT VERSION()` answers. */
import type { DialectName } from "../../model/dialect.ts";
import { dictionary } from "../../text/dictionary.ts";

export interface StatedServer {
  /** `16`, `8.0.36`. */
  readonly version: string;
  /** Where its name is stated as well. */
  readonly dialect?: DialectName | undefined;
}

const products: Readonly<Record<string, DialectName>> = dictionary({
  postgres: "postgres",
  postgresql: "postgres",
  mysql: "mysql",
  percona: "mysql",
  mariadb: "mariadb",
  mongodb: "mongodb",
  mongo: "mongodb",
});

/** A name, a version of up to three parts, and what builders of packages add to it: `8.0.36-28`, `10.11.6-MariaDB`. */
const shape =
  /^(?:([a-z]{5,10})[ :@-]{0,3})?v?(\d{1,4}(?:\.\d{1,4}){0,2})(?:\.x|(?:[-+~ ]|\.(?=[a-z]))[\w.+~:() -]{1,80})?$/;

/** Undefined: no version. */
export function statedServer(text: string): StatedServer | undefined {
  // MariaDB 10 calls itself 5.5.5-10.6.12-MariaDB towards clients that expect a MySQL of old.
  const given = text
    .trim()
    .toLowerCase()
    .replace(/^5\.5\.5-(?=\d)/, "");
  const [, name, version] = shape.exec(given) ?? [];
  if (version === undefined) return undefined;
  if (name === undefined)
    return {
      version,
      dialect: given.includes("mariadb") ? "mariadb" : given.includes("mysql") ? "mysql" : undefined,
    };
  return Object.hasOwn(products, name) ? { version, dialect: products[name] } : undefined;
}

/** MySQL's versions are far from 10, where MariaDB's begin to be its own. */
export const isMariaDbVersion = (version: string | undefined): boolean =>
  Number.parseInt(version ?? "", 10) >= 10;
