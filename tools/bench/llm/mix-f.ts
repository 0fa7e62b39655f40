import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './model-bench.ts';
import { checkEvents } from './check-events.ts';
import type { EventFigures } from './check-events.ts';
import { withFaultProcess } from './fault-process.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

const LATENCY_MS = 50;
const CONCURRENCY = 32;

/** Many users under the fault mix F, and the same users without faults for the tokens. */
export async function measureMixF(report: Report, { folder, faultUsers }: ModelBench): Promise<void> {
  const log = join(folder, 'mix-f.csv');
  await generateSample({ users: faultUsers, seed: 2, behaviorsPath: log });
  const faultless = await runOnce(log, join(folder, 'mix-f.db'), 'none');
  const faulty = await runOnce(log, join(folder, 'mix-f.db'), 'F');
  const { figures } = faulty;
  const conditions = `${faultUsers} generated users, mix F, ${LATENCY_MS} ms, concurrency ${CONCURRENCY}`;
  const missing = figures.users - figures.succeeded - figures.failed;
  report.record('F: users without an outcome', missing, '', { most: 0 }, conditions);
  report.record('F: failed users without a class', figures.failedWithoutReason, '', { most: 0 }, conditions);
  report.record(
    'F: users succeeded',
    (100 * figures.succeeded) / figures.users,
    '%',
    { least: 99.9 },
    conditions,
  );
  report.record('F: behaviours in events of another user', figures.foreign, '', { most: 0 }, conditions);
  report.record(
    'F: conversion behaviours missing in conversion events',
    figures.conversions - figures.conversionsFound,
    '',
    { most: 0 },
    `of ${figures.conversions}; ${conditions}`,
  );
  report.record(
    'F: tokens sent against the run without faults',
    faulty.tokensSent / faultless.tokensSent,
    '×',
    { most: 1.25 },
    'input tokens of requests whose serving began, by the journals of both runs',
  );
  report.record(
    'F: tokens billed against the run without faults',
    faulty.tokensBilled / faultless.tokensBilled,
    '×',
    null,
    'input tokens of requests answered in full, by the journals of both runs',
  );
  report.note(
    `requests ${faultless.requests} without faults, ${faulty.requests} under F; ` +
      `${faultless.seconds.toFixed(0)} s and ${faulty.seconds.toFixed(0)} s`,
  );
}

interface Outcome {
  figures: EventFigures;
  tokensSent: number;
  tokensBilled: number;
  requests: number;
  seconds: number;
}

function runOnce(log: string, workspace: string, mix: string): Promise<Outcome> {
  return withFaultProcess({ mix, latency: LATENCY_MS, seed: 1 }, async ({ baseUrl, journal }) => {
    removeWorkspace(workspace);
    const end = await runModelCli({ log, workspace, baseUrl, concurrency: CONCURRENCY });
    finished(end);
    const { totals } = await journal();
    const figures = checkEvents(workspace);
    removeWorkspace(workspace);
    return {
      figures,
      tokensSent: totals.servedInputTokens,
      tokensBilled: totals.billedInputTokens,
      requests: totals.requests,
      seconds: end.runMs / 1000,
    };
  });
}
