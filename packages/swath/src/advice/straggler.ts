import { type Change, MAX_COSTED } from "../replay/change.ts";
import type { RecordedChunk } from "../replay/recorded-run.ts";
import { countText, secondsText } from "../report/units.ts";
import type { ScheduleName } from "../schedules/registry.ts";
import type { Evidence, Finding, Rule } from "./rule.ts";

/** Waiting at the end below this share of the worker-seconds is nobody's fault. */
const MIN_TAIL = 0.02;
/**
 * What the items of a chunk cost one by one is not known, and `guided` cuts its chunks before it
 * shows; `steal` cuts them again. It must be better by this.
 */
const WORTH_TRUST = 0.97;
/** `balanced` needs costs from the user: it must be better by this. */
const WORTH_COSTS = 0.97;

/** One worker, or one item, keeps all others waiting at the end. */
export const straggler: Rule = {
  id: "SW103",
  find: (evidence) => {
    const { record, run, wall, workers } = evidence;
    const idle = record.buckets?.tail;
    if (idle === undefined || workers < 2 || idle < MIN_TAIL * workers * wall) return undefined;
    const late = latestOf(run.chunks);
    if (late === undefined) return undefined;
    const { chunk, seconds, ahead } = late;
    const named = record.slowest?.find((c) => c.start === chunk.start && c.end === chunk.end);
    const preview = named?.preview === undefined ? "" : ` (${named.preview})`;
    return {
      ...cureOf(evidence, chunk),
      title: `${rangeText(chunk)}${preview} kept the other workers waiting`,
      evidence:
        `worker ${chunk.worker} ended ${secondsText(ahead)} after the first; its longest chunk, ` +
        `${rangeText(chunk).toLowerCase()}, took ${secondsText(seconds)}, ` +
        `${(seconds / late.mean).toFixed(1)} times the mean; ` +
        `${secondsText(idle)} of idle worker time at the end`,
    };
  },
};

/** The longest chunk of the worker that ended last. */
function latestOf(chunks: readonly RecordedChunk[]) {
  const ends = new Map<number, number>();
  for (const { worker, done } of chunks) ends.set(worker, Math.max(ends.get(worker) ?? 0, done));
  const [last] = [...ends].sort((a, b) => b[1] - a[1]);
  if (last === undefined) return undefined;
  const length = ({ begin, done }: RecordedChunk) => done - begin;
  const own = chunks.filter(({ worker }) => worker === last[0]);
  const [chunk] = own.sort((a, b) => length(b) - length(a));
  if (chunk === undefined) return undefined;
  const mean = chunks.reduce((sum, each) => sum + length(each), 0) / chunks.length;
  return { chunk, seconds: length(chunk), mean, ahead: last[1] - Math.min(...ends.values()) };
}

/** `steal` or `guided`; where one long item is the matter, `balanced` if that is better. */
function cureOf(evidence: Evidence, longest: RecordedChunk): Pick<Finding, "change" | "saving"> {
  const { run } = evidence;
  const [steal, guided] = [wayOf(evidence, "steal"), wayOf(evidence, "guided")];
  const isOneItem = longest.end - longest.start <= run.unit;
  const margin = isOneItem ? 1 : WORTH_TRUST;
  const best = guided.wall < margin * steal.wall ? guided : steal;
  if (isOneItem && run.items / run.unit <= MAX_COSTED) {
    const { saving, wall } = wayOf(evidence, "balanced");
    const change =
      '{ schedule: "balanced", costs } with a cost for each item; or split the longest';
    if (wall < WORTH_COSTS * best.wall) return { saving, change };
  }
  const chunk = run.chunk === undefined ? "" : ", without `chunk`";
  return { saving: best.saving, change: `{ schedule: "${best.schedule}" }${chunk}` };
}

function wayOf({ predict }: Evidence, schedule: ScheduleName) {
  const saving: Change = { schedule, chunk: null };
  return { schedule, saving, wall: predict(saving).wall };
}

function rangeText({ start, end }: RecordedChunk): string {
  if (end - start === 1) return `Item ${countText(start)}`;
  return `Items ${countText(start)}–${countText(end - 1)}`;
}
