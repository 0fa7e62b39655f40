/** A request as the judge remembers it. Times in milliseconds since the epoch. */
export interface Witness {
  readonly number: number;
  readonly at: number;
  readonly tokens: number;
  /** `open`: nothing is known yet. `mute`: it ended in a way that says nothing of limits. */
  outcome: 'open' | 'taken' | 'refused' | 'mute';
}

interface Refusal {
  request: Witness;
  until: number;
}

/** So many requests are remembered; a refusal is judged by the first few sent after it. */
const REMEMBERED = 128;
const HEARD = 8;
/** What a refusal without Retry-After is thought to ask for. */
const UNSAID_MS = 1_000;

const ENOUGH_TAKEN = 3;
/** Taken for each one refused: as many as where one in four is refused. */
const TAKEN_PER_REFUSED = 3;
/** Of the first five sent after it so many were refused: hardly chance where one in five is. */
const SOON = 5;
const REFUSED_SOON = 4;

/** Refusals contradicted in a row before none is believed, and what is asked for after that was a mistake. */
const CONTRADICTED = 3;
const MOST_CONTRADICTED = 24;
/** So many more, and ending it is no sign of a mistake. */
const PROVEN = 12;

/**
 * Tells refusals that speak for all requests, as a limiter's do, from those that strike at random. A limiter that
 * refuses a request goes on refusing while its Retry-After runs; where later requests, no smaller, are taken all the
 * same, refusal after refusal, they are random. One that is followed by more ends that at once. Nothing is sent to find
 * out: only what was under way when the refusal came tells, and what is sent once refusals are known to be random.
 */
export class RefusalJudge {
  #number = 0;
  readonly #requests: Witness[] = [];
  #undecided: Refusal[] = [];
  #inRow = 0;
  #needed = CONTRADICTED;
  #random = false;
  #bindsUntil = Number.NEGATIVE_INFINITY;

  /** Until when the refusals that ended the belief in chance, and those not judged yet, bind all. */
  get bindsUntil(): number {
    return this.#bindsUntil;
  }

  /** Whether refusals are taken for random: then they bind nobody but the refused. */
  get random(): boolean {
    return this.#random;
  }

  sent(tokens: number, now: number): Witness {
    const request: Witness = { number: this.#number++, at: now, tokens, outcome: 'open' };
    this.#requests.push(request);
    if (this.#requests.length > REMEMBERED) this.#requests.shift();
    return request;
  }

  /** The provider took it. */
  taken(request: Witness): void {
    request.outcome = 'taken';
    this.#review();
  }

  /** The provider refused it; `retryAfterMs`: null when it did not say for how long. */
  refused(request: Witness, retryAfterMs: number | null, now: number): void {
    request.outcome = 'refused';
    this.#undecided.push({ request, until: now + (retryAfterMs ?? UNSAID_MS) });
    this.#review();
  }

  /** It ended without either. */
  silent(request: Witness): void {
    if (request.outcome === 'open') request.outcome = 'mute';
  }

  #review(): void {
    const oldest = this.#requests[0]?.number ?? 0;
    this.#undecided = this.#undecided.filter(
      (refusal) => refusal.request.number >= oldest && !this.#isDecided(refusal),
    );
  }

  #isDecided(refusal: Refusal): boolean {
    const heard = this.#requests
      .filter(({ number, at }) => number > refusal.request.number && at <= refusal.until)
      .slice(0, HEARD);
    const taken = heard.filter(
      ({ outcome, tokens }) => outcome === 'taken' && tokens >= refusal.request.tokens,
    ).length;
    const refused = countRefused(heard);
    if (refused * 2 > HEARD || countRefused(heard.slice(0, SOON)) >= REFUSED_SOON) {
      this.#confirmed(refusal);
      return true;
    }
    if (taken < ENOUGH_TAKEN || taken < refused * TAKEN_PER_REFUSED) return false;
    this.#inRow++;
    if (this.#inRow >= this.#needed) this.#random = true;
    if (this.#inRow >= this.#needed + PROVEN) this.#needed = CONTRADICTED;
    return true;
  }

  #confirmed({ until }: Refusal): void {
    // To have believed in chance was a mistake, unless it went well for long.
    if (this.#random && this.#inRow < this.#needed + PROVEN)
      this.#needed = Math.min(MOST_CONTRADICTED, this.#needed * 2);
    this.#bindsUntil = Math.max(until, ...this.#undecided.map((other) => other.until));
    this.#random = false;
    this.#inRow = 0;
  }
}

function countRefused(requests: readonly Witness[]): number {
  return requests.filter(({ outcome }) => outcome === 'refused').length;
}
