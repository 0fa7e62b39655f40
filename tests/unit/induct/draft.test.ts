import { describe, expect, it } from 'vitest';
import { changeCodebook, newType, TypeFinder } from '../../../src/core/abstraction/codebook.ts';
import { nextDraft } from '../../../src/core/induct/draft.ts';
import type { DraftType, Example } from '../../../src/core/induct/draft.ts';
import { proposalOf } from '../../../src/core/induct/proposal.ts';
import type { SaidType } from '../../../src/core/induct/read-types.ts';
import { codebookSchema } from '../../../src/shared/codebook.ts';

const type = (zh: string, en: string, category: 'conversion' | 'engagement' = 'engagement') => ({
  ...newType({ id: zh, zh, en, category }),
  definition: `${zh}。`,
});
const CODEBOOK = codebookSchema.parse({
  language: 'zh',
  other: '其他',
  types: [
    type('购买', 'Purchase', 'conversion'),
    type('到店', 'Visit', 'conversion'),
    { ...type('浏览', 'Browse'), aliases: ['看看'] },
    type('搜索', 'Search'),
    type('其他', 'Other'),
  ],
});
const BASIS = { codebook: CODEBOOK, fixed: ['购买', '到店'], most: 3 };

const said = (zh: string, more: Partial<SaidType> = {}): SaidType => ({
  ...{ zh, en: zh, category: 'engagement', definition: '', examples: [], from: [] },
  ...more,
});
const example = (number: number): Example | null => (number < 100 ? { userNo: 1, text: `b${number}` } : null);
const next = (before: DraftType[], ...types: SaidType[]): DraftType[] =>
  nextDraft(before, types, example, BASIS);
const named = (drafts: DraftType[], zh: string): DraftType | undefined =>
  drafts.find((draft) => draft.zh === zh);

describe('the types after an answer', () => {
  it('are those that were said, with the behaviours that show them', () => {
    const drafts = next(
      [],
      said('看车', { en: 'Look at cars', definition: '看。', examples: [3, 3, 999, 5] }),
    );
    expect(named(drafts, '看车')).toEqual({
      ...{ zh: '看车', en: 'Look at cars', category: 'engagement', definition: '看。' },
      examples: [
        { userNo: 1, text: 'b3' },
        { userNo: 1, text: 'b5' },
      ],
      present: null,
      replaces: [],
    });
  });

  it('keep what was known of them when an update only names them', () => {
    const first = next([], said('看车', { definition: '看。', examples: [3], from: ['浏览'] }));
    const second = next(first, said('看车', { examples: [7] }));
    expect(named(second, '看车')).toMatchObject({
      definition: '看。',
      examples: [{ text: 'b7' }, { text: 'b3' }],
      replaces: ['浏览'],
    });
  });

  it('stand for what those that they join stood for', () => {
    const first = next(
      [],
      said('看车', { from: ['浏览'], examples: [1] }),
      said('找车', { from: ['搜索'], examples: [2] }),
    );
    const second = next(first, said('选车', { from: ['看车', '找车'] }));
    expect(named(second, '选车')).toMatchObject({
      replaces: ['浏览', '搜索'],
      examples: [{ text: 'b1' }, { text: 'b2' }],
    });
    expect(named(second, '看车')).toBeUndefined();
  });

  it('are the present type that their name means, by its words and whatever the category said', () => {
    const drafts = next([], said('看看', { en: 'Skim' }), said('购买', { category: 'engagement' }));
    expect(named(drafts, '看看')).toMatchObject({ present: '浏览', en: 'Skim' });
    expect(named(drafts, '购买')).toMatchObject({ present: '购买', category: 'conversion' });
  });

  it('never list the type for the rest, and never stand for it', () => {
    const drafts = next([], said('其他'), said('闲逛', { from: ['其他', '浏览'] }));
    expect(named(drafts, '其他')).toBeUndefined();
    expect(named(drafts, '闲逛')?.replaces).toEqual(['浏览']);
  });

  it('give each word, and each present type, to one of them only', () => {
    const drafts = next(
      [],
      said('看车', { en: 'Look', from: ['浏览'] }),
      said('看车', { en: 'View', from: ['搜索'] }),
      said('找车', { en: 'Look', from: ['浏览'] }),
      said('搜索', { en: 'Purchase' }),
    );
    expect(drafts.map(({ zh, en, replaces }) => [zh, en, replaces])).toEqual([
      ['购买', 'Purchase', []],
      ['到店', 'Visit', []],
      ['看车', 'Look', ['浏览']],
      ['找车', '找车', []],
      ['搜索', 'Search', []],
    ]);
  });

  it('are no more than the limit, besides the conversions of the rules', () => {
    const drafts = next([], said('a'), said('b'), said('c'), said('d'));
    expect(drafts.map(({ zh }) => zh)).toEqual(['购买', '到店', 'a', 'b', 'c']);
  });
});

