import { z } from 'zod';

const pointsSchema = z.array(z.object({ x: z.number().min(0), y: z.number().positive() })).max(1_000);

/** What a pacer has learned of a provider and model; kept between runs, and untrusted when it comes back. */
export const learnedPaceSchema = z.object({
  version: z.literal(1),
  concurrency: z.number().min(1).max(1_000),
  /** So many at once were seen to be taken, and no more; null while that is not known. */
  atOnce: z.number().min(1).max(1_000).nullable().default(null),
  requestsPerMinute: z.number().positive().nullable(),
  latencies: z.object({ first: pointsSchema, gaps: pointsSchema, total: pointsSchema }),
});
export type LearnedPace = z.infer<typeof learnedPaceSchema>;
