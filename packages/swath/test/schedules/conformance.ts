import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chunk, Schedule, ScheduleFactory } from "../../src/schedules/schedule.ts";

/** A job as a schedule meets it: who asks when, up to where, and what chunks cost. */
interface Scenario {
  readonly itemCount: number;
  readonly workers: number;
  readonly chunk: number | undefined;
  readonly costs: readonly number[];
  readonly steps: readonly Step[];
}

interface Step {
  readonly worker: number;
  /** How far the limit moves on before this step, in items. */
  readonly more: number;
  /** What the chunk will have cost when it is done, in µs. */
  readonly microseconds: number;
  /** Whether the worker still holds its last chunk when it asks. */
  readonly queues: boolean;
}

/** What was handed out, in that order. */
export interface Handed extends Chunk {
  readonly worker: number;
}

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    itemCount: fc.oneof(fc.nat(40), fc.nat(3_000)),
    workers: fc.integer({ min: 1, max: 17 }),
    chunk: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    steps: fc.array(
      fc.record({
        worker: fc.nat(16),
        more: fc.nat(200),
        microseconds: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e7, noNaN: true })),
        queues: fc.boolean(),
      }),
      { maxLength: 60 },
    ),
  })
  .chain((parts) =>
    fc
      .array(fc.oneof(fc.double({ min: 0, max: 1e4 }), fc.constant(-1)), {
        minLength: parts.itemCount,
        maxLength: parts.itemCount,
        size: "max",
      })
      .map((costs) => ({ ...parts, costs })),
  );

/** The contract of `Schedule`: every schedule that is built in must pass. */
export function conformance(name: string, make: ScheduleFactory): void {
  describe(`${name}, as every schedule`, () => {
    test("hands out each index once, in chunks that are not empty, whoever asks when", () => {
      fc.assert(
        fc.property(scenarios, (scenario) => {
          const { itemCount, workers, chunk, costs } = scenario;
          const schedule = make({ itemCount, workers, chunk, costs });
          const times = new Uint8Array(itemCount);
          for (const { start, end } of play(schedule, scenario)) {
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(itemCount);
            for (let i = start; i < end; i++) times[i] = (times[i] as number) + 1;
          }
          expect(times.findIndex((count) => count !== 1)).toBe(-1);
        }),
        { numRuns: 150 },
      );
    });

    test("keeps its promises about order and about the limit", () => {
      fc.assert(
        fc.property(scenarios, (scenario) => {
          const { itemCount, workers, chunk, costs } = scenario;
          const schedule = make({ itemCount, workers, chunk, costs });
          if (!schedule.inOrder) return;
          let expected = 0;
          const within = (handed: Handed, limit: number) => {
            expect(handed.end).toBeLessThanOrEqual(limit);
            expect(handed.start).toBe(expected);
            expected = handed.end;
          };
          play(schedule, scenario, within);
        }),
        { numRuns: 100 },
      );
    });

    test("decides the same way when it is asked the same way", () => {
      fc.assert(
        fc.property(scenarios, (scenario) => {
          const { itemCount, workers, chunk, costs } = scenario;
          const request = { itemCount, workers, chunk, costs };
          expect(play(make(request), scenario)).toEqual(play(make(request), scenario));
        }),
        { numRuns: 25 },
      );
    });
  });
}

/** Plays the steps, then lets the workers ask in turn until each has been refused. */
function play(
  schedule: Schedule,
  { itemCount, workers, steps }: Scenario,
  check?: (handed: Handed, limit: number) => void,
): readonly Handed[] {
  const all: Handed[] = [];
  const last = new Map<number, Chunk>();
  let limit = 0;
  function ask(worker: number, ahead?: Chunk): boolean {
    const chunk = schedule.next(worker, limit, ahead);
    if (chunk === undefined) return false;
    const handed = { ...chunk, worker };
    check?.(handed, limit);
    all.push(handed);
    last.set(worker, chunk);
    return true;
  }
  for (const { worker: any, more, microseconds, queues } of steps) {
    limit = Math.min(itemCount, limit + more);
    const worker = any % workers;
    const held = last.get(worker);
    if (queues && held !== undefined) ask(worker, held);
    else if (ask(worker)) schedule.observe?.(last.get(worker) as Chunk, worker, microseconds);
  }
  limit = itemCount;
  for (let refused = 0; refused < workers; ) {
    refused = 0;
    for (let worker = 0; worker < workers; worker++) if (!ask(worker)) refused++;
  }
  return all;
}

/** All chunks of a schedule whose workers ask in turn, with nothing ahead. */
export function inTurn(schedule: Schedule, itemCount: number, workers: number): readonly Handed[] {
  return play(schedule, { itemCount, workers, chunk: undefined, costs: [], steps: [] });
}

/** Lengths of chunks. */
export function lengths(chunks: readonly Chunk[]): readonly number[] {
  return chunks.map(({ start, end }) => end - start);
}
