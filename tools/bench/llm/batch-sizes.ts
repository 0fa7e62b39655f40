import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import { withFaultProcess } from './fault-process.ts';
import type { ModelBench } from './model-bench.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

const USERS = 300;
/** Mostly by the length of the answer, as with a usual service, though many times as fast. */
const LATENCY = 'tokens:25:0.5';
const CONCURRENCY = 4;
/** Tokens of an answer at the most: users are packed by them. */
const [DEFAULT, SMALLER] = [16_000, 8_000];

interface Outcome {
  seconds: number;
  tokensSent: number;
  requests: number;
}

/** Whether smaller batches are faster under faults, when the time of an answer grows with its tokens. */
export async function measureBatchSizes(report: Report, { folder, rounds }: ModelBench): Promise<void> {
  const log = join(folder, 'sizes.csv');
  await generateSample({ users: USERS, seed: 4, behaviorsPath: log });
  const sum = { usual: nothing(), smaller: nothing() };
  for (let seed = 1; seed <= rounds; seed += 1) {
    add(sum.usual, await runOnce(log, join(folder, 'sizes.db'), DEFAULT, seed));
    add(sum.smaller, await runOnce(log, join(folder, 'sizes.db'), SMALLER, seed));
  }
  const { usual, smaller } = sum;
  const conditions = `sums of ${rounds} seeds; F, ${USERS} generated users, 25 ms and 0.5 ms a token of the answer, concurrency ${CONCURRENCY}; ${smaller.requests} requests against ${usual.requests}`;
  const name = `answers of ${SMALLER} instead of ${DEFAULT} tokens at the most`;
  report.record(`${name}: time`, smaller.seconds / usual.seconds, '×', null, conditions);
  report.record(`${name}: tokens sent`, smaller.tokensSent / usual.tokensSent, '×', null, conditions);
}

function nothing(): Outcome {
  return { seconds: 0, tokensSent: 0, requests: 0 };
}

function add(sum: Outcome, { seconds, tokensSent, requests }: Outcome): void {
  sum.seconds += seconds;
  sum.tokensSent += tokensSent;
  sum.requests += requests;
}

function runOnce(log: string, workspace: string, maxOutput: number, seed: number): Promise<Outcome> {
  return withFaultProcess({ mix: 'F', latency: LATENCY, seed }, async ({ baseUrl, journal }) => {
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