describe('the conversions of the rules', () => {
  it('are neither dropped, nor renamed, nor joined, whatever is said', () => {
    const first = next(
      [],
      said('成交', { category: 'conversion', from: ['购买', '到店'] }),
      said('购买', { en: 'Buy everything', category: 'conversion', definition: '别的。', from: ['到店'] }),
    );
    const second = next(first, said('成交', { category: 'conversion', from: ['购买'] }));
    for (const drafts of [first, second]) {
      expect(named(drafts, '购买')).toMatchObject({
        en: 'Purchase',
        definition: '购买。',
        present: '购买',
        replaces: [],
      });
      expect(named(drafts, '到店')).toMatchObject({ present: '到店', replaces: [] });
      expect(named(drafts, '成交')?.replaces).toEqual([]);
    }
  });
});

describe('a proposal', () => {
  const drafts = next(
    [],
    said('看车', { en: 'Look', from: ['浏览'], examples: [1] }),
    said('搜索', { en: 'Search', definition: '搜索。' }),
  );

  it('says beside each type what it is of the present ones', () => {
    const lines = proposalOf(drafts, CODEBOOK, (userNo) => `user ${userNo}`);
    expect(lines.map(({ zh, kind }) => [zh, kind])).toEqual([
      ['购买', 'kept'],
      ['到店', 'kept'],
      ['看车', 'new'],
      ['搜索', 'kept'],
    ]);
    expect(lines[2]?.examples).toEqual([{ userId: 'user 1', text: 'b1' }]);
  });

  it('that is taken over joins what the types stand for into them, and leaves the rest as it is', () => {
    const [line] = proposalOf(drafts, CODEBOOK, () => '').filter(({ kind }) => kind === 'new');
    if (!line) throw new Error('no new type');
    const { present, replaces, zh, en, category, definition } = line;
    const lines = [
      { present, replaces, type: { zh, en, category, definition, examples: ['b1'] } },
      // What was joined away since it was proposed is passed over.
      {
        present: 'gone',
        replaces: ['gone too'],
        type: { zh: '新', en: 'New', category, definition: '', examples: [] },
      },
    ];
    const changed = changeCodebook(CODEBOOK, { kind: 'induced', lines });
    expect(changed.types.map(({ id }) => id)).toEqual(['购买', '到店', '搜索', '其他', '看车', '新']);
    const finder = new TypeFinder(changed);
    for (const word of ['浏览', 'browse', '看看'])
      expect(finder.resolve({ type: word, category: 'engagement', origin: 'rule' })).toEqual({
        type: '看车',
      });
    expect(changed.types.find(({ id }) => id === '看车')?.examples).toEqual(['b1']);
  });

  it('of a present type in other words keeps its id and its old names', () => {
    const type = {
      zh: '看车',
      en: 'Look',
      category: 'engagement' as const,
      definition: '看。',
      examples: [],
    };
    const lines = [{ present: '浏览', replaces: ['搜索'], type }];
    const changed = changeCodebook(CODEBOOK, { kind: 'induced', lines });
    const found = changed.types.find(({ id }) => id === '浏览');
    expect(found).toMatchObject({
      zh: '看车',
      en: 'Look',
      definition: '看。',
      details: ['fine', 'standard', 'brief'],
    });
    expect(found?.aliases).toEqual(['看看', 'Browse', '搜索', 'Search']);
  });
});
