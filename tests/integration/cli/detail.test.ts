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

  it('refuses a detail that there is not, and one for a model', async () => {
    const home = tempFolder();
    await generateSample({ users: 2, seed: 1, behaviorsPath: join(home, 'log.csv') });
    const unknown = await runCli(home, ['log.csv', '--detail', 'coarse']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('--detail') as string });
    const model = ['--extractor', 'llm', '--model', 'm', '--base-url', 'http://127.0.0.1:1/v1'];
    const refused = await runCli(home, ['log.csv', '--detail', 'brief', ...model]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('for the rules only') as string,
    });
  });
});
