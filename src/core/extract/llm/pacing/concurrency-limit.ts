/** What the limit remembers of a request, to judge its outcome by. */
export interface Admission {
  /** Requests in flight when it was let through, itself included. */
  level: number;
  epoch: number;
  /** Null while nothing is known. */
  outcome: Outcome | null;
}

interface Outcome {
  level: number;
  refused: boolean;
}

const START = 2;

/** A refusal usually comes within a round trip, long before an answer: silence lets the start double this often. */
const RAMP_MS = 25;

const CUT = 0.7;

/** As many of the latest outcomes decide whether refusals have to do with how many requests run. */
const EVIDENCE = 12;

/** Fewer may be chance even if nothing was taken at such a load. */
const ENOUGH_REFUSED = 3;

/** So many refusals in a row are no chance, whatever was taken before. */
const RUN = 8;

const MAX_PATIENCE = 64;

/**
 * How many requests may run at once, found by trying: doubling from two, one more per round after the first cut, and
 * cut when the server refuses. A burst of refusals cuts once. Refusals that strike while most requests of the same
 * load are taken say nothing of the load (they are a rate limit, or bad luck): pauses answer those, not the limit.
 */
export class ConcurrencyLimit {
  readonly #max: number;
  #startedAt: number | null = null;
  #value: number;
  #ramping = true;
  #epoch = 0;
  /** The epoch of the latest request that was taken. */
  #provenEpoch = 0;
  /** The highest load that was not refused when it was last cut; null while none is known. */
  #ceiling: number | null = null;
  /** Rounds that the ceiling is believed before one more is tried. */
  #patience = 2;
  readonly #outcomes: Outcome[] = [];
  readonly #pending = new Set<Admission>();

  /** `start`: what an earlier run found. */
  constructor(max: number, start?: number) {
    this.#max = Math.max(1, Math.floor(max));
    this.#value = Math.min(this.#max, Math.max(1, start ?? START));
  }

  /** Requests that may run at once now. */
  value(now: number): number {
    return Math.floor(this.#effective(now));
  }

  /** When the limit grows by waiting alone; null when it does not. */
  nextGrowthAt(now: number): number | null {
    if (!this.#ramping || this.#startedAt === null || this.#effective(now) >= this.#max) return null;
    return now + RAMP_MS - ((now - this.#startedAt) % RAMP_MS);
  }

  admit(level: number, now: number): Admission {
    this.#startedAt ??= now;
    const admission: Admission = { level, epoch: this.#epoch, outcome: null };
    this.#pending.add(admission);
    return admission;
  }

  /** The server took the request. */
  accepted(admission: Admission, now: number): void {
    this.#record(admission, false);
    this.#provenEpoch = admission.epoch;
    this.#settleRamp(now);
    // A limit that is not used has not been tested.
    if (admission.level * 2 < this.#value) return;
    if (this.#ceiling !== null && admission.level > this.#ceiling) this.#ceiling = null;
    this.#value = Math.min(this.#max, this.#value + this.#growth());
  }

  /** The server refused for load. Gives whether the limit was cut. */
  refused(admission: Admission, now: number): boolean {
    this.#record(admission, true);
    this.#settleRamp(now);
    // It goes on from there with the next request.
    this.#startedAt = null;
    // A burst goes on until something of the new epoch is taken; and whoever was refused alone was not one too many.
    const sameBurst = admission.epoch !== this.#epoch || this.#epoch !== this.#provenEpoch;
    if (sameBurst || admission.level === 1 || !this.#speaksOfLoad(admission.level)) return false;
    const ceiling = Math.max(1, Math.min(admission.level, this.#value) - 1);
    const confirmed = this.#ceiling !== null && Math.abs(ceiling - this.#ceiling) <= Math.max(1, ceiling / 4);
    this.#patience = confirmed ? Math.min(MAX_PATIENCE, this.#patience * 2) : 2;
    this.#ceiling = ceiling;
    this.#ramping = false;
    this.#value = Math.max(1, this.#value * CUT);
    this.#epoch++;
    return true;
  }

  /** The request ended in a way that says nothing of the load. */
  ended(admission: Admission): void {
    this.#pending.delete(admission);
  }

  #growth(): number {
    if (this.#ceiling === null) return 1;
    return this.#value < this.#ceiling ? 1 / this.#value : 1 / (this.#value * this.#patience);
  }

  /** Refusals are quicker than answers: those on their way count as taken, or any burst would begin with refusals only. */
  #speaksOfLoad(level: number): boolean {
    const run = this.#outcomes.length - 1 - this.#outcomes.findLastIndex((outcome) => !outcome.refused);
    if (run >= RUN && run > this.#pending.size) return true;
    const same = this.#outcomes.filter((outcome) => outcome.level >= level).slice(-Math.max(EVIDENCE, level));
    const pending = [...this.#pending].filter((admission) => admission.level >= level).length;
    const refused = same.filter((outcome) => outcome.refused).length;
    return refused >= ENOUGH_REFUSED && refused * 2 > same.length + pending;
  }

  #record(admission: Admission, refused: boolean): void {
    this.#pending.delete(admission);
    if (admission.outcome !== null) {
      admission.outcome.refused = refused;
      return;
    }
    admission.outcome = { level: admission.level, refused };
    this.#outcomes.push(admission.outcome);
    if (this.#outcomes.length > EVIDENCE * 8) this.#outcomes.splice(0, EVIDENCE);
  }

  /** Keeps what the ramp has reached; it goes on from there. */
  #settleRamp(now: number): void {
    if (!this.#ramping || this.#startedAt === null) return;
    this.#value = this.#effective(now);
    this.#startedAt = now - ((now - this.#startedAt) % RAMP_MS);
  }

  #effective(now: number): number {
    if (!this.#ramping || this.#startedAt === null) return this.#value;
    const doublings = Math.min(10, Math.max(0, Math.floor((now - this.#startedAt) / RAMP_MS)));
    return Math.min(this.#max, this.#value * 2 ** doublings);
  }
}
