import type { Command } from "commander";
import { InvalidOptionError, secondsText } from "../plugin.ts";
import { wholeNumber } from "./job-flags.ts";
import type { Sheet } from "./sheet/sheet.ts";
import { sheetText } from "./sheet/sheet-text.ts";
import { type SheetTarget, writeSheet } from "./sheet/write-sheet.ts";

/** Flags of the commands that measure several cells in turn. */
export interface ComparisonFlags {
  readonly rounds: number;
  /** Parts of the names of the cells that are measured; none for all. */
  readonly only: readonly string[];
  readonly report?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Rounds by default: the fewest that have a middle. */
const ROUNDS = 3;

/** Adds the flags of {@link ComparisonFlags}. */
export function addComparisonFlags(command: Command): Command {
  return addRoundFlags(command).option(
    "--only <text>",
    "cells whose name contains this; repeatable",
    (text: string, before: readonly string[]) => [...before, text],
    [],
  );
}

/** The flags of {@link ComparisonFlags} but `--only`. */
export function addRoundFlags(command: Command): Command {
  return command
    .option("--rounds <n>", "how often each is measured, in turn", atLeastOne, ROUNDS)
    .option("--report <form>", "html or md, also as html:figures.html: writes the tables there")
    .option("--json", "print one JSON document on stdout and nothing else")
    .option("-q, --quiet", "do not tell on stderr how far it is");
}

function atLeastOne(text: string): number {
  const count = wholeNumber(text);
  if (count >= 1) return count;
  throw new InvalidOptionError("--rounds", "1 or more", count);
}

/** Tells on stderr what each run took, unless that was not wanted. */
export function tellSample(
  { quiet, rounds }: ComparisonFlags,
  what: string,
): (round: number, id: string, answer: { readonly seconds: number }) => void {
  return (round, id, { seconds }) => {
    if (quiet) return;
    process.stderr.write(`${what}, round ${round}/${rounds}  ${id}: ${secondsText(seconds)}\n`);
  };
}

/** Prints the tables, or the document with `--json`; and writes them where `--report` says. */
export function printSheet(
  { json }: { readonly json?: boolean },
  sheet: Sheet,
  document: object,
  target: SheetTarget | undefined,
): void {
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : `${sheetText(sheet)}\n`);
  writeSheet(sheet, target);
}
