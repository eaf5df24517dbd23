import type { Chunk } from "../schedules/schedule.ts";

/** What the driver is told. Workers and chunks are named by number. */
export type DriverEvent =
  /** The worker has loaded the task and has room. */
  | { readonly kind: "joined"; readonly worker: number }
  | {
      readonly kind: "done";
      readonly worker: number;
      readonly chunk: number;
      /** What the chunk cost its worker. */
      readonly microseconds: number;
    }
  /**
   * The worker has done the chunk up to `until`, and the caller has the results. It goes on with
   * the rest, or is about to leave.
   */
  | {
      readonly kind: "part";
      readonly worker: number;
      readonly chunk: number;
      readonly until: number;
      /** What it cost the worker, where that was measured. */
      readonly microseconds?: number | undefined;
    }
  /** The chunk was given up, or never sent, because of these of its indices, in order. */
  | {
      readonly kind: "failed";
      readonly worker: number;
      readonly chunk: number;
      readonly failed: readonly Culprit[];
    }
  /** The worker cannot load the task; the job ends with `error`. */
  | { readonly kind: "unready"; readonly worker: number; readonly error: unknown }
  /** The worker is gone, with all that it held. */
  | {
      readonly kind: "left";
      readonly worker: number;
      readonly reason: unknown;
      /** The chunk that it was running; undefined if it ran none of this job's. */
      readonly begun: number | undefined;
      /** The index at which it was in that chunk, where that is known. */
      readonly running?: number | undefined;
      /** How often the index had failed by itself before. */
      readonly tries?: number | undefined;
      /** The item at which it was; an index may stand for a block of them. */
      readonly item?: number | undefined;
      /** The index that is known to have ended it, and how: it may be done already. */
      readonly culprit?: Culprit | undefined;
      /** Whether it was loading this job's task, which may be what ended it. */
      readonly loading: boolean;
    }
  /**
   * The worker has not begun the chunk, or what is left of it after its last `part`, and will
   * not: an answer to `revoke`, or of its own accord.
   */
  | { readonly kind: "revoked"; readonly worker: number; readonly chunk: number }
  /** Answer to `revoke`: too late, the worker has begun the chunk. */
  | { readonly kind: "kept"; readonly worker: number; readonly chunk: number }
  /** A pulled source has items up to `until`; after `ended` there will be no more. */
  | { readonly kind: "available"; readonly until: number; readonly ended: boolean }
  /** How much the caller has taken in all, of what workers have done. */
  | { readonly kind: "consumed"; readonly items: number; readonly chunks: number }
  /** From now on an index that fails is settled by itself; the others go on. */
  | { readonly kind: "collect" }
  /** How far ahead of the caller work may run from now on. */
  | { readonly kind: "window"; readonly window: Window }
  /**
   * Until `together`, only this worker is given anything, at most `size` indices at once: what it
   * takes is to be timed while the others rest. Ends by itself when there is nothing for it.
   */
  | { readonly kind: "alone"; readonly worker: number; readonly size: number }
  | { readonly kind: "together" }
  | { readonly kind: "cancel"; readonly reason: unknown }
  /** Nothing more is to be handed out; the job ends when what runs has ended. */
  | { readonly kind: "drain"; readonly reason: unknown };

/** What the driver orders. */
export type DriverCommand =
  | { readonly kind: "run"; readonly worker: number; readonly chunk: ChunkRun }
  | { readonly kind: "revoke"; readonly worker: number; readonly chunk: number }
  /** Read items of a pulled source until there are `until` in all. */
  | { readonly kind: "pull"; readonly until: number }
  /** The index has failed for good, and the others go on. */
  | { readonly kind: "settle"; readonly index: number; readonly cause: FailureCause }
  /** A callback of the index, which is done already, has ended a worker; the others go on. */
  | { readonly kind: "late"; readonly index: number; readonly cause: FailureCause }
  /** The worker ends whenever it starts: the job goes on with the others. */
  | { readonly kind: "retire"; readonly worker: number; readonly reason: unknown }
  /** Every item is done. The last command. */
  | { readonly kind: "finish" }
  /** The job ends with an error. The last command. */
  | { readonly kind: "fail"; readonly cause: FailureCause };

/** A chunk on its way to a worker. */
export interface ChunkRun extends Chunk {
  readonly id: number;
  /** 1 for the first time; one more each time it was lost with a worker that ran it. */
  readonly attempt: number;
  /** How often its only index has failed by itself; 0 for a chunk of several. */
  readonly tries: number;
}

/** An index that failed by itself. */
export interface Culprit {
  readonly index: number;
  readonly error: unknown;
}

/** Why a job failed. */
export type FailureCause =
  | { readonly kind: "task"; readonly error: unknown }
  | { readonly kind: "cancelled"; readonly reason: unknown }
  /** It was drained before all was done. */
  | { readonly kind: "stopped"; readonly reason: unknown }
  /** Workers end before they have loaded the task, again and again. */
  | { readonly kind: "unstartable"; readonly worker: number; readonly reason: unknown }
  | {
      readonly kind: "lost";
      readonly worker: number;
      readonly chunk: ChunkRun;
      /** The item at which the worker was, where that is known. */
      readonly item: number | undefined;
      readonly reason: unknown;
    };

/** Bounds of what is handed out but not yet taken by the caller. */
export interface Window {
  readonly items: number;
  readonly chunks: number;
  /** Items of a chunk at most, where chunks are made as they are asked for. @default Infinity */
  readonly chunkItems?: number;
}

/** No bound: everything is kept for the caller. */
export const UNBOUNDED: Window = { items: Infinity, chunks: Infinity };
