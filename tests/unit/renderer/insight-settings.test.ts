import { describe, expect, it } from 'vitest';
import { ANALYSES, questionSchema } from '@shared/insight';
import type { AskedQuestion, Question } from '@shared/insight';
import {
  initialSettings,
  isSameQuestion,
  questionOf,
  showQuestion,
} from '../../../src/renderer/src/stores/insight-settings';

const question = (asked: AskedQuestion): Question => questionSchema.parse(asked);
/** What the page asks after it has shown a question. */
const askedAgain = (shown: Question): Question | null => {
  const settings = initialSettings();
  showQuestion(settings, shown);
  const compare = ('compare' in shown ? shown.compare : null) ?? null;
  return questionOf(shown.analysis, settings, { select: shown.select ?? {}, level: shown.level, compare });
};

describe('a question on the page', () => {
  const settings = initialSettings();
  Object.assign(settings.funnel, {
    steps: ['a', { any: ['b', { type: 'c', object: 'x' }] }],
    order: 'any',
    window: null,
    by: 'sex',
  });
  Object.assign(settings.paths, { anchor: { object: 'x' }, direction: 'to', depth: 9, top: 3 });
  Object.assign(settings.sequences, {
    target: { type: 'b', object: 'x' },
    support: 0.1,
    length: 3,
    gap: '2d',
  });
  for (const of of [settings.around, settings.profile]) of.event = 'b';

  it.each(ANALYSES)(
    'says in full what it asks, and the same after it was saved and opened: %s',
    (analysis) => {
      const select = { did: ['a', { type: 'b', object: 'x' }], ordered: ['a', 'b'], profile: { sex: ['f'] } };
      const built = questionOf(analysis, settings, { select, level: 'stages', compare: 'others' });
      if (!built) throw new Error('nothing is asked');
      // Nothing is left to a default, so that the saved question is the one that was asked.
      expect(questionSchema.parse(built)).toEqual(built);
      const again = askedAgain(built);
      expect(again && isSameQuestion(again, built)).toBe(true);
    },
  );

  it.each<AskedQuestion>([
    { analysis: 'variants', limit: 7 },
    { analysis: 'sequences', limit: 7 },
    { analysis: 'evolution', support: 0.5 },
  ])('is known to be more than the page can show: %o', (asked) => {
    const again = askedAgain(question(asked));
    expect(again !== null && isSameQuestion(again, question(asked))).toBe(false);
  });

  it.each<AskedQuestion>([
    { analysis: 'overview', bin: 'week', view: { by: 'category' } },
    { analysis: 'overview', bin: 'month' },
    { analysis: 'graph', collapse: true, view: { measure: 'median', nodes: 4, edges: 9 } },
  ])('has what its picture shows: %o', (asked) => {
    const again = askedAgain(question(asked));
    expect(again && isSameQuestion(again, question(asked))).toBe(true);
  });

  it.each<AskedQuestion>([
    { analysis: 'funnel', steps: ['a', 'b'], window: '90m' },
    { analysis: 'around', event: 'a', within: '12h' },
    { analysis: 'around', event: 'a', within: '5 events' },
    { analysis: 'evolution', within: '2w', support: 0.01 },
  ])('has its span, whatever it is: %o', (asked) => {
    const again = askedAgain(question(asked));
    expect(again && isSameQuestion(again, question(asked))).toBe(true);
  });

  it('is the same whatever the order of its fields', () => {
    const one = question({ analysis: 'overview', select: { from: '2025-01-01', did: ['a'] } });
    const other = question({ select: { did: ['a'], from: '2025-01-01' }, analysis: 'overview' });
    expect(isSameQuestion(one, other)).toBe(true);
    expect(
      isSameQuestion(question({ analysis: 'overview', select: {} }), question({ analysis: 'overview' })),
    ).toBe(true);
  });
});
