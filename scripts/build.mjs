/** Builds dist/: bundled JavaScript with everything it needs, types, the parser's WebAssembly, licences. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
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
import { build } from "rolldown";
import { parseAst } from "rolldown/parseAst";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
process.chdir(root);
rmSync(dist, { recursive: true, force: true });

/** Taken from a file of ours at run time instead of being bundled: large, and only sometimes needed. */
const vendored = {
  // The WebAssembly loader finds its file beside itself, so it is copied.
  "libpg-query": "./vendor/libpg-query/index.cjs",
  "pgsql-ast-parser": "./vendor/pgsql-ast-parser.cjs",
  "@babel/parser": "./vendor/babel-parser.cjs",
  "@lezer/python": "./vendor/lezer-python.cjs",
  "@ruby/prism/src/parsePrism.js": "./vendor/prism/index.cjs",
  zod: "./vendor/zod.cjs",
};

/** What `src/project/libraries.ts` loads when a project needs it, by the names of packages; here, those of our files. */
const whenNeeded = ["smol-toml", "yaml"];
const vendoredWhenNeeded = {
  name: "libraries of src/project",
  transform: (code, id) =>
    id.endsWith("src/project/libraries.ts")
      ? whenNeeded.reduce(
          (text, name) => text.replace(`load("${name}")`, `load("./vendor/${name}.cjs")`),
          code,
        )
      : undefined,
};

/** In CommonJS, `require` is there: `createRequire` takes 3 ms, as Node's loader of ES modules comes with it. */
const requiredThere = {
  name: "require of src/project",
  transform: (code, id) =>
    id.endsWith("src/project/libraries.ts")
      ? code
          .replace('import { createRequire } from "node:module";', "")
          .replace("createRequire(import.meta.url)", "(name) => require(name)")
      : undefined,
};

/** The parser of Ruby is WebAssembly, which is read from where we put it. */
const vendoredWasm = {
  name: "WebAssembly of src/sources",
  transform: (code, id) =>
    id.endsWith("ruby/prism/load-wasm.ts")
      ? code.replace('"@ruby/prism/src/prism.wasm"', '"./vendor/prism/prism.wasm"')
      : undefined,
};

/** commander loads it for subcommands that are programs of their own: we have none, and it takes 8 ms. */
const withoutChildProcess = {
  name: "without child_process",
  resolveId: (id, importer) =>
    /^(?:node:)?child_process$/.test(id) && importer?.includes("commander") ? "\0empty" : undefined,
  load: (id) => (id === "\0empty" ? "export default {};" : undefined),
};

/** Which build it is: what is kept from run to run is used by the same one only. */
const buildName = {
  name: "name of the build",
  transform: (code, id) =>
    id.endsWith("src/cache/build.ts")
      ? code.replace('build = ""', `build = "${nameOfSources()}"`)
      : undefined,
};

