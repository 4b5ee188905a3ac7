/** What Rails' adapters differ in. */
import type { DialectName } from "../../../model/dialect.ts";
import { isMariadb, isMysqlFamily } from "../../families.ts";
import { textOf, type Value } from "../value.ts";
import { joinSql, sqlAt, type Name, type Sql } from "./sql.ts";
import type { OwnType } from "./own-types.ts";
import { isAtLeast, type Version } from "./versions.ts";

export interface VendorFacts {
  readonly dialect: DialectName;
  /** Of the server, `8.0.28`. */
  readonly serverVersion: string | undefined;
  /** Of the gem. */
  readonly gem: Version;
  /** A file says it; else it may be any that knows the migration's own. */
  readonly isGemStated: boolean;
  /** `mysql2` or `trilogy`. */
  readonly adapter: string;
  /** `ActiveRecord::ConnectionAdapters::PostgreSQLAdapter.datetime_type` */
  readonly datetimeType: string;
  /** The type of keys that the application states for what its generators write: `uuid`. */
  readonly keyType: string | undefined;
  /** Keys and references are uuids unless a call says something else; those of a new table NOT NULL, or not. */
  readonly uuids: "required" | "nullable" | undefined;
  readonly ownTypes: ReadonlyMap<string, OwnType>;
  /** The adapter is PostGIS's. */
  readonly hasSpatialTypes: boolean;
  /** A call gives a row only what its model calls accessible. */
  readonly whitelists: boolean;
  /** strong_migrations makes calls safe by itself. */
  readonly isSafeByDefault: boolean;
}

export class Vendor {
  readonly isMysql: boolean;
  readonly isMariadb: boolean;
  readonly facts: VendorFacts;

  constructor(facts: VendorFacts) {
    this.facts = facts;
    this.isMysql = isMysqlFamily[facts.dialect];
    this.isMariadb = isMariadb[facts.dialect];
  }

  /** The gem is of this version or a later one. */
  since(...version: Version): boolean {
    return isAtLeast(this.facts.gem, version);
  }

  /** `rename_table` renames the index of the primary key, too: since 4.2, and the last patches before it. */
  get renamesKeys(): boolean {
    const { gem } = this.facts;
    return isAtLeast(gem, [4, 1, 9]) || (gem[0] === 4 && gem[1] === 0 && isAtLeast(gem, [4, 0, 13]));
  }

  /** As `connection.adapter_name` says it. */
  get adapterName(): string {
    return this.isMysql ? this.facts.adapter : "PostgreSQL";
  }

  /** The server can rename a column without its definition. */
  get renamesColumns(): boolean {
    const { serverVersion } = this.facts;
    if (!this.isMysql || serverVersion === undefined) return true;
    const [major = 0, minor = 0, patch = 0] = serverVersion.split(".").map(Number);
    const number = major * 1e6 + minor * 1e3 + patch;
    return this.isMariadb ? number >= 10_005_002 : number >= 8_000_003;
  }

  quote(name: string): string {
    return this.isMysql ? `\`${name.replaceAll("`", "``")}\`` : `"${name.replaceAll('"', '""')}"`;
  }

  column({ shown, at, text }: Name): Sql {
    return sqlAt(at, text === undefined ? shown : this.quote(text));
  }

  /** `schema.table` is two names. */
  table({ shown, at, text }: Name): Sql {
    if (text === undefined) return sqlAt(at, shown);
    return sqlAt(
      at,
      text
        .split(".")
        .map((part) => this.quote(part.replaceAll('"', "")))
        .join("."),
    );
  }

  text(text: string): string {
    if (!this.isMysql) return `'${text.replaceAll("'", "''")}'`;
    const escaped = text
      .replaceAll(/[\\'"]/g, (sign) => `\\${sign}`)
      .replaceAll("\n", "\\n")
      .replaceAll("\r", "\\r");
    return `'${escaped}'`;
  }

  /** A text as `quote` writes it; null: `NULL`. */
  quoted(value: Value): Sql {
    const text = textOf(value);
    if (text !== undefined) return sqlAt(value.at, this.text(text));
    if (value.is === "plain" && value.value === null) return sqlAt(value.at, "NULL");
    return joinSql(value.at, value.is === "plain" ? value.printed.toUpperCase() : "${value}");
  }
}
