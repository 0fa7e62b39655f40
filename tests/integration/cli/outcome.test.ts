import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { jsonLines, runCli, startCli } from '../../support/run-cli.ts';
import type { CliResult } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

/** Three users, one of whom the strict rules find too large. */
const LOG = `user_id,action,timestamp
a,browse,2025-12-01 10:00
b,browse,2025-12-01 10:00
c,browse,2025-12-01 10:00
c,browse,2025-12-01 11:00
`;
const COMMAND = ['b.csv', '--workspace', 'w.db', '--json'];

function desk(): string {
  const home = tempFolder();
  const rules = readFileSync(new URL('../../../resources/rules/default.yaml', import.meta.url), 'utf8');
  writeFileSync(join(home, 'b.csv'), LOG);
  writeFileSync(
    join(home, 'strict.yaml'),
    rules.replace(/maxBehavioursPerUser: *\d+/, 'maxBehavioursPerUser: 1'),
  );
  return home;
}

/** A workspace `w.db` of sixty users whose run was interrupted. */
async function interruptedDesk(): Promise<{ home: string; last: Record<string, unknown> }> {
  const home = tempFolder();
  await generateSample({ users: 60, rowsPerUser: 5, seed: 7, behaviorsPath: join(home, 'b.csv') });
  const command = startCli(home, COMMAND, { EVENTLOOM_SLOW_RULES_MS: '100' });
  await command.printed(/"processed_users":[1-9]/);
  command.child.kill('SIGINT');
  const result = await command.ended;
  expect(result.code).toBe(130);
  const last = lastOf(result);
  // What the last line counts is what there is.
  const made = new DatabaseSync(join(home, 'w.db'), { readOnly: true });
  const { n } = made.prepare('SELECT count(*) AS n FROM events').get() ?? {};
  made.close();
  expect(last).toMatchObject({ events: n, other_share: 0, detail: 'standard' });
  expect(last['types']).toBeGreaterThan(0);
  return { home, last };
}

const lastOf = ({ stdout }: CliResult): Record<string, unknown> => jsonLines(stdout).at(-1) ?? {};

