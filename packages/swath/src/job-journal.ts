import { InvalidOptionError } from "./errors.ts";
import { digestOf } from "./journal/canonical.ts";
import {
  describedFingerprint,
  functionFingerprint,
  itemsFingerprint,
  type SourceFingerprint,
} from "./journal/fingerprint.ts";
import type { JournalHeader } from "./journal/header.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import type { ResolvedJournal } from "./journal-option.ts";
import type { JobPlan } from "./plan.ts";

/**
 * The journal of a job, if it has one.
 *
 * @param number which job of the program this is, from 1: those after the first add it to a
 *   path that the environment proposes
 * @throws InvalidOptionError if nothing tells whether the items are the same as the last time
 * @throws whatever `openJournal` throws
 */
export function openJobJournal(
  plan: JobPlan,
  option: ResolvedJournal | undefined,
  number: number,
): Journal | undefined {
  if (option === undefined) return undefined;
  const source = sourceFingerprint(plan);
  if (source === undefined) {
    if (option.isChosen) refuse(plan, option);
    process.emitWarning(`Job ${number} (${plan.task.name}) has no journal: ${whyNot(plan)}`);
    return undefined;
  }
  const header = journalHeader(plan, source);
  if (option.isChosen || number === 1) return openJournal(option, header);
  // The last run may have ended before this job began.
  const existing = option.existing === "must" ? "any" : option.existing;
  return openJournal({ ...option, existing, path: `${option.path}.${number}` }, header);
}

function refuse(plan: JobPlan, { path }: ResolvedJournal): never {
  throw new InvalidOptionError("journal", `absent: ${whyNot(plan)}`, path);
}

function whyNot({ source, spec }: JobPlan): string {
  if (spec.into !== undefined) {
    return "results that are written into an array (`into`) are gone with the program, and no journal has them";
  }
  if (source.length === undefined || source.items === undefined) {
    return `the items of this ${source.name} are not known before they come. Collect them into an array first`;
  }
  return `nothing tells whether this ${source.name} is the same the next time. Give the source a \`fingerprint\``;
}

function journalHeader(plan: JobPlan, source: SourceFingerprint): JournalHeader {
  const { spec, task, init } = plan;
  return {
    mode: spec.mode,
    itemCount: spec.itemCount,
    unit: spec.unit,
    task: functionFingerprint(task.name, task.fn, spec.task),
    init: init === undefined ? null : functionFingerprint(init.name, init, spec.init),
    with: digestOf(spec.with),
    initial: digestOf(spec.initial),
    source,
  };
}

/** Undefined where the items cannot be known again. */
function sourceFingerprint({ source, spec }: JobPlan): SourceFingerprint | undefined {
  const { name, length, fingerprint, items, access } = source;
  if (spec.itemCount === Infinity || length === undefined) return undefined;
  if (spec.into !== undefined) return undefined;
  if (access?.how.kind === "view") {
    const { view } = access.how;
    const part = (start: number, end: number) => (view as Uint8Array).subarray(start, end);
    return itemsFingerprint(name, length, part);
  }
  if (access?.how.kind === "range" || access?.how.kind === "shared") {
    return describedFingerprint(name, access.how);
  }
  if (access?.how.kind === "opened") {
    const { opener, data } = access.how;
    return describedFingerprint(name, { opener, data, fingerprint });
  }
  if (fingerprint !== undefined) return describedFingerprint(name, fingerprint);
  if (items === undefined || isPromise(items.call(source, 0, Math.min(1, length))))
    return undefined;
  return itemsFingerprint(
    name,
    length,
    (start, end) => items.call(source, start, end) as ArrayLike<unknown>,
  );
}

function isPromise(value: object): value is Promise<unknown> {
  return "then" in value;
}
