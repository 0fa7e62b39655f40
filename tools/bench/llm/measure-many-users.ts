import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { runRequestSchema } from '../../../src/shared/run.ts';
import type { ManyUsersFigures } from './many-users.ts';
import { prepare, startThreadedEngine } from './threaded-engine.ts';

/**
 * A process like the application's main process: engine in a thread, a log imported, a run with a model over all of it.
 * Arguments: log, workspace, address of the model, concurrency. Prints what it measured as one line of JSON.
 */
const MB = 1024 * 1024;
const RESOLUTION_MS = 5;
/** Answers of about 1,000 tokens, for eight users or so: half a second for longer ones would not be realistic. */
const MAX_OUTPUT = 2_000;
const [, , log = '', workspace = '', baseUrl = '', concurrency = '32'] = process.argv;

const engine = startThreadedEngine();
await prepare(engine, {
  log,
  workspace,
  baseUrl,
  settings: { maxConcurrency: Number(concurrency), maxOutputTokens: MAX_OUTPUT },
});
await sleep(500);
const idleMb = process.memoryUsage.rss() / MB;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let peak = 0;
const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
const ended = engine.until('run', ({ status }) => status === 'completed' || status === 'failed');
delay.enable();
await engine.api.startRun(runRequestSchema.parse({ scope: { kind: 'remaining' }, extractor: 'llm' }));
const last = await ended;
delay.disable();
clearInterval(sampler);
if (last.status !== 'completed')
  throw new Error(`the run ended as ${last.status}: ${last.error?.code ?? ''}`);

const figures: ManyUsersFigures = {
  users: last.totalUsers,
  succeeded: last.successCount,
  requests: last.model?.requests ?? Number.NaN,
  runSeconds: ((last.endTime ?? Number.NaN) - (last.startTime ?? Number.NaN)) / 1000,
  idleMb,
  peakMb: peak / MB,
  // The histogram counts the interval between two ticks; what is beyond the resolution is delay.
  delayP99Ms: delay.percentile(99) / 1e6 - RESOLUTION_MS,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
await engine.dispose();
