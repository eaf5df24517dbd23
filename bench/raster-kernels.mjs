// Rates of the raster kernels in megapixels per second, on one thread.
//
//   node bench/raster-kernels.mjs [repeats] [megapixels of the large buffer]
//
// Each figure is the median over interleaved repeats: every kernel runs once per round.
// "cache" runs over the same 1 MiB again and again, "memory" over a large buffer once.
import { availableParallelism, cpus } from "node:os";
import { createKernel } from "../packages/raster/dist/kernels/create-kernel.js";
import { parseMapping } from "../packages/raster/dist/rules/mapping.js";

const REPEATS = Number(process.argv[2] ?? 9);
const LARGE_PIXELS = Number(process.argv[3] ?? 128) * 2 ** 20;
const CACHE_BYTES = 2 ** 20;
/** Pixels per call of `run`: a 256 x 256 tile. */
const TILE = 65_536;
const NODATA = -32_768;

/** Seeded random numbers from 0 to 1 (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rolling land from 1 to 687, with stretches of sea (nodata) where `sea` says so. */
function fillTerrain(pixels, sea) {
  const next = random(42);
  let height = 200;
  let left = 0;
  let onLand = true;
  for (let i = 0; i < pixels.length; i++) {
    if (left-- <= 0) {
      onLand = !sea || !onLand;
      left = 200 + next() * 4000;
    }
    height = Math.min(687, Math.max(1, height + (next() - 0.5) * 24));
    pixels[i] = onLand ? height : sea;
  }
}

const VIEWS = {
  uint8: Uint8Array,
  int16: Int16Array,
  float32: Float32Array,
  float64: Float64Array,
};
const FEW = { kind: "breaks", breaks: [100, 200, 300, 400, 500] };
const TEN = { kind: "breaks", breaks: Array.from({ length: 10 }, (_, i) => 50 * i + 20) };
const MANY = { kind: "breaks", breaks: Array.from({ length: 99 }, (_, i) => 7 * i + 1) };
const CODES = parseMapping("[1,99]=9; [100,150]=3; [151,400]=200; DEFAULT=NO_DATA");
const BYTES = { kind: "breaks", breaks: [30, 60, 90, 120, 200] };
const fire = () => (v) => (v <= 0 || v !== v ? 0 : v > 400 ? 3 : v > 150 ? 2 : 1);
const user = (dtype, nodata, write) => [
  { rule: { kind: "function" }, dtype, nodata, write },
  fire(),
];
const rule = (rule, dtype, nodata, write) => [{ rule, dtype, nodata, write }];

const CASES = [
  ["int16, 5 breaks", "land", rule(FEW, "int16", NODATA, false)],
  ["int16, 5 breaks, written", "land", rule(FEW, "int16", NODATA, true)],
  [
    "int16, 5 breaks, no WebAssembly",
    "land",
    [{ ...rule(FEW, "int16", NODATA, false)[0], wasm: false }],
  ],
  ["int16, 10 breaks", "land", rule(TEN, "int16", NODATA, false)],
  ["int16, 10 breaks, written", "land", rule(TEN, "int16", NODATA, true)],
  ["int16, 3 ranges to any codes, written", "land", rule(CODES, "int16", NODATA, true)],
  ["int16, 99 breaks", "land", rule(MANY, "int16", NODATA, false)],
  ["int16, 99 breaks, written", "land", rule(MANY, "int16", NODATA, true)],
  ["uint8, 5 breaks", "land", rule(BYTES, "uint8", undefined, false)],
  ["uint8, 5 breaks, written", "land", rule(BYTES, "uint8", undefined, true)],
  ["float32, 5 breaks", "land", rule(FEW, "float32", Math.fround(-3.4e38), false)],
  ["float32, 5 breaks, written", "land", rule(FEW, "float32", Math.fround(-3.4e38), true)],
  ["float32, 99 breaks", "land", rule(MANY, "float32", undefined, false)],
  ["float64, 5 breaks", "land", rule(FEW, "float64", NaN, false)],
  [
    "int16, function, pure",
    "land",
    [{ rule: { kind: "function", pure: true }, dtype: "int16", nodata: NODATA }, fire()],
  ],
  ["int16, function", "land", user("int16", undefined, false)],
  ["int16, function", "land and sea", user("int16", NODATA, false)],
  ["int16, function, sea not nodata", "land and sea", user("int16", undefined, false)],
  ["int16, function, written", "land and sea", user("int16", NODATA, true)],
  ["float32, function", "land and sea", user("float32", NODATA, false)],
];

/** Sets one case up in its own arena; `run(pixels)` classifies that many, tile by tile. */
function prepare([title, ground, [spec, fn]], size) {
  const started = performance.now();
  const kernel = createKernel(spec, fn);
  const createMs = performance.now() - started;
  const { arena } = kernel;
  const View = VIEWS[spec.dtype];
  const pixels =
    size === "cache"
      ? CACHE_BYTES / View.BYTES_PER_ELEMENT
      : (LARGE_PIXELS * 2) / View.BYTES_PER_ELEMENT;
  arena.reserveOutput(TILE);
  arena.ensure(pixels * View.BYTES_PER_ELEMENT);
  fillTerrain(new View(arena.buffer, arena.base, pixels), ground === "land" ? 0 : NODATA);
  const out = spec.write ? { byteOffset: arena.outputOffset, stride: 256 } : undefined;
  const run = (times) => {
    for (let t = 0; t < times; t++) {
      for (let i = 0; i < pixels; i += TILE) {
        const byteOffset = arena.base + i * View.BYTES_PER_ELEMENT;
        kernel.run({ byteOffset, width: 256, height: 256, stride: 256, row: 0, col: 0 }, out);
      }
    }
  };
  const first = performance.now();
  kernel.run({ byteOffset: arena.base, width: 256, height: 256, stride: 256, row: 0, col: 0 }, out);
  const firstMpx = TILE / (performance.now() - first) / 1000;
  return { title, ground, name: kernel.name, pixels, run, createMs, firstMpx, times: [] };
}

function measure(prepared, repeats, turns) {
  for (let r = -1; r < repeats; r++) {
    for (const one of prepared) {
      const started = performance.now();
      one.run(turns);
      if (r >= 0) one.times.push(performance.now() - started);
    }
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const rate = ({ pixels, times }, turns) => Math.round((pixels * turns) / median(times) / 1000);

console.log(
  `Node ${process.version}, ${cpus()[0].model}, ${availableParallelism()} cores, ${REPEATS} repeats`,
);
console.log("Mpx/s on one thread; first: the first call; create: ms to make the kernel\n");
console.log(
  `${"case".padEnd(40)}${"ground".padEnd(14)}${"kernel".padEnd(16)}create  first   cache  memory`,
);
const inCache = CASES.map((c) => prepare(c, "cache"));
measure(inCache, REPEATS, 24);
for (const [i, c] of CASES.entries()) {
  const large = prepare(c, "memory");
  measure([large], Math.ceil(REPEATS / 3), 1);
  const small = inCache[i];
  const figures = [
    small.createMs.toFixed(1),
    small.firstMpx.toFixed(0),
    rate(small, 24),
    rate(large, 1),
  ];
  console.log(
    `${small.title.padEnd(40)}${small.ground.padEnd(14)}${small.name.padEnd(16)}${figures.map((f) => String(f).padStart(6)).join("  ")}`,
  );
}
