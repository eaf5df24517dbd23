// Bundles the doors of each package, and what its workers import, from the compiled files of
// `dist/` into a few files in `dist/bundle/`: each file that a program or a thread imports costs
// it close to a millisecond. All that workers may load lies in one of them. Runs after every
// compilation.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const PACKAGES = fileURLToPath(new URL("../packages/", import.meta.url));
const WORKER_CHUNK = "worker-side";

/** For each package the folder of its bundle and what should be in it, made from what is in dist. */
export async function doorBundles() {
  return Promise.all(readdirSync(PACKAGES).map((name) => bundleOf(join(PACKAGES, name))));
}

async function bundleOf(folder) {
  const entries = entriesOf(folder);
  const inThreads = entriesIn(folder, /-in-thread\.js$/);
  const inWorkers = await reachableFrom(entries.filter(isOfWorkers));
  // What a thread is started with runs when it is imported: it stays by itself, for the caller's
  // thread imports the shared chunk, too.
  const isShared = (id) => inWorkers.has(id) && !id.endsWith("-entry.js");
  const shared = await generate(entries, [{ name: WORKER_CHUNK, test: isShared }]);
  // They are there to load nothing else, and what they share is small.
  const alone = await Promise.all(inThreads.map((entry) => generate([entry])));
  const chunks = [...shared, ...alone.flat()];
  const files = new Map(chunks.map(({ fileName, code }) => [fileName, code]));
  const program = join(folder, "dist/executors/threads/swath-thread.cjs");
  if (existsSync(program)) files.set(basename(program), readFileSync(program, "utf8"));
  return { folder: join(folder, "dist", "bundle"), files };
}

/** The doors, what is run as a program, and what workers import by itself. */
function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const doors = Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : join(folder, types.replace(/\.d\.ts$/, ".js")),
  );
  const programs = entriesIn(folder, /(^|[\\/])(cli[\\/]main|[^\\/]*-(entry|program))\.js$/);
  return [...doors, ...programs.filter((file) => basename(file) !== "thread-entry.js")];
}

function entriesIn(folder, pattern) {
  const dist = join(folder, "dist");
  return readdirSync(dist, { recursive: true })
    .filter((file) => pattern.test(file) && dirname(file) !== "bundle")
    .map((file) => join(dist, file));
}

/** The door for code in workers, and what runs there by itself. */
function isOfWorkers(entry) {
  return /(^|[\\/])(worker|[^\\/]*-entry)\.js$/.test(entry);
}

/** All modules that are loaded with any of the entries. */
async function reachableFrom(entries) {
  if (entries.length === 0) return new Set();
  const chunks = await generate(entries);
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set();
  const load = (chunk) => {
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(byName.get(name));
  };
  for (const chunk of chunks) if (chunk.isEntry) load(chunk);
  return new Set([...loaded].flatMap(({ moduleIds }) => moduleIds));
}

async function generate(entries, groups = []) {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((file) => [basename(file, ".js"), file])),
    platform: "node",
    external: (id) => !/^(\.|\/|[A-Za-z]:)/.test(id),
    treeshake: { moduleSideEffects: false },
    // The packed program of a thread would stand there twice.
    optimization: { inlineConst: false },
  });
  try {
    const { output } = await bundle.generate({
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
      // Names stay: they are in messages and stacks.
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      codeSplitting: { groups },
    });
    return output;
  } finally {
    await bundle.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { folder, files } of await doorBundles()) {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) {
      const path = join(folder, name);
      // An unchanged file keeps its time, for those who watch it.
      if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
    }
    for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
  }
}
