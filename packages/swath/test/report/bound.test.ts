import { describe, expect, test } from "vitest";
import { type BoundFacts, boundOf } from "../../src/report/bound.ts";
import type { Buckets, ProcessIo, WorkerFigures } from "../../src/report/report.ts";

const NOTHING: Buckets = { start: 0, tail: 0, starve: 0, transfer: 0, gc: 0, useful: 0 };
const NO_IO: ProcessIo = { bytesRead: 0, bytesWritten: 0, storageRead: 0, storageWritten: 0 };
const SERIALIZATION = {
  bytesOut: 0,
  bytesIn: 0,
  bytesInBy: { clone: 0, json: 0, columns: 0 },
  exact: true,
  workerDecode: 0,
  workerEncode: 0,
  driverEncode: 0,
  driverDecode: 0,
};

function worker(parts: Partial<WorkerFigures>): WorkerFigures {
  return {
    worker: 0,
    ready: 0,
    chunks: 1,
    items: 1,
    useful: 0,
    read: 0,
    transfer: 0,
    gc: 0,
    idle: 0,
    bytesOut: 0,
    bytesIn: 0,
    bytesRead: 0,
    ...parts,
  };
}

/** Two workers that spent ten seconds of twenty-one each on a core, inside tasks. */
function facts(parts: Partial<Omit<BoundFacts, "buckets">> & { buckets?: Partial<Buckets> }) {
  const { buckets, ...others } = parts;
  return {
    wall: 10,
    workers: 2,
    executor: "threads",
    items: 1_000,
    buckets: { ...NOTHING, useful: 20, ...buckets },
    perWorker: [worker({ cpu: 10, runQueue: 0 }), worker({ worker: 1, cpu: 10, runQueue: 0 })],
    serialization: SERIALIZATION,
    driver: { busy: 0.1 },
    io: NO_IO,
    environment: { cores: 2 },
    ...others,
  } as const satisfies BoundFacts;
}

const ASLEEP = [worker({ cpu: 1, runQueue: 0 }), worker({ worker: 1, cpu: 1, runQueue: 0 })];

