// Runs the crash table, each row as a program of its own, and prints rows × Nodes.
//
//   npm run crash-table -- [--node PATH]... [--install] [--row NAME]...
//
// Without `--node` it runs with this Node; `--install` adds the others that swath is tested on.
// Ends with 1 if anything is not as the table says.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { spawnRow } from "../packages/swath/test/crash-table/spawn-row.mjs";
import { modesOf, TABLE } from "../packages/swath/test/crash-table/table.mjs";
import { installedNodes, nodeAt } from "./nodes.mjs";

/** Characters of a cell. */
const CELL = 22;

const { values } = parseArgs({
  options: {
    node: { type: "string", multiple: true, default: [process.execPath] },
    row: { type: "string", multiple: true },
    install: { type: "boolean", default: false },
  },
});
const nodes = [...values.node.map(nodeAt), ...(values.install ? installedNodes() : [])];
const rows = TABLE.filter(({ name }) => values.row === undefined || values.row.includes(name));
const unknown = values.row?.filter((name) => !TABLE.some((row) => row.name === name)) ?? [];
if (unknown.length > 0) throw new Error(`No such row: ${unknown.join(", ")}`);

const cells = rows.flatMap((row) =>
  nodes.flatMap((node) => modesOf(row).map((mode) => ({ row, node, mode }))),
);
const waiting = [...cells];
await Promise.all(Array.from({ length: availableParallelism() }, work));
print();

async function work() {
  for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
    const { row, node, mode } = cell;
    cell.result = await spawnRow(row, mode, node.path);
  }
}

function print() {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const head = nodes.map(({ version }) => `Node ${version}`.padEnd(CELL)).join("");
  console.log(`${"".padEnd(width)}  ${head}`);
  for (const row of rows) {
    const texts = nodes.map((node) => {
      const cellsHere = cells.filter((cell) => cell.row === row && cell.node === node);
      return cellsHere.map(textOf).join(" · ").padEnd(CELL);
    });
    console.log(`${row.name.padEnd(width)}  ${texts.join("").trimEnd()}`);
  }
  const failed = cells.filter(({ result }) => result.problems.length > 0);
  for (const { row, node, mode, result } of failed) {
    console.log(`\n${row.name} (${mode}, Node ${node.version}):`);
    for (const problem of result.problems) console.log(`  ${problem}`);
  }
  console.log(`\n${cells.length - failed.length} of ${cells.length} as they should be`);
  console.log("Each cell: stop · settled · each · fold; every other item ran once, or not at all");
  if (failed.length > 0) process.exitCode = 1;
}

function textOf({ result }) {
  return result.problems.length > 0 ? "BAD" : "ok";
}
