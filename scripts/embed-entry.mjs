// Bundles the program of a worker thread into one file, for one file starts sooner than many,
// and into one text that the compiled code can hold: a bundle, an archive or a single-file
// program has no file to point a Worker at. Runs after every compilation.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const FOLDER = new URL("../packages/swath/dist/executors/threads/", import.meta.url);

/** What the two files should hold, made from what is in dist. */
export async function threadPrograms() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("thread-entry.js", FOLDER))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    // Names stay: they are in messages and stacks.
    minifyWhitespace: true,
    define: { "import.meta.url": "SWATH_URL" },
    // A Worker evaluates text as a script, or, under `--input-type=module`, as a module: there
    // is no `require` then.
    banner: {
      js: '(function(require){const SWATH_URL=require("node:worker_threads").workerData.url;',
    },
    footer: { js: "})(process.getBuiltinModule);\n//# sourceURL=swath/thread-entry.js" },
  });
  const { text } = outputFiles[0];
  return [
    { url: new URL("swath-thread.cjs", FOLDER), text },
    {
      url: new URL("entry-text.js", FOLDER),
      text: `export const PACKED_ENTRY = ${JSON.stringify(packed(text))};\n`,
    },
  ];
}

/** Every program and thread that imports swath reads this text, and few need it: small counts. */
function packed(text) {
  return brotliCompressSync(text).toString("base64");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { url, text } of await threadPrograms()) {
    // An unchanged file keeps its time, for those who watch it.
    if (!existsSync(url) || readFileSync(url, "utf8") !== text) writeFileSync(url, text);
  }
}
