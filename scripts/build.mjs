/** Builds dist/: bundled JavaScript with everything it needs, types, the parser's WebAssembly, licences. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
process.chdir(root);
rmSync(dist, { recursive: true, force: true });

/** The WebAssembly loader finds its file beside itself, so it is copied rather than bundled. */
const vendored = {
  name: "vendored",
  setup(build) {
    build.onResolve({ filter: /^libpg-query$/ }, () => ({
      path: "./vendor/libpg-query/index.cjs",
      external: true,
    }));
  },
};

const result = await build({
  entryPoints: { cli: "src/cli/main.ts", index: "src/index.ts", rule: "src/lint/rule.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  chunkNames: "[name]-[hash]",
  minifyWhitespace: true,
  minifyIdentifiers: false,
  minifySyntax: false,
  legalComments: "none",
  metafile: true,
  // CommonJS packages inside of an ES module need a require of Node's own modules.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  plugins: [vendored],
  logLevel: "warning",
});

vendorParser();
writeLicences(result.metafile);
if (!process.argv.includes("--no-types")) buildTypes();

const bytes = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
console.log(`dist: ${(bytes / 1e6).toFixed(1)} MB`);

function vendorParser() {
  const from = join(root, "node_modules/libpg-query");
  const to = join(dist, "vendor/libpg-query");
  mkdirSync(to, { recursive: true });
  for (const name of ["index.cjs", "libpg-query.js", "libpg-query.wasm"])
    cpSync(join(from, "wasm", name), join(to, name));
  cpSync(join(from, "LICENSE"), join(to, "LICENSE"));
  // Its .js file is CommonJS, whatever the package around it says.
  writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
}

/** Every package of which at least one file was bundled, with its licence text. */
function writeLicences(metafile) {
  const packages = new Set(["libpg-query"]);
  for (const input of Object.keys(metafile.inputs)) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]);
  }
  const sections = [...packages].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
    return `## ${name} ${manifest.version}\n\nLicence: ${manifest.license ?? "see text"}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
  const intro = "# Third-party software\n\nddlint's published package contains the following packages.\n";
  writeFileSync(join(root, "THIRD-PARTY.md"), `${intro}\n${sections.join("\n")}`);
}

function buildTypes() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  if (!existsSync(tsc)) throw new Error(`no TypeScript at ${relative(root, tsc)}: run npm install`);
  try {
    execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
  } catch {
    process.exitCode = 1;
  }
}
