import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './model-bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { removeWorkspace, runModelCli } from './model-cli.ts';

const RPM = 600;
const LATENCY_MS = 400;
const CONCURRENCY = 16;
const MINUTE_MS = 60_000;
const MINUTES = 4;
/** Far more than the limit lets through in that time. */
const USERS = 12_000;
const ROWS_PER_USER = 10;

/** A service with a limit of requests per minute, announced or not; measured by the service's own journal. */
export async function measureRate(report: Report, { folder }: ModelBench): Promise<void> {
  const log = join(folder, 'rate.csv');
  await generateSample({ users: USERS, rowsPerUser: ROWS_PER_USER, seed: 4, behaviorsPath: log });
  const [known, unknown] = await Promise.all([
    measureMinutes(log, join(folder, 'rate-known.db'), ['--rpm', String(RPM)]),
    measureMinutes(log, join(folder, 'rate.db'), []),
  ]);
  const conditions = `${RPM} requests a minute (token bucket), ${LATENCY_MS} ms, concurrency ${CONCURRENCY}, by the server's journal`;
  tell(report, 'limit in the settings', known, 2, conditions);
  // A bucket that starts full accepts the first minute: refusals start, and the rate is found, in the next two.
  tell(report, 'limit unknown', unknown, MINUTES, conditions);
}

interface Minutes {
  /** Of each minute, in percent: of what is allowed, and of what was sent. */
  used: number[];
  refused: number[];
  /** Of the whole run. */
  early: number;
  requests: number;
}

/** `converged`: the minute from which on hardly anything is refused. */
function tell(report: Report, what: string, minutes: Minutes, converged: number, conditions: string): void {
  const least = Math.min(...minutes.used.slice(1));
  const most = Math.max(...minutes.refused.slice(converged - 1));
  const lowest = `lowest of minutes 2 to ${MINUTES}; ${conditions}`;
  const highest = `highest from minute ${converged} on; ${conditions}`;
  report.record(`${what}: share of the allowed rate used`, least, '%', { least: 95 }, lowest);
  report.record(`${what}: refused requests`, most, '%', { most: 1 }, highest);
  report.record(
    `${what}: requests before their Retry-After`,
    minutes.early,
    '',
    { most: 0 },
    `of ${minutes.requests} in ${MINUTES} minutes; ${conditions}`,
  );
}

function measureMinutes(log: string, workspace: string, more: string[]): Promise<Minutes> {
  return withFaultProcess({ rpm: RPM, latency: LATENCY_MS }, async ({ baseUrl, journal }) => {
    let startedAt = 0;
    const end = await runModelCli({
      ...{ log, workspace, baseUrl, concurrency: CONCURRENCY },
      // Few users in a request, and many events of each: the limit is what counts, not the tokens.
      more: ['--detail', 'fine', '--max-output', '512', ...more],
      onSnapshot: (_snapshot, kill) => {
        startedAt ||= Date.now();
        if (Date.now() - startedAt > MINUTES * MINUTE_MS + 1_000) kill();
      },
    });
    removeWorkspace(workspace);
    if (end.code !== 'SIGKILL') throw new Error(`the run ended before its time (${String(end.code)})`);
    const { entries } = await journal();
    const first = entries[0]?.time ?? Number.NaN;
    const counts = Array.from({ length: MINUTES }, (_, minute) => {
      const from = first + minute * MINUTE_MS;
      const sent = entries.filter(({ time }) => time >= from && time < from + MINUTE_MS);
      return { sent: sent.length, refused: sent.filter(({ status }) => status === 429).length };
    });
    return {
      used: counts.map(({ sent, refused }) => (100 * (sent - refused)) / RPM),
      refused: counts.map(({ sent, refused }) => (100 * refused) / sent),
      early: entries.filter(({ early }) => early).length,
      requests: entries.length,
    };
  });
}
