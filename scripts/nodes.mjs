// Nodes to test with.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Major versions that swath is tested on. */
const MAJORS = [20, 22, 24, 26];

/**
 * @param {string} path of a Node
 * @returns {{ path: string, version: string }}
 */
export function nodeAt(path) {
  const version = execFileSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
  return { path, version };
}

/**
 * The Nodes that swath is tested on, other than this one: as packages of the registry, kept in a
 * folder of the system's temporary ones. What the registry does not give is told and left out.
 */
export function installedNodes() {
  const own = Number.parseInt(process.versions.node, 10);
  return MAJORS.filter((major) => major !== own).flatMap((major) => {
    try {
      return [installed(major)];
    } catch (error) {
      const why = String(error.stderr || error.message)
        .trim()
        .split("\n")
        .at(-1);
      console.log(`Node ${major} is left out, for it could not be installed: ${why}`);
      return [];
    }
  });
}

function installed(major) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const prefix = join(tmpdir(), `swath-node-${major}`);
  const path = join(prefix, "node_modules", name, "bin", platform === "win" ? "node.exe" : "node");
  mkdirSync(prefix, { recursive: true });
  const args = ["install", "--prefix", prefix, "--no-audit", "--no-fund", `${name}@${major}`];
  execFileSync("npm", args, { stdio: "pipe", encoding: "utf8" });
  const node = nodeAt(path);
  // The registry may hold a package that is another Node than it says.
  if (Number.parseInt(node.version, 10) === major) return node;
  throw new Error(`the package holds Node ${node.version}`);
}
