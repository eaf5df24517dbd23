import { interceptJobs, type JobCall, type ObservedJob, observeJobs } from "../../plugin.ts";
import { EXIT } from "../exit.ts";
import { type Assertion, failureOfAssertion } from "./assertion.ts";

/**
 * Checks the report of every loop of this process from now on. What is not as asserted is told
 * on stderr, and a program that would end well ends with {@link EXIT.assertion} in its place.
 *
 * @returns what is to be called when the program exits, with its code
 */
export function watchAssertions(assertions: readonly Assertion[]): (code: number) => void {
  if (assertions.length === 0) return () => {};
  if (assertions.some(({ figure }) => CALIBRATED.test(figure))) interceptJobs(calibrated);
  const open = new Set<ObservedJob>();
  let loops = 0;
  let failures = 0;
  const fail = (text: string) => {
    failures++;
    process.stderr.write(`swath: ${text}\n`);
  };
  observeJobs((job) => {
    loops++;
    open.add(job);
    void job.report.then(({ record }) => {
      open.delete(job);
      for (const assertion of assertions) {
        const failure = failureOfAssertion(assertion, record);
        if (failure !== undefined) fail(`${failure} (loop ${job.number}, ${job.task})`);
      }
    });
  });
  return (code) => {
    if (code !== EXIT.ok) return;
    const texts = assertions.map(({ text }) => `'${text}'`).join(", ");
    if (loops === 0) fail(`Cannot check ${texts}: no loop ran`);
    for (const { number, task } of open) {
      fail(`Cannot check ${texts}: the program ended before loop ${number} (${task}) had a report`);
    }
    if (failures > 0) process.exitCode = EXIT.assertion;
  };
}

/** Figures that a job measures only when it is asked to. */
const CALIBRATED = /^(speedup|computeScaling)\b/;

function calibrated(call: JobCall): JobCall {
  const { report } = call.options;
  const isOpen = report === undefined || report === true;
  return isOpen ? { ...call, options: { ...call.options, report: { calibrate: true } } } : call;
}
