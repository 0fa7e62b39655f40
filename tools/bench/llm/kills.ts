import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../../src/core/sample/random.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './model-bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { compareLedger } from './ledger.ts';
import type { LedgerFigures } from './ledger.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

const USERS = 320;
const ROWS_PER_USER = 24;
const CONCURRENCY = 8;
/** Slow enough that kills find requests in flight. */
const LATENCY = 'lognormal:60:0.5';
/** So short that there is a request for each user. */
const MAX_OUTPUT = '512';
/** A process is killed within this share of an undisturbed run, so that a run is killed several times. */
const LIFE_SHARE = 0.4;

interface Killed extends LedgerFigures {
  kills: number;
  batches: number;
  sameEvents: boolean;
}

/** Kills the command at random moments of runs, a given number of times, and compares events and ledger with the truth. */
export async function measureKills(report: Report, bench: ModelBench): Promise<void> {
  const { folder } = bench;
  const log = join(folder, 'model-kills.csv');
  await generateSample({ users: USERS, rowsPerUser: ROWS_PER_USER, seed: 6, behaviorsPath: log });
  const undisturbed = await undisturbedRun(log, folder);
  const random = new Random(6, 0);
  const runs: Killed[] = [];
  const sum = (pick: (run: Killed) => number): number => runs.reduce((total, run) => total + pick(run), 0);
  while (sum((run) => run.kills) < bench.kills) {
    runs.push(await killedRun(log, folder, undisturbed, random));
    const last = runs.at(-1);
    if (last)
      report.note(`run ${runs.length}: ${last.kills} kills, ${last.batches} batches, ${last.lost} lost`);
  }
  const kills = sum((run) => run.kills);
  const conditions = `${kills} kills (-9) while requests were sent, in ${runs.length} runs of ${Math.min(...runs.map((run) => run.batches))} batches or more, concurrency ${CONCURRENCY}`;
  report.record(
    'kills: runs whose events differ',
    runs.filter((run) => !run.sameEvents).length,
    '',
    { most: 0 },
    conditions,
  );
  report.record(
    'kills: units asked again that were not in flight',
    sum((run) => run.repeatedNotLost),
    '',
    { most: 0 },
    `${sum((run) => run.repeatedRequests)} requests repeated, ${sum((run) => run.lost)} in flight at the kills`,
  );
  report.record(
    'kills: requests repeated ÷ in flight at the kills',
    sum((run) => run.repeatedRequests) /
      Math.max(
        1,
        sum((run) => run.lost),
      ),
    '×',
    { most: 1 },
    conditions,
  );
  report.record(
    'kills: ledger lines that differ from the journal',
    sum((run) => run.differing),
    '',
    { most: 0 },
    `of ${sum((run) => run.lines)}, joined by client request id, to the token; ${sum((run) => run.lostBilled)} answers reached a process just killed`,
  );
}

function undisturbedRun(log: string, folder: string): Promise<{ events: Buffer; runMs: number }> {
  const workspace = join(folder, 'undisturbed-model.db');
  const out = join(folder, 'undisturbed-model.csv');
  return withFaultProcess({ latency: LATENCY }, async ({ baseUrl }) => {
    const more = ['--max-output', MAX_OUTPUT];
    const end = await runModelCli({ log, workspace, baseUrl, concurrency: CONCURRENCY, out, more });
    finished(end);
    removeWorkspace(workspace);
    return { events: readFileSync(out), runMs: end.runMs };
  });
}

function killedRun(
  log: string,
  folder: string,
  undisturbed: { events: Buffer; runMs: number },
  random: Random,
): Promise<Killed> {
  const workspace = join(folder, 'killed-model.db');
  const out = join(folder, 'killed-model.csv');
  removeWorkspace(workspace);
  return withFaultProcess({ latency: LATENCY }, async ({ baseUrl, journal }) => {
    let kills = 0;
    for (;;) {
      const lifeMs = random.next() * undisturbed.runMs * LIFE_SHARE;
      let timer: NodeJS.Timeout | undefined;
      const end = await runModelCli({
        ...{ log, workspace, baseUrl, concurrency: CONCURRENCY, out },
        more: ['--max-output', MAX_OUTPUT],
        onSnapshot: ({ status, requests }, kill) => {
          if (status === 'running' && requests > 0) timer ??= setTimeout(kill, lifeMs);
        },
      });
      clearTimeout(timer);
      if (end.code === 'SIGKILL') {
        kills += 1;
        continue;
      }
      const { total_batches: batches } = finished(end);
      const ledger = compareLedger(workspace, (await journal()).entries);
      const sameEvents = readFileSync(out).equals(undisturbed.events);
      removeWorkspace(workspace);
      return { ...ledger, kills, batches, sameEvents };
    }
  });
}
