import type { JobMode } from "../protocol/messages.ts";
import { type FunctionFingerprint, piecesOf, type SourceFingerprint } from "./fingerprint.ts";

/** What a job is known by: results of one job never serve another. */
export interface JournalHeader {
  readonly mode: JobMode;
  readonly itemCount: number;
  /** Items of an index: 1, or the length of a block of a fold. */
  readonly unit: number;
  readonly task: FunctionFingerprint;
  readonly init: FunctionFingerprint | null;
  /** Digest of the `with` option. */
  readonly with: string;
  /** Digest of what each fold starts from. */
  readonly initial: string;
  readonly source: SourceFingerprint;
}

/** One thing in which two jobs differ. */
export interface JournalChange {
  readonly text: string;
  /** Whether indices mean the same items all the same: then the results can be used by force. */
  readonly isForceable: boolean;
}

/** In what the job of a journal differs from the one at hand; empty if in nothing. */
export function changesBetween(before: JournalHeader, now: JournalHeader): JournalChange[] {
  const changes: JournalChange[] = [];
  const add = (isForceable: boolean, text: string) => changes.push({ isForceable, text });
  if (before.mode !== now.mode)
    add(false, `it was a ${VERB[before.mode]}, now a ${VERB[now.mode]}`);
  if (before.itemCount !== now.itemCount) {
    add(false, `there were ${before.itemCount} items, now ${now.itemCount}`);
  } else {
    if (before.unit !== now.unit) add(false, `\`block\` was ${before.unit}, now ${now.unit}`);
    if (before.source.name !== now.source.name) {
      add(true, `the source was of kind ${before.source.name}, now ${now.source.name}`);
    } else if (before.source.digest !== now.source.digest) add(true, sourceText(before, now));
  }
  functionChange("task", before.task, now.task, add);
  functionChange("init", before.init, now.init, add);
  if (before.with !== now.with) add(true, "`with` holds other values");
  if (before.initial !== now.initial) add(true, "`initial` is another value");
  return changes;
}

const VERB: Readonly<Record<JobMode, string>> = { map: "map", each: "forEach", fold: "reduce" };

function functionChange(
  role: string,
  before: FunctionFingerprint | null,
  now: FunctionFingerprint | null,
  add: (isForceable: boolean, text: string) => void,
): void {
  if (before === null || now === null) {
    if (before !== now) add(true, `\`${role}\` is ${now === null ? "no longer" : "now"} given`);
    return;
  }
  // The same file holds the same function, though another loader may give it another text.
  if (before.origin !== "" && before.origin === now.origin && before.name === now.name) return;
  const name = `the ${role} \`${now.name}\``;
  if (before.name !== now.name)
    add(true, `the ${role} was \`${before.name}\`, now \`${now.name}\``);
  else if (before.text !== now.text) add(true, `the text of ${name} changed`);
  else if (before.origin !== now.origin) {
    add(true, `the module of ${name}, or what it captured, changed`);
  }
}

/** Names the first item that changed, or the range that it is in. */
function sourceText(before: JournalHeader, now: JournalHeader): string {
  const [a, b] = [before.source.pieces, now.source.pieces];
  let at = 0;
  for (const { start, end } of piecesOf(now.itemCount)) {
    if (a.slice(at, at + 8) !== b.slice(at, at + 8)) {
      if (end - start === 1) return `item ${start} is another`;
      return `of items ${start}–${end - 1} at least one is another`;
    }
    at += 8;
  }
  return "the source has other content";
}
