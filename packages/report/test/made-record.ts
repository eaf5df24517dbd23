/** What a made run should look like. */
export interface MadeOptions {
  readonly chunks?: number;
  readonly workers?: number;
  readonly seed?: number;
}

const ITEMS_PER_CHUNK = 4;
/** A quiet start of the threads, in seconds. */
const START = 0.12;
/** The one chunk that all wait for, as a multiple of the mean, and where it is handed out. */
const STRAGGLER = 2_400;
const STRAGGLER_AT = 0.93;

/**
 * The record of a made run, as plain JSON, with everything that a record may hold: chunks handed
 * out in order to whoever is free, dearer in the middle of the input, one of them very much so. Its
 * buckets are those of its spans.
 */
export function madeRecord({ chunks = 100_000, workers = 8, seed = 1 }: MadeOptions = {}) {
  const random = randomOf(seed);
  const run = makeSpans(chunks, workers, random);
  const { spans, gc, wall } = run;
  const buckets = bucketsOf(run, workers);
  const all = wall * workers;
  const computeScaling = { value: 0.93, low: 0.91, high: 0.95, items: 64 };
  return {
    schema: "swath.report/1",
    task: "ndvi",
    name: "ndvi.ts",
    command: "node ndvi.js scenes/*.tif --workers 8",
    startedAt: "2026-11-20T14:54:07.000Z",
    wall,
    workers,
    executor: "threads",
    schedule: "dynamic",
    source: "range",
    items: chunks * ITEMS_PER_CHUNK,
    unit: 2,
    buckets,
    efficiency: efficiencyOf(buckets, all),
    computeScaling,
    speedup: (buckets.useful / wall) * computeScaling.value,
    bound: { kind: "cpu", evidence: "97 % of the useful time was spent on a processor" },
    ratio: buckets.useful / (buckets.transfer + 2.9),
    serialization: {
      bytesOut: 6_440_000_000,
      bytesIn: 1_020_000_000,
      bytesInBy: { clone: 20_000_000, json: 400_000_000, columns: 600_000_000 },
      exact: false,
      workerDecode: sum(spans.decode),
      workerEncode: sum(spans.encode),
      driverEncode: 2.1,
      driverDecode: 0.8,
    },
    stragglers: stragglersOf(run, buckets, workers),
    memory: { peakResident: 7_210_000_000, samples: memorySamples(wall, random) },
    routes: routesMade(workers),
    place: { items: 12, seconds: 0.004, why: "an item takes longer than handing it over" },
    driver: { busy: 4.4, starting: 0.1 },
    helpers: 0.7,
    io: {
      bytesRead: 1_650_000_000,
      bytesWritten: 41_000,
      storageRead: 1_610_000_000,
      storageWritten: 0,
    },
    perWorker: perWorkerOf(run, workers),
    chunks: { count: chunks, lost: 1 },
    slowest: slowestOf(spans),
    advice: adviceOn(run),
    spans,
    gc,
    options: { workers, schedule: "dynamic", chunk: ITEMS_PER_CHUNK, retries: 2, route: "auto" },
    overhead: { seconds: 0.037, share: 0.003 },
    environment: {
      node: "20.20.2",
      platform: "linux-x64",
      cpu: "AMD EPYC 7B13",
      cores: 8,
      memoryBytes: 33_400_000_000,
    },
  };
}

/** Everything that a made record holds. */
export type MadeRecord = ReturnType<typeof madeRecord>;

function routesMade(workers: number) {
  return {
    items: "copy",
    bytesRead: 1_640_000_000,
    input: {
      route: "copy",
      copied: 5_640_000_000,
      moved: 0,
      seconds: 6.1,
      why: "items are copied by structured clone",
    },
    broadcast: {
      route: "copy",
      copied: 100_000_000 * workers,
      moved: 0,
      seconds: 0.4,
      why: "`with` and what functions captured are copied to each worker once",
    },
    results: {
      route: "move",
      copied: 20_000_000,
      moved: 1_000_000_000,
      seconds: 3,
      why: "tasks marked them by `move`",
    },
  };
}

function adviceOn({ spans }: Made) {
  const [slow] = slowestOf(spans);
  const items = slow === undefined ? "Some items" : `Items ${slow.start} to ${slow.end - 1}`;
  return [
    {
      id: "SW103",
      title: "Start the dearest items first",
      evidence: `${items} took as long as thousands of others, and were begun nearly last.`,
      savingSeconds: 1.31,
      savingError: 0.2,
      change: 'await map(scenes, ndvi, { schedule: "balanced", costs });',
      docs: "https://example.org/rules/SW103",
    },
    {
      id: "SW201",
      title: "Share `dem` instead of copying it",
      evidence: "805 MB were copied to each of the workers: 1.6 s of encoding in the caller.",
      savingSeconds: 1.18,
      savingError: 0.1,
      change: "await map(scenes, ndvi, { with: { dem: share(dem) } });",
      docs: "https://example.org/rules/SW201",
    },
  ];
}

