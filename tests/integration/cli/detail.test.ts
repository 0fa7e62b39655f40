import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

interface Line {
  event_type: string;
  category: string;
  user_id: string;
  behavior_ids: number[];
  context: Record<string, unknown>;
}

/** The events that the command makes of a log at a detail. */
async function eventsAt(home: string, detail: string): Promise<Line[]> {
  const out = `${detail}.jsonl`;
  const args = ['log.csv', '--detail', detail, '--workspace', `${detail}.db`, '--out', out];
  expect(await runCli(home, args)).toMatchObject({ code: 0 });
  const lines = readFileSync(join(home, out), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

const conversions = (events: Line[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { category, event_type: type, behavior_ids: ids } of events)
    if (category === 'conversion') counts[type] = (counts[type] ?? 0) + ids.length;
  return counts;
};

describe('extract --detail', () => {
  it('makes fewer events the coarser it is, of the same behaviours and with the same conversions', async () => {
    const home = tempFolder();
    await generateSample({ users: 60, rowsPerUser: 80, seed: 5, behaviorsPath: join(home, 'log.csv') });
    const fine = await eventsAt(home, 'fine');
    const standard = await eventsAt(home, 'standard');
    const brief = await eventsAt(home, 'brief');
    for (const events of [fine, standard, brief]) {
      const ids = events.flatMap((event) => event.behavior_ids);
      expect(ids).toHaveLength(60 * 80);
      expect(new Set(ids).size).toBe(60 * 80);
      expect(conversions(events)).toEqual(conversions(fine));
    }
    expect(Object.keys(conversions(fine)).length).toBeGreaterThan(1);
    expect(standard.length).toBeLessThan(0.6 * fine.length);
    expect(brief.length).toBeLessThan(0.6 * standard.length);
    for (const event of [...standard, ...brief])
      if (event.category === 'conversion') expect(event.behavior_ids).toHaveLength(1);
    const explored = standard.find(
      ({ event_type: type, behavior_ids: ids }) => type === '了解' && ids.length > 3,
    );
    expect(explored?.context).toMatchObject({
      object: expect.any(String) as string,
      days: expect.any(Number) as number,
    });
    expect(await eventsAt(home, 'standard')).toEqual(standard);
  });

  it('does all users again with --redo, and tells in the last line what came of it', async () => {
    const home = tempFolder();
    await generateSample({ users: 12, rowsPerUser: 40, seed: 5, behaviorsPath: join(home, 'log.csv') });
    const call = async (...more: string[]): Promise<Record<string, unknown>> => {
      const { code, stdout } = await runCli(home, ['log.csv', '--workspace', 'w.db', '--json', ...more]);
      expect(code).toBe(0);
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    };
    const fine = await call('--detail', 'fine');
    expect(fine).toMatchObject({ detail: 'fine', other_share: 0 });
    // Without --redo nothing is left to do, and the results are of the detail of before.
    expect(await call('--detail', 'brief')).toMatchObject({ events: fine['events'], detail: 'fine' });
    expect(await call('--redo')).toMatchObject({ events: fine['events'], detail: 'fine' });
    const brief = await call('--detail', 'brief', '--redo');
    expect(brief).toMatchObject({ detail: 'brief', total_users: 12, success_count: 12 });
    expect(brief['events']).toBeLessThan(Number(fine['events']) / 2);
    expect(brief['types']).toBeLessThan(Number(fine['types']));
    expect(await runCli(home, ['log.csv', '--redo', '--retry-failed'])).toMatchObject({ code: 2 });
  });

  it('tells the share of the events that fit no type', async () => {
    const home = tempFolder();
    const texts = ['浏览 大众', '哼着歌', '购买 大众', '发呆'];
    const rows = texts.map((text, hour) => `u,2026-03-02 1${hour}:00:00,${text}`);
    writeFileSync(join(home, 'log.csv'), `user_id,timestamp,behavior_text\n${rows.join('\n')}\n`);
    const args = ['log.csv', '--workspace', 'w.db', '--json', '--detail', 'fine'];
    const { code, stdout } = await runCli(home, args);
    expect(code).toBe(0);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(last).toMatchObject({ events: 4, types: 3, other_share: 0.5, detail: 'fine' });
  });

  it('takes a pack by its name, and a file by its path', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'log.csv'), 'user_id,action,timestamp\nu,pay,2026-03-02 10:00:00\n');
    writeFileSync(
      join(home, 'auto'),
      'extends: shop\nname: own\nversion: 1\nother: { zh: 别的, en: Else, thing: [] }\n',
    );
    const typeWith = async (rules: string): Promise<string | undefined> => {
      const args = [
        'log.csv',
        '--rules',
        rules,
        '--workspace',
        `${rules.replace(/\W/g, '_')}.db`,
        '--out',
        'e.jsonl',
      ];
      expect(await runCli(home, args)).toMatchObject({ code: 0 });
      return (JSON.parse(readFileSync(join(home, 'e.jsonl'), 'utf8').trim()) as Line).event_type;
    };
    expect(await typeWith('general')).toBe('购买');
    expect(await typeWith('auto')).toBe('购买');
    expect(await typeWith('shop')).toBe('支付');
    expect(await typeWith('./auto')).toBe('支付');
  });

  it('refuses a detail that there is not', async () => {
    const home = tempFolder();
    await generateSample({ users: 2, seed: 1, behaviorsPath: join(home, 'log.csv') });
    const unknown = await runCli(home, ['log.csv', '--detail', 'coarse']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('--detail') as string });
  });
});
