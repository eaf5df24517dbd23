// Builds the page of a report, packages/report/src/page, into one file without a record,
// packages/report/dist/report.html: scripts and styles in line, and a policy that lets nothing
// else run and nothing be fetched. Runs after every compilation.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build as bundleCode } from "esbuild";
import { build } from "vite";

const PACKAGE = new URL("../packages/report/", import.meta.url);
const ANALYSIS = new URL("../packages/swath/dist/analysis.js", import.meta.url);
const TARGET = new URL("dist/report.html", PACKAGE);
/** Whose code is in the page. Their licences want to be named with it. */
const BUNDLED = ["preact", "uplot"];

/** The text of `dist/report.html`. */
export async function reportPage() {
  const [{ script, style }, replay] = await Promise.all([bundle(), replayCode()]);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "connect-src 'none'",
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const html = readFileSync(new URL("src/page/index.html", PACKAGE), "utf8");
  return html
    .replace("<head>", () => `<head>\n    <!--\n${notices()}\n    -->`)
    .replace("</title>", () => `</title>\n    ${metaPolicy(policy)}`)
    .replace("  </head>", () => `    <style>${style}</style>\n  </head>`)
    .replace(
      "  </body>",
      () => `    <script type="text/plain" id="swath-replay">${replay}</script>\n  </body>`,
    )
    .replace("  </body>", () => `    <script type="module">${script}</script>\n  </body>`);
}

async function bundle() {
  // Else a build within a test would hold what helps in development.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    return inlined(await built());
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** What a thread of the page runs: text there, since a page from a disk can load no second file. */
async function replayCode() {
  const { outputFiles } = await bundleCode({
    entryPoints: [fileURLToPath(new URL("src/page/replay/replay-entry.ts", PACKAGE))],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    // File by file: the door's bundle shares a file with what only Node can run.
    alias: { "swath/analysis": fileURLToPath(ANALYSIS) },
  });
  return harmless(outputFiles[0].text.trim());
}

function built() {
  return build({
    configFile: false,
    root: fileURLToPath(new URL("src/page/", PACKAGE)),
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      cssMinify: true,
      modulePreload: false,
      rolldownOptions: { input: fileURLToPath(new URL("src/page/main.tsx", PACKAGE)) },
    },
  });
}

function inlined({ output }) {
  const script = output.find(({ type }) => type === "chunk").code.trim();
  const style = output.find(({ fileName }) => fileName.endsWith(".css")).source.trim();
  return { script: harmless(script), style: harmless(style) };
}

/** An element in line ends at its end tag, wherever that stands. */
function harmless(code) {
  if (/<\/(script|style)|<!--/i.test(code)) {
    throw new Error("The page's code holds what would end its element, or a slot");
  }
  return code;
}

function metaPolicy(policy) {
  return `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
}

function hashOf(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function notices() {
  return BUNDLED.map((name) => {
    const folder = new URL(`../node_modules/${name}/`, import.meta.url);
    const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
    const licence = readFileSync(new URL("LICENSE", folder), "utf8").trim();
    return `This page holds ${name} ${version}:\n\n${licence.replaceAll("--", "- -")}\n`;
  }).join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await reportPage();
  mkdirSync(new URL(".", TARGET), { recursive: true });
  // An unchanged file keeps its time, for those who watch it.
  if (!existsSync(TARGET) || readFileSync(TARGET, "utf8") !== text) writeFileSync(TARGET, text);
}
