import { measureCell } from "./measure-cell.ts";

// A program of its own for each measurement: `node cell-program.js REQUEST`, as JSON. It prints
// what it measured as one line of JSON.
const answer = await measureCell(JSON.parse(process.argv[2] as string));
process.stdout.write(`${JSON.stringify(answer)}\n`);
