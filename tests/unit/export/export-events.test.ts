import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportEvents } from '../../../src/core/export/export-events.ts';
import type { ExportedEvent } from '../../../src/core/store/event-store.ts';
import { tempFolder } from '../../support/temp.ts';

/** `a 了解`: the user and the type; `!` before the type makes it a conversion. */
function event(text: string, index: number): ExportedEvent {
  const [userId = '', type = ''] = text.split(' ');
  return {
    id: index + 1,
    userId,
    type: type.replace('!', ''),
    category: type.startsWith('!') ? 'conversion' : 'engagement',
    startTime: 0,
    endTime: 1000,
    origin: 'rule',
    confidence: 1,
    context: { object: '大众' },
    evidence: [index + 1],
    profile: null,
  };
}

const EVENTS = ['a !购买', 'a 了解', 'a 使用', 'a !到店', 'a 了解', 'b 了解', 'b !购买'].map(event);

/** The text of an export, and how many events it says that it has. */
async function exported(name: string, stages?: boolean): Promise<{ text: string; count: number }> {
  const path = join(tempFolder(), name);
  const count = await exportEvents(EVENTS, path, { agent: [], ...(stages === undefined ? {} : { stages }) });
  return { text: readFileSync(path, 'utf8'), count };
}

describe('an export of events', () => {
  it('has the stage of each event where that is wanted, from 1 within the user, and none for a conversion', async () => {
    const { text, count } = await exported('events.csv', true);
    expect(count).toBe(7);
    const [header, ...lines] = text.trimEnd().split('\r\n');
    expect(header).toMatch(/,agent,stage$/);
    expect(lines.map((line) => line.slice(line.lastIndexOf(',') + 1))).toEqual([
      '',
      '1',
      '1',
      '',
      '2',
      '1',
      '',
    ]);
    const json = (await exported('events.jsonl', true)).text.trim().split('\n');
    expect(json.map((line) => (JSON.parse(line) as { stage: unknown }).stage)).toEqual([
      null,
      1,
      1,
      null,
      2,
      1,
      null,
    ]);
  });

  it('is otherwise the same as without stages', async () => {
    const plain = await exported('events.csv');
    const staged = await exported('events.csv', true);
    expect(plain.text).not.toContain('stage');
    expect(staged.text.replaceAll(/,(stage|\d*)(?=\r\n)/g, '')).toBe(plain.text);
    expect((await exported('events.jsonl')).text).not.toContain('stage');
  });
});
