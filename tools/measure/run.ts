/**
 * `npm run measure`: on PostgreSQL servers, which it installs first; with `--mariadb` on Debian's MariaDB, with `--mysql`
 * on the MySQL server that a client connects to.
 */
import { execFileSync } from "node:child_process";

if (process.argv.some((one) => /^--(?:mariadb|mysql)\b/.test(one))) await import("./online/measure.ts");
else {
  const install = ["--prefix", import.meta.dirname, "install", "--silent", "--no-audit", "--no-fund"];
  execFileSync("npm", install, { stdio: "inherit" });
  await import("./measure.ts");
}
