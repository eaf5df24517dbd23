import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { task } from "swath";

function spin(ms) {
  const begin = performance.now();
  while (performance.now() - begin < ms);
  return performance.now() - begin;
}

export const spins = task(import.meta, function spins(ms) {
  return spin(ms);
});

/** Takes `with` milliseconds before the first item; that is what the items give. */
export const spinsFirst = task(import.meta, function spinsFirst({ with: ms }) {
  return spin(ms);
});

export const givesState = task(import.meta, function givesState(ms, { state }) {
  spin(ms);
  return state;
});

/** Gives how long its item took to be read. */
export const spinsAfter = task(import.meta, function spinsAfter(readMs) {
  spin(10);
  return readMs;
});

export const spinsFor20 = task(import.meta, function spinsFor20() {
  return spin(20);
});

export const openSlow = task(import.meta, function openSlow({ ms }) {
  return {
    item() {
      return spin(ms);
    },
  };
});

/** Makes what is to be looked through at each collection: that has young objects collected, too. */
export const keepsMuch = task(import.meta, function keepsMuch() {
  setFlagsFromString("--expose-gc");
  const kept = Array.from({ length: 300_000 }, (_, i) => ({ i }));
  return { collect: runInNewContext("gc"), kept };
});

/** Collects all garbage, beside work of some milliseconds; gives how long collecting took. */
export const collects = task(import.meta, function collects(ms, { state: { collect, kept } }) {
  spin(ms);
  const begin = performance.now();
  collect();
  const took = performance.now() - begin;
  return kept.length === 0 ? 0 : took;
});
