// The user's own folder for what is kept from run to run, and in it what V8 made of our scripts: compiling them takes longer
// than linting a file. Nothing checks who wrote such a file, so a folder that others may write to, or of the checkout, is
// never used.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const { env, platform } = process;
const dist = path.join(__dirname, "../dist");

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

/** Where compiled scripts are kept; undefined: nowhere. */
exports.scriptFolder = (own) => {
  if (own === undefined || env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  try {
    const folder = path.join(own, "code");
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return undefined; // without a cache it only takes longer
  }
};

/**
 * What `require` does for scripts of dist/, with what V8 made of them at an earlier run. Node's own cache, which 22.8 has,
 * holds no function that was compiled when it was first called.
 *
 * @param keeps what V8 makes of them at this run is kept
 */
exports.scriptLoader = (folder, keeps) => {
  const modules = new Map();
  const scripts = [];
  const load = (file) => {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    // The build writes ASCII: V8 takes it as it is.
    const content = fs.readFileSync(file, "latin1");
    const kept = folder && content.length >= smallest ? path.join(folder, nameOf(file)) : undefined;
    const script = new vm.Script(
      `(function (exports, require, module, __filename, __dirname) {${content}\n})`,
      {
        filename: file,
        cachedData: kept && read(kept),
      },
    );
    if (kept !== undefined) scripts.push({ kept, script });
    const required = (id) => {
      if (!id.startsWith("./")) return require(id);
      const needed = path.join(path.dirname(file), id);
      // It imports modules of others: only Node can do that.
      return id === "./import.cjs" ? require(needed) : load(needed);
    };
    script.runInThisContext()(module.exports, required, module, file, path.dirname(file));
    return module.exports;
  };
  if (keeps && folder !== undefined) process.once("exit", () => keep(folder, scripts));
  return load;
};

/** A smaller one is compiled in less time than a file is read. */
const smallest = 8000;
/** V8 compares only lengths: the name says which script it is, and of which release and build. */
function nameOf(file) {
  const { size, mtimeMs } = fs.statSync(file);
  const { version } = require("../package.json");
  const script = path.relative(dist, file).split(path.sep).join("-");
  return [script, version, process.version, process.arch, size, Math.floor(mtimeMs)].join("-");
}

function read(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/**
 * As late as possible: with the functions that were called. A run that needs a script that none did before calls others
 * of the rest, too.
 */
function keep(folder, scripts) {
  if (scripts.every(({ script }) => script.cachedDataRejected === false)) return;
  try {
    for (const { kept, script } of scripts) {
      const unfinished = `${kept}.${process.pid}`;
      // V8 doesn't notice a file of which a crash has left a part.
      fs.writeFileSync(unfinished, script.createCachedData(), { mode: 0o600, flag: "wx", flush: true });
      fs.renameSync(unfinished, kept);
    }
    forgetUnused(folder);
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
