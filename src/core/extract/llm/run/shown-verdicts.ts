import type { UserVerdict } from '../../../../shared/model.ts';
import type { JudgedUnit } from './user-work.ts';

/** What windows are told of an answer: one verdict for each user, who may have had several units in it. */
export function shownVerdicts(judged: readonly JudgedUnit[]): UserVerdict[] {
  const byUser = new Map<string, JudgedUnit[]>();
  for (const each of judged) {
    const { userId } = each.unit.user.user.input;
    const before = byUser.get(userId);
    if (before) before.push(each);
    else byUser.set(userId, [each]);
  }
  return [...byUser].map(([userId, units]) => ({
    userId,
    accepted: units.every(({ unit }) => unit.result !== null),
    reason: units.find(({ verdict }) => verdict.reason !== null)?.verdict.reason ?? null,
    events: units.reduce((sum, { verdict }) => sum + verdict.events.length, 0),
    coverage: coverageOf(units),
    unsupported: units.reduce((sum, { verdict }) => sum + verdict.unsupported, 0),
  }));
}

/** Null when nothing was answered. */
function coverageOf(units: readonly JudgedUnit[]): number | null {
  if (units.every(({ verdict }) => verdict.status === 'rejected')) return null;
  const counts = units.map(({ unit }) => unit.encoded.unit.behaviours.length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const covered = units.reduce((sum, { verdict }, index) => sum + verdict.coverage * (counts[index] ?? 0), 0);
  return all === 0 ? 1 : covered / all;
}
