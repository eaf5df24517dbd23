// Runs the same three programs (a function by reference, closures, tasks) in every environment
// on every Node, and prints what became of them.
//
//   npm run matrix -- [--node PATH]... [--install] [--smoke] [--only NAME]... [--keep]
//
// Without `--node` it runs with this Node. `--install` takes the other Nodes from the registry, as
// far as it has them for this machine. `--smoke` runs only JavaScript and
// TypeScript that Node itself loads. `--only` takes environments by the beginning of their names.
// `--keep` leaves the projects where they are. Ends with 1 if anything failed.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ENVIRONMENTS, prepare } from "../packages/swath/test/matrix/environments.mjs";
import { PROGRAMS } from "../packages/swath/test/matrix/project/expected.mjs";
import { installedNodes, nodeAt } from "./nodes.mjs";

const SMOKE = ["js", "ts"];
/** Characters of a cell. */
const CELL = 28;

const { values } = parseArgs({
  options: {
    node: { type: "string", multiple: true, default: [process.execPath] },
    install: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    keep: { type: "boolean", default: false },
  },
});
const environments = ENVIRONMENTS.filter(
  ({ name }) =>
    (!values.smoke || SMOKE.includes(name)) &&
    (values.only?.some((wanted) => name.startsWith(wanted)) ?? true),
);
if (environments.length === 0) throw new Error(`No such environment: ${values.only?.join(", ")}`);
const nodes = [...values.node.map(nodeAt), ...(values.install ? installedNodes() : [])];

const cells = environments.flatMap((environment) =>
  nodes
    .filter(({ version }) => environment.has(version))
    .map((node) => ({ environment, node, problems: {} })),
);
const root = mkdtempSync(join(tmpdir(), "swath-matrix-"));
const begin = performance.now();
try {
  await prepare(root, environments);
  const waiting = [...cells];
  await Promise.all(Array.from({ length: availableParallelism() }, () => work(waiting)));
} finally {
  if (values.keep) console.log(`Projects: ${root}`);
  else rmSync(root, { recursive: true, force: true });
}
print();

async function work(waiting) {
  for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
    cell.problems = await cell.environment.run(root, cell.node.path);
  }
}

function print() {
  const width = Math.max(...environments.map(({ name }) => name.length));
  const head = nodes.map(({ version }) => `Node ${version}`.padEnd(CELL)).join("");
  console.log(`${"".padEnd(width)}  ${head}`);
  for (const environment of environments) {
    const texts = nodes.map((node) => {
      const cell = cells.find((one) => one.environment === environment && one.node === node);
      return (cell === undefined ? "–" : textOf(cell)).padEnd(CELL);
    });
    console.log(`${environment.name.padEnd(width)}  ${texts.join("")}`.trimEnd());
  }
  const failures = cells.flatMap(failuresOf);
  for (const { title, problem } of failures) console.log(`\n${title}:\n${indented(problem)}`);
  const seconds = ((performance.now() - begin) / 1e3).toFixed(1);
  const total = cells.length * PROGRAMS.length;
  console.log(`\n${total - failures.length} of ${total} as they should be, in ${seconds} s`);
  if (failures.length > 0) process.exitCode = 1;
}

function textOf({ problems }) {
  const bad = PROGRAMS.filter((program) => problems[program] !== undefined);
  return bad.length === 0 ? "ok" : `FAILED ${bad.join(" ")}`;
}

function failuresOf({ environment, node, problems }) {
  return PROGRAMS.filter((program) => problems[program] !== undefined).map((program) => ({
    title: `${environment.name}, ${program}, Node ${node.version}`,
    problem: problems[program],
  }));
}

function indented(text) {
  // Minified code is one line.
  return text
    .trim()
    .replaceAll(/^(.{300}).+$/gm, "$1…")
    .replaceAll(/^/gm, "  ");
}
