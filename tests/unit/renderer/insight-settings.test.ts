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
  return questionOf(shown.analysis, settings, shown.select ?? {}, compare);
};

describe('a question on the page', () => {
  const settings = initialSettings();
  Object.assign(settings.funnel, { steps: ['a', 'b'], order: 'any', window: null, by: 'sex' });
  Object.assign(settings.paths, { anchor: 'a', direction: 'to' });
  Object.assign(settings.sequences, { target: 'b', support: 0.1 });
  for (const of of [settings.around, settings.profile]) of.event = 'b';

  it.each(ANALYSES)(
    'says in full what it asks, and the same after it was saved and opened: %s',
    (analysis) => {
      const built = questionOf(analysis, settings, { did: ['a'], profile: { sex: ['f'] } }, 'others');
      if (!built) throw new Error('nothing is asked');
      // Nothing is left to a default, so that the saved question is the one that was asked.
      expect(questionSchema.parse(built)).toEqual(built);
      const again = askedAgain(built);
      expect(again && isSameQuestion(again, built)).toBe(true);
    },
  );

  it.each<AskedQuestion>([
    { analysis: 'funnel', steps: [{ type: 'a', object: 'x' }, 'b'] },
    { analysis: 'overview', level: 'stages' },
    { analysis: 'paths', depth: 9 },
    { analysis: 'sequences', gap: '2d' },
    { analysis: 'variants', limit: 7 },
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
