// Loaded before a program: prints what the rules find in its last job.
import { pathToFileURL } from "node:url";
import { observeJobs } from "swath/plugin";

const dist = process.env.SWATH_TEST_DIST;
const { findingsOf } = await import(pathToFileURL(`${dist}/advice/advice.js`).href);
let last;
observeJobs(({ report }) => {
  last = report;
});
process.once("beforeExit", () => void tell());

async function tell() {
  const { record } = await last;
  console.log(JSON.stringify(findingsOf(record).map(({ id }) => id)));
}
