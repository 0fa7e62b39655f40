import { AppError } from '../../../errors.ts';
import { OutputModel } from '../planning/output-model.ts';
import { behavioursOf } from './request-sizing.ts';
import type { UnitWork } from './unit-work.ts';

/**
 * Limits of answers in a row of which nothing could be used. A round is an answer to a request that was sent after the
 * answer of the round before was judged: until then nothing could be learned from it, such as a higher output limit.
 */
const BEFORE_ANY_USE = {
  /** Answers that ended by themselves. */
  whole: { answers: 8, rounds: 2 },
  /** Answers that have `times` the tokens of the usual answer: mostly cut off, with nothing but thoughts. */
  dear: { answers: 3, rounds: 3, times: 3 },
  /** Answers that were cut off, of whatever length. */
  cut: { answers: 12, rounds: 6 },
  /** From so many on, one request at a time is sent. An answer that was cut off may have cost its whole limit. */
  suspicious: { whole: 3, cut: 1 },
};
const LATER = {
  whole: 30,
  /** Answers that were cut off are a matter of size at first, and less is asked for next. */
  cut: 60,
  dear: { answers: 16, rounds: 3, times: 5 },
  /** So many users at least: fewer may be the reason themselves. */
  users: 8,
};

/** An answer, after its units were settled. */
export interface SettledAnswer {
  units: readonly UnitWork[];
  /** The id of its request, and of the latest one sent. */
  id: number;
  latestId: number;
  outputTokens: number;
}

/** What answers have before anything is learned: what is learned includes thoughts, however many there are. */
const USUAL = new OutputModel();
/** However short, an answer of so many tokens is nothing unusual. */
const LEAST_USUAL = 512;

/** Notices a model of which nothing can be used, before it has cost more than a few answers. */
export class UselessWatch {
  #everUsed = false;
  #whole = 0;
  #cut = 0;
  #rounds = 0;
  #roundEnd = 0;
  #outputTokens = 0;
  #usualTokens = 0;
  #users = new Set<number>();

  /** Whether to send one request at a time: nothing was ever of use, and the latest answers neither. */
  get isSuspicious(): boolean {
    const { whole, cut } = BEFORE_ANY_USE.suspicious;
    return !this.#everUsed && (this.#whole >= whole || this.#cut >= cut);
  }

  get #answers(): number {
    return this.#whole + this.#cut;
  }

  /** Notes an answer. Throws model.useless. */
  answered({ units, id, latestId, outputTokens }: SettledAnswer): void {
    if (units.some(gaveSomething)) {
      this.#reset();
      return;
    }
    if (units.some(({ cause }) => cause === 'truncated')) this.#cut += 1;
    else this.#whole += 1;
    if (id > this.#roundEnd) {
      this.#rounds += 1;
      this.#roundEnd = latestId;
    }
    this.#outputTokens += outputTokens;
    const { mean } = USUAL.predict({ behaviours: behavioursOf(units), units: units.length });
    this.#usualTokens += Math.max(LEAST_USUAL, mean);
    for (const unit of units) this.#users.add(unit.encoded.unit.userNo);
    if (!this.#isEnough()) return;
    const cause = units[0]?.cause ?? null;
    throw new AppError('model.useless', {
      count: this.#answers,
      ...(cause === null ? {} : { detail: `model.${cause}` }),
    });
  }

  #isEnough(): boolean {
    if (!this.#everUsed) {
      const { whole, cut, dear } = BEFORE_ANY_USE;
      return (
        (this.#whole >= whole.answers && this.#rounds >= whole.rounds) ||
        (this.#cut >= cut.answers && this.#rounds >= cut.rounds) ||
        this.#isDear(dear)
      );
    }
    if (this.#users.size < LATER.users) return false;
    return this.#whole >= LATER.whole || this.#cut >= LATER.cut || this.#isDear(LATER.dear);
  }

  #isDear({ answers, rounds, times }: { answers: number; rounds: number; times: number }): boolean {
    if (this.#answers < answers || this.#rounds < rounds) return false;
    return this.#outputTokens > times * this.#usualTokens;
  }

  #reset(): void {
    this.#everUsed = true;
    this.#whole = 0;
    this.#cut = 0;
    this.#rounds = 0;
    this.#outputTokens = 0;
    this.#usualTokens = 0;
    this.#users.clear();
  }
}

function gaveSomething({ result, best }: UnitWork): boolean {
  return (result ?? best ?? { coverage: 0 }).coverage > 0;
}
