import { expect, it } from "vitest";
import { installs } from "../../src/verify/drivers.ts";

it.each([
  ["in the project", "/shop/node_modules/ddlint/dist/x.js", "/shop/api", "--save-dev pg"],
  ["for everybody", "/usr/lib/node_modules/ddlint/dist/x.js", "/shop", "--global pg"],
  ["by npx", "/home/ann/.npm/_npx/1a/node_modules/ddlint/dist/x.js", "/shop", "--save-dev ddlint pg"],
  ["from its sources", "/ddlint/src/verify/drivers.ts", "/shop", "--save-dev pg"],
  ["on Windows", "C:\\shop\\node_modules\\ddlint\\dist\\x.js", "C:\\shop", "--save-dev pg"],
])("names the command where ddlint is installed %s", (_, own, folder, command) => {
  expect(installs("pg", own, folder)).toBe(`npm install ${command}`);
});
