import { describe, expect, it } from "vitest";
import { UserError } from "../../src/config/user-error.ts";
import { serverAddress, withDatabase } from "../../src/verify/server-address.ts";

const refusal = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof UserError) return error.line();
    throw error;
  }
  return "none";
};

describe("the server that is meant", () => {
  it.each([
    ["postgres://app:secret@db.example.com:5433/shop?sslmode=require&sslpassword=secret", "postgres"],
    ["postgresql://app:secret@/shop?host=/run/postgresql", "postgres"],
    ["mysql://app:secret@db.example.com/shop?password=secret", "mysql"],
    ["mariadb://app@localhost/shop?socketPath=/run/mysqld/mysqld.sock", "mysql"],
  ])("%s", (url, family) => {
    const address = serverAddress(url, "postgres", {});
    expect(address.family).toBe(family);
    expect(address.shown).toContain("app@");
    expect(address.shown).not.toContain("secret");
    const other = withDatabase(address, "other");
    expect(other.url).toBe(url.replace("/shop", "/other"));
    expect(other.shown).toBe(address.shown.replace("/shop", "/other"));
  });

  it("comes from DDLINT_SERVER where the option has no value", () => {
    const env = { DDLINT_SERVER: "mysql://app@one/", PGHOST: "two" };
    expect(serverAddress(true, "postgres", env).url).toBe("mysql://app@one/");
    expect(serverAddress("postgres://three", "mysql", env).url).toBe("postgres://three");
  });

  it("comes from the variables of the database's own clients", () => {
    const env = {
      PGHOST: "/run/postgresql",
      PGUSER: "me",
      PGPASSWORD: "secret",
      MYSQL_HOST: "db",
      MYSQL_TCP_PORT: "3307",
      MYSQL_USER: "me",
      MYSQL_PWD: "se%cr et",
    };
    const postgres = serverAddress(true, "postgres", env);
    expect(postgres.shown).toBe("postgres://me@/?host=/run/postgresql");
    expect(withDatabase(postgres, "other").url).toBe("postgres:///other");
    const mysql = serverAddress(true, "mysql", env);
    expect(mysql.url).toBe("mysql://me:se%25cr%20et@db:3307/");
    expect(mysql.shown).toBe("mysql://me@db:3307/");
  });

  it("is asked for where nothing names one", () => {
    expect(refusal(() => serverAddress(true, "postgres", {}))).toBe(
      "no server is given; --server postgres://user@host:5432/database, DDLINT_SERVER, or PGHOST",
    );
  });

  it.each(["secret", "http://app:secret@db", "postgres://app:sec/ret@db:x"])(
    "never repeats what isn't understood: %s",
    (url) => {
      const line = refusal(() => serverAddress(url, "postgres", {}));
      expect(line).toMatch(/^--server isn't the URL of a server; expected/);
      expect(line).not.toMatch(/sec/);
    },
  );
});
