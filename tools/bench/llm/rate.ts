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

/** A service that allows so many requests a minute, and says so or does not: measured by its own journal. */
export async function measureRate(report: Report, { folder }: ModelBench): Promise<void> {
  const log = join(folder, 'rate.csv');
  await generateSample({ users: USERS, rowsPerUser: ROWS_PER_USER, seed: 4, behaviorsPath: log });
  const [known, unknown] = await Promise.all([
    measureMinutes(log, join(folder, 'rate-known.db'), ['--rpm', String(RPM)]),
    measureMinutes(log, join(folder, 'rate.db'), []),
  ]);
  const conditions = `${RPM} requests a minute (token bucket), ${LATENCY_MS} ms, concurrency ${CONCURRENCY}, by the server's journal`;
  tell(report, 'limit in the settings', known, conditions);
  tell(report, 'limit told by nobody', unknown, conditions);
}

interface Minutes {
  /** Of the second minute, in percent: of what is allowed, and of what was sent. */
  used: number;
  refused: number;
  /** Of the whole run. */
  early: number;
  requests: number;
}

function tell(report: Report, what: string, minutes: Minutes, conditions: string): void {
  const second = `second minute; ${conditions}`;
  report.record(`${what}: share of the allowed rate used`, minutes.used, '%', { least: 95 }, second);
  report.record(`${what}: refused requests`, minutes.refused, '%', { most: 1 }, second);
  report.record(
    `${what}: requests before their Retry-After`,
    minutes.early,
    '',
    { most: 0 },
    `of ${minutes.requests} in two minutes; ${conditions}`,
  );
}

function measureMinutes(log: string, workspace: string, more: string[]): Promise<Minutes> {
  return withFaultProcess({ rpm: RPM, latency: LATENCY_MS }, async ({ baseUrl, journal }) => {
    let startedAt = 0;
    const end = await runModelCli({
      ...{ log, workspace, baseUrl, concurrency: CONCURRENCY },
      // Few users in a request: the limit is what counts, not the tokens.
      more: ['--max-output', '512', ...more],
      onSnapshot: (_snapshot, kill) => {
        startedAt ||= Date.now();
        if (Date.now() - startedAt > 2 * MINUTE_MS + 1_000) kill();
      },
    });
    removeWorkspace(workspace);
    if (end.code !== 'SIGKILL') throw new Error(`the run ended before two minutes (${String(end.code)})`);
    const { entries } = await journal();
    const first = entries[0]?.time ?? Number.NaN;
    const second = entries.filter(({ time }) => time >= first + MINUTE_MS && time < first + 2 * MINUTE_MS);
    const refused = second.filter(({ status }) => status === 429).length;
    return {
      used: (100 * (second.length - refused)) / RPM,
      refused: (100 * refused) / second.length,
      early: entries.filter(({ early }) => early).length,
      requests: entries.length,
    };
  });
}
