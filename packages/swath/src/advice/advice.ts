import type { Change } from "../replay/change.ts";
import { recordedRunOf, SHORTEST_S } from "../replay/recorded-run.ts";
import { replayer } from "../replay/replay.ts";
import type { RunRecord } from "../replay/run-record.ts";
import { RULES } from "./registry.ts";
import type { Evidence, Finding } from "./rule.ts";

/** A finding as a record holds it. */
export interface Advice {
  /** `SW101` and the like. */
  readonly id: string;
  readonly title: string;
  readonly evidence: string;
  /** Seconds of wall time, by replaying the run, and what that may be off by. */
  readonly savingSeconds: number;
  readonly savingError: number;
  /** One line of code. */
  readonly change: string;
  /** Address of the page that explains the rule. */
  readonly docs: string;
}

/** Advice, with how far its predictions can be believed. */
export interface Counsel {
  readonly advice: readonly Advice[];
  /** By how much the replay of the run itself misses; undefined where it could not be replayed. */
  readonly replayError: number | undefined;
  /** Whether that was too much for any advice. */
  readonly isWithheld: boolean;
  /** Wall seconds with the changes made together; undefined where there are none. */
  readonly together: number | undefined;
}

/** A saving below this share of the wall time is not worth a word, … */
const MIN_SHARE = 0.02;
/** … nor one of fewer seconds. */
const MIN_SECONDS = 0.1;
/** Memory below this share of the process's peak is not worth a word. */
const MIN_MEMORY_SHARE = 0.2;
/** A replay that misses the run itself by more predicts nothing. */
const MAX_REPLAY_ERROR = 0.05;
/** Two findings save about as much if the one saves this share of the other. */
const AS_MUCH = 0.8;
/** Where the pages of the rules lie, in the repository of swath. */
const DOCS = "docs/rules/";

/**
 * What would make the run faster, the largest saving first. Each finding's saving is predicted by
 * replaying the run. Empty where nothing would save 2 % and 0.1 s, and where the replay misses the
 * run itself by more than 5 %.
 */
export function adviceOf(record: RunRecord): readonly Advice[] {
  return counsel(record).advice;
}

/** {@link adviceOf} with what stands behind it. */
export function counsel(record: RunRecord): Counsel {
  const evidence = evidenceOf(record);
  const none = { advice: [], replayError: undefined, isWithheld: false, together: undefined };
  if (evidence === undefined) return none;
  const replayError = evidence.actual.wall / evidence.wall - 1;
  if (!(Math.abs(replayError) <= MAX_REPLAY_ERROR)) {
    return { ...none, replayError, isWithheld: true };
  }
  const found = foundIn(evidence);
  const savings = found.map(({ finding }) => finding.saving);
  const together = togetherOf(savings, evidence);
  return { advice: found.map(({ advice }) => advice), replayError, isWithheld: false, together };
}

/** What the rules find in a record, however far its replay is off. */
export function findingsOf(record: RunRecord): readonly Advice[] {
  const evidence = evidenceOf(record);
  return evidence === undefined ? [] : foundIn(evidence).map(({ advice }) => advice);
}

/** What is worth a word, the largest saving first. */
function foundIn(evidence: Evidence) {
  return RULES.flatMap(({ id, find }) => {
    const finding = find(evidence);
    return finding === undefined ? [] : [{ finding, advice: adviceFrom(id, finding, evidence) }];
  })
    .filter(({ finding, advice }) => isWorthAWord(finding, advice, evidence))
    .filter(({ finding, advice }, _, all) => {
      const others = all.filter(({ advice: { id } }) => finding.unless?.includes(id));
      return others.every((other) => other.advice.savingSeconds < AS_MUCH * advice.savingSeconds);
    })
    .sort((a, b) => b.advice.savingSeconds - a.advice.savingSeconds);
}

function evidenceOf(record: RunRecord): Evidence | undefined {
  const run = recordedRunOf(record);
  if (run === undefined || run.wall < SHORTEST_S) return undefined;
  const predict = replayer(run);
  const { wall, ready } = run;
  return { record, run, wall, workers: ready.length, actual: predict(), predict };
}

function adviceFrom(id: string, finding: Finding, evidence: Evidence): Advice {
  const { title, change, saving, uncertainty = 0 } = finding;
  const { actual, wall, predict } = evidence;
  const savingSeconds = typeof saving === "number" ? saving : actual.wall - predict(saving).wall;
  const missed = typeof saving === "number" ? 0 : Math.abs(actual.wall - wall);
  return {
    id,
    title,
    evidence: finding.evidence,
    savingSeconds,
    savingError: missed + uncertainty * Math.abs(savingSeconds),
    change,
    docs: `${DOCS}${id}.md`,
  };
}

function isWorthAWord({ bytes = 0 }: Finding, advice: Advice, { wall, record }: Evidence): boolean {
  const { savingSeconds } = advice;
  if (savingSeconds >= MIN_SECONDS && savingSeconds >= MIN_SHARE * wall) return true;
  const peak = record.memory?.peakResident ?? Infinity;
  return savingSeconds >= 0 && bytes >= MIN_MEMORY_SHARE * peak;
}

/** Changes are made one after the other, those that save most first, as far as each helps. */
function togetherOf(
  savings: readonly (Change | number)[],
  { actual, wall, predict }: Evidence,
): number | undefined {
  let change: Change = {};
  let best = actual.wall;
  for (const saving of savings) {
    if (typeof saving === "number") continue;
    const more = { ...saving, ...change };
    const predicted = predict(more).wall;
    if (predicted >= best) continue;
    best = predicted;
    change = more;
  }
  return best < actual.wall ? Math.max(0, wall - (actual.wall - best)) : undefined;
}
