import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";

/** Callers that are looked through for one in a file: code of webpack's that is evaluated has none. */
const MAX_FRAMES = 10;

/**
 * URL of the file whose code called `callee`, a function that is running now. It is where the
 * code really runs from: `import.meta.url` is what a bundler makes of it, the file's name on
 * the machine where it was built, or nothing at all.
 */
export function callingScript(callee: (...args: never[]) => unknown): string | undefined {
  for (const frame of framesAbove(callee)) {
    const url = fileUrl(frame.getFileName());
    if (url !== undefined) return url;
  }
  return undefined;
}

/** URL of a file by its URL or path, without a query; undefined for all that is no file. */
export function fileUrl(place: string | null | undefined): string | undefined {
  if (!place) return undefined;
  if (isAbsolute(place)) return pathToFileURL(place.replace(/\?.*$/, "")).href;
  return place.startsWith("file:") ? place.replace(/[?#].*$/, "") : undefined;
}

function framesAbove(callee: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: readonly NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = MAX_FRAMES;
    Error.prepareStackTrace = (_error, frames) => frames;
    Error.captureStackTrace(holder, callee);
    return holder.stack ?? [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
