import type { RunRecord } from '@shared/run';

/** Whether a run tried its model with the first users (试跑), and these are done. */
export function hadPilot({
  model,
  processedUsers,
  totalUsers,
}: Pick<RunRecord, 'model' | 'processedUsers' | 'totalUsers'>): boolean {
  const users = model?.pilotUsers ?? null;
  return users !== null && processedUsers >= Math.min(users, totalUsers);
}
