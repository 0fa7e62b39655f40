/** How far back the speed is measured: long enough to smooth batches of different size, short enough to notice a change. */
const WINDOW_MS = 60_000;
/** Before this much running time a speed is noise. */
const WARM_UP_MS = 1_000;
/** Fast runs commit hundreds of times a second; totals are kept this far apart. */
const SAMPLE_EVERY_MS = 250;

interface Totals {
  activeMs: number;
  weight: number;
  users: number;
}

/**
 * The speed of a run and the time it still needs, from committed work against time in which it really ran (pauses and
 * down time left out). Concurrency is in it: what is measured is the work that all batches in flight complete together.
 */
export class RunEstimator {
  #window: Totals[] = [];
  #latest: Totals | null = null;

  /** Starts to measure anew, at a run's start and whenever it goes on after a stop. */
  reset(totals: Totals): void {
    this.#window = [totals];
    this.#latest = totals;
  }

  /** Notes the totals after a commit. */
  record(totals: Totals): void {
    this.#latest = totals;
    const lastKept = this.#window.at(-1);
    if (!lastKept || totals.activeMs - lastKept.activeMs >= SAMPLE_EVERY_MS) this.#window.push(totals);
    const oldest = totals.activeMs - WINDOW_MS;
    while (this.#window.length > 1 && (this.#window[1]?.activeMs ?? 0) < oldest) this.#window.shift();
  }

  /** Seconds until `weightLeft` is done, rounded up; null while it cannot be told. */
  remainingSeconds(weightLeft: number): number | null {
    if (weightLeft <= 0) return 0;
    const speed = this.#speed((totals) => totals.weight);
    return speed === null || speed <= 0 ? null : Math.ceil(weightLeft / speed / 1000);
  }

  /** Users per minute, with one decimal; null while it cannot be told. */
  usersPerMinute(): number | null {
    const speed = this.#speed((totals) => totals.users);
    return speed === null ? null : Math.round(speed * 600_000) / 10;
  }

  /** Per millisecond of running time, over the window. */
  #speed(measure: (totals: Totals) => number): number | null {
    const first = this.#window[0];
    const last = this.#latest;
    if (!first || !last || last.activeMs - first.activeMs < WARM_UP_MS) return null;
    return (measure(last) - measure(first)) / (last.activeMs - first.activeMs);
  }
}
