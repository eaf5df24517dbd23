// Compiles the JPEG decoder of @swath/images to WebAssembly and writes it, with a digest of its
// sources, into a module. Needs clang and wasm-ld (Debian: clang, lld); only whoever changes
// the sources does.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const JPEG = fileURLToPath(new URL("../packages/images/src/jpeg/", import.meta.url));
const MODULE = join(JPEG, "decoder-wasm.ts");

const FLAGS = [
  "--target=wasm32",
  "-O3",
  "-msimd128",
  "-mbulk-memory",
  "-nostdlib",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wl,--no-entry",
  "-Wl,--export=__heap_base",
  "-Wl,-z,stack-size=65536",
  "-Wl,--strip-all",
];

/** A digest of the sources; the module says which it was made of. */
export function sourceDigest() {
  const hash = createHash("sha256");
  for (const name of readdirSync(join(JPEG, "native")).toSorted()) {
    hash.update(`${name}\n`).update(readFileSync(join(JPEG, "native", name)));
  }
  return hash.digest("hex").slice(0, 16);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), "swath-jpeg-"));
  const file = join(folder, "decoder.wasm");
  execFileSync("clang", [...FLAGS, "-o", file, join(JPEG, "native/jpeg.c")], { stdio: "inherit" });
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  writeFileSync(MODULE, moduleText(bytes.toString("base64")));
  console.log(`${MODULE}: ${bytes.length} bytes of WebAssembly`);
}

function moduleText(base64) {
  return `// Made by scripts/build-jpeg-decoder.mjs from native/. Do not edit.

/** Digest of the sources that the decoder was made of. */
export const SOURCE_DIGEST = "${sourceDigest()}";

/** The decoder as WebAssembly, in base64. */
export const DECODER_WASM =
  "${base64}";
`;
}
