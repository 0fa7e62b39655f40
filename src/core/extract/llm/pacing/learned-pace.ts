import { z } from 'zod';
import { FAILURE_CLASSES } from '../../../../shared/model.ts';

const pointsSchema = z.array(z.object({ x: z.number().min(0), y: z.number().positive() })).max(1_000);

/** Limits of a month are the longest. */
const LONGEST_WAIT_MS = 31 * 24 * 3_600_000;

/** What a pacer has learned of a provider and model; kept between runs, and untrusted when it comes back. */
export const learnedPaceSchema = z.object({
  version: z.literal(1),
  concurrency: z.number().min(1).max(1_000),
  /** So many at once were seen to be taken, and no more; null while that is not known. */
  atOnce: z.number().min(1).max(1_000).nullable().default(null),
  requestsPerMinute: z.number().positive().nullable(),
  /** A wait that the provider asked for; null for none. Milliseconds since the epoch. */
  wait: z
    .object({
      from: z.number().min(0),
      until: z.number().min(0),
      cause: z.enum(FAILURE_CLASSES).default('rate_limited'),
      detail: z.string().max(1_000).default(''),
    })
    .nullable()
    .default(null),
  latencies: z.object({ first: pointsSchema, gaps: pointsSchema, total: pointsSchema }),
});
export type LearnedPace = z.infer<typeof learnedPaceSchema>;

/**
 * What is left of a wait, in milliseconds: never more than was asked, wherever the clock was set meanwhile. 0 when it is
 * over, or makes no sense.
 */
export function leftOf(wait: { from: number; until: number } | null, now: number): number {
  if (wait === null) return 0;
  const asked = wait.until - wait.from;
  return asked > LONGEST_WAIT_MS ? 0 : Math.max(0, Math.min(wait.until - now, asked));
}
