import { join } from 'node:path';
import { median } from '../report.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './model-bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

const LATENCY_MS = 500;
const CONCURRENCY = 32;

/** The log through a faultless service of fixed latency, against the least time that so many requests can take. */
export async function measureRounds(report: Report, bench: ModelBench): Promise<void> {
  const { log, logName, folder, rounds } = bench;
  const workspace = join(folder, 'rounds.db');
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    removeWorkspace(workspace);
    await withFaultProcess({ latency: `${LATENCY_MS}:10` }, async ({ baseUrl }) => {
      const end = await runModelCli({ log, workspace, baseUrl, concurrency: CONCURRENCY });
      const { requests } = finished(end);
      const ideal = (requests * LATENCY_MS) / CONCURRENCY;
      ratios.push(end.runMs / ideal);
      report.note(`round ${round + 1}: ${requests} requests, ${end.runMs} ms, ideal ${Math.round(ideal)} ms`);
    });
  }
  report.record(
    'makespan ÷ ideal (requests × latency ÷ concurrency)',
    median(ratios),
    '×',
    { most: 1.05 },
    `${logName}, ${LATENCY_MS} ms (first piece after 10 ms), concurrency ${CONCURRENCY}, nothing learned before; median of ${rounds}`,
  );
}
