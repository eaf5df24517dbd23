import { seededRandom } from "../../../../bench/random.js";
import { ALWAYS_THROWS, THROWS } from "./tasks.mjs";

export const ITEMS = 10_000;
/** The third worker that an index takes with it is the last: so many it may lose in a run. */
const MAX_LOSSES = 2;
/** Most items of a run that end their thread: a new one takes 20 to 50 ms. */
const MAX_EXITING = 4;
/** Most items of a run that throw. */
const MAX_THROWING = 10;
/** Workers are ended at moments within so many milliseconds: from their start to their end. */
const RUN_MS = 130;

/** Longest block of a fold, which is tried and lost as a whole: no two bad items in one. */
const BLOCK = 64;
/** A fold of known length has at most this many blocks. */
const MAX_BLOCKS = 4_096;
/** Nothing takes so long. */
const TIMEOUT_MS = 60_000;

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
  const kills = pick([0, 1, MAX_LOSSES, MAX_LOSSES]);
  const retries = upTo(2);
  const { plan, failing, again } = planItems({ random, shape, retries, exits: MAX_LOSSES - kills });
  return {
    seed,
    source,
    shape,
    plan,
    failing,
    again,
    isLater: random() < 0.4,
    workers: 2 + upTo(2),
    schedule: pick(source === "pulled" ? PULLED_SCHEDULES : SCHEDULES),
    chunk: pick(CHUNKS),
    retries,
    killsAt: Array.from({ length: kills }, () => random() * RUN_MS).toSorted((a, b) => a - b),
    // Far longer than any item takes: it has every result saved as it comes.
    timeout: random() < 0.5 ? TIMEOUT_MS : undefined,
    random,
  };
}

function planItems({ random, shape, retries, exits }) {
  const plan = new Int32Array(new SharedArrayBuffer(4 * ITEMS));
  const upTo = (most) => Math.floor(random() * (most + 1));
  const blocks = new Set();
  const mark = (most, what) => {
    for (let n = upTo(most); n > 0; n--) {
      const index = upTo(ITEMS - 1);
      const block = Math.floor(index / BLOCK);
      if (!blocks.has(block)) plan[index] = what();
      blocks.add(block);
    }
  };
  if (retries > 0) mark(MAX_THROWING, () => THROWS + retries);
  if (shape === "settled") mark(MAX_THROWING, () => ALWAYS_THROWS);
  if (exits > 0) mark(MAX_EXITING, () => 1 + upTo(exits - 1));
  const failing = new Set([...plan.keys()].filter((i) => plan[i] === ALWAYS_THROWS));
  const again = Array.from(plan, (todo) => {
    if (todo === ALWAYS_THROWS) return retries;
    return todo < THROWS ? todo : todo - THROWS;
  });
  return { plan, failing, again };
}

/**
 * What is wrong with how often items ran, or undefined. Where results are saved, an end from
 * outside costs a second run of the one item that it meets, or of its block in a fold.
 *
 * @param {object} run of `planRun`
 * @param {Int32Array} runs by item
 * @param {number} kills threads that were ended from outside
 */
export function wrongRuns({ shape, source, timeout, again }, runs, kills) {
  const never = runs.indexOf(0);
  if (never >= 0) return `item ${never} has a result and never ran`;
  if (timeout === undefined) return undefined;
  const sum = (list) => list.reduce((all, one) => all + one, 0);
  if (shape === "reduce") {
    const block = source === "pulled" ? BLOCK : Math.ceil(ITEMS / MAX_BLOCKS);
    const twice = sum(runs) - ITEMS;
    const most = (sum(again) + kills) * block;
    return twice > most ? `${twice} items ran again, at most ${most} may` : undefined;
  }
  const beyond = sum(Array.from(runs, (count, i) => Math.max(0, count - 1 - again[i])));
  return beyond > kills ? `${beyond} items ran again for ${kills} kills` : undefined;
}

/** A run in one line, for messages. */
export function runText({
  seed,
  workers,
  schedule,
  chunk,
  source,
  shape,
  retries,
  isLater,
  timeout,
}) {
  const sized = chunk === undefined ? "" : ` of ${chunk}`;
  const later = isLater ? ", asynchronous" : "";
  const saved = timeout === undefined ? "" : ", saved";
  return `seed ${seed} (${workers} workers, ${schedule}${sized}, ${source}, ${shape}, ${retries} retries${later}${saved})`;
}
