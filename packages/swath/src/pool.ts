import { assertKnownKeys, assertObject } from "./assert.ts";
import type { Columns } from "./codecs/columns/columns.ts";
import { PoolClosedError } from "./errors.ts";
import type { Executor } from "./executors/executor.ts";
import { InlineExecutor } from "./executors/inline.ts";
import { THREAD_OPTION_NAMES, type ThreadOptions } from "./executors/threads/thread-options.ts";
import { ThreadExecutor } from "./executors/threads/threads.ts";
import { forEachJob } from "./for-each.ts";
import type { ResultArray, ResultValue, WrittenResult } from "./into.ts";
import { Job, type SettlingJob } from "./job.ts";
import type { VerbRequest } from "./job-call.ts";
import type { JobRun } from "./job-run.ts";
import { type ItemFunction, mapRequest } from "./map.ts";
import { type JobOptions, type MapOptions, resolveWorkers } from "./options.ts";
import { type Fold, jobOptions, type ReduceOptions, reduceJob, reduceRequest } from "./reduce.ts";
import type { SourceLike } from "./sources/to-source.ts";
import { startJob } from "./start.ts";
import type { AnyFunction } from "./task/task.ts";
import { refuseWhileLoading } from "./task/worker-mark.ts";
import { resolveThreadOptions } from "./thread-options.ts";

/** Options of {@link createPool}. */
export interface PoolOptions extends ThreadOptions {
  /** As in `JobOptions`. */
  readonly workers?: number | undefined;
}

/** Options of a job on a pool: the workers are the pool's. */
export type PoolJobOptions<W = unknown> = Omit<JobOptions<W>, "workers" | keyof ThreadOptions>;

/** Options of `map` on a pool. */
export type PoolMapOptions<W = unknown> = Omit<MapOptions<W>, "workers" | keyof ThreadOptions>;

/**
 * Workers that stay warm over several jobs. They start with the first job and never keep an
 * idle program alive. Jobs may run at the same time; they share the workers.
 */
export interface Pool extends AsyncDisposable {
  /** Worker threads; 0 where jobs run in the caller's thread. */
  readonly workers: number;
  /** As the function `map`. */
  map<
    T,
    const A extends ResultArray,
    R extends ResultValue | Promise<ResultValue>,
    S = unknown,
    W = unknown,
  >(
    source: SourceLike<T>,
    fn: ItemFunction<T, R, S, W>,
    options: PoolJobOptions<W> & { readonly into: A },
  ): Job<WrittenResult<A>, A>;
  map<T, R, S = unknown, W = unknown>(
    source: SourceLike<T>,
    fn: ItemFunction<T, R, S, W>,
    options: PoolMapOptions<W> & { readonly results: "columns" },
  ): Job<Awaited<R>, Columns<Awaited<R>>>;
  map<T, R, S = unknown, W = unknown>(
    source: SourceLike<T>,
    fn: ItemFunction<T, R, S, W>,
    options?: PoolJobOptions<W> & { readonly results?: "values" | undefined },
  ): Job<Awaited<R>>;
  map<T, R, S = unknown, W = unknown>(
    source: SourceLike<T>,
    fn: ItemFunction<T, R, S, W>,
    options?: PoolMapOptions<W>,
  ): Job<Awaited<R>, Awaited<R>[] | Columns<Awaited<R>>>;
  /** As the function `forEach`. */
  forEach<T, S = unknown, W = unknown>(
    source: SourceLike<T>,
    fn: ItemFunction<T, unknown, S, W>,
    options?: PoolJobOptions<W>,
  ): SettlingJob<void>;
  /** As the function `reduce`. */
  reduce<T, A, S = unknown, W = unknown>(
    source: SourceLike<T>,
    fold: Fold<T, A, S, W>,
    options: Omit<ReduceOptions<A, W>, "workers" | keyof ThreadOptions>,
  ): SettlingJob<A>;
  /** Stops all workers; jobs that are running are rejected with `SWATH_POOL_CLOSED`. */
  close(): Promise<void>;
}

/**
 * Makes a pool.
 *
 * @example
 * await using pool = createPool({ workers: 4 });
 * const sizes = await pool.map(files, measure);
 * const total = await pool.reduce(sizes, add, { initial: 0, combine: (a, b) => a + b });
 */
export function createPool(options: PoolOptions = {}): Pool {
  refuseWhileLoading("createPool");
  assertObject("options", options);
  assertKnownKeys("options", options, ["workers", ...THREAD_OPTION_NAMES]);
  return new WarmPool(resolveWorkers(options.workers), resolveThreadOptions(options));
}

class WarmPool implements Pool {
  readonly workers: number;
  readonly #executor: Executor;
  readonly #running = new Set<JobRun>();
  #closed = false;

  constructor(workers: number, threads: ThreadOptions) {
    this.workers = workers;
    this.#executor = workers === 0 ? new InlineExecutor() : new ThreadExecutor(workers, threads);
  }

  map(source: SourceLike<never>, fn: AnyFunction, options: PoolMapOptions = {}): Job<never, never> {
    const [request, own] = mapRequest(options);
    return new Job(this.#start(request, source, fn, own));
  }

  forEach(
    source: SourceLike<never>,
    fn: AnyFunction,
    options: PoolJobOptions = {},
  ): SettlingJob<void> {
    return forEachJob(this.#start({ verb: "forEach", mode: "each" }, source, fn, options));
  }

  reduce<A>(
    source: SourceLike<never>,
    fold: AnyFunction,
    options: ReduceOptions<A>,
  ): SettlingJob<A> {
    const request = reduceRequest(options);
    return reduceJob(this.#start(request, source, fold, jobOptions(options)), options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#running) {
      job.cancel(new PoolClosedError("The pool was closed while the job was running"));
    }
    await Promise.all([...this.#running].map((job) => job.over));
    await this.#executor.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(
    request: VerbRequest,
    source: SourceLike<never>,
    fn: AnyFunction,
    options: PoolMapOptions,
  ) {
    if (this.#closed) throw new PoolClosedError("Cannot start a job: the pool is closed");
    const started = startJob(request, source, fn, options, this.#executor);
    const { run } = started;
    this.#running.add(run);
    void run.over.then(() => this.#running.delete(run));
    return started;
  }
}
