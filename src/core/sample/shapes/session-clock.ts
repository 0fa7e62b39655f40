import type { Random } from '../random.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 2026-01-05, a Monday, as wall-clock milliseconds. */
const FIRST_DAY = Date.UTC(2026, 0, 5);

/** Silences within a session are lognormal: the median as a share of the gap, the spread, the longest as a share of the gap. */
const WITHIN = { median: 1 / 15, sigma: 1, longest: 0.6 };
/** The shortest silence between two sessions as a multiple of the gap. */
const SHORTEST_BETWEEN = 1.7;

export interface SessionRhythm {
  gapMinutes: number;
  /** How busy each hour of the day is, from midnight. */
  hours: readonly number[];
  /** Behaviours of a session, on average. */
  length: number;
  /** Days from the start of one session to the next, on average. */
  days: number;
}

/** The times of one user: silences within sessions are shorter than the gap, those between sessions are longer. */
export class SessionClock {
  readonly #random: Random;
  readonly #rhythm: SessionRhythm;
  readonly #gap: number;
  #now: number;
  #isFirst = true;

  constructor(random: Random, rhythm: SessionRhythm) {
    this.#random = random;
    this.#rhythm = rhythm;
    this.#gap = rhythm.gapMinutes * MINUTE;
    this.#now = this.#startOn(FIRST_DAY + random.int(0, 13) * DAY);
  }

  /** Goes on to the next behaviour; `session` tells whether it is the first of a session. */
  next(): { time: string; session: boolean } {
    const session = this.#isFirst || this.#random.chance(1 / this.#rhythm.length);
    if (this.#isFirst) this.#isFirst = false;
    else this.#now += session ? this.#between() : this.#within();
    return { time: written(this.#now), session };
  }

  /** The behaviour lasted: the silence after it begins at its end. */
  lasted(seconds: number): void {
    this.#now += seconds * SECOND;
  }

  #within(): number {
    const { median, sigma, longest } = WITHIN;
    for (;;) {
      const silence = this.#gap * median * Math.exp(sigma * normal(this.#random));
      if (silence >= SECOND && silence <= this.#gap * longest) return Math.round(silence / SECOND) * SECOND;
    }
  }

  #between(): number {
    const days = this.#rhythm.days;
    const today = Math.floor(this.#now / DAY) * DAY;
    const shortest = this.#gap * SHORTEST_BETWEEN;
    for (let least = 0; ; least += 1) {
      const distance = least + Math.round(-(days - 0.5) * Math.log(1 - this.#random.next()));
      const silence = this.#startOn(today + distance * DAY) - this.#now;
      if (silence >= shortest) return silence;
    }
  }

  /** A moment of a day, more likely at a busy hour. */
  #startOn(day: number): number {
    const { hours } = this.#rhythm;
    let left = this.#random.next() * hours.reduce((sum, weight) => sum + weight, 0);
    const hour = Math.max(
      0,
      hours.findIndex((weight) => (left -= weight) < 0),
    );
    return day + hour * HOUR + this.#random.int(0, 3599) * SECOND;
  }
}

/** A normally distributed number (Box–Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** `YYYY-MM-DD HH:mm:ss` of wall-clock milliseconds. */
function written(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
