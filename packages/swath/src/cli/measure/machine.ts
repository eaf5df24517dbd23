import { availableParallelism, cpus, totalmem } from "node:os";
import { bytesText } from "../../plugin.ts";

/** The machine on which something was measured. */
export interface Machine {
  readonly cpu: string;
  /** Cores that this process may use. */
  readonly cores: number;
  /** Bytes of main memory. */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    memory: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** "AMD EPYC, 2 cores, 25.3 GB, linux x64, Node v20.20.2" */
export function machineText({ cpu, cores, memory, platform, node }: Machine): string {
  const count = `${cores} core${cores === 1 ? "" : "s"}`;
  return `${cpu}, ${count}, ${bytesText(memory)}, ${platform}, Node ${node}`;
}

/** What to say of figures that are of more workers than this machine has cores. */
export function crowdNotes(workers: number, { cores }: Machine): readonly string[] {
  if (workers <= cores) return [];
  return [
    `There are more workers than cores here (${cores}): figures of these are about this machine, not about the program.`,
  ];
}
