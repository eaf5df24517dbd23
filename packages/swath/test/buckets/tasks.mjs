import { task } from "swath";

const MIX = 2654435761;

/** From 0 to 1, the same for the same item. */
function amountOf(item) {
  return ((Math.imul(item + 1, MIX) >>> 0) % 1_000) / 1_000;
}

function spin(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function litter(count) {
  const kept = [];
  for (let i = 0; i < count; i++) kept.push({ i, text: `item ${i}` });
  return kept.length;
}

/** Keeps its core busy for up to `with` ms. */
export const spins = task(import.meta, function spins(item, context) {
  spin(context.with * amountOf(item));
  return item;
});

/** Waits for up to `with` ms. */
export const sleeps = task(import.meta, async function sleeps(item, context) {
  await new Promise((resolve) => setTimeout(resolve, context.with * amountOf(item)));
  return item;
});

/** Makes garbage. */
export const allocates = task(import.meta, function allocates(item, context) {
  return litter(Math.ceil(4_000 * context.with * amountOf(item)));
});

/** Gives objects back, or bytes. */
export const transfers = task(import.meta, function transfers(item, context) {
  const size = Math.ceil(300 * context.with * amountOf(item));
  if (item % 2 === 0) return new Float64Array(size * 8);
  return Array.from({ length: size }, (_, i) => ({ i, name: `row ${i}` }));
});

/** One of all these, by its index. */
export const mixes = task(import.meta, async function mixes(item, context) {
  const ms = context.with * amountOf(item);
  switch (item % 4) {
    case 0:
      return spin(ms);
    case 1:
      return new Promise((resolve) => setTimeout(resolve, ms));
    case 2:
      return litter(Math.ceil(2_000 * ms));
    default:
      return new Float64Array(Math.ceil(2_000 * ms));
  }
});

/** A source whose items take up to `ms` to be read. */
export const openSlow = task(import.meta, function openSlow({ ms }) {
  return {
    item(index) {
      spin((ms * amountOf(index)) / 2);
      return index;
    },
  };
});
