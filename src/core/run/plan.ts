import type { BatchLimits } from '../extract/extractor.ts';
import type { PlannedUser } from './ports.ts';

/**
 * The work a user stands for, in behaviours: the estimate of the remaining time counts work, not heads. The one is what
 * a user costs even without behaviours.
 */
export function weightOf(user: { behaviourCount: number }): number {
  return user.behaviourCount + 1;
}

/** The weight of a plan: the sum of weightOf. */
export function weightOfAll({ users, behaviours }: { users: number; behaviours: number }): number {
  return behaviours + users;
}

/** How many behaviours a plan of this weight and so many users has: the inverse of weightOfAll. */
export function behavioursIn(weight: number, users: number): number {
  return weight - users;
}

/**
 * Packs users, in order, into batches of at most `maxUsers` and, unless it is a single user, `maxBehaviours`. Holds one
 * batch at a time: a run can have millions of users.
 */
export function* planBatches(users: Iterable<PlannedUser>, limits: BatchLimits): Generator<PlannedUser[]> {
  let batch: PlannedUser[] = [];
  let behaviours = 0;
  for (const user of users) {
    const full = batch.length >= limits.maxUsers || behaviours + user.behaviourCount > limits.maxBehaviours;
    if (full && batch.length > 0) {
      yield batch;
      batch = [];
      behaviours = 0;
    }
    batch.push(user);
    behaviours += user.behaviourCount;
  }
  if (batch.length > 0) yield batch;
}
