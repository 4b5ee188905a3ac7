#!/usr/bin/env node
// Only starts the program: must parse on any Node, so that an old one is told what it needs.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`ddlint: needs Node 20.19 or newer, this is ${process.versions.node}`);
  process.exitCode = 2;
} else {
  start();
}

async function start() {
  try {
    const v8 = await import("node:v8");
    // At exit V8 would wait for its optimising compiler to finish with the parser's WebAssembly.
    v8.setFlagsFromString("--liftoff-only");
  } catch {
    // Another runtime than Node: slower at exit, nothing else.
  }
  let cli;
  try {
    cli = await import("../dist/cli.js");
  } catch (error) {
    const missing =
      error && error.code === "ERR_MODULE_NOT_FOUND" && String(error.message).includes("dist/cli.js");
    if (!missing) throw error;
    console.error('ddlint: not built yet; run "npm run build" in its folder');
    process.exitCode = 2;
    return;
  }
  await cli.main();
}
