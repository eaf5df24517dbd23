import { PerformanceObserver, performance } from "node:perf_hooks";
import { now } from "../../protocol/clock.ts";
import type { GcPause } from "../../protocol/messages.ts";

/**
 * Reports every pause for garbage collection of this thread, on the clock that all threads
 * share. Pauses arrive when the event loop turns. Keeps nothing alive.
 */
export function watchGc(report: (pause: GcPause) => void): void {
  const offset = now() - performance.now();
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      report({ begin: startTime + offset, duration });
    }
  });
  observer.observe({ entryTypes: ["gc"] });
}
