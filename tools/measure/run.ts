/** `npm run measure`: on PostgreSQL servers, which it installs first; with `--mariadb` on Debian's MariaDB. */
import { execFileSync } from "node:child_process";

if (process.argv.includes("--mariadb")) await import("./mariadb/measure.ts");
else {
  const install = ["--prefix", import.meta.dirname, "install", "--silent", "--no-audit", "--no-fund"];
  execFileSync("npm", install, { stdio: "inherit" });
  await import("./measure.ts");
}
