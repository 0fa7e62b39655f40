import type { Passage } from './circuit-breaker.ts';
import type { Admission } from './concurrency-limit.ts';
import type { Flight } from './deadlines.ts';
import type { Sending } from './rate-learner.ts';
import type { Witness } from './refusal-judge.ts';

/** A request on its way, with what each limit needs to judge it by. */
export interface Running extends Flight {
  tokens: number;
  /** The provider is known to have taken it. */
  taken: boolean;
  admission: Admission;
  passage: Passage;
  sending: Sending;
  witness: Witness;
}
