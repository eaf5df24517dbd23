/** Frames of swath itself and of Node, which tell the author of a task nothing. */
const FOREIGN = /[/\\]swath[/\\](dist|src)[/\\]|[/\\]swath-thread-entry|\(?node:/;
/** Frames that are kept of each side. */
const MAX_FRAMES = 10;

/**
 * A stack for an error that happened in a worker: its headline, the frames of the task, then
 * the frames of the caller that started the job.
 *
 * @param headline name and message
 * @param remote stack of the error that was thrown in the worker, if it had one
 * @param caller stack that was taken where the job was started
 */
export function joinStacks(
  headline: string,
  remote: string | undefined,
  caller: string | undefined,
): string {
  const frames = [...framesOf(remote), ...framesOf(caller)];
  return [headline, ...frames].join("\n");
}

function framesOf(stack: string | undefined): readonly string[] {
  if (stack === undefined) return [];
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const own = frames.filter((line) => !FOREIGN.test(line));
  return own.slice(0, MAX_FRAMES);
}
