// Bundles the programs of the matrix.
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import webpack from "webpack";
import { PROGRAMS } from "./project/expected.mjs";

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {"esbuild" | "webpack"} tool
 * @property {"esm" | "cjs"} format
 * @property {boolean} minify
 * @property {boolean} [split] into one file for each module
 */

/** @type {readonly Bundle[]} */
export const BUNDLES = [
  { name: "esbuild esm", tool: "esbuild", format: "esm", minify: false },
  { name: "esbuild esm minified", tool: "esbuild", format: "esm", minify: true },
  { name: "esbuild cjs", tool: "esbuild", format: "cjs", minify: false },
  { name: "esbuild cjs minified", tool: "esbuild", format: "cjs", minify: true },
  { name: "webpack esm", tool: "webpack", format: "esm", minify: true },
  { name: "webpack cjs", tool: "webpack", format: "cjs", minify: true },
  { name: "webpack cjs dev", tool: "webpack", format: "cjs", minify: false },
  { name: "webpack cjs split", tool: "webpack", format: "cjs", minify: true, split: true },
];

/** The file name's end of a bundle: what Node takes a file for depends on it. */
export function extensionOf({ format }) {
  return format === "esm" ? ".mjs" : ".cjs";
}

/**
 * @param {Bundle} bundle
 * @param {string} project folder of the JavaScript project
 * @param {string} out folder for the bundles
 */
export async function makeBundle(bundle, project, out) {
  if (bundle.tool === "esbuild") await withEsbuild(bundle, project, out);
  else await withWebpack(bundle, project, out);
}

async function withEsbuild({ format, minify, ...bundle }, project, out) {
  await build({
    entryPoints: PROGRAMS.map((program) => join(project, `${program}.mjs`)),
    bundle: true,
    platform: "node",
    target: "node20",
    format,
    minify,
    outdir: out,
    outExtension: { ".js": extensionOf({ ...bundle, format }) },
    // Such a format has no `import.meta`: that it is empty then is what is to be tested.
    logOverride: { "empty-import-meta": "silent" },
  });
}

async function withWebpack({ format, minify, split = false, ...bundle }, project, out) {
  const compiler = webpack({
    context: project,
    target: "node20",
    mode: minify ? "production" : "development",
    entry: Object.fromEntries(PROGRAMS.map((program) => [program, `./${program}.mjs`])),
    output: {
      path: out,
      filename: `[name]${extensionOf({ ...bundle, format })}`,
      ...(format === "esm" ? { module: true, library: { type: "module" } } : {}),
    },
    experiments: { outputModule: format === "esm" },
    optimization: split ? { splitChunks: { chunks: "all", minSize: 0 } } : {},
  });
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  if (!stats.hasErrors() && !stats.hasWarnings()) return;
  throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
}
