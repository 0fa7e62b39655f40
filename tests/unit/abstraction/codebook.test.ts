import { describe, expect, it } from 'vitest';
import {
  changeCodebook,
  newType,
  spellingOf,
  TypeFinder,
  withTypes,
} from '../../../src/core/abstraction/codebook.ts';
import { codebookSchema } from '../../../src/shared/codebook.ts';
import type { Codebook } from '../../../src/shared/codebook.ts';
import { AppError } from '../../../src/core/errors.ts';

const engagement = (zh: string, en: string, aliases: string[] = []) => ({
  ...newType({ id: zh, zh, en, category: 'engagement' }),
  aliases,
});

const CODEBOOK: Codebook = codebookSchema.parse({
  language: 'zh',
  other: '其他',
  types: [
    engagement('了解', 'Explore', ['看车']),
    engagement('搜索', 'Search'),
    { ...newType({ id: '购买', zh: '购买', en: 'Purchase', category: 'conversion' }) },
    engagement('其他', 'Other'),
  ],
});

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
};

const typeOfWord = (codebook: Codebook, word: string): string =>
  new TypeFinder(codebook).resolve({ type: word, category: 'engagement', origin: 'llm' }).type;

describe('a word of an event', () => {
  it('is found by id, name, alias and spelling', () => {
    for (const word of ['了解', 'explore', ' EXPLORE', '看车', 'Ｅxplore'])
      expect(typeOfWord(CODEBOOK, word)).toBe('了解');
    expect(spellingOf('Add_to  Cart')).toBe(spellingOf('add to cart'));
  });

  it('of a model that no type has is of the type for the rest, and stays known', () => {
    const finder = new TypeFinder(CODEBOOK);
    expect(finder.resolve({ type: '闲逛', category: 'engagement', origin: 'llm' })).toEqual({
      type: '其他',
      proposed: '闲逛',
    });
  });

  it('of the log that no rule names stands for itself', () => {
    const finder = new TypeFinder(CODEBOOK);
    expect(finder.resolve({ type: 'wave', category: 'engagement', origin: 'rule' })).toEqual({
      type: 'wave',
    });
  });

  it('is no type of another category: conversions are never counted among the rest', () => {
    const finder = new TypeFinder(CODEBOOK);
    expect(finder.find({ word: '购买', category: 'engagement' })).toBeNull();
    expect(finder.find({ word: '购买', category: 'conversion' })?.id).toBe('购买');
  });
});

