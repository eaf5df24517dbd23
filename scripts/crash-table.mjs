// Runs the crash table, each row as a program of its own, and prints rows × Nodes.
//
//   npm run crash-table -- [--node PATH]... [--row NAME]... [--all]
//
// Without `--node` it runs with this Node. `--all` also runs the rows that need what swath does
// not have yet. Ends with 1 if anything is not as the table says.
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { spawnRow } from "../packages/swath/test/crash-table/spawn-row.mjs";
import { TABLE } from "../packages/swath/test/crash-table/table.mjs";

/** Characters of a cell. */
const CELL = 22;

const { values } = parseArgs({
  options: {
    node: { type: "string", multiple: true, default: [process.execPath] },
    row: { type: "string", multiple: true },
    all: { type: "boolean", default: false },
  },
});
const nodes = values.node.map((path) => ({ path, version: versionOf(path) }));
const rows = TABLE.filter(({ name }) => values.row === undefined || values.row.includes(name));
const unknown = values.row?.filter((name) => !TABLE.some((row) => row.name === name)) ?? [];
if (unknown.length > 0) throw new Error(`No such row: ${unknown.join(", ")}`);

const cells = rows.flatMap((row) =>
  nodes.flatMap((node) => ["stop", "settled"].map((mode) => ({ row, node, mode }))),
);
const waiting = [...cells];
await Promise.all(Array.from({ length: availableParallelism() }, work));
print();

async function work() {
  for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
    const { row, node, mode } = cell;
    if (row.needs !== undefined && !values.all) continue;
    cell.result = await spawnRow(row, mode, node.path);
  }
}

function print() {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const head = nodes.map(({ version }) => `Node ${version}`.padEnd(CELL)).join("");
  console.log(`${"".padEnd(width)}  ${head}`);
  for (const row of rows) {
    const texts = nodes.map((node) => {
      const both = cells.filter((cell) => cell.row === row && cell.node === node);
      return both.map(textOf).join(" · ").padEnd(CELL);
    });
    const needs = row.needs === undefined ? "" : `needs ${row.needs}`;
    console.log(`${row.name.padEnd(width)}  ${texts.join("")}${needs}`);
  }
  const failed = cells.filter(({ result }) => result !== undefined && result.problems.length > 0);
  for (const { row, node, mode, result } of failed) {
    console.log(`\n${row.name} (${mode}, Node ${node.version}):`);
    for (const problem of result.problems) console.log(`  ${problem}`);
  }
  const ran = cells.filter(({ result }) => result !== undefined).length;
  console.log(
    `\n${ran - failed.length} of ${ran} as they should be, ${cells.length - ran} skipped`,
  );
  console.log("Each cell: stop · settled; +n: n innocent items ran more than once");
  if (failed.length > 0) process.exitCode = 1;
}

function textOf({ row, result }) {
  if (result === undefined) return row.needs === undefined ? "–" : "skipped";
  if (result.problems.length > 0) return "BAD";
  return result.twice > 0 ? `ok +${result.twice}` : "ok";
}

function versionOf(path) {
  return execFileSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
}
