import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../../src/core/sample/random.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { compareLedger } from '../../../tools/bench/llm/ledger.ts';
import { finished, runModelCli } from '../../../tools/bench/llm/model-cli.ts';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import { EXTRACT } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const KILLS = 4;

it('a run with a model, killed at random moments, ends as if nothing had happened and pays for little twice', async () => {
  const folder = tempFolder();
  const log = join(folder, 'behaviors.csv');
  await generateSample({ users: 60, rowsPerUser: 24, seed: 6, behaviorsPath: log });
  const server = await startFaultServer({ latency: 'lognormal:60:0.5', seed: 6 });
  try {
    const run = (
      name: string,
      kill?: (requests: number, now: () => void) => void,
    ): ReturnType<typeof runModelCli> =>
      runModelCli({
        log,
        workspace: join(folder, `${name}.db`),
        out: join(folder, `${name}.csv`),
        baseUrl: `${server.url}/v1`,
        concurrency: 4,
        command: EXTRACT,
        // So short that there is a request for each user or two.
        more: ['--max-output', '512'],
        onSnapshot: ({ status, requests }, now) => status === 'running' && kill?.(requests, now),
      });
    const undisturbed = finished(await run('undisturbed'));
    await server.control({ clearJournal: true });

    const random = new Random(6, 0);
    let atRequest = 0;
    for (let kills = 0; kills < KILLS; kills += 1) {
      atRequest += random.int(1, Math.floor(undisturbed.requests / (KILLS + 1)));
      const end = await run('killed', (requests, now) => {
        if (requests >= atRequest) setTimeout(now, random.int(0, 40));
      });
      expect(end.code).toBe('SIGKILL');
    }
    const last = finished(await run('killed'));
    expect(last).toMatchObject({ total_users: 60, success_count: 60, failed_count: 0 });
    expect(readFileSync(join(folder, 'killed.csv'))).toEqual(readFileSync(join(folder, 'undisturbed.csv')));
    const ledger = compareLedger(join(folder, 'killed.db'), server.journal.entries);
    expect(ledger).toMatchObject({ lines: last.requests, differing: 0, repeatedNotLost: 0 });
    expect(ledger.lost).toBeLessThanOrEqual(4 * KILLS);
    expect(ledger.repeatedRequests).toBeLessThanOrEqual(ledger.lost);
  } finally {
    await server.close();
  }
});
