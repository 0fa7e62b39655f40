/** Over a longer time an old limit would outweigh a new one. */
const LONGEST_SPAN_MS = 120_000;
/** A first estimate waits so long, unless refusals abound: a few may be chance. */
const PATIENT_SPAN_MS = 45_000;
const HASTY_SPAN_MS = 10_000;
const HASTY_SHARE = 0.4;
/** Fewer than this tell nothing of a rate. */
const ENOUGH = 8;

const GROWTH_STEP_MS = 10_000;
const CALM_GROWTH = 0.0017;
const CALM_GROWTH_PER_RATE = 1 / 45_000;
const FASTEST_GROWTH = 0.05;
const STEP_BACK = 0.98;
/** What an earlier run found may have been another day's: it is raised by so much until something is refused. */
const RESTORED_GROWTH = 0.5;

/** With the limit kept, a rate limiter refuses hardly any; a server that goes on refusing more than this has other reasons. */
const INDIFFERENT_SHARE = 0.04;
const TRIAL_REQUESTS = 100;
const DISTRUST_MS = 600_000;

/** A bucket is ready again when it has one more; a provider that keeps refusing for longer counts whole minutes. */
const LONG_PAUSE_TOKENS = 3;
const LONG_PAUSE_MS = 1_500;

/** A request as the learner knows it. */
export interface Sending {
  at: number;
}

/** Refusals without a request taken between them: the allowance was used up all the while. */
interface Mark {
  from: number;
  until: number;
  taken: number;
}

/**
 * Finds a rate limit that nobody told of. At every refusal the server's allowance is used up, so what it took between
 * two refusals, divided by the time, is the rate itself, whether it counts by bucket or by minute, and however much it
 * had saved up before the first. Afterwards the rate is raised slowly until it is refused again. Refusals that
 * do not become rare when the rate is kept are no matter of rate; then it is given up for ten minutes. In which order
 * requests sent at one moment were taken says nothing: they overtake each other on their way.
 */
export class RateLearner {
  #perMinute: number | null = null;
  #taken = 0;
  #marks: Mark[] = [];
  #countsMinutes = false;
  #growth = CALM_GROWTH;
  #grownAt = 0;
  #trial = { sent: 0, refused: 0 };
  #recent: boolean[] = [];
  #distrustUntil = Number.NEGATIVE_INFINITY;
  /** Whether the rate is another run's and nothing was refused yet. */
  #isRestored = false;
  #isOwn = false;

  /** Whether the rate rests on refusals of this run. */
  get isOwn(): boolean {
    return this.#perMinute !== null && this.#isOwn;
  }

  /** Requests per minute; null while no limit is felt. */
  perMinute(now: number): number | null {
    if (this.#perMinute !== null) this.#grow(now);
    return this.#perMinute;
  }

  /** A request is sent. */
  sent(now: number): Sending {
    this.#taken++;
    this.#trial.sent++;
    this.#remember(false);
    return { at: now };
  }

  /** The server refused it; `retryAfterMs`: null when it did not say for how long. */
  refused(sending: Sending, retryAfterMs: number | null, now: number): void {
    this.#taken--;
    this.#recent.pop();
    this.#remember(true);
    if (now < this.#distrustUntil) return;
    if (this.#isRestored) this.#stepBack(now);
    const until = now + (retryAfterMs ?? 0);
    const last = this.#marks.at(-1);
    const stillUsedUp = last !== undefined && this.#taken <= last.taken;
    if (!stillUsedUp) this.#trial.refused++;
    if (last !== undefined && (stillUsedUp || sending.at <= last.from)) {
      last.until = Math.max(last.until, until);
      last.taken = Math.min(last.taken, this.#taken);
      return;
    }
    this.#marks = this.#marks.filter((mark) => mark.until >= now - LONGEST_SPAN_MS);
    this.#marks.push({ from: now, until, taken: this.#taken });
    if (this.#isIndifferent()) this.#giveUp(now);
    else this.#estimate(now);
  }

  /** The server refused a request for another reason than its rate. */
  dismissed(): void {
    this.#taken--;
    this.#recent.pop();
  }

  /** Takes up the rate that an earlier run found, as a start. */
  restore(perMinute: number | null, now: number): void {
    this.#perMinute = perMinute;
    this.#isRestored = perMinute !== null;
    this.#isOwn = false;
    this.#growth = RESTORED_GROWTH;
    this.#grownAt = now;
  }

  /** The rate before the last raise was not refused. */
  #stepBack(now: number): void {
    this.#isRestored = false;
    const rate = this.perMinute(now);
    if (rate !== null) this.#perMinute = rate / (1 + RESTORED_GROWTH);
    this.#growth = FASTEST_GROWTH;
  }

  #estimate(now: number): void {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined) return;
    const span = last.until - first.until;
    const taken = last.taken - first.taken;
    if (this.#perMinute === null) {
      if (span < (this.#refusalsAbound() ? HASTY_SPAN_MS : PATIENT_SPAN_MS)) return;
      this.#trial = { sent: 0, refused: 0 };
    }
    this.#grownAt = now;
    const minutes = this.#minutes(span, taken);
    if (taken < ENOUGH || minutes === 0) {
      if (this.#perMinute !== null) this.#perMinute *= STEP_BACK;
      return;
    }
    this.#perMinute = taken / minutes;
    this.#isOwn = true;
    // Over a short time one request more or less is a large error: that is made up for quickly. Later, a low rate grows
    // more slowly than a high one, so that among as many requests no more are refused.
    const calm = Math.min(CALM_GROWTH, this.#perMinute * CALM_GROWTH_PER_RATE);
    this.#growth = minutes < 1 ? Math.max(calm, Math.min(FASTEST_GROWTH, 0.5 / taken)) : calm;
  }

  /** The minutes that the allowance was for; 0 when too short to tell. */
  #minutes(span: number, taken: number): number {
    if (span < HASTY_SPAN_MS) return 0;
    const longPause = Math.max(LONG_PAUSE_MS, (LONG_PAUSE_TOKENS * span) / Math.max(1, taken));
    this.#countsMinutes ||= this.#marks.some((mark) => mark.until - mark.from > longPause);
    return this.#countsMinutes ? Math.round(span / 60_000) : span / 60_000;
  }

  #grow(now: number): void {
    const steps = Math.floor((now - this.#grownAt) / GROWTH_STEP_MS);
    if (steps <= 0 || this.#perMinute === null) return;
    this.#perMinute *= (1 + this.#growth) ** Math.min(steps, 60);
    this.#grownAt += steps * GROWTH_STEP_MS;
  }

  #isIndifferent(): boolean {
    const { sent, refused } = this.#trial;
    return this.#perMinute !== null && sent >= TRIAL_REQUESTS && refused > sent * INDIFFERENT_SHARE;
  }

  #giveUp(now: number): void {
    this.#perMinute = null;
    this.#countsMinutes = false;
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
