import { Worker, type WorkerOptions } from "node:worker_threads";
import { THREAD_CONDITION } from "../../thread-copy.ts";

/** Flags by which Node waits for a debugger before it runs anything. */
const WAITS = /^--inspect-(?:brk|wait)(?:-node)?(?:=|$)/;
/** Flags by which a file has further ones. */
const HAS_MORE = /^--(?:experimental-)?(?:default-)?config-file(?:=|$)/;

/** What the program's flags were when this was loaded. */
const STARTED_WITH = flagsNow();

/**
 * A thread in which `swath` is what the thread has of it, and that waits for no debugger of its
 * own. Under `--inspect-brk` Node would let every thread wait until somebody attaches to it, and
 * not all debuggers do (`node inspect`): the program would stand still. Those that attach to
 * threads are told of it as ever.
 *
 * @throws whatever Node throws if it cannot start a thread
 */
export function startWorker(entry: URL | string, options: WorkerOptions): Worker {
  const { flags, words } = flagsNow();
  const waits = [...flags, ...words].some((flag) => WAITS.test(flag));
  const conditions = canRepeat(flags, words) ? conditionsHere() : [];
  // A thread that is given flags has no others.
  if (!waits && conditions.length === 0) return new Worker(entry, options);
  const execArgv = [...conditions, ...flagsOfThreads()];
  if (!words.some((word) => WAITS.test(word))) return startWithFlags(entry, options, execArgv);
  const kept = words.filter((word) => !WAITS.test(word));
  const env = { ...process.env, NODE_OPTIONS: kept.join(" ") };
  return startWithFlags(entry, { ...options, env }, execArgv);
}

/** The program's flags but for those by which it waits for a debugger. */
export function flagsOfThreads(): readonly string[] {
  return process.execArgv.filter((flag) => !WAITS.test(flag));
}

function flagsNow() {
  const { NODE_OPTIONS = "" } = process.env;
  return { flags: [...process.execArgv], words: NODE_OPTIONS.split(/\s+/) };
}

/** Whether the flags that can be read are those that Node has started with. */
function canRepeat(flags: readonly string[], words: readonly string[]): boolean {
  const isAs = (now: readonly string[], then: readonly string[]) =>
    now.length === then.length && now.every((flag, i) => flag === then[i]);
  if ([...flags, ...words].some((flag) => HAS_MORE.test(flag))) return false;
  return isAs(flags, STARTED_WITH.flags) && isAs(words, STARTED_WITH.words);
}

/** The doors in threads load the rest of swath by `require`, which not every Node lets them. */
function conditionsHere(): readonly string[] {
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
