/** One file with the client in it; `vscode` is given by the editor. */
import { copyFileSync } from "node:fs";
import { build } from "esbuild";

await build({
  entryPoints: ["src/extension.mjs"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  logLevel: "warning",
});

// Its own copy: validating a configuration connects nowhere.
copyFileSync("../../schema/ddlint.schema.json", "dist/ddlint.schema.json");
