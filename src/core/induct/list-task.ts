import type { FailureClass } from '../../shared/failure-classes.ts';
import type { ModelRequest } from '../extract/llm/types.ts';
import type { KeptAnswer } from './read-list.ts';
import type { InductionTask, Step } from './task.ts';

/** How far a list is dealt with. */
interface ListProgress<Found extends { place: number }> {
  step: number;
  steps: number;
  done: number;
  /** Names in a request. */
  batch: number;
  found: Found[];
}

/** Fewest names in a row of which an answer says nothing that make it incomplete; they must also be more than this share of all. */
const LEAST_SILENCE = 5;
const SILENT_SHARE = 0.1;

/** What is found for the names from `from` on, and the numbers of the names that the answer speaks of, or why it cannot be used. */
type Said<Found> =
  { found: Found[]; numbers: number[]; failure: null } | { found: null; failure: FailureClass };

export interface ListTaskParts<Found extends { place: number }, Progress extends ListProgress<Found>> {
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
export class ListTask<
  Found extends { place: number },
  Progress extends ListProgress<Found>,
> implements InductionTask<ListStep> {
  readonly #parts: ListTaskParts<Found, Progress>;
  /** Up to which name was done when an answer was incomplete: what is asked again is taken as it comes. */
  #incompleteAt: number | null = null;

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
    const numbers = new Set(said.numbers.filter((number) => number <= step.names));
    if (numbers.size === 0) return 'bad_format';
    // What is said last of a name counts.
    const found = [...new Map([...before.found, ...said.found].map((each) => [each.place, each])).values()];
    if (this.#incompleteAt !== before.done && leavesOut(numbers, step.names)) {
      this.#incompleteAt = before.done;
      save({ ...before, found });
      return 'low_coverage';
    }
    const done = before.done + step.names;
    const steps = before.step + 1 + Math.ceil((total - done) / before.batch);
    save({ ...before, done, step: before.step + 1, steps, found });
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

/** Whether an answer says nothing of too many names in a row, out of `count`. */
function leavesOut(numbers: ReadonlySet<number>, count: number): boolean {
  let silent = 0;
  for (let number = 1; number <= count; number += 1) {
    silent = numbers.has(number) ? 0 : silent + 1;
    if (silent >= LEAST_SILENCE && silent > count * SILENT_SHARE) return true;
  }
  return false;
}
