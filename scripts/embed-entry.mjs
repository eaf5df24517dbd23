// Puts the program of a worker thread, bundled into one text, where the compiled code expects
// it: a bundle, an archive or a single-file program has no `thread-entry.js` to point a Worker
// at, and one text starts sooner than a dozen files. Runs after every compilation.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FOLDER = new URL("../packages/swath/dist/executors/threads/", import.meta.url);
const TARGET = new URL("entry-text.js", FOLDER);

/** The text of the compiled module that holds the worker's program, made from what is in dist. */
export async function entryModule() {
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
  return `export const ENTRY_TEXT = ${JSON.stringify(outputFiles[0].text)};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await entryModule();
  // An unchanged file keeps its time, for those who watch it.
  if (readFileSync(TARGET, "utf8") !== text) writeFileSync(TARGET, text);
}
