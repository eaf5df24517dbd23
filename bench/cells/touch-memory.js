// Writes to each page of so much memory and gives it back.
//
//     node touch-memory.js MEGABYTES
import { printAnswer } from "./self.js";

const PAGE = 4096;

const bytes = Number(process.argv[2]) * 1e6;
const began = performance.now();
const memory = Buffer.allocUnsafeSlow(bytes);
for (let at = 0; at < bytes; at += PAGE) memory[at] = 1;
printAnswer({ seconds: (performance.now() - began) / 1e3, last: memory.at(-1) });
