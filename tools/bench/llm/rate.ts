import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { removeWorkspace, runModelCli } from './model-cli.ts';

const RPM = 600;
const LATENCY_MS = 400;
const CONCURRENCY = 16;
const MINUTE_MS = 60_000;
/** Far more than the limit lets through in two minutes. */
const USERS = 6_000;
const ROWS_PER_USER = 10;

/** A service that allows so many requests a minute and says so to nobody: measured by its own journal in the second minute. */
export async function measureRate(report: Report, { folder }: ModelBench): Promise<void> {
  const log = join(folder, 'rate.csv');
  const workspace = join(folder, 'rate.db');
  await generateSample({ users: USERS, rowsPerUser: ROWS_PER_USER, seed: 4, behaviorsPath: log });
  await withFaultProcess({ rpm: RPM, latency: LATENCY_MS }, async ({ baseUrl, journal }) => {
    let startedAt = 0;
    const end = await runModelCli({
      ...{ log, workspace, baseUrl, concurrency: CONCURRENCY },
      // One or two users a request: the limit is what counts, not the tokens.
      more: ['--max-output', '512'],
      onSnapshot: (_snapshot, kill) => {
        startedAt ||= Date.now();
        if (Date.now() - startedAt > 2 * MINUTE_MS + 1_000) kill();
      },
    });
    removeWorkspace(workspace);
    const { entries } = await journal();
    const first = entries[0]?.time ?? Number.NaN;
    const second = entries.filter(({ time }) => time >= first + MINUTE_MS && time < first + 2 * MINUTE_MS);
    const refused = second.filter(({ status }) => status === 429).length;
    const conditions = `${RPM} requests a minute (token bucket) told in no header, ${LATENCY_MS} ms, second minute of a run, by the server's journal`;
    if (end.code !== 'SIGKILL') report.note(`the run was over before two minutes were (${String(end.code)})`);
    const share = (100 * (second.length - refused)) / RPM;
    report.record('rate limit: share of the allowed rate used', share, '%', { least: 95 }, conditions);
    report.record(
      'rate limit: refused requests',
      (100 * refused) / second.length,
      '%',
      { most: 1 },
      conditions,
    );
    report.record(
      'rate limit: requests before their Retry-After',
      entries.filter(({ early }) => early).length,
      '',
      { most: 0 },
      `of ${entries.length} in the whole run`,
    );
  });
}
