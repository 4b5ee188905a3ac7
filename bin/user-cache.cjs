// The user's own folder for what is kept from run to run, and in it what V8 made of our scripts: compiling them takes as
// long as linting a file. Nothing checks who wrote such a file, so a folder that others may write to, or of the checkout,
// is never used.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const Module = require("node:module");

const { env, platform } = process;
const dist = path.join(__dirname, "../dist") + path.sep;

/** The user's folder for caches; undefined: none is known. */
function userFolder() {
  const home = platform === "win32" ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  if (home && path.isAbsolute(home)) return home;
  const own = env.HOME;
  if (platform === "win32" || !own || !path.isAbsolute(own)) return undefined;
  return path.join(own, platform === "darwin" ? "Library/Caches" : ".cache");
}

/** A folder in it that only this user can write to; undefined: there is none. */
exports.ownFolder = () => {
  try {
    const base = userFolder();
    if (base === undefined) return undefined;
    const folder = path.join(base, "ddlint");
    if (!path.relative(process.cwd(), folder).startsWith("..")) return undefined;
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = fs.lstatSync(folder);
    if ((mode & fs.constants.S_IFMT) !== fs.constants.S_IFDIR) return undefined;
    if (platform !== "win32" && (uid !== process.getuid() || (mode & 0o077) !== 0)) return undefined;
    return folder;
  } catch {
    return undefined;
  }
};

exports.keepScriptsIn = (own) => {
  if (own === undefined || env.NODE_DISABLE_COMPILE_CACHE) return;
  try {
    const folder = path.join(own, "code");
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (Module.enableCompileCache) Module.enableCompileCache(folder);
    else keepScripts(folder);
  } catch {
    // Without a cache it only takes longer.
  }
};

/** The same for a Node that can't: before 22.8. */
function keepScripts(folder) {
  const vm = require("node:vm");
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, file) {
    const name = file.startsWith(dist) ? nameOf(file) : undefined;
    if (name === undefined) return compile.apply(this, arguments);
    const kept = path.join(folder, name);
    const script = new vm.Script(Module.wrap(content), {
      filename: file,
      cachedData: read(kept),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (script.cachedDataRejected !== false) process.once("exit", () => write(kept, script));
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, Module.createRequire(file), this, file, path.dirname(file));
  };
}

/** V8 compares only lengths: the name says which script it is, and of which release and build. */
function nameOf(file) {
  const { size, mtimeMs } = fs.statSync(file);
  // A small one is compiled in less time than a file is read.
  if (size < 50_000) return undefined;
  const { version } = require("../package.json");
  const build = [version, process.version, process.arch, size, Math.floor(mtimeMs)].join("-");
  return `${path.basename(file)}-${build}`;
}

function read(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** As late as possible: with the functions that were called. */
function write(file, script) {
  try {
    const unfinished = `${file}.${process.pid}`;
    fs.writeFileSync(unfinished, script.createCachedData(), { mode: 0o600, flag: "wx" });
    fs.renameSync(unfinished, file);
    forgetUnused(path.dirname(file));
  } catch {
    // Next time, then.
  }
}

/** Scripts of releases that are no longer installed: after 60 days. */
function forgetUnused(folder) {
  const limit = Date.now() - 60 * 86_400_000;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isFile() && fs.statSync(file).mtimeMs < limit) fs.rmSync(file, { force: true });
  }
}
