import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/sample/random.ts';
import { foldStages, stageCounter, themesOf } from '../../../src/shared/stages.ts';
import type { SequenceLine, StageEvent } from '../../../src/shared/stages.ts';

interface Sample extends StageEvent {
  ordinal: number;
}

/** `了解 大众 @1-3 x12`: type, theme, start and end, number of behaviours. `!` before the type makes it a conversion. */
function events(text: string): Sample[] {
  return text.split(',').map((each, index) => {
    const [, mark, type = '', object = '', start = '', end, count = '1'] =
      /^\s*(!?)(\S+)(?: (\S+))? @(\d+)(?:-(\d+))?(?: x(\d+))?$/.exec(each) ?? [];
    return {
      ordinal: index + 1,
      type,
      category: mark === '!' ? 'conversion' : 'engagement',
      startTime: Number(start),
      endTime: Number(end ?? start),
      context: object ? { object } : {},
      evidence: Array.from({ length: Number(count) }, (_, place) => index * 100 + place),
    };
  });
}

const ordinals = (line: SequenceLine<Sample>): number[] =>
  line.kind === 'stage' ? line.events.map(({ ordinal }) => ordinal) : [line.event.ordinal];

/** `S1[1 2]` for a stage with its events, `!3` for a conversion. */
const shape = (lines: SequenceLine<Sample>[]): string =>
  lines
    .map((line) =>
      line.kind === 'stage' ? `S${line.number}[${ordinals(line).join(' ')}]` : `!${ordinals(line).join()}`,
    )
    .join(' ');

describe('the stages of a user', () => {
  const path =
    '了解 大众 @1-9 x12, 使用 短视频 @2-3 x2, !到店 @5, 了解 本田 @6-7 x3, 了解 大众 @8 x2, !加购 @10, !购买 @11, 使用 短视频 @12';

  it('are what lies between two conversions, which are lines of their own', () => {
    expect(shape(foldStages(events(path)))).toBe('S1[1 2] !3 S2[4 5] !6 !7 S3[8]');
    expect(shape(foldStages(events('!购买 @1')))).toBe('!1');
    expect(shape(foldStages(events('了解 a @1')))).toBe('S1[1]');
    expect(foldStages([])).toEqual([]);
  });

  it('tell their span, behaviours, types and themes by weight', () => {
    const [first, , second] = foldStages(events(path));
    // The first event ends after the conversion that follows: it stays before it.
    expect(first).toMatchObject({
      startTime: 1,
      endTime: 9,
      behaviours: 14,
      types: [
        ['了解', 12],
        ['使用', 2],
      ],
      themes: [
        ['大众', 12],
        ['短视频', 2],
      ],
    });
    expect(second).toMatchObject({
      startTime: 6,
      endTime: 8,
      behaviours: 5,
      types: [['了解', 5]],
      themes: [
        ['本田', 3],
        ['大众', 2],
      ],
    });
  });

  it('count every theme of an event that has several, and survive names that objects inherit', () => {
    const [event] = events('了解 @1 x9') as [Sample];
    const objects = [
      ['大众', 6],
      ['constructor', 3],
    ];
    const [stage] = foldStages([
      { ...event, context: { objects, moreObjects: 2 } },
      { ...event, type: '__proto__', context: { item: 'constructor' } },
    ]);
    expect(stage).toMatchObject({
      types: [
        ['了解', 9],
        ['__proto__', 9],
      ],
      themes: [
        ['constructor', 12],
        ['大众', 6],
      ],
    });
  });

  it('hold every event in exactly one line, in the order given, whatever the sequence', () => {
    for (let round = 0; round < 300; round += 1) {
      const random = new Random(11, round);
      const share = random.next();
      const length = random.int(0, 30);
      const sequence = Array.from({ length }, (_, index): Sample => {
        const startTime = random.int(0, 1000);
        return {
          ordinal: index + 1,
          type: `t${random.int(0, 3)}`,
          category: random.chance(share) ? 'conversion' : 'engagement',
          startTime,
          endTime: startTime + random.int(0, 1000),
          context: { object: `o${random.int(0, 2)}` },
          evidence: Array.from({ length: random.int(1, 5) }, (__, place) => place),
        };
      });
      const lines = foldStages(sequence);
      const joined = lines.flatMap((line) => (line.kind === 'stage' ? line.events : [line.event]));
      expect(joined).toEqual(sequence);
      lines.forEach((line, index) => {
        if (line.kind === 'conversion') return expect(line.event.category).toBe('conversion');
        expect(line.events.length).toBeGreaterThan(0);
        expect(line.events.every(({ category }) => category === 'engagement')).toBe(true);
        expect(lines[index + 1]?.kind).not.toBe('stage');
        const sum = (counts: [string, number][]): number => counts.reduce((all, [, count]) => all + count, 0);
        expect([sum(line.types), sum(line.themes)]).toEqual([line.behaviours, line.behaviours]);
      });
      const numbers = lines.flatMap((line) => (line.kind === 'stage' ? [line.number] : []));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      // Counting one event after another, as an export does, gives the same numbers.
      const numberOf = stageCounter();
      expect(sequence.map(({ category }) => numberOf(category))).toEqual(
        lines.flatMap((line) => (line.kind === 'stage' ? line.events.map(() => line.number) : [null])),
      );
    }
  });
});

describe('what an event is about', () => {
  it('is its theme, its themes, or the thing that its behaviours share', () => {
    expect(themesOf({ object: '大众', item: '大众_途观' }, 3)).toEqual([['大众', 3]]);
    expect(themesOf({ objects: [['a', 2], ['b'], 'c'] }, 3)).toEqual([['a', 2]]);
    expect(themesOf({ item: '', app: '微信' }, 3)).toEqual([['微信', 3]]);
    expect(themesOf({ object: 7, objects: 'x', note: 'y' }, 3)).toEqual([]);
  });
});
