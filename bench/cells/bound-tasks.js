import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { task } from "swath";
import { copyPiece } from "./copy-piece.js";

/** A millisecond or so of arithmetic in registers. */
export const computes = task(import.meta, function computes(item) {
  let x = item;
  for (let i = 0; i < 700_000; i++) x = (Math.imul(x, 1103515245) + 12345) | 0;
  return x;
});

export const returns = task(import.meta, function returns(row) {
  return row;
});

export const copies = task(import.meta, function copies(item, { with: { from, to } }) {
  copyPiece(item, from, to);
  return 0;
});

const BLOCK = Buffer.alloc(1 << 20, 7);

/** Writes a megabyte and waits until they are on the disk. */
export const writes = task(import.meta, function writes(item, { with: folder, worker }) {
  const path = join(folder, `bound-${process.pid}-${worker}-${item}`);
  const file = openSync(path, "w");
  writeSync(file, BLOCK);
  fsyncSync(file);
  closeSync(file);
  unlinkSync(path);
  return item;
});

let kept = [];

/** Makes many objects of which some live on for a while. */
export const litters = task(import.meta, function litters(item) {
  for (let i = 0; i < 20_000; i++) kept.push({ item, i, next: { text: `${i}` } });
  if (kept.length > 400_000) kept = [];
  return kept.length;
});

/** Says much in short time. */
export const describes = task(import.meta, function describes(item) {
  return LINES.map((line) => ({ item, line, tags: new Map([[line, { item }]]) }));
});

const LINES = Array.from({ length: 1_000 }, (_, i) => `line ${i}`);

export const fetches = task(import.meta, async function fetches(_item, { with: address }) {
  const response = await fetch(address);
  return (await response.text()).length;
});

export const sleeps = task(import.meta, async function sleeps(item) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return item;
});

export const adds = task(import.meta, function adds(item) {
  return item + 1;
});
