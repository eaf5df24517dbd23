import { Worker, type WorkerOptions } from "node:worker_threads";

/** Flags by which Node waits for a debugger before it runs anything. */
const WAITS = /^--inspect-(?:brk|wait)(?:-node)?(?:=|$)/;

/**
 * A thread that waits for no debugger of its own. Under `--inspect-brk` Node would let every
 * thread wait until somebody attaches to it, and not all debuggers do (`node inspect`): the
 * program would stand still. Those that attach to threads are told of it as ever.
 *
 * @throws whatever Node throws if it cannot start a thread
 */
export function startWorker(entry: URL | string, options: WorkerOptions): Worker {
  const { NODE_OPTIONS = "" } = process.env;
  const words = NODE_OPTIONS.split(/\s+/);
  if (![...process.execArgv, ...words].some((flag) => WAITS.test(flag))) {
    return new Worker(entry, options);
  }
  const kept = words.filter((flag) => !WAITS.test(flag)).join(" ");
  const env = { ...process.env, NODE_OPTIONS: kept };
  const execArgv = process.execArgv.filter((flag) => !WAITS.test(flag));
  return startWithFlags(entry, { ...options, env }, execArgv);
}

/** Given flags must be for threads alone; what is for the whole process they have anyway. */
function startWithFlags(
  entry: URL | string,
  options: WorkerOptions,
  execArgv: readonly string[],
): Worker {
  try {
    return new Worker(entry, { ...options, execArgv: [...execArgv] });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const own = execArgv.filter((flag) => !message.includes(flag));
    if (code !== "ERR_WORKER_INVALID_EXEC_ARGV" || own.length === execArgv.length) throw error;
    return startWithFlags(entry, options, own);
  }
}
