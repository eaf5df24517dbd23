import type { Command } from "swath/cli";
import { addThumbsCommand } from "./cli/thumbs-command.ts";

/** Adds the kit's commands below `swath images`. */
export function addCommands(parent: Command): void {
  addThumbsCommand(parent);
}
