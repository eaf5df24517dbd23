// Photos into one array and into thumbnails: swath, sharp alone, OpenCV and Pillow.
import { dirname } from "node:path";
import { emptyFolder, photos } from "../fixtures/photos.js";
import { runRounds } from "../harness.js";
import { nodeScript, pythonScript } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const WORKERS = 2;
const LOADED = { width: 1400, height: 2100, count: 300 };
const SHRUNK = { width: 2000, height: 1500, count: 1000 };
/** Decoders differ by a level here and there, not in the mean. */
const MEAN_TOLERANCE = 0.2;

/**
 * sharp alone, as one would tune it: libuv threads, images under way, libvips' threads for each,
 * and whether sharp or the program reads the file. The fastest of them counts.
 */
const SHARP_SETTINGS = [
  { uv: 2, queue: 4, concurrency: 1, from: "file" },
  { uv: 2, queue: 8, concurrency: 1, from: "buffer" },
  { uv: 4, queue: 2, concurrency: 1, from: "buffer" },
  { uv: 4, queue: 4, concurrency: 1, from: "file" },
  { uv: 4, queue: 4, concurrency: 1, from: "buffer" },
  { uv: 4, queue: 8, concurrency: 1, from: "buffer" },
  { uv: 4, queue: 4, concurrency: 2, from: "buffer" },
];

/** @param {{ size: "full" | "tenth", quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runImagesSuite({ size, quick, rounds, only, log }) {
  const share = size === "tenth" ? 10 : quick ? 5 : 1;
  const loaded = { ...LOADED, count: LOADED.count / share };
  const shrunk = { ...SHRUNK, count: SHRUNK.count / share };
  const folders = {
    loaded: dirname((await photos({ ...loaded, log }))[0]),
    shrunk: dirname((await photos({ ...shrunk, log }))[0]),
  };
  const cells = [
    ...loadCells(folders.loaded, loaded),
    ...thumbCells(folders.shrunk, shrunk),
  ].filter(({ id }) => only === undefined || only.some((name) => id.startsWith(name)));
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 3 : 5),
    memoryMB: 3500,
    log,
  });
  return {
    title: `images: ${loaded.count} photos of 1400 x 2100 into one array; ${shrunk.count} of 2000 x 1500 to 128 pixels; ${WORKERS} workers`,
    text: [results.describeNoise(), tableOf(results)].join("\n\n"),
    targets: targetsOf(results),
    failed: results.failed,
    json: { results },
  };
}

function loadCells(folder, { width, height, count }) {
  let mean;
  const check = (answer) => {
    if (answer.bytes !== count * width * height * 3) return `${answer.bytes} bytes`;
    mean ??= answer.mean;
    return Math.abs(answer.mean - mean) < MEAN_TOLERANCE
      ? undefined
      : `expected a mean of ${mean}, got ${answer.mean}`;
  };
  const script = "cells/images-load.js";
  return [
    { id: "swath-load", command: nodeScript(script, "swath", folder, count, WORKERS), check },
    ...sharpCells(
      "sharp-load",
      (settings) => nodeScript(script, "sharp", folder, count, ...settings),
      check,
    ),
    {
      id: "opencv-load",
      command: pythonScript("peers/images_opencv.py", folder, count, WORKERS),
      check,
    },
    {
      id: "swath-batches",
      command: nodeScript("cells/images-batches.js", folder, count, WORKERS),
      check: ({ batchesInMemory, allowed }) =>
        batchesInMemory <= allowed ? undefined : `${batchesInMemory} batches in memory`,
    },
  ];
}

function thumbCells(folder, { width, height, count }) {
  const expected = `128x${Math.round((128 * height) / width)}`;
  const check = ({ sizes }) => {
    const right = sizes.filter((size) => size === expected).length;
    return right === count ? undefined : `${right} of ${count} thumbnails of ${expected}`;
  };
  const script = "cells/images-thumbs.js";
  const cell = (id, commandFor) => {
    const out = emptyFolder(id);
    return { id, command: commandFor(out), check, after: () => void emptyFolder(id) };
  };
  const pillow = (how) => (out) =>
    pythonScript("peers/images_pillow.py", folder, count, out, WORKERS, how);
  return [
    cell("swath-thumbs", (out) => nodeScript(script, "swath", folder, count, out, WORKERS)),
    cell("swath-map-thumbs", (out) => nodeScript(script, "map", folder, count, out, WORKERS)),
    ...sharpCells(
      "sharp-thumbs",
      (settings) =>
        nodeScript(script, "sharp", folder, count, emptyFolder("sharp-thumbs"), ...settings),
      check,
    ),
    cell("pillow-thumbs", pillow("thumbnail")),
    cell("pillow-draft-thumbs", pillow("draft")),
  ];
}

function sharpCells(name, commandFor, check) {
  return SHARP_SETTINGS.map(({ uv, queue, concurrency, from }) => ({
    id: `${name}-uv${uv}-q${queue}-c${concurrency}-${from}`,
    command: [
      "/usr/bin/env",
      `UV_THREADPOOL_SIZE=${uv}`,
      ...commandFor([queue, concurrency, from]),
    ],
    check,
  }));
}

/** The cell of `name` with the lowest median. */
function fastest(results, name) {
  const ids = results.cells.filter(
    (id) => id.startsWith(name) && results.missing(id) === undefined,
  );
  return ids.toSorted((a, b) => results.summary(a).median - results.summary(b).median)[0] ?? name;
}

function tableOf(results) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const { samples, median, min, max } = results.summary(id);
    const own = id.includes("thumbs") ? "swath-thumbs" : "swath-load";
    const versus = id === "swath-batches" ? Number.NaN : results.ratio(id, own).median;
    const cpu = results.summary(id, "cpuSeconds").median;
    const peak = results.summary(id, "peakRssMB").max;
    return [
      id,
      three(median),
      `${three(min)}–${three(max)}`,
      three(versus),
      three(cpu),
      three(peak),
      String(samples),
    ];
  });
  return formatTable(["cell", "s", "min–max", "x swath", "CPU s", "peak MB", "n"], rows);
}

function targetsOf(results) {
  const faster = (name, peer, own) =>
    judge({
      name,
      value: results.ratio(fastest(results, peer), own).median,
      atLeast: 1.02,
      unit: "x",
      note: fastest(results, peer),
    });
  const waits = results.values("swath-batches", "waitMs");
  const owns = results.values("swath-batches", "ownMs");
  return [
    faster("one array: sharp alone / swath", "sharp-load", "swath-load"),
    faster("one array: OpenCV, 2 processes / swath", "opencv-load", "swath-load"),
    judge({
      name: "batches: the consumer's wait / the loader's own time for one",
      value: Math.max(...waits.map((wait, i) => wait / owns[i])),
      atMost: 1,
      unit: "x",
    }),
    faster("thumbnails: sharp alone / swath", "sharp-thumbs", "swath-thumbs"),
    faster("thumbnails: Pillow, 2 processes / swath", "pillow", "swath-thumbs"),
  ];
}