describe('a word that a type of the other category has', () => {
  const visits = changeCodebook(CODEBOOK, {
    kind: 'add',
    type: { ...newType({ id: '', zh: '到店', en: 'Dealer visit', category: 'conversion' }) },
  });
  const word = { word: '到店', category: 'engagement' } as const;
  const resolve = (codebook: Codebook, category: 'conversion' | 'engagement'): string =>
    new TypeFinder(codebook).resolve({ type: '到店', category, origin: 'rule' }).type;

  it('is told apart: an action that is no conversion is never counted as one', () => {
    expect(resolve(visits, 'conversion')).toBe('到店');
    expect(resolve(visits, 'engagement')).toBe('到店（互动）');
    expect(resolve({ ...visits, language: 'en' }, 'engagement')).toBe('到店 (engagement)');
    expect(typeOfWord(visits, '到店')).toBe('其他');
  });

  it('can be mapped to a type of its own category', () => {
    const mapped = changeCodebook(visits, { kind: 'map', words: [word], into: '了解' });
    expect([resolve(mapped, 'conversion'), resolve(mapped, 'engagement')]).toEqual(['到店', '了解']);
    // Names are read by people: each has one type, whatever the category.
    expect(codeOf(() => changeCodebook(visits, { kind: 'add', type: engagement('Call', '到店') }))).toBe(
      'codebook.word_taken',
    );
    // A word of the same category still has one owner.
    expect(codeOf(() => changeCodebook(mapped, { kind: 'add', type: engagement('到店', 'Call') }))).toBe(
      'codebook.word_taken',
    );
  });

  it('can be made a type, under a name that is told apart, too', () => {
    const adopted = changeCodebook(visits, { kind: 'adopt', words: [word] });
    expect(adopted.types.at(-1)).toMatchObject({
      ...{ id: '到店（互动）', zh: '到店（互动）', en: '到店 (engagement)' },
      ...{ category: 'engagement', aliases: ['到店'] },
    });
    expect([resolve(adopted, 'conversion'), resolve(adopted, 'engagement')]).toEqual([
      '到店',
      '到店（互动）',
    ]);
  });

  it('is settled with many others', () => {
    const line = (into: string | null, ...words: string[]) => ({
      ...{ words: words.map((each) => ({ ...word, word: each })), into },
      type: into === null ? { zh: '到店', en: 'Dealer visit', category: 'engagement' as const } : null,
    });
    const into = changeCodebook(visits, { kind: 'settle', lines: [line('了解', '到店', '闲逛')] });
    expect(['到店', '闲逛'].map((each) => typeOfWord(into, each))).toEqual(['了解', '了解']);
    const fresh = changeCodebook(visits, { kind: 'settle', lines: [line(null, '到店', '进门')] });
    expect(['到店', '进门'].map((each) => typeOfWord(fresh, each))).toEqual(['到店（互动）', '到店（互动）']);
    expect(resolve(fresh, 'conversion')).toBe('到店');
  });

  it('stays that of the events when rules bring a type of the other category later', () => {
    const adopted = changeCodebook(CODEBOOK, { kind: 'adopt', words: [word] });
    const rules = newType({ id: '到店', zh: '到店', en: 'Dealer visit', category: 'conversion' });
    const next = withTypes(adopted, [rules]);
    expect([resolve(next, 'conversion'), resolve(next, 'engagement')]).toEqual(['到店（转化）', '到店']);
    expect(next.types.at(-1)).toMatchObject({ zh: '到店（转化）', en: 'Dealer visit', aliases: ['到店'] });
    expect(withTypes(next, [rules])).toBe(next);
  });
});

