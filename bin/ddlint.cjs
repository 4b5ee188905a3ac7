#!/usr/bin/env node
// Only starts the program: must parse on any Node, so that an old one is told what it needs. CommonJS, as is the
// bundle that it loads: Node's loader of ES modules takes longer than linting a file.
"use strict";
const short = "--version -V -v --help -h help completions cache explain rules stats-query".split(" ");
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`ddlint: needs Node 20.19 or newer, this is ${process.versions.node}`);
  process.exitCode = 2;
} else {
  start();
}

function start() {
  const args = process.argv.slice(2);
  const isServer = args[0] === "lsp" && args.indexOf("--help") < 0 && args.indexOf("-h") < 0;
  try {
    // V8's optimising compiler takes 2 s and 500 MB for two functions of the parser, and exit waits for it. On Node 24
    // only the other two still have an effect once V8 runs: a budget, which a thousand files use up, and the number of
    // the one function that may be optimised, of which there is none.
    const { setFlagsFromString } = require("node:v8");
    setFlagsFromString("--liftoff-only");
    setFlagsFromString("--wasm-tiering-budget=1000000000");
    setFlagsFromString("--wasm-tier-up-filter=99999999");
    // Of JavaScript, too, what runs a second or two is optimised for longer than it then runs.
    setFlagsFromString(major < 22 ? "--interrupt-budget=150000" : "--invocation-count-for-turbofan=6000");
    // A tenth of the parser is ever called: the rest needn't be checked.
    setFlagsFromString("--wasm-lazy-validation");
    // What is called at the start is kept to the end, and so for the next run.
    setFlagsFromString("--no-flush-bytecode");
    // Most regular expressions run a few times: compiling each of them twice takes longer than it saves.
    setFlagsFromString("--no-regexp-tier-up");
    // Else it collects garbage five times while it starts.
    setFlagsFromString("--semi-space-growth-factor=6");
  } catch {
    // Another runtime than Node: slower at exit, nothing else.
  }
  const { join } = require("node:path");
  const { ownFolder, scriptFolder, scriptLoader } = require("./user-cache.cjs");
  const cache = ownFolder();
  const scripts = scriptFolder(cache);
  const loadServer = () => {
    // Its scripts are ES modules, which only Node can load.
    const { enableCompileCache } = require("node:module");
    if (scripts !== undefined && enableCompileCache) enableCompileCache(scripts);
    return require("../dist/lsp.cjs");
  };
  // What a short command compiles is too little to keep.
  const loadProgram = () =>
    scriptLoader(scripts, !short.includes(args[0]))(join(__dirname, "../dist/cli.cjs"));
  let program;
  try {
    program = isServer ? loadServer() : loadProgram();
  } catch (error) {
    const missing =
      error &&
      /^(?:MODULE_NOT_FOUND|ENOENT)$/.test(error.code) &&
      /dist[\\/](?:cli|lsp)\.cjs/.test(String(error.message));
    if (!missing) throw error;
    console.error('ddlint: not built yet; run "npm run build" in its folder');
    process.exitCode = 2;
    return;
  }
  program.main(join(__dirname, "../docs"), cache);
}
