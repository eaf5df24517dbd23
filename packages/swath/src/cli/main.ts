#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { EXIT, failureOf } from "./exit.ts";
import { KITS, loadKit } from "./kits.ts";
import { version } from "./version.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever read our output has enough of it, as `| head` does.
  process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.failed);
});

try {
  await (await buildProgram(process.argv[2])).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

async function buildProgram(wanted: string | undefined): Promise<Command> {
  const program = new Command("swath")
    .description("The parallel for-loop: the same loop on every core.")
    .version(version())
    .showSuggestionAfterError()
    .showHelpAfterError("(add --help for what there is)")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  for (const kit of KITS) {
    const command = program.command(kit.command).description(kit.description);
    if (wanted === kit.command) (await loadKit(kit)).addCommands(command);
  }
  return program;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { code, text } = failureOf(error);
  if (text !== undefined) process.stderr.write(`${text}\n`);
  return code;
}
