// What sending costs: nanoseconds to encode and to decode one value, by structured clone through
// a message port, in messages of about a megabyte or a thousand values.
//
//     node clone-costs.js
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { median } from "../statistics.js";
import { printAnswer } from "./self.js";

const ROUNDS = 15;
const SHAPES = {
  number: (i) => i + 0.5,
  "string of 8": (i) => String(10_000_000 + i),
  "string of 1,000": (i) => String(i % 10).repeat(1_000),
  "object of 1 number": (i) => ({ x: i }),
  "object of 4 numbers": (i) => ({ x: i, y: i, z: i, w: i }),
  "list of 4 numbers": (i) => [i, i, i, i],
  "bytes: 64": () => new Uint8Array(64),
  "bytes: 1,024": () => new Uint8Array(1_024),
  "bytes: 65,536": () => new Uint8Array(65_536),
  "bytes: 1,048,576": () => new Uint8Array(1_048_576),
  "bytes: 8,388,608": () => new Uint8Array(8_388_608),
  "shared bytes: 1,024": () => new Uint8Array(new SharedArrayBuffer(1_024)),
};

const costs = {};
for (const [name, make] of Object.entries(SHAPES)) {
  const size = make(0).byteLength ?? 1;
  const count = name.startsWith("shared") ? 1_000 : Math.max(1, Math.min(1_000, 2 ** 20 / size));
  const values = Array.from({ length: count }, (_, i) => make(i));
  costs[name] = costOf(values);
}
printAnswer({ seconds: 0, costs });

function costOf(values) {
  const { port1, port2 } = new MessageChannel();
  const encode = [];
  const decode = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    port1.postMessage(values);
    const sent = performance.now();
    receiveMessageOnPort(port2);
    const end = performance.now();
    encode.push(((sent - begin) * 1e6) / values.length);
    decode.push(((end - sent) * 1e6) / values.length);
  }
  port1.close();
  return { encodeNs: Math.round(median(encode)), decodeNs: Math.round(median(decode)) };
}