function makeSpans(chunks: number, workers: number, random: () => number) {
  const spans = {
    count: chunks,
    recorded: chunks,
    worker: [] as number[],
    start: [] as number[],
    end: [] as number[],
    begin: [] as number[],
    duration: [] as number[],
    decode: [] as number[],
    read: [] as number[],
    run: [] as number[],
    encode: [] as number[],
  };
  const gc = { worker: [] as number[], begin: [] as number[], duration: [] as number[] };
  const ready = Array.from({ length: workers }, () => START + 0.03 * random());
  const free = [...ready];
  const unit = 70 / chunks;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const worker = free.indexOf(Math.min(...free));
    const at = chunk / chunks;
    const slope = 0.5 + 1.2 * Math.exp(-(((at - 0.4) / 0.22) ** 2));
    const straggles = chunk === Math.floor(STRAGGLER_AT * chunks);
    const run = straggles ? STRAGGLER * Math.min(unit, 7e-4) : unit * slope * logNormal(random);
    const begin = (free[worker] as number) + unit * 0.06 * random();
    const phases = {
      decode: unit * 0.06 * (0.5 + random()),
      read: unit * 0.03 * (0.5 + random()),
      run,
      encode: unit * 0.03 * (0.5 + random()),
    };
    spans.worker.push(worker);
    spans.start.push(chunk * ITEMS_PER_CHUNK);
    spans.end.push((chunk + 1) * ITEMS_PER_CHUNK);
    spans.begin.push(begin);
    spans.decode.push(phases.decode);
    spans.read.push(phases.read);
    spans.run.push(phases.run);
    spans.encode.push(phases.encode);
    const pause = unit * 0.01 * random();
    spans.duration.push(phases.decode + phases.read + run + phases.encode + pause);
    if (random() < 0.02) {
      gc.worker.push(worker);
      gc.begin.push(begin + phases.decode + phases.read);
      gc.duration.push(Math.min(run, unit * 0.9));
    }
    free[worker] = begin + (spans.duration[chunk] as number);
  }
  return { spans, gc, ready, free, wall: Math.max(...free) + 0.002 };
}

type Made = ReturnType<typeof makeSpans>;

function bucketsOf({ spans, gc, ready, free, wall }: Made, workers: number) {
  const pauses = sum(gc.duration);
  const start = sum(ready);
  const tail = sum(free.map((end) => wall - end));
  const transfer = sum(spans.decode) + sum(spans.read) + sum(spans.encode);
  const useful = sum(spans.run) - pauses;
  const starve = wall * workers - start - tail - transfer - pauses - useful;
  return { start, tail, starve, transfer, gc: pauses, useful };
}

type Buckets = ReturnType<typeof bucketsOf>;

function efficiencyOf({ start, tail, starve, transfer, gc, useful }: Buckets, all: number) {
  return {
    parallel: useful / all,
    start: (all - start) / all,
    balance: (all - start - tail) / (all - start),
    dispatch: (transfer + gc + useful) / (starve + transfer + gc + useful),
    transfer: (gc + useful) / (transfer + gc + useful),
    gc: useful / (gc + useful),
  };
}

function stragglersOf({ free, spans }: Made, buckets: Buckets, workers: number) {
  const useful = new Array<number>(workers).fill(0);
  for (const [i, worker] of spans.worker.entries()) {
    useful[worker] = (useful[worker] as number) + (spans.run[i] as number);
  }
  return {
    firstDone: Math.min(...free),
    lastDone: Math.max(...free),
    idle: buckets.tail,
    imbalance: Math.max(...useful) / (sum(useful) / workers),
  };
}

function perWorkerOf({ spans, gc, ready, wall }: Made, workers: number) {
  return Array.from({ length: workers }, (_, worker) => {
    const own = (column: readonly number[], of = spans.worker) =>
      sum(column.filter((_, i) => of[i] === worker));
    const pauses = own(gc.duration, gc.worker);
    const read = own(spans.read);
    const transfer = own(spans.decode) + read + own(spans.encode);
    const useful = own(spans.run) - pauses;
    const chunks = spans.worker.filter((w) => w === worker).length;
    return {
      worker,
      ready: ready[worker] as number,
      chunks,
      items: chunks * ITEMS_PER_CHUNK,
      useful,
      read,
      transfer,
      gc: pauses,
      idle: wall - (ready[worker] as number) - transfer - pauses - useful,
      bytesOut: Math.round(6_440_000_000 / workers),
      bytesIn: Math.round(1_020_000_000 / workers),
      bytesRead: Math.round(1_640_000_000 / workers),
      cpu: 0.97 * (useful + pauses),
      runQueue: 0.02 * useful,
      starting: 0.04,
      heapUsed: 61_000_000 + 1_000 * worker,
    };
  });
}

function slowestOf(spans: Made["spans"]) {
  return Array.from(spans.run.keys())
    .toSorted((a, b) => (spans.run[b] as number) - (spans.run[a] as number))
    .slice(0, 8)
    .map((i) => ({
      start: spans.start[i] as number,
      end: spans.end[i] as number,
      seconds: (spans.run[i] as number) + (spans.read[i] as number),
      item: (spans.start[i] as number) + 1,
      itemSeconds: 0.9 * (spans.run[i] as number),
      preview: `{ path: "scenes/${spans.start[i]}.tif", rows: [0, 128] }`,
    }));
}

function memorySamples(wall: number, random: () => number) {
  const at = Array.from({ length: 120 }, (_, i) => ((i + 1) * wall) / 120);
  const grown = (t: number) => 7.2e9 * (1 - Math.exp((-4 * t) / wall));
  return {
    at,
    resident: at.map((t) => Math.round(grown(t) * (0.95 + 0.05 * random()))),
    heapUsed: at.map((t) => Math.round(grown(t) * (0.1 + 0.08 * random()))),
  };
}

function logNormal(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(0.35 * normal - 0.06);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
