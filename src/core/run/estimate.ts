/** How far back the speed is measured: long enough to smooth batches of different size, short enough to notice a change. */
const WINDOW_MS = 60_000;
/** Before this much running time a speed is noise. */
const WARM_UP_MS = 1_000;
/** Fast runs commit hundreds of times a second; totals are kept this far apart. */
const SAMPLE_EVERY_MS = 250;

/** Of a service that takes its time, the speed is measured over so many commits at the least. */
const WINDOW_COMMITS = 60;
/** A speed has changed when two stretches in a row, each of so many commits and so long, both say so. */
const STRETCH_COMMITS = 8;
const STRETCH_MS = 1_000;
/** By so much both of them must be faster, or slower, than what was before them. */
const CHANGE = 1.5;
/** The last round of requests takes longer than its work would at full speed: by so much of the time one takes. */
const DRAIN_SHARE = 0.5;

interface Totals {
  activeMs: number;
  weight: number;
  users: number;
}

/** What had been done at a moment, and after how many commits. */
interface Sample extends Totals {
  commits: number;
}

/**
 * The speed of a run and the time it still needs, from committed work against time in which it really ran (pauses and
 * down time left out). Concurrency is in it: what is measured is the work that all batches in flight complete together.
 */
export class RunEstimator {
  #window: Sample[] = [];
  #latest: Sample | null = null;
  #remote = false;

  /**
   * Starts to measure anew, at a run's start and whenever it goes on after a stop. `remote`: the work is done by a
   * service that may be slow, and from one moment to the next become slower or faster.
   */
  reset(totals: Totals, remote = false): void {
    const sample = { ...totals, commits: 0 };
    this.#remote = remote;
    this.#window = [sample];
    this.#latest = sample;
  }

  /** Notes the totals after a commit. */
  record(totals: Totals): void {
    const sample = { ...totals, commits: (this.#latest?.commits ?? 0) + 1 };
    this.#latest = sample;
    const lastKept = this.#window.at(-1);
    if (lastKept && totals.activeMs - lastKept.activeMs < SAMPLE_EVERY_MS) return;
    this.#window.push(sample);
    if (this.#remote) this.#forgetOtherSpeed(sample);
    const oldest = totals.activeMs - WINDOW_MS;
    const needed = this.#remote ? sample.commits - WINDOW_COMMITS : Infinity;
    while (this.#window.length > 1 && isBefore(this.#window[1], oldest, needed)) this.#window.shift();
  }

  /**
   * Seconds until `weightLeft` is done, rounded up; null while it cannot be told. `inFlight`: requests on their way; when
   * nothing is left to be sent they become fewer, and the work is done more slowly than before.
   */
  remainingSeconds(weightLeft: number, inFlight = 0): number | null {
    if (weightLeft <= 0) return 0;
    const speed = this.#speed((sample) => sample.weight);
    if (speed === null || speed <= 0) return null;
    const commits = this.#speed((sample) => sample.commits);
    const drainMs = commits === null || commits <= 0 ? 0 : (inFlight / commits) * DRAIN_SHARE;
    return Math.ceil((weightLeft / speed + drainMs) / 1000);
  }

  /** Users per minute, with one decimal; null while it cannot be told. */
  usersPerMinute(): number | null {
    const speed = this.#speed((sample) => sample.users);
    return speed === null ? null : Math.round(speed * 600_000) / 10;
  }

  /** Drops what was before a change of speed. Two stretches must agree, so that one long answer or wait is none. */
  #forgetOtherSpeed(now: Sample): void {
    const middle = this.#stretchBefore(now);
    const begin = middle && this.#stretchBefore(middle);
    const first = this.#window[0];
    if (!begin || !first || begin.commits - first.commits < STRETCH_COMMITS) return;
    const before = speedOf(first, begin);
    const changes = [speedOf(begin, middle), speedOf(middle, now)].map((speed) => speed / before);
    if (changes.every((change) => change > CHANGE) || changes.every((change) => change < 1 / CHANGE)) {
      this.#window = this.#window.filter((sample) => sample.activeMs >= begin.activeMs);
    }
  }

  /** Where the stretch that ends here begins; null when there is not so much. */
  #stretchBefore(end: Sample): Sample | null {
    return (
      this.#window.findLast(
        ({ commits, activeMs }) =>
          end.commits - commits >= STRETCH_COMMITS && end.activeMs - activeMs >= STRETCH_MS,
      ) ?? null
    );
  }

  /** Per millisecond of running time, over the window. */
  #speed(measure: (sample: Sample) => number): number | null {
    const first = this.#window[0];
    const last = this.#latest;
    if (!first || !last || last.activeMs - first.activeMs < WARM_UP_MS) return null;
    return (measure(last) - measure(first)) / (last.activeMs - first.activeMs);
  }
}

function isBefore(sample: Sample | undefined, oldestMs: number, commits: number): boolean {
  return sample !== undefined && sample.activeMs < oldestMs && sample.commits <= commits;
}

function speedOf(from: Sample, to: Sample): number {
  return (to.weight - from.weight) / (to.activeMs - from.activeMs);
}
