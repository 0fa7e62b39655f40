import { AppError } from '../../../errors.ts';
import type { UnitWork } from './user-work.ts';

/** So many answers in a row of which nothing could be used, about so many users, are no fault of these users. */
const ANSWERS = 30;
const USERS = 8;
/** Cut answers are a matter of size at first, and less is asked for next; so many in all are not. */
const CUT_ANSWERS = 150;

/** Notices a model of which nothing can be used, before everybody has been asked about many times. */
export class UselessWatch {
  #answers = 0;
  #cut = 0;
  #users = new Set<number>();

  /** Notes an answer, after its units were settled. Throws model.useless. */
  answered(units: readonly UnitWork[]): void {
    if (units.some(gaveSomething)) {
      this.#answers = 0;
      this.#cut = 0;
      this.#users.clear();
      return;
    }
    if (units.some(({ cause }) => cause === 'truncated')) this.#cut += 1;
    else this.#answers += 1;
    for (const unit of units) this.#users.add(unit.encoded.unit.userNo);
    if (this.#users.size < USERS || (this.#answers < ANSWERS && this.#cut < CUT_ANSWERS)) return;
    throw new AppError('model.useless', { count: this.#answers + this.#cut });
  }
}

function gaveSomething({ result, best }: UnitWork): boolean {
  return (result ?? best ?? { coverage: 0 }).coverage > 0;
}
