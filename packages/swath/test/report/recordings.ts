import type { ChunkRecord, Recording } from "../../src/report/recorder.ts";

/** A recording of one second in which nothing happened, but for `parts`. */
export function recordingOf(parts: Partial<Recording>): Recording {
  return {
    begin: 0,
    end: 1_000,
    chunks: [],
    lifetimes: [],
    gc: new Map(),
    lost: 0,
    driverEncode: 0,
    movedOut: 0,
    arraysOut: 0,
    driverDecode: 0,
    bytesOut: 0,
    bytesIn: 0,
    bytesInBy: { clone: 0, json: 0, columns: 0 },
    exactBytes: true,
    bytesBy: new Map(),
    usage: new Map(),
    starting: new Map(),
    loading: new Map(),
    heapUsed: new Map(),
    stretches: [],
    cost: { driver: 0, workers: 0 },
    ...parts,
  };
}

/** A chunk that spent its whole time inside the task, but for `parts`. */
export function chunkOf(parts: Partial<ChunkRecord> & { begin: number; end: number }): ChunkRecord {
  return {
    worker: 0,
    startItem: 0,
    endItem: 1,
    decode: 0,
    read: 0,
    run: parts.end - parts.begin,
    encode: 0,
    bytesRead: 0,
    ...parts,
  };
}
