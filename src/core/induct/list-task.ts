import type { FailureClass } from '../../shared/failure-classes.ts';
import type { ModelRequest } from '../extract/llm/types.ts';
import type { KeptAnswer } from './read-list.ts';
import type { InductionTask, Step } from './task.ts';

/** How far a list is dealt with. */
interface ListProgress<Found> {
  step: number;
  steps: number;
  done: number;
  /** Names in a request. */
  batch: number;
  found: Found[];
}

/** What is found for the names from `from` on, or why an answer cannot be used. */
type Said<Found> = { found: Found[]; failure: null } | { found: null; failure: FailureClass };

export interface ListTaskParts<Found, Progress extends ListProgress<Found>> {
  /** How many names there are. */
  total: number;
  progress: () => Progress;
  save: (progress: Progress) => void;
  request: (from: number, count: number, isPatient: boolean) => ModelRequest;
  read: (answer: KeptAnswer, from: number, count: number) => Said<Found>;
}

interface ListStep extends Step {
  /** How many names are in it. */
  names: number;
}

/** Something about each name of a list: usually one request for all of them. */
export class ListTask<Found, Progress extends ListProgress<Found>> implements InductionTask<ListStep> {
  readonly #parts: ListTaskParts<Found, Progress>;

  constructor(parts: ListTaskParts<Found, Progress>) {
    this.#parts = parts;
  }

  next(isPatient: boolean): ListStep | null {
    const { total, request, progress } = this.#parts;
    const { done, batch } = progress();
    const names = Math.min(batch, total - done);
    if (names <= 0) return null;
    return { names, request: request(done, names, isPatient), asked: () => [] };
  }

  take(step: ListStep, answer: KeptAnswer): FailureClass | null {
    const { total, progress, save, read } = this.#parts;
    const before = progress();
    const said = read(answer, before.done, step.names);
    if (said.found === null) {
      // An answer that is too long is one about too many names.
      if (said.failure === 'truncated') this.askLess(step);
      return said.failure;
    }
    const done = before.done + step.names;
    const steps = before.step + 1 + Math.ceil((total - done) / before.batch);
    save({ ...before, done, step: before.step + 1, steps, found: [...before.found, ...said.found] });
    return null;
  }

  /** Fewer names in each request. */
  askLess({ names }: ListStep): boolean {
    if (names < 2) return false;
    const { progress, save } = this.#parts;
    save({ ...progress(), batch: Math.ceil(names / 2) });
    return true;
  }
}
