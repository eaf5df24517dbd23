import { Worker, type WorkerOptions } from "node:worker_threads";
import { THREAD_CONDITION } from "../../thread-copy.ts";

/** Flags by which Node waits for a debugger before it runs anything. */
const WAITS = /^--inspect-(?:brk|wait)(?:-node)?(?:=|$)/;

/**
 * A thread with the flags of this one, where `swath` is what the thread has of it, and that waits
 * for no debugger of its own. Under `--inspect-brk` Node would let every thread wait until somebody
 * attaches to it, and not all debuggers do (`node inspect`): the program would stand still. Those
 * that attach to threads are told of it as ever.
 *
 * @throws whatever Node throws if it cannot start a thread
 */
export function startWorker(entry: URL | string, options: WorkerOptions): Worker {
  const { NODE_OPTIONS = "" } = process.env;
  const words = NODE_OPTIONS.split(/\s+/);
  const kept = process.execArgv.filter((flag) => !WAITS.test(flag));
  const flags = [...conditions(), ...kept];
  if (!words.some((word) => WAITS.test(word))) return startWithFlags(entry, options, flags);
  const wordsKept = words.filter((word) => !WAITS.test(word));
  const env = { ...process.env, NODE_OPTIONS: wordsKept.join(" ") };
  return startWithFlags(entry, { ...options, env }, flags);
}

/** The doors in threads load the rest of swath by `require`, which not every Node lets them. */
function conditions(): readonly string[] {
  const features = process.features as { readonly require_module?: boolean };
  return features.require_module === true ? [`--conditions=${THREAD_CONDITION}`] : [];
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
    if (code !== "ERR_WORKER_INVALID_EXEC_ARGV") throw error;
    const refused = new Set(message.replace(/^.*?: /, "").split(", "));
    const own = withoutRefused(execArgv, refused);
    if (own.length === execArgv.length) throw error;
    return startWithFlags(entry, options, own);
  }
}

/** Without those flags and what is their value: a word that begins with no dash. */
function withoutRefused(
  execArgv: readonly string[],
  refused: ReadonlySet<string>,
): readonly string[] {
  let isRefused = false;
  return execArgv.filter((word) => {
    isRefused = refused.has(word) || (isRefused && !word.startsWith("-"));
    return !isRefused;
  });
}
