import { task } from "swath";

/**
 * A plan says, by item: 0, nothing happens; below this, how often it ends its thread; above
 * this, by how much, how often it throws.
 */
export const THROWS = 10;
/** An item that always throws. */
export const ALWAYS_THROWS = 99;
/** Microseconds that an item takes: 10,000 of them keep two cores busy for about 50 ms. */
const ITEM_US = 8;

/** What an item comes to: never twice the same. */
export const valueOf = (index) => index * 7 + 1;

/** Does to the item what the plan in `with` says, as often as it says. */
function suffer(index, { plan }) {
  const todo = Atomics.load(plan, index);
  if (todo === 0) return;
  if (todo === ALWAYS_THROWS) throw new Error(`always at ${index}`);
  if (todo !== THROWS) Atomics.sub(plan, index, 1);
  if (todo < THROWS) process.exit(1);
  if (todo > THROWS) throw new Error(`now and then at ${index}`);
}

function work(item, { index, with: shared }) {
  const end = performance.now() + ITEM_US / 1e3;
  Atomics.add(shared.runs, index, 1);
  suffer(index, shared);
  while (performance.now() < end);
  if (item !== index) throw new Error(`item ${item} under index ${index}`);
  return valueOf(index);
}

export const one = task(import.meta, function one(item, context) {
  return work(item, context);
});

/** Every fifth item takes its time; the results of a chunk must not be mixed up by that. */
export const oneLater = task(import.meta, async function oneLater(item, context) {
  const value = work(item, context);
  if (item % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  else if (item % 5 === 0) await Promise.resolve();
  return value;
});

/** Changes its accumulator, as a fold may: what a lost block had gathered must not return. */
export const gather = task(import.meta, function gather(values, item, context) {
  values.push(work(item, context));
  return values;
});
