import { loadavg, cpus } from 'node:os';
import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import { measureBatchSizes } from './batch-sizes.ts';
import { measureCorpus } from './corpus.ts';
import { measureHardDays } from './hard-days.ts';
import { measureKills } from './kills.ts';
import { measureManyUsers } from './many-users.ts';
import { measureMixF } from './mix-f.ts';
import type { ModelBench } from './model-bench.ts';
import { measurePilot } from './pilot.ts';
import { measureRate } from './rate.ts';
import { measureRemainingTime } from './remaining-time.ts';
import { measureRounds } from './rounds.ts';
import { measureTokens } from './token-cost.ts';

type Part = (report: Report, bench: ModelBench) => Promise<void>;

/** The parts by their name for `--only`, in the order in which they run. */
export const MODEL_PARTS = {
  corpus: measureCorpus,
  tokens: measureTokens,
  rounds: measureRounds,
  'mix-f': measureMixF,
  sizes: measureBatchSizes,
  'hard-days': measureHardDays,
  pilot: measurePilot,
  // Neither uses a whole core: in parallel they take four minutes instead of six.
  time: async (report, bench) => {
    await Promise.all([measureRemainingTime(report, bench), measureRate(report, bench)]);
  },
  kills: measureKills,
  'many-users': measureManyUsers,
} as const satisfies Record<string, Part>;
export type ModelPart = keyof typeof MODEL_PARTS;

/** A log shorter than this in users is measured whole. */
const SAMPLE_USERS = 500;
/** As many rows as the log that the targets were set on. */
const SAMPLE_ROWS = 46_036;

/** Measures the targets of runs with a model, against servers with seeded faults. */
export async function benchModel(
  report: Report,
  options: Omit<ModelBench, 'log' | 'logName'> & { log: string | null; parts: ModelPart[] },
): Promise<void> {
  const { folder, parts } = options;
  const log = options.log ?? (await sampleLog(folder));
  const logName = options.log === null ? `generated log of ${SAMPLE_USERS} users` : 'the log';
  for (const part of parts) {
    const [load = 0] = loadavg();
    if (load > cpus().length) report.note(`load ${load.toFixed(1)} on ${cpus().length} cores before ${part}`);
    await MODEL_PARTS[part](report, { ...options, log, logName });
  }
}

async function sampleLog(folder: string): Promise<string> {
  const path = join(folder, 'log.csv');
  await generateSample({ users: SAMPLE_USERS, rows: SAMPLE_ROWS, seed: 1, behaviorsPath: path });
  return path;
}
