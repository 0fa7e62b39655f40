import { AtOnce } from './at-once.ts';

/** What the limit remembers of a request, to judge its outcome by. */
export interface Admission {
  readonly number: number;
  /** Requests in flight when it was let through, itself included. */
  readonly level: number;
  /** The same without those that were refused: what the server was working on, this one included. */
  load: number;
  /**
   * The most in flight while it was, without those refused. Requests sent at one moment overtake each other: of a
   * refused one this tells the load, and when it was sent does not.
   */
  peak: number;
  /** The number of the next request when it was refused: those before were in flight with it. */
  until: number;
  readonly epoch: number;
  /** Null while nothing is known. */
  refused: boolean | null;
}

/** What is known of a refusal besides. */
export interface Refusal {
  /** Null when the server did not say how long to wait. */
  retryAfterMs?: number | null;
  /** A rate limit was felt and is kept to: that explains refusals well enough. */
  rated?: boolean;
}

const START = 2;

/** A refusal usually comes within a round trip, long before an answer: silence lets the start double this often. */
const RAMP_MS = 25;

const CUT = 0.7;

/** As many of the latest outcomes decide whether refusals have to do with how many requests run. */
const EVIDENCE = 12;

/** A line must hold for longer: a bucket that is nearly empty takes the first of each burst and refuses the rest. */
const REMEMBERED = 400;

/** Fewer may be chance even if nothing was taken at such a load. */
const ENOUGH_REFUSED = 3;

/** So many refusals in a row are no chance, whatever was taken before. */
const RUN = 8;

const MAX_PATIENCE = 64;

/** What a refusal without Retry-After makes wait. */
const UNSAID_WAIT_MS = 1_000;

