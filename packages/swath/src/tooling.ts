// The door for the command line: what looks at the calls of a program, and at records. It is not
// for others, and no package exports it: what is here may change with any version.
export { type ExplainedRoute, type Explanation, explainCall } from "./explain.ts";
export { type ItemSample, interceptJobs, type JobCall } from "./job-call.ts";
export type { Report } from "./report/report.ts";
export { startCall } from "./start.ts";
