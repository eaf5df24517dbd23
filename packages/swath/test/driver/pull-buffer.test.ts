import { expect, test } from "vitest";
import { PullBuffer } from "../../src/driver/pull-buffer.ts";

/** The whole numbers up to `end`, counting what was asked of it. */
function counted(end: number) {
  const log = { pulled: 0, closed: 0 };
  function* numbers() {
    try {
      for (let i = 0; i < end; i++) {
        log.pulled++;
        yield i;
      }
    } finally {
      log.closed++;
    }
  }
  return { log, iterator: numbers() };
}

test("pulls as far as it is told and not one item further", async () => {
  const { log, iterator } = counted(100);
  const buffer = new PullBuffer(iterator);
  await buffer.fill(7);
  expect([log.pulled, buffer.until, buffer.ended]).toEqual([7, 7, false]);
  await buffer.fill(5);
  expect(log.pulled).toBe(7);
  expect(buffer.slice(2, 5)).toEqual([2, 3, 4]);
});

test("knows the end when the source says so", async () => {
  const buffer = new PullBuffer(counted(3).iterator);
  await buffer.fill(10);
  expect([buffer.until, buffer.ended]).toEqual([3, true]);
});

test("pulls one after the other, even if it is told twice at once", async () => {
  let running = 0;
  let most = 0;
  async function* slow() {
    for (let i = 0; i < 6; i++) {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      yield i;
    }
  }
  const buffer = new PullBuffer(slow());
  await Promise.all([buffer.fill(2), buffer.fill(4), buffer.fill(6)]);
  expect(most).toBe(1);
  expect(buffer.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("what is released is forgotten, what is not can still be had by its index", async () => {
  const buffer = new PullBuffer(counted(1_000).iterator);
  await buffer.fill(100);
  for (const until of [10, 60, 80]) buffer.release(until);
  expect(buffer.slice(80, 83)).toEqual([80, 81, 82]);
  await buffer.fill(200);
  expect(buffer.slice(150, 152)).toEqual([150, 151]);
  expect(buffer.until).toBe(200);
});

test("closes the iterator once, and not if it has ended by itself", async () => {
  const open = counted(100);
  const buffer = new PullBuffer(open.iterator);
  await buffer.fill(1);
  await buffer.close();
  await buffer.close();
  expect(open.log.closed).toBe(1);
  await buffer.fill(50);
  expect(open.log.pulled).toBe(1);
});

test("an iterator without return() can be closed", async () => {
  const bare = { next: () => ({ done: false as const, value: 1 }) };
  await expect(new PullBuffer(bare).close()).resolves.toBeUndefined();
});

test("an error of the source ends it, and is kept", async () => {
  const broken = {
    next(): never {
      throw new Error("no more paper");
    },
  };
  const buffer = new PullBuffer(broken);
  await buffer.fill(1);
  expect(buffer.ended).toBe(true);
  expect(buffer.failure).toEqual({ cause: new Error("no more paper") });
});

test("what is released beyond the end does not count as items", async () => {
  const buffer = new PullBuffer(counted(7).iterator);
  await buffer.fill(100);
  // Blocks of 4: the last reaches beyond the last item.
  buffer.release(8);
  expect(buffer.until).toBe(7);
});

test("gives single items that it still has, and no others in their place", async () => {
  const buffer = new PullBuffer(counted(10).iterator);
  await buffer.fill(10);
  buffer.release(6);
  expect([5, 6, 9, 10].map((index) => buffer.at(index))).toEqual([undefined, 6, 9, undefined]);
});
