/** The parser's WebAssembly; scripts/build.mjs puts the name of our copy in the place of the package's. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Read only once a migration in Ruby is met. */
export const prismWasm = (): Uint8Array<ArrayBuffer> =>
  readFileSync(createRequire(import.meta.url).resolve("@ruby/prism/src/prism.wasm"));
