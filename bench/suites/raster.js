// Classify 1.54 Gpx of elevations and count the classes: swath, its bar, its peers, its limits.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { flagship, scratch } from "../fixtures/flagship.js";
import { runRounds } from "../harness.js";
import { nodeScript, pythonScript, runForAnswer } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const WORKERS = 2;
/** The share of the rows that the plain Python loop gets: about 4 s of the minutes that all take. */
const LOOP_SHARE = 1 / 200;
/** Cells that take several seconds each run in the first rounds only. */
const SLOW_SAMPLES = 3;
const PEAK_LIMIT_MB = 250;

/**
 * @param {{ size: "full" | "tenth", quick: boolean, rounds?: number, only?: readonly string[], variant?: string,
 *   log: (line: string) => void }} options
 */
export async function runRasterSuite({ size, quick, rounds, only, variant = "tiles", log }) {
  const fixture = await flagship({ size, variant, log });
  const cells = cellsFor(fixture, variant).filter(
    ({ id }) => only === undefined || only.includes(id),
  );
  log(`warming the page cache: ${fixture.path}`);
  for (let i = 0; i < 2; i++) await runForAnswer(nodeScript("cells/bare-read.js", fixture.path, 2));
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 3 : 7),
    memoryMB: 1600,
    log,
  });
  const targets = targetsOf(results);
  return {
    title: `raster: ${(fixture.pixels / 1e6).toFixed(0)} Mpx int16, ${variant}, ${(fixture.bytes / 1e9).toFixed(3)} GB, page cache warm, ${WORKERS} workers`,
    text: [results.describeNoise(), tableOf(results, fixture)].join("\n\n"),
    targets,
    failed: results.failed,
    json: { fixture: { ...fixture, check: undefined }, results },
  };
}

function cellsFor(fixture, variant) {
  const { path, workload, bytes } = fixture;
  const check = ({ counts, nodata }) => fixture.check(counts, nodata);
  const read = ({ bytes: got }) => (got === bytes ? undefined : `read ${got} of ${bytes} bytes`);
  const node = (id, script, ...args) => ({ id, command: nodeScript(script, ...args), check });
  const swath = (id, mode, workers) =>
    node(id, "cells/swath-raster.js", mode, path, workers, workload);
  const peer = (id, script, ...args) => ({ id, command: pythonScript(script, ...args), check });
  const plainTiles = variant === "tiles";
  return [
    { ...node("read-1", "cells/bare-read.js", path, 1), check: read },
    { ...node("read-2", "cells/bare-read.js", path, 2), check: read },
    ...(plainTiles ? [node("hand-1", "cells/hand-raster.js", path, 1, workload)] : []),
    ...(plainTiles ? [node("hand-2", "cells/hand-raster.js", path, 2, workload)] : []),
    swath("swath-fn-1", "fn", 1),
    swath("swath-fn-2", "fn", 2),
    swath("swath-pure-2", "pure", 2),
    swath("swath-breaks-2", "breaks", 2),
    swath("swath-mapping-2", "mapping", 2),
    writer("swath-write-2", "breaks", fixture),
    writer("swath-write-fn-2", "fn", fixture),
    peer("numba-2", "peers/raster_numba.py", path, 2, workload, "tuned"),
    peer("numba-bands-2", "peers/raster_numba.py", path, 2, workload, "bands"),
    peer("numba-blocks-2", "peers/raster_numba.py", path, 2, workload, "blocks"),
    peer("numpy-lut-2p", "peers/raster_numpy.py", "lut", path, 2, workload),
    peer("digitize-2p", "peers/raster_numpy.py", "digitize", path, 2, workload),
    gdalCalc(fixture),
    ...(fixture.partsKnown ? [pythonLoop(fixture)] : []),
  ];
}

