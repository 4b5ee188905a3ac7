import { describe, expect, it } from "vitest";
import { findSecrets } from "../../../src/replay/questions/migration/secrets.ts";

const found = (text: string): string[] =>
  findSecrets(text, { start: 0, end: text.length }).map(({ what, span }) => {
    expect(text.slice(span.start, span.end)).not.toBe("");
    return what;
  });

const token = (payload: string): string =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(payload).toString("base64url")}.${"x".repeat(43)}`;

describe("secrets are known by their shape", () => {
  it.each([
    ["'AKIAABCDEFGHIJKLMNOP'", "an AWS access key"],
    ["-----BEGIN RSA PRIVATE KEY-----", "a private key"],
    [["'sk", "live", "abcdefghijklmnop0123'"].join("_"), "a Stripe key"],
    [`-- ghp_${"a1".repeat(18)}`, "a GitHub token"],
    [`'Bearer ${token('{"role":"service_role","ref":"abcdefgh"}')}'`, "a token (JWT)"],
    ["'postgres://shop:tr0ub4dor@db.internal/s'", "a password in a URL"],
    ["'host=db.internal user=shop password=tr0ub4dor'", "a password in a connection string"],
    ["'password=tr0ub4dor dbname=shop'", "a password in a connection string"],
  ])("%s", (text, what) => {
    expect(found(text)).toEqual([what]);
  });

  it.each([
    "'AKIA'",
    "SELECT 1 WHERE password = 'x'",
    "'postgres://postgres:postgres@db.internal/s'",
    "'postgres://shop:${PASSWORD}@db.internal/s'",
    "'postgres://shop:tr0ub4dor@localhost/s'",
    "'host=localhost user=shop password=tr0ub4dor'",
    "'host=db.internal user=shop password={{ password }}'",
    `'${token('{"iss":"supabase-demo","role":"anon","exp":1}')}'`,
    `'Bearer ${token('{"iss":"supabase","ref":"abcdefghijkl","role":"anon"}')}'`,
    "UPDATE users SET password = NULL, user = 1",
  ])("%s is none", (text) => {
    expect(found(text)).toEqual([]);
  });

  const hash = "'$2b$10$ZaGRNHrQ5qgL8hZCdVbe9OgfgiGwwG5QJpAxdIObJWoSeywPko20C'";

  it.each([
    ["-- the first account (demo@shop.example / demo123)\n", true],
    ["-- Password: letmein\nINSERT INTO users\nVALUES ", true],
    ["-- bcrypt('letmein')\n", true],
    ["/* hash of letmein9 */ ", true],
    ["-- bcrypt hash for the admin user, cost 10\n", false],
    ["-- password: the hash\n", false],
    ["-- owner / member\n", false],
    ["-- email / password / role\n", false],
    ["-- password: letmein\n\n\n\n\n", false],
  ])("%j before a hash has the password itself: %s", (before, isClear) => {
    const text = `${before}${hash}`;
    const [secret] = findSecrets(text, { start: 0, end: text.length });
    expect(secret?.isClear ?? false).toBe(isClear);
  });

  it("takes time in proportion to the text", () => {
    const start = performance.now();
    for (const part of [
      "user=",
      "password=",
      "eyJ-",
      "a://b:c",
      "postgres://",
      "-----BEGIN ",
      "sk-",
      "-- password:",
      "a / b1",
      `${hash}--`,
    ])
      found(part.repeat(300_000 / part.length));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
