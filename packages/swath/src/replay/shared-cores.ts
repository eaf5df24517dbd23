import { Agenda } from "./agenda.ts";

/**
 * Virtual time on a machine with a number of cores: threads that compute at the same time share
 * them evenly, so that with three on two cores each gets two thirds of one.
 *
 * All that compute are equally fast at any moment, so one clock of work done serves them all: it
 * runs at the speed of a core while there are enough of them, and slower else.
 */
export class SharedCores {
  readonly #cores: number;
  readonly #need: number;
  /** What happens at a time. */
  readonly #times = new Agenda();
  /** What happens once so much work has been done. */
  readonly #works = new Agenda();
  #now = 0;
  #work = 0;
  #computing = 0;

  /** @param need share of its time for which a thread that computes needs a core */
  constructor(cores: number, need = 1) {
    this.#cores = cores;
    this.#need = need;
  }

  /** Seconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** After so many seconds in which nothing is computed. */
  after(seconds: number, act: () => void): void {
    this.#times.add(this.#now + seconds, act);
  }

  /** After a thread has computed for so many seconds of a core of its own. */
  compute(seconds: number, act: () => void): void {
    this.#computing++;
    this.#works.add(this.#work + seconds, () => {
      this.#computing--;
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
    return speedAmong(this.#computing, this.#cores, this.#need);
  }
}

/**
 * How fast each of some threads is on the cores that they share, as a share of what it is alone.
 *
 * @param need share of its time for which a thread needs a core; else it waits, for others or a
 *   clock, which takes no longer beside others
 */
export function speedAmong(threads: number, cores: number, need: number): number {
  const wanted = threads * need;
  return wanted <= cores ? 1 : 1 / ((need * wanted) / cores + 1 - need);
}
