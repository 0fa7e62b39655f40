import { USUAL_SESSIONS } from '../../abstraction/rhythm.ts';
import type { SessionLimits } from '../../abstraction/sessions.ts';
import type { Rules } from './rules-schema.ts';

/**
 * How the sessions of a user are told apart: a number in the rules wins; `auto` is what the log says, or the usual half
 * hour where no log is at hand (null).
 */
export function sessionLimits(
  { session: { gapMinutes } }: Rules,
  ofLog: SessionLimits | null,
): SessionLimits {
  const { sessionGapMs, dayStartMs } = ofLog ?? USUAL_SESSIONS;
  return { sessionGapMs: gapMinutes === 'auto' ? sessionGapMs : gapMinutes * 60_000, dayStartMs };
}
