import { seededRandom } from "../../../../bench/random.js";
import { ALWAYS_THROWS, THROWS } from "./tasks.mjs";

export const ITEMS = 10_000;
/** The third worker that an index takes with it is the last: so many it may lose in a run. */
const MAX_LOSSES = 2;
/** Most items of a run that end their thread, and that throw. */
const MAX_BAD = 10;
/** Workers are ended at moments within so many milliseconds: from their start to their end. */
const RUN_MS = 130;

const SCHEDULES = ["auto", "dynamic", "guided", "static", "steal", "balanced"];
const PULLED_SCHEDULES = ["auto", "dynamic"];
const SOURCES = ["range", "array", "view", "pulled"];
const SHAPES = ["await", "ordered", "unordered", "settled", "reduce", "each"];
const CHUNKS = [undefined, undefined, 2, 5, 16, 64, 300];

/**
 * What a run is like: all of it follows from its seed.
 *
 * Whatever ends an item's thread is charged to the item, be it innocent, and a third charge is
 * its end. So the moments at which workers are killed and the times that an item ends its own
 * thread are two in all: however they fall, no item can come to three.
 *
 * @param {number} seed
 */
export function planRun(seed) {
  const random = seededRandom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const upTo = (most) => Math.floor(random() * (most + 1));
  const source = pick(SOURCES);
  const shape = pick(SHAPES);
  const kills = upTo(MAX_LOSSES);
  const retries = upTo(2);
  const plan = new Int32Array(new SharedArrayBuffer(4 * ITEMS));
  for (let n = upTo(MAX_BAD); n > 0 && retries > 0; n--) plan[upTo(ITEMS - 1)] = THROWS + retries;
  if (shape === "settled") {
    for (let n = upTo(MAX_BAD); n > 0; n--) plan[upTo(ITEMS - 1)] = ALWAYS_THROWS;
  }
  const exits = MAX_LOSSES - kills;
  if (exits > 0)
    for (let n = upTo(MAX_BAD); n > 0; n--) plan[upTo(ITEMS - 1)] = 1 + upTo(exits - 1);
  const failing = new Set([...plan.keys()].filter((i) => plan[i] === ALWAYS_THROWS));
  return {
    seed,
    source,
    shape,
    plan,
    failing,
    isLater: random() < 0.4,
    workers: 2 + upTo(2),
    schedule: pick(source === "pulled" ? PULLED_SCHEDULES : SCHEDULES),
    chunk: pick(CHUNKS),
    retries,
    killsAt: Array.from({ length: kills }, () => random() * RUN_MS).toSorted((a, b) => a - b),
    random,
  };
}

/** A run in one line, for messages. */
export function runText({ seed, workers, schedule, chunk, source, shape, retries, isLater }) {
  const sized = chunk === undefined ? "" : ` of ${chunk}`;
  const later = isLater ? ", asynchronous" : "";
  return `seed ${seed} (${workers} workers, ${schedule}${sized}, ${source}, ${shape}, ${retries} retries${later})`;
}
