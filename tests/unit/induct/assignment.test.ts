import { expect, it } from 'vitest';
import { assignmentOf, typesToChoose } from '../../../src/core/induct/assignment.ts';
import { readAssignments } from '../../../src/core/induct/read-assignments.ts';
import { codebookSchema } from '../../../src/shared/codebook.ts';

const type = (id: string, category: 'conversion' | 'engagement', state = 'active'): object => ({
  ...{ id, zh: id, en: id, category, state },
});
const codebook = codebookSchema.parse({
  language: 'zh',
  other: '其他',
  types: [
    type('其他', 'engagement'),
    type('旧的', 'engagement', 'retired'),
    type('了解', 'engagement'),
    type('到店', 'conversion'),
  ],
});
const types = typesToChoose(codebook);
const word = { word: '看看', category: 'engagement' } as const;
const NONE = { into: null, name: null };

it('a word finds its type among those in use, without the one for the rest', () => {
  expect(types.map(({ id }) => id)).toEqual(['了解', '到店']);
  expect(assignmentOf(word, { n: 1, type: 1, zh: '', en: '' }, types)).toEqual({ into: '了解', name: null });
});

it('a word never becomes a conversion, or stops being one, because a model says so', () => {
  expect(assignmentOf(word, { n: 1, type: 2, zh: '', en: '' }, types)).toEqual(NONE);
  const visit = { word: '到4S店', category: 'conversion' } as const;
  expect(assignmentOf(visit, { n: 1, type: 1, zh: '', en: '' }, types)).toEqual(NONE);
});

it('a word that fits nothing gets a new name, or none', () => {
  const name = { zh: '试驾', en: 'Test drive' };
  expect(assignmentOf(word, { n: 1, type: 0, ...name }, types)).toEqual({ into: null, name });
  expect(assignmentOf(word, { n: 1, type: 0, zh: '', en: '' }, types)).toEqual(NONE);
  expect(assignmentOf(word, { n: 1, type: 9, ...name }, types)).toEqual(NONE);
});

it('an answer is taken as far as it reads', () => {
  const words = [
    { n: '2', type: '1' },
    { n: 1, type: 0, en: ' Test  drive ' },
    { n: 0, type: 1 },
    { n: 3 },
    'x',
    null,
  ];
  const text = `好的：${JSON.stringify({ words })}`;
  expect(readAssignments({ text, reasoning: '', finishReason: 'stop' }).items).toEqual([
    { n: 2, type: 1, zh: '', en: '' },
    { n: 1, type: 0, zh: 'Test drive', en: 'Test drive' },
  ]);
  expect(readAssignments({ text, reasoning: '', finishReason: 'length' }).failure).toBe('truncated');
});