/** Writes a DEFLATE GeoTIFF; an independent reader then counts the classes in the file itself. */
function writer(id, mode, fixture) {
  const out = join(scratch, `${id}.tif`);
  const classes = fixture.cuts.length + 1;
  const args = [mode, fixture.path, WORKERS, fixture.workload, out];
  return {
    id,
    command: nodeScript("cells/swath-raster.js", ...args),
    check: ({ counts, nodata }) => fixture.check(counts, nodata),
    maxSamples: SLOW_SAMPLES,
    after: async () => {
      const written = await runForAnswer(pythonScript("peers/class_counts.py", out, classes));
      await rm(out, { force: true });
      if (written.kind === "absent") return;
      const wrong =
        written.kind === "failed"
          ? written.reason
          : fixture.check(written.answer.counts, written.answer.nodata);
      if (wrong !== undefined) throw new Error(`WRONG PIXELS in the file of ${id}: ${wrong}`);
    },
  };
}

function gdalCalc(fixture) {
  const out = join(scratch, "gdal_calc.tif");
  return {
    id: "gdal_calc",
    command: pythonScript("peers/raster_gdal_calc.py", fixture.path, out, fixture.workload),
    check: ({ counts, nodata }) => fixture.check(counts, nodata),
    maxSamples: SLOW_SAMPLES,
    after: () => rm(out, { force: true }),
  };
}

function pythonLoop({ path, pixels, workload, check }) {
  const rows = Math.max(2, Math.round((pixels / 40_100) * LOOP_SHARE));
  return {
    id: "python-loop-2p",
    command: pythonScript("peers/raster_loop.py", path, 2, rows, workload),
    check: ({ counts, nodata }) => check(counts, nodata, rows),
    maxSamples: SLOW_SAMPLES,
  };
}

function tableOf(results, { pixels }) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const { samples, median, min, max, q1, q3 } = results.summary(id);
    const versus = results.ratio(id, "hand-2");
    return [
      id === "python-loop-2p" ? `${id} (extrapolated)` : id,
      three(median),
      `${three(min)}–${three(max)}`,
      three(q3 - q1),
      id.startsWith("read") ? "" : three(pixels / median / 1e6),
      three(versus.median),
      three(results.summary(id, "cpuSeconds").median),
      three(results.summary(id, "peakRssMB").max),
      String(samples),
    ];
  });
  const head = ["cell", "s", "min–max", "IQR", "Mpx/s", "x hand-2", "CPU s", "peak MB", "n"];
  return formatTable(head, rows);
}

function targetsOf(results) {
  const ratio = (slow, fast) => results.ratio(slow, fast).median;
  const counted = ["numba-blocks-2", "numba-bands-2", "numba-2"].flatMap((peer) =>
    ["pure", "breaks", "mapping"].map((mode) =>
      judge({
        name: `${peer} / swath-${mode}-2`,
        value: ratio(peer, `swath-${mode}-2`),
        atLeast: 4,
        unit: "x",
        note: peer === "numba-2" ? "the peer with its best windows and cache" : undefined,
      }),
    ),
  );
  const swathPeak = Math.max(
    ...results.cells
      .filter((id) => id.startsWith("swath"))
      .flatMap((id) => results.values(id, "peakRssMB")),
  );
  return [
    judge({
      name: "hand-2 / swath-fn-2",
      value: ratio("hand-2", "swath-fn-2"),
      atLeast: 0.95,
      unit: "x",
      note: "rate of the hand-written loop",
    }),
    judge({
      name: "swath-fn-1 / swath-fn-2 / P_eff",
      value: results.scaling("swath-fn-1", "swath-fn-2"),
      atLeast: 0.93,
    }),
    ...counted,
    judge({
      name: "swath-breaks-2 / read-2",
      value: ratio("swath-breaks-2", "read-2"),
      atMost: 2.5,
      unit: "x",
    }),
    judge({
      name: "gdal_calc / swath-write-2",
      value: ratio("gdal_calc", "swath-write-2"),
      atLeast: 6,
      unit: "x",
    }),
    judge({
      name: "peak RSS of any swath cell",
      value: swathPeak,
      atMost: PEAK_LIMIT_MB,
      unit: " MB",
    }),
  ];
}
