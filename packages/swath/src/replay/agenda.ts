interface Appointment {
  readonly at: number;
  /** Appointments of the same time are kept in the order of adding. */
  readonly turn: number;
  readonly act: () => void;
}

/** What will happen when, in virtual time: a binary heap. */
export class Agenda {
  readonly #heap: Appointment[] = [];
  #turn = 0;

  /** When the next one is; infinite if there is none. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  add(at: number, act: () => void): void {
    const heap = this.#heap;
    heap.push({ at, turn: this.#turn++, act });
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  /** Takes the next one out; undefined if nothing will happen any more. */
  next(): { readonly at: number; readonly act: () => void } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ; ) {
      const child = this.#earlierChild(i);
      if (child === undefined || !this.#isBefore(child, i)) return first;
      this.#swap(i, child);
      i = child;
    }
  }

  #earlierChild(i: number): number | undefined {
    const left = 2 * i + 1;
    if (left >= this.#heap.length) return undefined;
    const right = left + 1;
    return right < this.#heap.length && this.#isBefore(right, left) ? right : left;
  }

  #isBefore(i: number, j: number): boolean {
    const a = this.#heap[i] as Appointment;
    const b = this.#heap[j] as Appointment;
    return a.at < b.at || (a.at === b.at && a.turn < b.turn);
  }

  #swap(i: number, j: number): void {
    const heap = this.#heap;
    [heap[i], heap[j]] = [heap[j] as Appointment, heap[i] as Appointment];
  }
}
