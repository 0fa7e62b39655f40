import type { FailureClass } from '../../shared/failure-classes.ts';
import type { ModelRequest } from '../extract/llm/types.ts';
import type { AskedRef } from '../extract/ports.ts';
import type { KeptAnswer } from './read-list.ts';

/** One request of an induction, before it is sent. */
export interface Step {
  request: ModelRequest;
  /** The users in it, for the books. `key`: of everything that determines the answer. */
  asked: (key: string) => AskedRef[];
}

/** What an induction asks, request after request, and what it makes of the answers. */
export interface InductionTask<S extends Step = Step> {
  /** What is asked next; null when everything is answered. `isPatient`: an answer before could not be used, and this one may be longer. */
  next(isPatient: boolean): S | null;
  /** Saves what an answer says; returns why it cannot be used, or null. */
  take(step: S, answer: KeptAnswer): FailureClass | null;
  /** Asks for less in each request from now on; false when there is nothing left to leave out. */
  askLess(step: S): boolean;
}
