// What runs the programs of the matrix, and how.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BUNDLES, extensionOf, makeBundle } from "./bundle.mjs";
import { makeJavaScript, makeTypeScript, unpackSwath } from "./make-project.mjs";
import { PROGRAMS } from "./project/expected.mjs";
import { runProgram, runVitest } from "./run-environment.mjs";

/**
 * @typedef {object} Environment
 * @property {string} name
 * @property {readonly string[]} needs what must be made before: "js", "ts", or a bundle's name
 * @property {(version: string) => boolean} has whether a Node of that version can do it
 * @property {(root: string, node: string) => Promise<Record<string, string | undefined>>} run
 *   gives what went wrong with each program; undefined for those that went well
 */

/** @type {readonly Environment[]} */
export const ENVIRONMENTS = [
  { name: "js", needs: ["js"], has: always, run: each(["js"], ".mjs") },
  { name: "ts", needs: ["ts"], has: stripsTypes, run: each(["ts"], ".ts") },
  {
    name: "tsx --import",
    needs: ["ts"],
    has: always,
    run: each(["ts"], ".ts", ["--import", "tsx"]),
  },
  {
    name: "tsx",
    needs: ["ts"],
    has: always,
    run: each(["ts"], ".ts", ["node_modules/tsx/dist/cli.mjs"]),
  },
  { name: "vitest forks", needs: ["ts"], has: always, run: vitest("forks") },
  { name: "vitest threads", needs: ["ts"], has: always, run: vitest("threads") },
  ...BUNDLES.map((bundle) => ({
    name: bundle.name,
    needs: [bundle.name],
    has: always,
    run: each(["bundles", bundle.name], extensionOf(bundle)),
  })),
];

/**
 * Makes what the environments need.
 *
 * @param {string} root an empty folder
 * @param {readonly Environment[]} environments
 */
export async function prepare(root, environments) {
  const needs = new Set(environments.flatMap((environment) => environment.needs));
  const swath = await unpackSwath(root);
  if (needs.has("ts")) makeTypeScript(join(root, "ts"), swath);
  if (needs.has("js")) await makeJavaScript(join(root, "js"), swath);
  const bundles = BUNDLES.filter(({ name }) => needs.has(name));
  if (bundles.length === 0) return;
  const sources = join(root, "sources");
  await makeJavaScript(sources, swath);
  for (const bundle of bundles) {
    const out = join(root, "bundles", bundle.name);
    mkdirSync(out, { recursive: true });
    await makeBundle(bundle, sources, out);
  }
  // Bundles lie alone where they run.
  rmSync(sources, { recursive: true });
}

function each(folder, extension, flags = []) {
  return async (root, node) => {
    const problems = {};
    for (const program of PROGRAMS) {
      const args = [...flags, program + extension];
      problems[program] = await runProgram(program, join(root, ...folder), node, args);
    }
    return problems;
  };
}

function vitest(pool) {
  return (root, node) => runVitest(join(root, "ts"), node, pool);
}

function always() {
  return true;
}

function stripsTypes(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}
