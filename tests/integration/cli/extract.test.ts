import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { jsonLines, runCli, startCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const HEADER = [
  'user_id',
  'event_type',
  'category',
  'start_time',
  'end_time',
  'origin',
  'confidence',
  'behavior_ids',
  'context',
  'scene',
  'agent',
];

async function sampleLog(users: number): Promise<{ home: string; log: string; profiles: string }> {
  const home = tempFolder();
  const log = join(home, 'behaviors.csv');
  const profiles = join(home, 'profiles.csv');
  await generateSample({ users, seed: 7, behaviorsPath: log, profilesPath: profiles });
  return { home, log, profiles };
}

function readCsv(path: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: true,
  }).data;
}

describe('extract', () => {
  it('puts every behaviour of the log into the evidence of one event, conversions into conversion events', async () => {
    const { home, log } = await sampleLog(40);
    const result = await runCli(home, [
      'behaviors.csv',
      '--profiles',
      'profiles.csv',
      '--out',
      'events.csv',
      '--json',
    ]);
    expect(result).toMatchObject({ code: 0, signal: null });
    const snapshots = jsonLines(result.stdout);
    expect(snapshots.at(-1)).toMatchObject({
      status: 'completed',
      total_users: 40,
      processed_users: 40,
      success_count: 40,
      failed_count: 0,
      current_user_ids: [],
      progress_percent: 100,
      estimated_remaining_seconds: 0,
      error_message: null,
    });
    const revisions = snapshots.map((snapshot) => Number(snapshot['revision']));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));

    const text = readFileSync(join(home, 'events.csv'), 'utf8');
    expect(text.startsWith(`\uFEFF${HEADER.join(',')}\r\n`)).toBe(true);
    const behaviours = readCsv(log);
    const seen = new Map<number, string>();
    for (const event of readCsv(join(home, 'events.csv'))) {
      for (const id of String(event['behavior_ids']).split(';').map(Number)) {
        expect(seen.has(id)).toBe(false);
        expect(behaviours[id - 1]?.['user_id']).toBe(event['user_id']);
        seen.set(id, String(event['category']));
      }
    }
    expect(seen.size).toBe(behaviours.length);
    behaviours.forEach((behaviour, index) => {
      const { action, poi_id: poi = '' } = behaviour;
      const conversion =
        action === 'purchase' || action === 'add_cart' || (action === 'visit_poi' && /4S店|经销商/.test(poi));
      expect(seen.get(index + 1)).toBe(conversion ? 'conversion' : 'engagement');
    });
  });

  it('is interrupted cleanly, and the same command goes on to the same result', async () => {
    const { home } = await sampleLog(60);
    const undisturbed = await runCli(home, [
      'behaviors.csv',
      '--workspace',
      'other.db',
      '--out',
      'expected.jsonl',
    ]);
    expect(undisturbed.code).toBe(0);
    const command = ['behaviors.csv', '--out', 'events.jsonl', '--json'];
    const first = startCli(home, command, { EVENTLOOM_SLOW_RULES_MS: '100' });
    await first.printed(/"processed_users":[1-9]/);
    first.child.kill('SIGINT');
    const interrupted = await first.ended;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toContain('run the same command again');
    const stopped = jsonLines(interrupted.stdout).at(-1);
    expect(stopped).toMatchObject({ status: 'interrupted', total_users: 60 });

    const resumed = await runCli(home, command);
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed.stdout)[0]?.['processed_users']).toBeGreaterThanOrEqual(
      Number(stopped?.['processed_users']),
    );
    expect(jsonLines(resumed.stdout).at(-1)).toMatchObject({
      status: 'completed',
      run_id: stopped?.['run_id'],
      success_count: 60,
    });
    expect(readFileSync(join(home, 'events.jsonl'))).toEqual(readFileSync(join(home, 'expected.jsonl')));

    const again = await runCli(home, command);
    expect(again).toMatchObject({ code: 0 });
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({ status: 'completed', success_count: 60 });
  });

  it('tells users that failed apart, and retries only them', async () => {
    const { home } = await sampleLog(30);
    const rules = readFileSync(new URL('../../../resources/rules/default.yaml', import.meta.url), 'utf8');
    writeFileSync(
      join(home, 'strict.yaml'),
      rules.replace(/maxBehavioursPerUser: *\d+/, 'maxBehavioursPerUser: 60'),
    );
    const strict = await runCli(home, ['behaviors.csv', '--rules', 'strict.yaml', '--json']);
    expect(strict.code).toBe(3);
    const failed = Number(jsonLines(strict.stdout).at(-1)?.['failed_count']);
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(30);
    expect(strict.stderr).toContain(`${failed} users failed: The user has`);
    const retry = await runCli(home, ['behaviors.csv', '--retry-failed', '--json']);
    expect(retry.code).toBe(0);
    expect(jsonLines(retry.stdout).at(-2)).toMatchObject({ total_users: failed });
    expect(jsonLines(retry.stdout).at(-1)).toMatchObject({ total_users: 30, success_count: 30 });
  });

  it('takes only the users it is told to, and names one that is unknown', async () => {
    const { home, log } = await sampleLog(10);
    const [first, last] = [readCsv(log).at(0)?.['user_id'], readCsv(log).at(-1)?.['user_id']];
    const some = await runCli(home, ['behaviors.csv', '--users', `${first},${last}`, '--out', 'some.csv']);
    expect(some.code).toBe(0);
    expect(new Set(readCsv(join(home, 'some.csv')).map((event) => event['user_id']))).toEqual(
      new Set([first, last]),
    );
    const unknown = await runCli(home, ['behaviors.csv', '--users', 'nobody']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('nobody');
  });

  it('lists rejected rows with line and reason, saves all of them, and goes on with the rest', async () => {
    const home = tempFolder();
    const bad = Array.from({ length: 25 }, (_, index) => `u1,browse,2025-13-${index + 1} 10:00`).join('\n');
    writeFileSync(
      join(home, 'b.csv'),
      `user_id,action,timestamp\nu1,browse,2025-12-01 10:00\n${bad}\n,browse,2025-12-01 10:00\n`,
    );
    const result = await runCli(home, [
      'b.csv',
      '--bad-rows',
      'bad.csv',
      '--out',
      'e.csv',
      '--accept-rejects',
    ]);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('line 3: The time “2025-13-1 10:00” cannot be read');
    expect(result.stderr).toContain('26 rows rejected in all');
    expect(result.stderr.match(/^ {2}line /gm)).toHaveLength(20);
    expect(readCsv(join(home, 'bad.csv'))).toHaveLength(26);
    expect(readCsv(join(home, 'e.csv'))).toMatchObject([{ user_id: 'u1', behavior_ids: '1' }]);
  });

  it('writes cells that a spreadsheet would run as text', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\n=1+1,@evil,2025-12-01 10:00\n');
    expect((await runCli(home, ['b.csv', '--out', 'e.csv'])).code).toBe(0);
    expect(readCsv(join(home, 'e.csv'))).toMatchObject([{ user_id: "'=1+1", event_type: "'@evil" }]);
  });

  const mistakes: [string, string[], string][] = [
    ['no input', [], 'the input file is missing'],
    ['an unknown option', ['b.csv', '--frobnicate'], 'there is no option --frobnicate'],
    ['stages without a file', ['b.csv', '--stages'], '--stages needs --out'],
    ['an unknown extractor', ['b.csv', '--extractor', 'magic'], 'there is no extractor magic'],
    ['a missing file', ['none.csv'], 'none.csv'],
    ['a file without the needed columns', ['odd.csv'], 'A required column is missing'],
    ['a workspace that is none', ['b.csv', '--workspace', 'odd.csv'], 'is not an EventLoom workspace'],
    ['a rules file with a mistake', ['b.csv', '--rules', 'odd.csv'], 'rules'],
  ];
  it.each(mistakes)('refuses %s with exit code 2 and no stack trace', async (_name, args, expected) => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\nu1,browse,2025-12-01 10:00\n');
    writeFileSync(join(home, 'odd.csv'), 'a,b\n1,2\n');
    const result = await runCli(home, args);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(expected);
    expect(result.stderr).not.toMatch(/\n\s+at |undefined/);
    expect(readFileSync(join(home, 'odd.csv'), 'utf8')).toBe('a,b\n1,2\n');
  });
});
