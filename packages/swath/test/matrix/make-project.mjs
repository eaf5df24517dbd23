// Makes the projects of the matrix as a user would have them: swath as npm packs it, the user's
// modules beside it, and bundles that lie alone.
import { execFile } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const WORKSPACE = fileURLToPath(new URL("../../../../", import.meta.url));
const PROJECT = join(HERE, "project");

/**
 * Packs swath and unpacks it, once for all projects.
 *
 * @param {string} root an empty folder
 * @returns {Promise<string>} the folder of the package
 */
export async function unpackSwath(root) {
  const exec = promisify(execFile);
  const pack = ["pack", "--json", "--workspace", "swath", "--pack-destination", root];
  const { stdout } = await exec("npm", pack, { cwd: WORKSPACE });
  const [{ filename }] = JSON.parse(stdout);
  await exec("tar", ["-xzf", join(root, filename), "-C", root]);
  return join(root, "package");
}

/**
 * A project in TypeScript, with the tools that such projects have.
 *
 * @param {string} folder where to make it
 * @param {string} swath folder of the package
 */
export function makeTypeScript(folder, swath) {
  install(folder, swath, ["tsx", "vitest", "vite"]);
  for (const { name, path } of sources()) copyFileSync(path, join(folder, name));
  copyFileSync(join(PROJECT, "programs.vitest.ts"), join(folder, "programs.test.ts"));
  copyFileSync(join(PROJECT, "expected.mjs"), join(folder, "expected.mjs"));
  // Otherwise vitest would look for one in the folders above.
  writeFileSync(
    join(folder, "vitest.config.mjs"),
    "export default { test: { testTimeout: 60_000 } };\n",
  );
}

/**
 * The same project in JavaScript.
 *
 * @param {string} folder where to make it
 * @param {string} swath folder of the package
 */
export async function makeJavaScript(folder, swath) {
  install(folder, swath, []);
  for (const { name, path } of sources()) {
    const text = readFileSync(path, "utf8").replaceAll(/(from "\.\/\w+)\.ts"/g, '$1.mjs"');
    const { code } = await transform(text, { loader: "ts", format: "esm", target: "node20" });
    writeFileSync(join(folder, name.replace(/\.ts$/, ".mjs")), code);
  }
}

/** The user's own modules, without the test. */
function sources() {
  const names = readdirSync(PROJECT).filter((name) => /^\w+\.ts$/.test(name));
  return names.map((name) => ({ name, path: join(PROJECT, name) }));
}

function install(folder, swath, tools) {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    '{ "name": "user", "private": true, "type": "module" }\n',
  );
  // Not a link: it goes when the project goes.
  cpSync(swath, join(modules, "swath"), { recursive: true });
  for (const tool of ["commander", ...tools]) {
    symlinkSync(join(WORKSPACE, "node_modules", tool), join(modules, tool), "junction");
  }
}
