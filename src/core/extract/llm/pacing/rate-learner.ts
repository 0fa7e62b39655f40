/** Over a longer time an old limit would outweigh a new one. */
const LONGEST_SPAN_MS = 120_000;
/** A first estimate waits so long, unless refusals abound: a few may be chance. */
const PATIENT_SPAN_MS = 45_000;
const HASTY_SPAN_MS = 10_000;
const HASTY_SHARE = 0.4;
/** Fewer than this tell nothing of a rate. */
const ENOUGH = 8;

const GROWTH_STEP_MS = 10_000;
const SLOWEST_GROWTH = 0.0017;
const FASTEST_GROWTH = 0.05;
const STEP_BACK = 0.98;

/** With the limit kept, a rate limiter refuses hardly any; a server that goes on refusing more than this has other reasons. */
const INDIFFERENT_SHARE = 0.08;
const TRIAL_REQUESTS = 100;
const DISTRUST_MS = 600_000;

interface Mark {
  at: number;
  taken: number;
}

/**
 * Finds a rate limit that nobody told of. At every refusal the server's allowance is used up, so what it took between
 * two refusals, divided by the time, is the rate itself, whether it counts by bucket or by minute, and however much it
 * had saved up before the first. Afterwards the rate is raised slowly until it is refused again. Refusals that do not
 * become rare when the rate is kept are no matter of rate; then it is given up for ten minutes.
 */
export class RateLearner {
  #perMinute: number | null = null;
  #taken = 0;
  #marks: Mark[] = [];
  #growth = SLOWEST_GROWTH;
  #grownAt = 0;
  #trial = { sent: 0, refused: 0 };
  #recent: boolean[] = [];
  #distrustUntil = Number.NEGATIVE_INFINITY;

  /** Requests per minute; null while no limit is felt. */
  perMinute(now: number): number | null {
    if (this.#perMinute !== null) this.#grow(now);
    return this.#perMinute;
  }

  /** A request was sent. */
  sent(): void {
    this.#taken++;
    this.#trial.sent++;
    this.#remember(false);
  }

  /** The server refused a request that was sent at `sentAt`. */
  refused(sentAt: number, now: number): void {
    this.#taken--;
    this.#trial.refused++;
    this.#recent.pop();
    this.#remember(true);
    if (now < this.#distrustUntil || sentAt < (this.#marks.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return;
    this.#marks = this.#marks.filter((mark) => mark.at >= now - LONGEST_SPAN_MS);
    this.#marks.push({ at: now, taken: this.#taken });
    if (this.#perMinute !== null && this.#isIndifferent()) this.#giveUp(now);
    else this.#estimate(now);
  }

  restore(perMinute: number | null, now: number): void {
    this.#perMinute = perMinute;
    this.#grownAt = now;
  }

  #estimate(now: number): void {
    const first = this.#marks[0];
    if (first === undefined) return;
    const span = now - first.at;
    const taken = this.#taken - first.taken;
    if (this.#perMinute === null) {
      if (span < (this.#refusalsAbound() ? HASTY_SPAN_MS : PATIENT_SPAN_MS)) return;
      this.#trial = { sent: 0, refused: 0 };
    }
    this.#grownAt = now;
    if (taken < ENOUGH || span < HASTY_SPAN_MS) {
      if (this.#perMinute !== null) this.#perMinute *= STEP_BACK;
      return;
    }
    this.#perMinute = (taken * 60_000) / span;
    this.#growth = Math.min(FASTEST_GROWTH, Math.max(SLOWEST_GROWTH, 0.5 / taken));
  }

  #grow(now: number): void {
    const steps = Math.floor((now - this.#grownAt) / GROWTH_STEP_MS);
    if (steps <= 0 || this.#perMinute === null) return;
    this.#perMinute *= (1 + this.#growth) ** Math.min(steps, 60);
    this.#grownAt += steps * GROWTH_STEP_MS;
  }

  #isIndifferent(): boolean {
    const { sent, refused } = this.#trial;
    return sent >= TRIAL_REQUESTS && refused > sent * INDIFFERENT_SHARE;
  }

  #giveUp(now: number): void {
    this.#perMinute = null;
    this.#marks = [];
    this.#distrustUntil = now + DISTRUST_MS;
  }

  #refusalsAbound(): boolean {
    return this.#recent.filter(Boolean).length > this.#recent.length * HASTY_SHARE;
  }

  #remember(refused: boolean): void {
    this.#recent.push(refused);
    if (this.#recent.length > 40) this.#recent.shift();
  }
}
