// One calibrating thread: does the work that it is told, then answers.
import { parentPort } from "node:worker_threads";

const ALU_ITERATIONS = 1e8;
const COPY_BYTES = 64e6;
const COPIES = 4;

let memory;

parentPort.on("message", (work) => {
  parentPort.postMessage(work === "alu" ? burn() : copy());
});

function burn() {
  let state = 1;
  for (let i = 0; i < ALU_ITERATIONS; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return state;
}

function copy() {
  memory ??= { from: new Uint8Array(COPY_BYTES).fill(1), to: new Uint8Array(COPY_BYTES).fill(2) };
  for (let i = 0; i < COPIES; i++) memory.to.set(memory.from);
  return memory.to[0];
}
