import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import { withFaultProcess } from './fault-process.ts';
import type { ModelBench } from './model-bench.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

const USERS = 500;
/** Mostly by the length of the answer, as with a usual service, though many times as fast. */
const LATENCY = 'tokens:25:0.5';
const CONCURRENCY = 8;
/** Tokens of an answer at the most: users are packed by them. */
const DEFAULT = 16_000;
const SMALLER = [4_000, 8_000];

interface Outcome {
  seconds: number;
  tokensSent: number;
  requests: number;
}

/** Whether smaller batches do better on a bad day, when an answer takes as long as it has tokens. */
export async function measureBatchSizes(report: Report, { folder }: ModelBench): Promise<void> {
  const log = join(folder, 'sizes.csv');
  await generateSample({ users: USERS, seed: 4, behaviorsPath: log });
  const run = (maxOutput: number): Promise<Outcome> => runOnce(log, join(folder, 'sizes.db'), maxOutput);
  const usual = await run(DEFAULT);
  for (const maxOutput of SMALLER) {
    const { seconds, tokensSent, requests } = await run(maxOutput);
    const conditions = `F, ${USERS} generated users, 25 ms and 0.5 ms a token of the answer, concurrency ${CONCURRENCY}; ${requests} requests against ${usual.requests}`;
    const name = `answers of ${maxOutput} instead of ${DEFAULT} tokens at the most`;
    report.record(`${name}: time`, seconds / usual.seconds, '×', null, conditions);
    report.record(`${name}: tokens sent`, tokensSent / usual.tokensSent, '×', null, conditions);
  }
}

function runOnce(log: string, workspace: string, maxOutput: number): Promise<Outcome> {
  return withFaultProcess({ mix: 'F', latency: LATENCY, seed: 1 }, async ({ baseUrl, journal }) => {
    removeWorkspace(workspace);
    const more = ['--max-output', String(maxOutput)];
    const end = await runModelCli({ log, workspace, baseUrl, concurrency: CONCURRENCY, more });
    finished(end);
    const { totals } = await journal();
    removeWorkspace(workspace);
    return {
      seconds: end.runMs / 1000,
      tokensSent: totals.servedInputTokens,
      requests: totals.requests,
    };
  });
}
