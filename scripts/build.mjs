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

/** Takes a package from a file of ours at run time instead of bundling it. */
const external = (filter, path) => ({
  name: path,
  setup: (build) => build.onResolve({ filter }, () => ({ path, external: true })),
});

/** The WebAssembly loader finds its file beside itself, so it is copied rather than bundled. */
const parser = "./vendor/libpg-query/index.cjs";
/** Only a configuration needs it, and it is as large as the rest. */
const zod = "./vendor/zod.cjs";
/** Only read where WebAssembly is not available. */
const secondParser = "./vendor/pgsql-ast-parser.cjs";

/** Only read where a project has migrations in code. */
const codeParser = "./vendor/babel-parser.cjs";

/** Read where migrations are written in code; a bundle of its own, which other projects don't wait for. */
const codeReader = "./code.cjs";

/** All of MySQL; the same holds. */
const mysqlReader = "./mysql.cjs";

/** commander loads it for subcommands that are programs of their own: we have none, and it takes 8 ms. */
const withoutChildProcess = {
  name: "without child_process",
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?child_process$/ }, ({ path, importer }) =>
      importer.includes("commander") ? { path, namespace: "empty" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "module.exports = {};" }));
  },
};

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

const library = await build({
  ...common,
  entryPoints: { index: "src/index.ts", rule: "src/lint/rule.ts", eslint: "src/eslint/index.ts" },
  outdir: "dist",
  splitting: true,
  format: "esm",
  chunkNames: "chunk-[name]-[hash]",
  plugins: [
    external(/^libpg-query$/, parser),
    external(/^pgsql-ast-parser$/, secondParser),
    external(/^@babel\/parser$/, codeParser),
  ],
});

// One CommonJS file: each ES module costs an asynchronous open and read. Short names save 5 ms of its compilation.
const program = await build({
  ...common,
  minify: true,
  entryPoints: { cli: "src/cli/main.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  plugins: [
    withoutChildProcess,
    external(/^libpg-query$/, parser),
    external(/^pgsql-ast-parser$/, secondParser),
    external(/^zod$/, zod),
    external(/^\.\/code\/index\.ts$/, codeReader),
    external(/^\.\/mysql-family\.ts$/, mysqlReader),
  ],
});
const reader = await build({
  ...common,
  minify: true,
  entryPoints: { code: "src/code/index.ts", mysql: "src/mysql-family.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  plugins: [external(/^@babel\/parser$/, codeParser)],
});
for (const file of ["dist/cli.cjs", "dist/code.cjs"]) requireInstead(file);

// The library's own modules, and what speaks with editors; parts of that are CommonJS and ask for Node's modules.
const server = await build({
  ...common,
  minify: true,
  entryPoints: { lsp: "src/lsp/main.ts" },
  outdir: "dist",
  format: "esm",
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  plugins: [external(/^\.\.\/index\.ts$/, "./index.js")],
});

// The launcher must parse on any Node, and so can't import.
writeFileSync(
  "dist/lsp.cjs",
  'exports.main = (docs) => import("./lsp.js").then((server) => server.main(docs));\n',
);

const validator = await build({
  ...common,
  entryPoints: ["node_modules/zod/index.js"],
  outfile: "dist/vendor/zod.cjs",
  format: "cjs",
});

const second = await build({
  ...common,
  entryPoints: ["node_modules/pgsql-ast-parser/index.js"],
  outfile: "dist/vendor/pgsql-ast-parser.cjs",
  format: "cjs",
});

const third = await build({
  ...common,
  minify: true,
  entryPoints: ["node_modules/@babel/parser/lib/index.js"],
  outfile: "dist/vendor/babel-parser.cjs",
  format: "cjs",
});

vendorParser();
writeLicences(
  [library, program, reader, server, validator, second, third].flatMap(({ metafile }) =>
    Object.keys(metafile.inputs),
  ),
);
if (!process.argv.includes("--no-types")) buildTypes();

const bytes = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
console.log(`dist: ${(bytes / 1e6).toFixed(1)} MB`);

/** In CommonJS, a file that is loaded later is required as well: the loader of ES modules takes longer. */
function requireInstead(file) {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replaceAll(/import\("(\.\/[^"]+\.cjs)"\)/g, 'Promise.resolve(require("$1"))'));
}

function vendorParser() {
  const from = join(root, "node_modules/libpg-query");
  const to = join(dist, "vendor/libpg-query");
  mkdirSync(to, { recursive: true });
  for (const name of ["libpg-query.js", "libpg-query.wasm"]) cpSync(join(from, "wasm", name), join(to, name));
  // The package of its types holds enumerations for callers: we need none of it at run time.
  const types = '__exportStar(require("@pgsql/types"), exports);';
  const source = readFileSync(join(from, "wasm/index.cjs"), "utf8");
  if (!source.includes(types)) throw new Error(`libpg-query no longer says ${types}: mend scripts/build.mjs`);
  writeFileSync(join(to, "index.cjs"), source.replace(types, ""));
  cpSync(join(from, "LICENSE"), join(to, "LICENSE"));
  // Its .js file is CommonJS, whatever the package around it says.
  writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
}

/** Every package of which at least one file was bundled, with its licence text. */
function writeLicences(inputs) {
  const packages = new Set(["libpg-query"]);
  for (const input of inputs) {
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
