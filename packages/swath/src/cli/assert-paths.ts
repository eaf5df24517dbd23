import type { Command } from "commander";
import { InvalidOptionError } from "../plugin.ts";

/** What an argument or the value of a flag is called where it is a path. */
const PATH = /[<[](dir|file|path|script|other)s?\b/;

/**
 * An empty path, as an unset variable of a shell leaves it, would be taken for the current folder.
 *
 * @param command whose arguments and flags are read
 * @throws InvalidOptionError
 */
export function assertPaths(command: Command): void {
  command.registeredArguments.forEach((argument, i) => {
    const name = `<${argument.name()}>`;
    if (PATH.test(name)) assertPath(name, command.processedArgs[i]);
  });
  for (const option of command.options) {
    const name = option.long ?? option.flags;
    if (PATH.test(option.flags)) assertPath(name, command.getOptionValue(option.attributeName()));
  }
}

function assertPath(name: string, value: unknown): void {
  if (![value].flat().includes("")) return;
  throw new InvalidOptionError(name, "a path", "", ". It is empty");
}
