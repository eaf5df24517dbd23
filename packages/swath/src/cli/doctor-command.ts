import type { Command } from "commander";
import type { Check } from "./doctor/check.ts";
import { lookAround } from "./doctor/look.ts";
import { ceilingCheck, clockCheck, copyCheck, readCheck, startCheck } from "./doctor/measure.ts";
import { withInterrupt } from "./interrupt.ts";
import { machineText, thisMachine } from "./measure/machine.ts";

/** `swath doctor` */
export function addDoctor(command: Command): void {
  command
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText("after", HELP)
    .action((flags: { readonly json?: boolean }) => doctor(flags));
}

const HELP = `
Looks at cores, memory, Node and its flags, and measures for some seconds what the clock, memory,
files and threads give. Each line is ok or warn; a warning says what to do, and is no failure.

Examples:
  swath doctor
  swath doctor --json`;

async function doctor({ json }: { readonly json?: boolean }): Promise<void> {
  const checks = await withInterrupt(async (signal) => {
    const looks: readonly (() => Check | Promise<Check>)[] = [
      clockCheck,
      copyCheck,
      readCheck,
      startCheck,
      ceilingCheck,
    ];
    const found: Check[] = [...lookAround()];
    for (const look of looks) {
      // Signals get their turn between two measurements.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      found.push(await look());
    }
    return found;
  });
  const machine = thisMachine();
  const document = { schema: "swath.doctor/1", machine, checks };
  const text = [machineText(machine), "", ...checks.flatMap(linesOf)].join("\n");
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : `${text}\n`);
}

const NAME_WIDTH = 16;

function linesOf({ name, status, text, advice }: Check): readonly string[] {
  const line = `${status.padEnd(5)} ${name.padEnd(NAME_WIDTH)} ${text}`;
  return advice === undefined ? [line] : [line, `${" ".repeat(6 + NAME_WIDTH)} → ${advice}`];
}
