import type { Command } from "commander";

/** A command of the core. Its code is loaded only when it is asked for: help lists many. */
export interface CoreCommand {
  readonly name: string;
  readonly description: string;
  /** Adds what it needs to its entry in the list. */
  load(): Promise<(command: Command) => void | Promise<void>>;
}

/** The commands that `swath --help` lists beside `run` and the kits. */
export const COMMANDS: readonly CoreCommand[] = [
  {
    name: "explain",
    description: "what the loop of a script would do, and why, before it costs anything",
    load: async () => (await import("./explain-command.ts")).addExplain,
  },
  {
    name: "compare",
    description: "one script by every route, schedule and number of workers, measured in turn",
    load: async () => (await import("./compare-command.ts")).addCompare,
  },
  {
    name: "scale",
    description: "one script on 1, 2, 4 … workers: speed-up, and laws fitted to it",
    load: async () => (await import("./scale-command.ts")).addScale,
  },
  {
    name: "report",
    description: "open a report that was kept, convert it, or compare two",
    load: async () => (await import("./report-command.ts")).addReport,
  },
  {
    name: "doctor",
    description: "what this machine gives a parallel program, and what is in the way",
    load: async () => (await import("./doctor-command.ts")).addDoctor,
  },
];