/** The files that went into it. */
async function bundle(input, { output, minify = true, plugins = [], external = [] }) {
  const { output: files } = await build({
    input,
    platform: "node",
    external,
    plugins: [...plugins, vendoredWhenNeeded, vendoredWasm, buildName],
    transform: { target: "node20" },
    resolve: { mainFields: ["module", "main"] },
    logLevel: "warn",
    output: {
      dir: "dist",
      minify: minify || { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      comments: false,
      paths: vendored,
      ...output,
    },
  });
  return files.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}

const library = await bundle(
  {
    index: "src/index.ts",
    rule: "src/lint/rule.ts",
    testing: "src/testing/index.ts",
    eslint: "src/eslint/index.ts",
  },
  {
    minify: false,
    // zod is small beside what a program that uses the library loads anyhow.
    external: [
      "libpg-query",
      "pgsql-ast-parser",
      "@babel/parser",
      "@lezer/python",
      "@ruby/prism/src/parsePrism.js",
    ],
    output: { format: "esm", chunkFileNames: "chunk-[name]-[hash].js" },
  },
);

// CommonJS: each ES module costs an asynchronous open and read. All that every start needs is one file; what is
// imported dynamically stands apart, so that most starts don't compile it.
const program = await bundle(
  { cli: "src/cli/main.ts" },
  {
    external: Object.keys(vendored),
    plugins: [withoutChildProcess, requiredThere],
    output: {
      format: "cjs",
      entryFileNames: "cli.cjs",
      chunkFileNames: "cli-[name]-[hash].cjs",
      codeSplitting: { groups: [{ name: "start", tags: ["$initial"] }] },
    },
  },
);
for (const file of readdirSync(dist)) if (file.startsWith("cli-")) requireInstead(join(dist, file));
writeFileSync("dist/import.cjs", "exports.importing = (name) => import(name);\n");

// The library's own modules, and what speaks with editors; parts of that are CommonJS and ask for Node's modules.
const server = await bundle(
  { lsp: "src/lsp/main.ts" },
  {
    external: [/\.\.\/index\.ts$/],
    output: { format: "esm", paths: (id) => (id.endsWith("/src/index.ts") ? "./index.js" : id) },
  },
);

// The launcher must parse on any Node, and so can't import.
writeFileSync(
  "dist/lsp.cjs",
  'exports.main = (docs, own) => import("./lsp.js").then((server) => server.main(docs, own));\n',
);

const packages = await Promise.all(
  [
    ["zod", "node_modules/zod/index.js"],
    ["pgsql-ast-parser", "node_modules/pgsql-ast-parser/index.js"],
    ["babel-parser", "node_modules/@babel/parser/lib/index.js"],
    ["lezer-python", "node_modules/@lezer/python/dist/index.js"],
    ["prism/index", "node_modules/@ruby/prism/src/parsePrism.js"],
    ["smol-toml", "node_modules/smol-toml/dist/index.js"],
    ["yaml", "node_modules/yaml/dist/index.js"],
  ].map(([name, input]) =>
    bundle(
      { [name]: input },
      { output: { dir: "dist/vendor", format: "cjs", exports: "named", entryFileNames: "[name].cjs" } },
    ),
  ),
);

vendorParser();
cpSync(join(root, "node_modules/@ruby/prism/src/prism.wasm"), join(dist, "vendor/prism/prism.wasm"));
for (const name of readdirSync(dist, { recursive: true })) {
  if (/\.cjs$|libpg-query\.js$/.test(name)) writeInAscii(join(dist, name));
  if (/^[^/\\]+\.c?js$/.test(name)) shareShapes(join(dist, name));
}
writeLicences([library, program, server, ...packages].flat());
if (!process.argv.includes("--no-types")) await buildTypes();

const bytes = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
console.log(`dist: ${(bytes / 1e6).toFixed(1)} MB`);

/** Changes with every source, and with every package. */
function nameOfSources() {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  for (const folder of ["src", "rules"])
    for (const name of readdirSync(join(root, folder), { recursive: true }).sort())
      if (name.endsWith(".ts")) hash.update(name).update(readFileSync(join(root, folder, name)));
  return hash.digest("base64url").slice(0, 16);
}

/**
 * In CommonJS, a file that is loaded later is required as well: the loader of ES modules takes longer. Modules of others
 * are imported by a script that Node itself compiles: it gives no `import` to one that is kept compiled.
 */
function requireInstead(file) {
  const text = readFileSync(file, "utf8")
    .replaceAll(/import\(`(\.\/[^`]+\.cjs)`\)/g, "Promise.resolve(require(`$1`))")
    .replaceAll(/\bawait import\(/g, 'await require("./import.cjs").importing(');
  writeFileSync(file, text);
}

/** V8 takes a text of ASCII as it lies in the file, and needs half the memory for it. */
function writeInAscii(file) {
  const text = readFileSync(file, "utf8");
  if (/String\.raw`[^`]*[^\0-\x7f]/.test(text))
    throw new Error(`${file}: String.raw can't be written in ASCII`);
  writeFileSync(
    file,
    text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

/**
 * Node 20 gives each object of `{ ...a, b }` a hidden class of its own: it is made in a microsecond and read slowly ever
 * after. Not so if the spread isn't what comes first.
 */
function shareShapes(file) {
  const text = readFileSync(file, "utf8");
  const places = [];
  const visit = (node) => {
    if (node === null || typeof node !== "object") return;
    if (node.type === "ObjectExpression" && node.properties.length > 1)
      if (node.properties[0].type === "SpreadElement") places.push(node.properties[0].start);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(text));
  const parts = [];
  let from = 0;
  for (const place of places.sort((a, b) => a - b)) {
    if (!text.startsWith("...", place)) throw new Error(`${file}: no spread at ${place}`);
    parts.push(text.slice(from, place), "...{},");
    from = place;
  }
  writeFileSync(file, parts.join("") + text.slice(from));
}

function vendorParser() {
  const from = join(root, "node_modules/libpg-query");
  const to = join(dist, "vendor/libpg-query");
  mkdirSync(to, { recursive: true });
  cpSync(join(from, "wasm/libpg-query.js"), join(to, "libpg-query.js"));
  writeFileSync(
    join(to, "libpg-query.wasm"),
    withLessMemory(readFileSync(join(from, "wasm/libpg-query.wasm"))),
  );
  // The package of its types holds enumerations for callers: we need none of it at run time.
  const types = '__exportStar(require("@pgsql/types"), exports);';
  const source = readFileSync(join(from, "wasm/index.cjs"), "utf8");
  if (!source.includes(types)) throw new Error(`libpg-query no longer says ${types}: mend scripts/build.mjs`);
  writeFileSync(join(to, "index.cjs"), source.replace(types, ""));
  cpSync(join(from, "LICENSE"), join(to, "LICENSE"));
  // Its .js file is CommonJS, whatever the package around it says.
  writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
}

/** It begins with 128 MB, and V8 collects garbage because of that; with 40 MB, of which 33 MB are its stack, it grows where it must. */
function withLessMemory(wasm) {
  // Section 5: one memory, with 2,048 pages of 64 KB at first, and 16,384 at most.
  const [memory, smaller] = ["050701018010808001", "050701018005808001"].map((hex) =>
    Buffer.from(hex, "hex"),
  );
  const at = wasm.indexOf(memory);
  if (at < 0 || at > 2000) throw new Error("libpg-query's memory is another one: mend scripts/build.mjs");
  wasm.set(smaller, at);
  return wasm;
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

/**
 * Declarations of the modules that users import, and of nothing else. They may name no package but ESLint, which those
 * who import `ddlint/eslint` have; nor Node's types, which a rule pack needn't have.
 */
async function buildTypes() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  if (!existsSync(tsc)) throw new Error(`no TypeScript at ${relative(root, tsc)}: run npm install`);
  try {
    execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
  } catch {
    process.exitCode = 1;
    return;
  }
  const { default: ts } = await import("typescript");
  const types = join(dist, "types");
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.values(exports).flatMap((entry) => (entry.types ? [join(root, entry.types)] : []));
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    noEmit: true,
    types: [],
  });
  const used = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(types));
  const foreign = used.flatMap(({ fileName, text }) => {
    const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(text);
    return [...importedFiles, ...typeReferenceDirectives]
      .map((one) => one.fileName)
      .filter((name) => !name.startsWith(".") && name !== "eslint")
      .map((name) => `${relative(dist, fileName)} imports ${name}`);
  });
  const wrong = used
    .flatMap((file) => [...program.getSemanticDiagnostics(file), ...program.getSyntacticDiagnostics(file)])
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  if (foreign.length + wrong.length > 0) {
    console.error(`the declarations need what users may not have:\n${[...foreign, ...wrong].join("\n")}`);
    process.exitCode = 1;
  }
  const kept = new Set(used.map(({ fileName }) => fileName));
  for (const name of readdirSync(types, { recursive: true })) {
    const path = join(types, name);
    const below = `${path.replaceAll("\\", "/")}/`;
    if (!kept.has(below.slice(0, -1)) && ![...kept].some((one) => one.startsWith(below)))
      rmSync(path, { recursive: true, force: true });
  }
}
