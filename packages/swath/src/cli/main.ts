#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { assertPaths } from "./assert-paths.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT, failureOf } from "./exit.ts";
import { KITS, loadKit } from "./kits.ts";
import { addRunCommand } from "./run-command.ts";
import { version } from "./version.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever read our output has enough of it, as `| head` does.
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  process.stderr.write(`swath: Cannot write the result to stdout: ${error.message}\n`);
  process.exit(EXIT.failed);
});
// Nobody listens to progress any more: no reason to give up the work.
process.stderr.on("error", () => {});

try {
  const words = process.argv.slice(2);
  const program = await buildProgram(wantedCommand(words));
  await program.parseAsync(knownHelp(program, words), { from: "user" });
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
    // A flag belongs to the command that it stands behind, also where one above has it too.
    .enablePositionalOptions()
    .hook("preAction", (_program, command) => assertPaths(command));
  addRunCommand(program);
  for (const { name, description, load } of COMMANDS) {
    const command = program.command(name).description(description);
    if (wanted === name) await (await load())(command);
  }
  for (const kit of KITS) {
    const command = program.command(kit.command).description(kit.description);
    if (wanted === kit.command) (await loadKit(kit)).addCommands(command);
  }
  return program;
}

/** `swath raster …` and `swath help raster` both need the code of what they name. */
function wantedCommand([first, second]: readonly string[]): string | undefined {
  return first === "help" ? second : first;
}

/** `swath help bogus` fails as `swath bogus` does: commander's own help does not say why. */
function knownHelp({ commands }: Command, words: readonly string[]): readonly string[] {
  const [first, second] = words;
  const isUnknown = second !== undefined && commands.every((command) => command.name() !== second);
  return first === "help" && isUnknown ? words.slice(1) : words;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { code, text } = failureOf(error);
  if (text !== undefined) process.stderr.write(`${text}\n`);
  return code;
}
