import { Agenda } from "./agenda.ts";

/** What threads that compute at the same time share. */
export interface SharedMachine {
  readonly cores: number;
  /**
   * Share of its time for which a thread at work needs a core; else it waits, for others or a
   * clock, which takes no longer beside others.
   */
  readonly need: number;
  /** Cores that V8's threads want beside each that one of these wants. @default 0 */
  readonly helpers?: number;
  /**
   * How many times as long items take beside those of other workers, by how many workers compute:
   * each takes some memory bandwidth, cache and clock from the others. 1 for one.
   */
  readonly slowed: (workers: number) => number;
}

/**
 * Virtual time on a machine with a number of cores: threads that compute at the same time share
 * them evenly, so that with three on two cores each gets two thirds of one; and workers slow each
 * other and the driver down by what else they share.
 *
 * All that compute are equally fast at any moment, so one clock of work done serves them all: it
 * runs at the speed of a core while there are enough of them, and slower else.
 */
export class SharedCores {
  readonly #machine: SharedMachine;
  /** What happens at a time. */
  readonly #times = new Agenda();
  /** What happens once so much work has been done. */
  readonly #works = new Agenda();
  #now = 0;
  #work = 0;
  readonly #computing = { worker: 0, driver: 0 };

  constructor(machine: SharedMachine) {
    this.#machine = machine;
  }

  /** Seconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** After so many seconds in which nothing is computed. */
  after(seconds: number, act: () => void): void {
    this.#times.add(this.#now + seconds, act);
  }

  /** After a thread has computed for so many seconds of a machine of its own. */
  compute(thread: "worker" | "driver", seconds: number, act: () => void): void {
    this.#computing[thread]++;
    this.#works.add(this.#work + seconds, () => {
      this.#computing[thread]--;
      act();
    });
  }

  /** Lets things happen until nothing will happen any more. */
  run(): void {
    for (;;) {
      const speed = this.#speed();
      const timeAt = this.#times.nextAt;
      const workAt = this.#now + Math.max(0, this.#works.nextAt - this.#work) / speed;
      const isWork = workAt < timeAt;
      const next = (isWork ? this.#works : this.#times).next();
      if (next === undefined) return;
      const at = Math.max(this.#now, isWork ? workAt : timeAt);
      this.#work = isWork ? Math.max(this.#work, next.at) : this.#work + (at - this.#now) * speed;
      this.#now = at;
      next.act();
    }
  }

  #speed(): number {
    const { worker, driver } = this.#computing;
    return speedAmong(worker, driver, this.#machine);
  }
}

/** How fast each of some threads is beside the others, as a share of what it is alone. */
export function speedAmong(
  workers: number,
  drivers: number,
  { cores, need, helpers = 0, slowed }: SharedMachine,
): number {
  const wanted = (workers + drivers) * need * (1 + helpers);
  const onCores = wanted <= cores ? 1 : 1 / ((need * wanted) / cores + 1 - need);
  return onCores / slowed(Math.max(1, workers));
}
