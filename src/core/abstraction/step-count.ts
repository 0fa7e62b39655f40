/** Users with fewer behaviours say nothing of how often an action is repeated. */
const LEAST_BEHAVIOURS = 3;
/** So few users are no log to speak of. */
const LEAST_USERS = 10;
/** In a process so many behaviours are the first of their action for the user. */
const PROCESS_SHARE = 0.6;

/** Behaviours of users who have enough of them, and how many are a step that their user has not taken before. */
export interface StepTotals {
  users: number;
  behaviours: number;
  steps: number;
}

/** Whether so many steps are those of a process. */
export function isProcess({ users, behaviours, steps }: StepTotals): boolean {
  return users >= LEAST_USERS && steps >= behaviours * PROCESS_SHARE;
}

/**
 * Counts how many behaviours are a step that their user has not taken before. In the log of a process (tickets, orders,
 * treatments) nearly all are, and their order is what the log tells; in other logs a few actions are done over and over.
 */
export class StepCount {
  readonly totals: StepTotals = { users: 0, behaviours: 0, steps: 0 };
  #ofUser = 0;
  readonly #seen = new Set<string>();

  /** A behaviour of the present user. */
  add(action: string | null): void {
    this.#ofUser += 1;
    // Free texts differ whatever is done.
    if (action !== null) this.#seen.add(action);
  }

  endUser(): void {
    if (this.#ofUser >= LEAST_BEHAVIOURS) {
      this.totals.users += 1;
      this.totals.behaviours += this.#ofUser;
      this.totals.steps += this.#seen.size;
    }
    this.#ofUser = 0;
    this.#seen.clear();
  }
}
