import { existsSync, statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { runRequestSchema } from '../../src/shared/run.ts';
import type { EngineEvents } from '../../src/core/engine/engine-api.ts';
import { startEngine } from '../../src/core/engine/engine-client.ts';
import { AppError } from '../../src/core/errors.ts';

/**
 * A process like the application's main process: it starts the engine's thread, imports the log named on its command line
 * into the workspace named there, runs the rules over all users, and prints what it measured as one line of JSON.
 */
export interface LogFigures {
  behaviours: number;
  users: number;
  importSeconds: number;
  runSeconds: number;
  /** Resident memory of the whole process, threads included, in megabytes. */
  idleMb: number;
  importPeakMb: number;
  runPeakMb: number;
  /** 99th percentile of the delay of this process's main thread, in milliseconds. */
  importDelayP99Ms: number;
  runDelayP99Ms: number;
  databaseMb: number;
}

const MB = 1024 * 1024;
const [, , logPath = '', workspacePath = ''] = process.argv;

type Listener = <E extends keyof EngineEvents>(event: E, payload: EngineEvents[E]) => void;
const listeners = new Set<Listener>();
const engine = startEngine(
  {
    workerUrl: new URL('../../out/main/engine-worker.js', import.meta.url),
    importWorkerUrl: new URL('../../out/main/import-worker.js', import.meta.url),
    insightWorkerUrl: new URL('../../out/main/insight-worker.js', import.meta.url),
    exportWorkerUrl: new URL('../../out/main/export-worker.js', import.meta.url),
    measureWorkerUrl: new URL('../../out/main/measure-worker.js', import.meta.url),
    fileTaskWorkerUrl: new URL('../../out/main/file-task-worker.js', import.meta.url),
    program: 'EventLoom bench',
    defaultRulesPath: new URL('../../resources/rules/default.yaml', import.meta.url).pathname,
    promptsFolder: new URL('../../resources/prompts', import.meta.url).pathname,
  },
  (event, payload) => listeners.forEach((listener) => listener(event, payload)),
  (error) => {
    throw new AppError(error.code, error.params);
  },
);

function until<E extends keyof EngineEvents>(
  name: E,
  done: (payload: EngineEvents[E]) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const listener: Listener = (event, payload) => {
      if ((event as string) !== name || !done(payload as never)) return;
      listeners.delete(listener);
      resolve();
    };
    listeners.add(listener);
  });
}

/** Runs a function and measures its time, the peak of memory, and the delay of this thread's timers. */
async function watch(
  action: () => Promise<void>,
): Promise<{ seconds: number; peakMb: number; delayP99Ms: number }> {
  const resolutionMs = 5;
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const start = performance.now();
  delay.enable();
  await action();
  delay.disable();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(sampler);
  // The histogram counts the interval between two ticks; what is beyond the resolution is delay.
  return {
    seconds,
    peakMb: Math.max(peak, process.memoryUsage.rss()) / MB,
    delayP99Ms: delay.percentile(99) / 1e6 - resolutionMs,
  };
}

await engine.api.openWorkspace({ path: workspacePath, create: true, resumePolicy: 'leave' });
await sleep(500);
const idleMb = process.memoryUsage.rss() / MB;

const imported = await watch(async () => {
  const ended = until('import', (snapshot) => snapshot.status !== 'running' && snapshot.status !== 'idle');
  await engine.api.startImport({ path: logPath, kind: 'behaviours' });
  await ended;
});
const run = await watch(async () => {
  const ended = until('run', (snapshot) => snapshot.status === 'completed' || snapshot.status === 'failed');
  await engine.api.startRun(runRequestSchema.parse({ scope: { kind: 'remaining' } }));
  await ended;
});

const info = await engine.api.workspaceInfo();
const snapshot = await engine.api.runSnapshot();
if (snapshot.status !== 'completed' || snapshot.failedCount > 0) throw new Error('the run did not succeed');
const figures: LogFigures = {
  behaviours: info.behaviours,
  users: info.users,
  importSeconds: imported.seconds,
  runSeconds: run.seconds,
  idleMb,
  importPeakMb: imported.peakMb,
  runPeakMb: run.peakMb,
  importDelayP99Ms: imported.delayP99Ms,
  runDelayP99Ms: run.delayP99Ms,
  databaseMb: existsSync(workspacePath) ? statSync(workspacePath).size / MB : 0,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
await engine.api.closeWorkspace();
await engine.dispose();
