import { Worker } from "node:worker_threads";
import { createPool, map, range, SharedArray } from "swath";
import { afterEach, describe, expect, test } from "vitest";
import { askKeeper } from "../../src/shared/name-messages.ts";
import { watchThreads } from "../threads-alive.ts";

watchThreads();

const made: string[] = [];
let count = 0;

/** A name that is deleted after the test. */
function freshName(): string {
  const name = `test ${count++}`;
  made.push(name);
  return name;
}

afterEach(() => {
  for (const name of made.splice(0)) {
    try {
      SharedArray.delete(name);
    } catch {
      // The test has deleted it.
    }
  }
});

const readFirst = (name: string) => SharedArray.attach(name).at(0);

describe("a name", () => {
  test("is found in its own thread, and in a job that runs there", async () => {
    const name = freshName();
    SharedArray.create("int32", 3, { name }).fill(7);
    expect(SharedArray.attach(name).toNested()).toEqual([7, 7, 7]);
    expect(await map([name], readFirst, { workers: 0 })).toEqual([7]);
  });

  test("is found in every worker, also in one that was started before", async () => {
    await using pool = createPool({ workers: 2 });
    await pool.map(range(4), (i) => i);
    const name = freshName();
    SharedArray.create("int32", 3, { name }).fill(7);
    expect(await pool.map([name, name, name, name], readFirst, { chunk: 1 })).toEqual([7, 7, 7, 7]);
    expect(await map([name, name], readFirst, { workers: 2 })).toEqual([7, 7]);
  });

  test("that a worker gave is found in the program and in other workers", async () => {
    const name = freshName();
    const create = (own: string) => {
      SharedArray.create("int32", 2, { name: own }).fill(3);
    };
    await map([name], create, { workers: 1 });
    expect(SharedArray.attach(name).toNested()).toEqual([3, 3]);
    expect(await map([name, name], readFirst, { workers: 2 })).toEqual([3, 3]);
  });

  test("shows the same memory to all", async () => {
    const name = freshName();
    const array = SharedArray.create("int32", 4, { name });
    const write = (i: number, { with: own }: { with: string }) =>
      SharedArray.attach(own).set(i + 1, i);
    await map(range(4), write, { workers: 2, with: name });
    expect(array.toNested()).toEqual([1, 2, 3, 4]);
  });

  test("that was deleted anywhere is gone everywhere, and what is attached stays valid", async () => {
    const name = freshName();
    const array = SharedArray.create("int32", 1, { name }).fill(5);
    const remove = (own: string) => SharedArray.delete(own);
    await map([name], remove, { workers: 1 });
    expect(() => SharedArray.attach(name)).toThrow(`There is no shared array named "${name}"`);
    const failed = await map([name], readFirst, { workers: 1 }).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: "SWATH_TASK_FAILED",
      cause: { code: "SWATH_ARRAY_NOT_FOUND", arrayName: name },
    });
    expect(array.at(0)).toBe(5);
    SharedArray.create("int8", 2, { name });
    expect(SharedArray.attach(name).dtype).toBe("int8");
  });

  test("is given once, in whichever thread", async () => {
    const name = freshName();
    SharedArray.from([1, 2], { name });
    expect(() => SharedArray.create("int8", 1, { name })).toThrow(`named "${name}" already`);
    const create = (own: string) => {
      SharedArray.create("int8", 1, { name: own });
    };
    const settled = await map([name, name], create, { workers: 2 }).settled();
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(SharedArray.attach(name).toNested()).toEqual([1, 2]);
  });

  test("of many at the same time goes to one of them", async () => {
    const name = freshName();
    const create = (i: number, { with: own }: { with: string }) => {
      try {
        SharedArray.create("int32", 1, { name: own }).fill(i);
        return true;
      } catch {
        return false;
      }
    };
    const won = await map(range(20), create, { workers: 3, chunk: 1, with: name });
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(SharedArray.attach(name).at(0)).toBe(won.indexOf(true));
  });

  test("that there is not is refused with those that there are", () => {
    const name = freshName();
    SharedArray.create("int8", 1, { name });
    expect(() => SharedArray.attach("nowhere")).toThrow(
      /named "nowhere": .* Names that there are: .*"test \d+"/,
    );
    expect(() => SharedArray.delete("nowhere")).toThrow("nowhere");
    expect(() => SharedArray.delete(5 as never)).toThrow("Expected `name` to be a text");
  });

  test("can be had in a pool within a worker", async () => {
    const name = freshName();
    SharedArray.create("int32", 1, { name }).fill(9);
    const nested = async (own: string) => {
      const { map: inner, SharedArray: Array } = await import("swath");
      return inner([own], (one: string) => Array.attach(one).at(0), { workers: 1 });
    };
    expect(await map([name], nested, { workers: 1 })).toEqual([[9]]);
  });

  test("can be had in a thread that the program started itself", async () => {
    const name = freshName();
    const array = SharedArray.create("int32", 2, { name }).fill(4);
    const url = new URL("../fixtures/attach-thread.mjs", import.meta.url);
    const thread = new Worker(url, { workerData: name });
    const seen = await new Promise((resolve, reject) => {
      thread.once("message", resolve).once("error", reject);
    });
    expect(seen).toEqual([4, 4]);
    expect(array.toNested()).toEqual([4, 5]);
  });

  test("is not waited for without end where nobody answers", () => {
    const keeper = { channel: "swath test, nobody", thread: -1 };
    expect(() => askKeeper(keeper, { kind: "find", name: "a" }, 1, 20)).toThrow(
      /did not answer within 20 ms when asked for "a": its event loop does not turn/,
    );
  });
});
