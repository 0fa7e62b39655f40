import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './model-bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { removeWorkspace } from './model-cli.ts';

const LATENCY_MS = 500;
const CONCURRENCY = 32;
/** Fewer than in a real log: with 90 the run would take half an hour. */
const ROWS_PER_USER = 20;
const run = promisify(execFile);

export const figuresSchema = z.object({
  users: z.number(),
  succeeded: z.number(),
  requests: z.number(),
  runSeconds: z.number(),
  idleMb: z.number(),
  peakMb: z.number(),
  delayP99Ms: z.number(),
});
export type ManyUsersFigures = z.infer<typeof figuresSchema>;

/** Very many users at full speed, with the engine in its thread as in the application. */
export async function measureManyUsers(report: Report, { folder, users }: ModelBench): Promise<void> {
  const log = join(folder, 'many-users.csv');
  const workspace = join(folder, 'many-users.db');
  await generateSample({ users, rowsPerUser: ROWS_PER_USER, seed: 5, behaviorsPath: log });
  const script = fileURLToPath(new URL('measure-many-users.ts', import.meta.url));
  await withFaultProcess({ latency: `${LATENCY_MS}:10` }, async ({ baseUrl }) => {
    const args = [script, log, workspace, baseUrl, String(CONCURRENCY)];
    const { stdout } = await run(process.execPath, args);
    const figures = figuresSchema.parse(JSON.parse(stdout));
    const ideal = (figures.requests * LATENCY_MS) / 1000 / CONCURRENCY;
    const conditions = `${users} generated users of ${ROWS_PER_USER} behaviours, ${(users / figures.requests).toFixed(1)} in a request, ${LATENCY_MS} ms (first piece after 10 ms), concurrency ${CONCURRENCY}, the server on the same cores`;
    report.note(
      `${figures.requests} requests in ${figures.runSeconds.toFixed(1)} s, ideal ${ideal.toFixed(1)} s; ` +
        `${figures.succeeded} of ${figures.users} users succeeded`,
    );
    const share = (100 * ideal) / figures.runSeconds;
    report.record('many users: share of the ideal throughput', share, '%', { least: 95 }, conditions);
    report.record(
      'many users: peak memory of the process, all of it',
      figures.peakMb,
      'MB',
      { most: 400 },
      `idle ${figures.idleMb.toFixed(0)} MB; main and engine thread together`,
    );
    report.record(
      'many users: delay of the main process p99',
      figures.delayP99Ms,
      'ms',
      { most: 20 },
      conditions,
    );
  });
  removeWorkspace(workspace);
  rmSync(log, { force: true });
}
