// Bundles the doors of each package, and what its workers import, from the compiled files of
// `dist/` into a few files in `dist/bundle/`: each file that a program or a thread imports costs
// it a third of a millisecond. Code that several of them need lies in chunks of its own, so that
// a worker loads no more than it needs. Runs after every compilation.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PACKAGES = fileURLToPath(new URL("../packages/", import.meta.url));

/** For each package the folder of its bundle and what should be in it, made from what is in dist. */
export async function doorBundles() {
  return Promise.all(readdirSync(PACKAGES).map((name) => bundleOf(join(PACKAGES, name))));
}

async function bundleOf(folder) {
  const target = join(folder, "dist", "bundle");
  const { outputFiles } = await build({
    entryPoints: entriesOf(folder),
    outdir: target,
    write: false,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    entryNames: "[name]",
    chunkNames: "chunk-[hash]",
  });
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const program = join(folder, "dist/executors/threads/swath-thread.cjs");
  if (existsSync(program)) files.set(basename(program), readFileSync(program, "utf8"));
  return { folder: target, files };
}

/** The doors, what is run as a program, and what workers import by itself. */
function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const doors = Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : join(folder, types.replace(/\.d\.ts$/, ".js")),
  );
  const dist = join(folder, "dist");
  const others = readdirSync(dist, { recursive: true })
    .filter((file) => /(^|[\\/])(cli[\\/]main|[^\\/]*-entry)\.js$/.test(file))
    .filter((file) => basename(file) !== "thread-entry.js" && dirname(file) !== "bundle")
    .map((file) => join(dist, file));
  return [...doors, ...others];
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