describe('a change', () => {
  it('that joins types makes all their words those of the one that stays', () => {
    const joined = changeCodebook(CODEBOOK, { kind: 'join', ids: ['搜索'], into: '了解' });
    expect(joined.types.map(({ id }) => id)).toEqual(['了解', '购买', '其他']);
    for (const word of ['搜索', 'search', '看车']) expect(typeOfWord(joined, word)).toBe('了解');
    // What was before is untouched: to go back to it is exact.
    expect(typeOfWord(CODEBOOK, '搜索')).toBe('搜索');
  });

  it('that renames a type keeps the name that it had as a word of it', () => {
    const renamed = changeCodebook(CODEBOOK, {
      kind: 'edit',
      id: '了解',
      fields: { zh: '看一看', en: 'Look' },
    });
    expect(new TypeFinder(renamed).nameOf('了解')).toBe('看一看');
    for (const word of ['了解', 'Explore', '看一看', 'look']) expect(typeOfWord(renamed, word)).toBe('了解');
  });

  it('settles candidates: mapped to a type, or made types', () => {
    const word = { word: '闲逛', category: 'engagement' } as const;
    expect(typeOfWord(changeCodebook(CODEBOOK, { kind: 'map', words: [word], into: '了解' }), '闲逛')).toBe(
      '了解',
    );
    expect(typeOfWord(changeCodebook(CODEBOOK, { kind: 'adopt', words: [word] }), '闲逛')).toBe('闲逛');
  });

  it('settles many candidates at once; what has a type meanwhile, or whose type is gone, is passed over', () => {
    const of = (...words: string[]) => words.map((word) => ({ word, category: 'engagement' as const }));
    const drive = { zh: '试驾', en: 'Test drive', category: 'engagement' as const };
    const settled = changeCodebook(CODEBOOK, {
      kind: 'settle',
      lines: [
        { words: of('闲逛', '看车', '搜索'), into: '了解', type: null },
        { words: of('预约试驾'), into: null, type: drive },
        { words: of('试驾体验'), into: null, type: drive },
        { words: of('找车'), into: null, type: { ...drive, zh: '检索', en: 'search' } },
        { words: of('买了'), into: '购买', type: null },
        { words: of('去了'), into: '不在了', type: null },
      ],
    });
    const typeOf = (word: string): string => typeOfWord(settled, word);
    expect(['闲逛', '看车', '搜索'].map(typeOf)).toEqual(['了解', '了解', '搜索']);
    expect(['预约试驾', '试驾体验', '找车'].map(typeOf)).toEqual(['试驾', '试驾', '搜索']);
    expect(['买了', '去了'].map(typeOf)).toEqual(['其他', '其他']);
    expect(settled.types).toHaveLength(CODEBOOK.types.length + 1);
  });

  it('gives a new type an id of its own, also when an old id has become the name of nothing', () => {
    const renamed = changeCodebook(CODEBOOK, {
      kind: 'edit',
      id: '搜索',
      fields: { zh: '查找', aliases: [] },
    });
    expect(codeOf(() => changeCodebook(renamed, { kind: 'add', type: engagement('搜索', 'Look up') }))).toBe(
      'codebook.word_taken',
    );
    const added = changeCodebook(CODEBOOK, { kind: 'add', type: engagement('比价', 'Compare prices') });
    expect(added.types.at(-1)).toMatchObject({ id: '比价', state: 'active' });
  });

  it('that cannot be made says why', () => {
    expect(codeOf(() => changeCodebook(CODEBOOK, { kind: 'join', ids: ['购买'], into: '了解' }))).toBe(
      'codebook.two_categories',
    );
    expect(codeOf(() => changeCodebook(CODEBOOK, { kind: 'join', ids: ['其他'], into: '了解' }))).toBe(
      'codebook.other_needed',
    );
    expect(codeOf(() => changeCodebook(CODEBOOK, { kind: 'retire', id: '其他' }))).toBe(
      'codebook.other_needed',
    );
    expect(codeOf(() => changeCodebook(CODEBOOK, { kind: 'edit', id: '搜索', fields: { zh: '了解' } }))).toBe(
      'codebook.word_taken',
    );
    expect(codeOf(() => changeCodebook(CODEBOOK, { kind: 'retire', id: 'nothing' }))).toBe(
      'codebook.unknown_type',
    );
  });
});

describe('the types of rules', () => {
  it('join those that are known, without taking a word from any', () => {
    const joined = changeCodebook(CODEBOOK, { kind: 'join', ids: ['搜索'], into: '了解' });
    const next = withTypes(joined, [
      engagement('搜索', 'Search'),
      engagement('观看', 'explore', ['看车', '追剧']),
    ]);
    expect(next.types.map(({ id }) => id)).toEqual(['了解', '购买', '其他', '观看']);
    expect(next.types.at(-1)).toMatchObject({ zh: '观看', en: '观看', aliases: ['追剧'] });
    expect(withTypes(next, [engagement('搜索', 'Search')])).toBe(next);
  });
});

describe('a type with a theme in its names', () => {
  const themed = withTypes(CODEBOOK, [{ ...engagement('使用{theme}', 'Use {theme}') }]);

  it('is one type for each theme, and its names in every language', () => {
    const finder = new TypeFinder(themed);
    const event = { type: '使用汽车之家', category: 'engagement', origin: 'rule' } as const;
    expect(finder.resolve(event)).toEqual({ type: '使用汽车之家' });
    expect(finder.find({ word: '使用汽车之家', category: 'engagement' })?.id).toBe('使用{theme}');
    expect(finder.nameOf('使用汽车之家')).toBe('使用汽车之家');
    expect(new TypeFinder({ ...themed, language: 'en' }).nameOf('使用汽车之家')).toBe('Use 汽车之家');
    // A theme is never nothing.
    expect(finder.find({ word: '使用', category: 'engagement' })).toBeNull();
  });

  it('can be joined into another one with all its themes', () => {
    const joined = changeCodebook(themed, { kind: 'join', ids: ['使用{theme}'], into: '了解' });
    expect(typeOfWord(joined, '使用汽车之家')).toBe('了解');
  });
});