describe('the outcome of extract is that of all users', () => {
  it('when the command is repeated, whatever the newest run covered', async () => {
    const home = desk();
    const strict = await runCli(home, [...COMMAND, '--rules', 'strict.yaml']);
    expect(strict.code).toBe(3);
    expect(lastOf(strict)).toMatchObject({ total_users: 3, success_count: 2, failed_count: 1 });
    const all = {
      status: 'completed',
      total_users: 3,
      success_count: 3,
      failed_count: 0,
      progress_percent: 100,
    };
    const retried = await runCli(home, [...COMMAND, '--retry-failed']);
    expect(retried.code).toBe(0);
    expect(lastOf(retried)).toMatchObject(all);
    const again = await runCli(home, COMMAND);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('Finished: 3 users succeeded, 0 failed');
    expect(lastOf(again)).toMatchObject(all);
    const none = await runCli(home, [...COMMAND, '--retry-failed']);
    expect(none.code).toBe(0);
    expect(none.stderr).toContain('No user has failed');
    expect(lastOf(none)).toMatchObject(all);
  });

  it('of those named, when some are named', async () => {
    const home = desk();
    const some = await runCli(home, [...COMMAND, '--users', 'a,c', '--rules', 'strict.yaml']);
    expect(some.code).toBe(3);
    expect(lastOf(some)).toMatchObject({
      status: 'completed',
      total_users: 2,
      success_count: 1,
      failed_count: 1,
    });
    const one = await runCli(home, [...COMMAND, '--users', 'a']);
    expect(one.code).toBe(0);
    expect(lastOf(one)).toMatchObject({ total_users: 1, success_count: 1 });
    const retried = await runCli(home, [...COMMAND, '--retry-failed']);
    expect(retried.code).toBe(3);
    expect(retried.stderr).toContain(
      'Not finished: 2 users succeeded, 0 failed, 1 are still to be abstracted',
    );
    expect(lastOf(retried)).toMatchObject({
      status: 'idle',
      total_users: 3,
      processed_users: 2,
      progress_percent: 66.6,
      estimated_remaining_seconds: null,
    });
  });

  it('never a success while some are to be abstracted, though none failed', async () => {
    const home = desk();
    const fresh = await runCli(home, [...COMMAND, '--retry-failed', '--out', 'e.csv']);
    expect(fresh.code).toBe(3);
    expect(fresh.stderr).toContain('No user has failed');
    expect(fresh.stderr).toContain('Not finished: 0 users succeeded, 0 failed, 3 are still to be abstracted');
    expect(lastOf(fresh)).toMatchObject({
      status: 'idle',
      total_users: 3,
      processed_users: 0,
      success_count: 0,
    });
  });

  it('after an interrupted run, which --retry-failed does not finish and the plain command does', async () => {
    const { home, last } = await interruptedDesk();
    const done = Number(last['processed_users']);
    const retry = await runCli(home, [...COMMAND, '--retry-failed']);
    expect(retry.code).toBe(3);
    expect(retry.stderr).toContain(`${60 - done} are still to be abstracted`);
    expect(lastOf(retry)).toMatchObject({ status: 'interrupted', total_users: 60, success_count: done });
    const plain = await runCli(home, COMMAND);
    expect(plain.code).toBe(0);
    expect(lastOf(plain)).toMatchObject({ status: 'completed', total_users: 60, success_count: 60 });
  });

  it('with those who came with the log since the run was interrupted', async () => {
    const { home } = await interruptedDesk();
    const header = readFileSync(join(home, 'b.csv'), 'utf8').split('\n', 1)[0]?.split(',') ?? [];
    const row: Record<string, string> = { user_id: 'late', action: 'browse', timestamp: '2025-12-01 10:00' };
    appendFileSync(join(home, 'b.csv'), `${header.map((name) => row[name.trim()] ?? '').join(',')}\n`);
    const result = await runCli(home, COMMAND);
    expect(result.code).toBe(0);
    expect(lastOf(result)).toMatchObject({ status: 'completed', total_users: 61, success_count: 61 });
  });

  it('and not the failure of a run that no user waits for any more', async () => {
    const home = desk();
    expect((await runCli(home, COMMAND)).code).toBe(0);
    const capped = ['--extractor', 'llm', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'];
    const prices = ['--price-in', '1', '--price-out', '1', '--max-cost', '0'];
    expect((await runCli(home, [...COMMAND, ...capped, ...prices, '--users', 'a'])).code).toBe(5);
    const again = await runCli(home, COMMAND);
    expect(again.code).toBe(0);
    expect(lastOf(again)).toMatchObject({ status: 'completed', error_code: null, success_count: 3 });
  });
});

describe('results of other rules', () => {
  it('are told, with the way to make them anew', async () => {
    const home = desk();
    const rules = readFileSync(join(home, 'strict.yaml'), 'utf8');
    writeFileSync(join(home, 'mine.yaml'), rules.replace(/^version:.*$/m, 'version: mine'));
    const first = await runCli(home, [...COMMAND, '--rules', 'mine.yaml']);
    expect(first.code).toBe(3);
    expect(first.stderr).not.toContain('other rules');
    const second = await runCli(home, COMMAND);
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/the results of 2 users were made with other rules \(.* mine \(\w{8}\)\)/);
    expect(second.stderr).toMatch(/the rules now are .*\. To make them anew, name the users with --users/);
    // What is made anew is not told again.
    const anew = await runCli(home, [...COMMAND, '--users', 'a,b']);
    expect(anew.code).toBe(0);
    expect(anew.stderr).not.toContain('other rules');
    expect((await runCli(home, COMMAND)).stderr).not.toContain('other rules');
  });
});

describe('an export that fails', () => {
  it('comes after the last snapshot', async () => {
    const home = desk();
    const env = { EVENTLOOM_SLOW_RULES_MS: '300' };
    const command = startCli(home, [...COMMAND, '--out', 'e.csv'], env);
    await command.printed(/"running"/);
    // What was writable when the command began is not when it ends.
    mkdirSync(join(home, 'e.csv'));
    const result = await command.ended;
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('cannot be written: it is a folder');
    expect(lastOf(result)).toMatchObject({ status: 'completed', success_count: 3 });
  });
});
