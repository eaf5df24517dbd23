// Packs each published package as npm would and checks what a user would get: entry points,
// types, and that every import is a declared dependency.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";

const failures = [];
for (const folder of readdirSync("packages").map((name) => join("packages", name))) {
  run("npx", ["--no-install", "publint", folder, "--strict"]);
  run("npx", ["--no-install", "attw", "--pack", folder, "--profile", "esm-only", "--quiet"]);
  checkImports(folder);
}
if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exit(1);
}
console.log("packages: entry points, types and dependencies are as declared");

function run(command, args) {
  try {
    execFileSync(command, args, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    failures.push(`${args.slice(1, 3).join(" ")}:\n${error.stdout ?? ""}${error.stderr ?? ""}`);
  }
}

function checkImports(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const declared = new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  // A page is bundled whole: what it holds is installed by nobody.
  const inPage = new Set([...declared, ...Object.keys(manifest.devDependencies ?? {})]);
  const page = join(folder, "src", "page");
  for (const file of sources(join(folder, "src"))) {
    const known = file.startsWith(page) ? inPage : declared;
    for (const [, name] of readFileSync(file, "utf8").matchAll(
      /(?:from|import\()\s*"([^".][^"]*)"/g,
    )) {
      if (name.startsWith("node:") || builtinModules.includes(name)) continue;
      const dependency = name.split("/", name.startsWith("@") ? 2 : 1).join("/");
      if (!known.has(dependency))
        failures.push(`${file} imports ${dependency}, which ${manifest.name} does not declare`);
    }
  }
}

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(path)) yield path;
  }
}