/**
 * How many requests may run at once, found by trying: doubling from two, one more per round after the first cut, and
 * cut when the server refuses. A burst of refusals cuts once. Refusals that strike while most requests of the same
 * load are taken say nothing of the load (they are a rate limit, or bad luck): pauses answer those, not the limit.
 * Where the server is seen to take so many at once and no more (at-once.ts), that is kept to.
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
  /** The limit before it was cut to what the server takes at once, in case that is a mistake. */
  #before = { value: 1, ramping: false };
  /** How long the refusals made wait that nothing was made of yet; null for none. */
  #unread: number | null = null;
  /** Rounds that the ceiling is believed before one more is tried. */
  #patience = 2;
  #number = 0;
  readonly #outcomes: Admission[] = [];
  readonly #running = new Set<Admission>();
  readonly #atOnce: AtOnce;

  /** `start`: what an earlier run found; `atOnce`: how many the server was seen to take then. */
  constructor(max: number, start?: number, atOnce: number | null = null) {
    this.#max = Math.max(1, Math.floor(max));
    this.#value = Math.min(this.#max, Math.max(1, start ?? START));
    const known = atOnce !== null && atOnce < this.#max ? Math.floor(atOnce) : null;
    this.#atOnce = new AtOnce(known);
    if (known !== null) this.#keepTo(known);
  }

  /** Requests that may run at once now. */
  value(now: number): number {
    return Math.floor(this.#effective(now));
  }

  /** How many at once the server is seen to take; null while none is known. */
  get atOnce(): number | null {
    return this.#atOnce.number;
  }

  /** When the limit grows by waiting alone; null when it does not. */
  nextGrowthAt(now: number): number | null {
    if (!this.#ramping || this.#startedAt === null || this.#effective(now) >= this.#max) return null;
    return now + RAMP_MS - ((now - this.#startedAt) % RAMP_MS);
  }

  admit(level: number, now: number): Admission {
    this.#startedAt ??= now;
    this.#atOnce.sent(now);
    const admission: Admission = {
      number: this.#number++,
      level,
      load: level,
      peak: level,
      until: 0,
      epoch: this.#epoch,
      refused: null,
    };
    this.#running.add(admission);
    for (const other of this.#running) other.peak = Math.max(other.peak, this.#running.size);
    return admission;
  }

  /** The server took the request. */
  accepted(admission: Admission, now: number, rated = false): void {
    this.#record(admission, false);
    this.#provenEpoch = admission.epoch;
    this.#settleRamp(now);
    if (this.#atOnce.number !== null) this.#noteTaken(admission, now);
    else if (this.#unread !== null && !rated) this.#look(this.#unread, now);
    // A limit that is not used has not been tested.
    if (admission.level * 2 < this.#value) return;
    if (this.#ceiling !== null && admission.level > this.#ceiling) this.#ceiling = null;
    const most = Math.min(this.#max, this.#atOnce.most(now));
    this.#value = Math.max(this.#value, Math.min(most, this.#value + this.#growth()));
  }

  /** Whether this refusal comes of too many at once: more than the server was seen to take. */
  explains({ peak }: Admission): boolean {
    return this.#atOnce.explains(peak);
  }

  /** The server refused for load. Gives whether the limit was cut. */
  refused(admission: Admission, now: number, { retryAfterMs = null, rated = false }: Refusal = {}): boolean {
    const explained = this.explains(admission);
    this.#record(admission, true);
    this.#running.delete(admission);
    this.#takeOff(admission);
    this.#settleRamp(now);
    // It goes on from there with the next request.
    this.#startedAt = null;
    const waitMs = (this.#unread = retryAfterMs ?? UNSAID_WAIT_MS);
    // A burst goes on until something of the new epoch is taken; and whoever was refused alone was not one too many.
    const sameBurst = admission.epoch !== this.#epoch || this.#epoch !== this.#provenEpoch;
    if (explained && this.#atOnce.number !== null) {
      this.#atOnce.confirmed(waitMs, now);
      this.#keepTo(this.#atOnce.number);
    } else {
      this.#reconsider(admission, waitMs, rated, now);
      if (sameBurst) return false;
      if (rated || !this.#look(waitMs, now)) {
        if (admission.level === 1 || !this.#speaksOfLoad(admission.level)) return false;
        this.#cut(admission);
      }
    }
    if (!sameBurst) this.#epoch++;
    return !sameBurst;
  }

  /** The request is over, or ended in a way that says nothing of the load. */
  ended(admission: Admission): void {
    this.#running.delete(admission);
  }

  #cut({ level }: Admission): void {
    const ceiling = Math.max(1, Math.min(level, this.#value) - 1);
    const confirmed = this.#ceiling !== null && Math.abs(ceiling - this.#ceiling) <= Math.max(1, ceiling / 4);
    this.#patience = confirmed ? Math.min(MAX_PATIENCE, this.#patience * 2) : 2;
    this.#ceiling = ceiling;
    this.#ramping = false;
    this.#value = Math.max(1, this.#value * CUT);
  }

  /** Cuts to what the server is seen to take at once. Gives whether it is. */
  #look(waitMs: number, now: number): boolean {
    const isNew = this.#atOnce.number === null;
    if (!this.#atOnce.look([...this.#outcomes, ...this.#open()], waitMs, now)) return false;
    if (isNew) this.#before = { value: this.#value, ramping: this.#ramping };
    this.#keepTo(this.#atOnce.number ?? this.#value);
    return true;
  }

  /** A refusal that the number seen does not explain: it is another number, or none. */
  #reconsider({ epoch }: Admission, waitMs: number, rated: boolean, now: number): void {
    const known = this.#atOnce.number;
    if (known === null) return;
    if (!rated && this.#look(waitMs, now) && this.#atOnce.number !== known) return;
    if (epoch !== this.#epoch || !this.#atOnce.contradicted()) return;
    this.#value = Math.max(this.#value, this.#before.value);
    this.#ramping = this.#before.ramping;
    this.#patience = 2;
  }

  #keepTo(atOnce: number): void {
    this.#ceiling = null;
    this.#ramping = false;
    this.#value = Math.min(this.#max, atOnce);
    this.#unread = null;
  }

  #noteTaken({ load }: Admission, now: number): void {
    this.#atOnce.taken(load, now);
    if ((this.#atOnce.number ?? 0) >= this.#max) this.#atOnce.forget();
  }

  #growth(): number {
    const { number } = this.#atOnce;
    if (number !== null) return this.#value < number ? 1 : 1 / this.#value;
    if (this.#ceiling === null) return 1;
    return this.#value < this.#ceiling ? 1 / this.#value : 1 / (this.#value * this.#patience);
  }

  /** Refusals are quicker than answers: those on their way count as taken, or any burst would begin with refusals only. */
  #speaksOfLoad(level: number): boolean {
    const run = this.#outcomes.length - 1 - this.#outcomes.findLastIndex(({ refused }) => refused !== true);
    const open = this.#open();
    if (run >= RUN && run > open.length) return true;
    const same = this.#outcomes.filter((outcome) => outcome.level >= level).slice(-Math.max(EVIDENCE, level));
    const pending = open.filter((admission) => admission.level >= level).length;
    const refused = same.filter((outcome) => outcome.refused).length;
    return refused >= ENOUGH_REFUSED && refused * 2 > same.length + pending;
  }

  /** Those of which nothing is known yet. */
  #open(): Admission[] {
    return [...this.#running].filter(({ refused }) => refused === null);
  }

  /** A refused request was no load to those in flight with it. */
  #takeOff(admission: Admission): void {
    const { number } = admission;
    admission.load = admission.peak;
    admission.until = this.#number;
    for (const other of this.#running) {
      other.peak--;
      if (other.number > number) other.load--;
    }
    for (const other of this.#outcomes)
      if (other.refused && other !== admission && number < other.until) other.load--;
  }

  #record(admission: Admission, refused: boolean): void {
    const known = admission.refused !== null;
    admission.refused = refused;
    if (known) return;
    this.#outcomes.push(admission);
    if (this.#outcomes.length > REMEMBERED) this.#outcomes.splice(0, EVIDENCE);
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
