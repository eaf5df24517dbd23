/** Frames of swath itself and of Node, which tell the author of a task nothing. */
const FOREIGN =
  /[/\\]swath[/\\](dist|src)[/\\]|\bswath[/\\-]thread|\beval at makeLoop\b|\(?node:|^\s+at async Promise\.all/;
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
  return [headline, ...ownFrames(remote), ...ownFrames(caller)].join("\n");
}

/** A stack without the frames of swath itself and of Node; as it was if nothing else is in it. */
export function ownStack(stack: string): string {
  const lines = stack.split("\n");
  const own = lines.filter((line) => !isFrame(line) || !FOREIGN.test(line));
  return own.some(isFrame) ? own.join("\n") : stack;
}

function ownFrames(stack: string | undefined): readonly string[] {
  const frames = (stack ?? "").split("\n").filter(isFrame);
  return frames.filter((line) => !FOREIGN.test(line)).slice(0, MAX_FRAMES);
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