describe("one word, by its evidence", () => {
  test("cpu: tasks needed a core all the time", () => {
    const { kind, evidence } = boundOf(facts({}));
    expect(kind).toBe("cpu");
    expect(evidence).toContain("100.0 % of the worker time was inside tasks");
    expect(evidence).toContain("was not measured (`report: { calibrate: true }`)");
  });

  test("cpu, where calibration was asked for and found no time for it", () => {
    const environment = { cores: 2, copyRate: 2e10 };
    const { kind, evidence } = boundOf(facts({ environment }));
    expect(kind).toBe("cpu");
    expect(evidence).toContain("could not be measured: too few chunks ran alone");
    expect(evidence).not.toContain("calibrate");
  });

  test("cpu, where workers waited for cores, however poorly they scale", () => {
    const crowded = [worker({ cpu: 5, runQueue: 5 }), worker({ worker: 1, cpu: 5, runQueue: 5 })];
    const computeScaling = { value: 0.5, low: 0.48, high: 0.52, items: 100 };
    const { kind, evidence } = boundOf(facts({ perWorker: crowded, computeScaling }));
    expect(kind).toBe("cpu");
    expect(evidence).toContain("50.0 % of all they waited for one (2 workers, 2 cores)");
  });

  test("memory: items take longer beside others, on cores of their own", () => {
    const computeScaling = { value: 0.6, low: 0.55, high: 0.65, items: 100 };
    const { kind, evidence } = boundOf(facts({ computeScaling }));
    expect(kind).toBe("memory");
    expect(evidence).toContain("1.67 times as long");
    expect(evidence).toContain("compute scaling 0.60 (0.55–0.65)");
  });

  test("not memory while the interval reaches what is common", () => {
    const computeScaling = { value: 0.8, low: 0.6, high: 0.95, items: 100 };
    expect(boundOf(facts({ computeScaling })).kind).toBe("cpu");
  });

  test("memory: workers move as many bytes a second as a thread that only copies", () => {
    const serialization = { ...SERIALIZATION, bytesOut: 100e9 };
    const environment = { cores: 2, copyRate: 8e9 };
    const { kind, evidence } = boundOf(facts({ serialization, environment }));
    expect(kind).toBe("memory");
    expect(evidence).toContain("5.00 GB/s");
    expect(evidence).toContain("8.00 GB/s");
  });

  test.each([
    ["memory", 0.55],
    ["cpu", 0.45],
  ])("%s: workers move %d of what a thread that only copies does", (kind, share) => {
    const busy = 20;
    const serialization = { ...SERIALIZATION, bytesOut: share * 8e9 * busy };
    const environment = { cores: 2, copyRate: 8e9 };
    expect(boundOf(facts({ serialization, environment })).kind).toBe(kind);
  });

  test("memory: the time in which a worker waits for a core is none in which it moves anything", () => {
    const perWorker = [
      worker({ cpu: 7.5, runQueue: 2.5 }),
      worker({ worker: 1, cpu: 7.5, runQueue: 2.5 }),
    ];
    const serialization = { ...SERIALIZATION, bytesOut: 0.45 * 8e9 * 20 };
    const environment = { cores: 2, copyRate: 8e9 };
    const { kind, evidence } = boundOf(facts({ perWorker, serialization, environment }));
    expect(kind).toBe("memory");
    expect(evidence).toContain("4.80 GB/s");
  });

  test("memory: rows of a shared array that are only copied, though workers do not get in each other's way", () => {
    const way = {
      route: "share",
      copied: 0,
      moved: 0,
      shared: 120e9,
      seconds: 0,
      why: "",
    } as const;
    const routes = {
      items: "share",
      bytesRead: 0,
      input: way,
      broadcast: way,
      results: way,
    } as const;
    const environment = { cores: 2, copyRate: 8e9 };
    const computeScaling = { value: 1, low: 0.98, high: 1.02, items: 100 };
    const { kind, evidence } = boundOf(facts({ routes, environment, computeScaling }));
    expect(kind).toBe("memory");
    expect(evidence).toContain("6.00 GB/s");
  });

  test("not memory: rows that are read once while much is computed with them", () => {
    const way = { route: "share", copied: 0, moved: 0, shared: 40e9, seconds: 0, why: "" } as const;
    const none = { ...way, shared: 0 };
    const routes = {
      items: "share",
      bytesRead: 0,
      input: way,
      broadcast: none,
      results: none,
    } as const;
    const environment = { cores: 2, copyRate: 8e9 };
    expect(boundOf(facts({ routes, environment })).kind).toBe("cpu");
  });

  test("disk: off the cores while storage moved bytes", () => {
    const io = { ...NO_IO, bytesRead: 4e9, storageRead: 4e9 };
    const { kind, evidence } = boundOf(facts({ perWorker: ASLEEP, io }));
    expect(kind).toBe("disk");
    expect(evidence).toContain("4.00 GB came from storage");
    expect(evidence).toContain("400 MB/s");
  });

  test("network: off the cores while bytes came in by it, and none from storage", () => {
    const io = { ...NO_IO, bytesRead: 5e6, received: 6e6 };
    expect(boundOf(facts({ perWorker: ASLEEP, io })).kind).toBe("network");
  });

  test("waiting: off the cores, and nothing tells for what", () => {
    const { kind, evidence } = boundOf(facts({ perWorker: ASLEEP }));
    expect(kind).toBe("waiting");
    expect(evidence).toContain("90.0 % of their time");
    const { io: _, ...untold } = facts({ perWorker: ASLEEP });
    expect(boundOf(untold).kind).toBe("waiting");
  });

  test("disk, on a crowded machine: waiting for a core is left out", () => {
    const crowded = [worker({ cpu: 2, runQueue: 5 }), worker({ worker: 1, cpu: 2, runQueue: 5 })];
    const io = { ...NO_IO, storageWritten: 1e9 };
    const { kind, evidence } = boundOf(facts({ perWorker: crowded, io }));
    expect(kind).toBe("disk");
    expect(evidence).toContain("60.0 % of their time, not counting");
  });

  test("where nobody tells who was on a core, it is not claimed", () => {
    const { kind, evidence } = boundOf(facts({ perWorker: [worker({}), worker({ worker: 1 })] }));
    expect(kind).toBe("cpu");
    expect(evidence).toContain("nothing tells how much of it on a core");
  });

  test("garbage: a quarter of the busy time", () => {
    const { kind, evidence } = boundOf(facts({ buckets: { useful: 14, gc: 6 } }));
    expect(kind).toBe("garbage");
    expect(evidence).toContain("30.0 %");
  });

  test("coordinator: workers starve while the caller's thread is busy", () => {
    const buckets = { useful: 8, starve: 12 };
    const { kind, evidence } = boundOf(facts({ buckets, driver: { busy: 9.5 } }));
    expect(kind).toBe("coordinator");
    expect(evidence).toContain("60.0 %");
    expect(evidence).toContain("95.0 %");
  });

  test("coordinator: workers starve for a source that is slow by itself", () => {
    const { kind, evidence } = boundOf(facts({ buckets: { useful: 5, starve: 15 } }));
    expect(kind).toBe("coordinator");
    expect(evidence).toContain("the source, or whoever reads the results, was slow");
  });

  test("coordinator: the exchange takes what the tasks do not; reading is none of it", () => {
    const buckets = { useful: 8, transfer: 12 };
    expect(boundOf(facts({ buckets })).kind).toBe("coordinator");
    const reading = [
      worker({ cpu: 10, runQueue: 0, read: 6 }),
      worker({ worker: 1, cpu: 10, runQueue: 0, read: 6 }),
    ];
    expect(boundOf(facts({ buckets, perWorker: reading })).kind).toBe("cpu");
  });

  test("nothing: too small, or no items at all", () => {
    const small = boundOf(facts({ wall: 0.05, buckets: { start: 0.08, useful: 0.02 } }));
    expect(small.kind).toBe("nothing");
    expect(small.evidence).toContain("too small");
    expect(boundOf(facts({ items: 0 }))).toEqual({
      kind: "nothing",
      evidence: "there were no items",
    });
  });

  test("in place, an idle event loop tells that the tasks waited", () => {
    const inline = { executor: "inline", workers: 1, buckets: { useful: 10 } } as const;
    expect(boundOf({ ...facts(inline), perWorker: [worker({})] }).kind).toBe("waiting");
    const busy = { ...facts({ ...inline, driver: { busy: 10 } }), perWorker: [worker({})] };
    expect(boundOf(busy).kind).toBe("cpu");
  });
});
