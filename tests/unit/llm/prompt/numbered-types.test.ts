import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../../src/core/extract/extractor.ts';
import { NumberedTypes } from '../../../../src/core/extract/llm/prompt/numbered-types.ts';
import type { UnitVerdict } from '../../../../src/core/extract/llm/types.ts';
import { codebookSchema } from '../../../../src/shared/codebook.ts';
import { unitOf } from '../planning/support.ts';

const CODEBOOK = codebookSchema.parse({
  language: 'zh',
  other: '其他',
  types: [
    {
      id: '了解',
      zh: '了解',
      en: 'Explore',
      category: 'engagement',
      aliases: ['看车'],
      details: ['standard', 'brief'],
    },
    { id: '浏览', zh: '浏览', en: 'Browse', category: 'engagement', details: ['fine'] },
    { id: '购买', zh: '购买', en: 'Purchase', category: 'conversion' },
    { id: '旧', zh: '旧', en: 'Old', category: 'engagement', state: 'retired' },
    { id: '其他', zh: '其他', en: 'Other', category: 'engagement' },
  ],
});

const TYPES = new NumberedTypes(CODEBOOK, 'standard');

/** What the type and the context of an event mean. */
function decoded(type: string, note?: string, category: EventDraft['category'] = 'engagement'): unknown[] {
  const event: EventDraft = {
    type,
    category,
    startTime: 0,
    endTime: 0,
    origin: 'llm',
    confidence: 1,
    context: note === undefined ? {} : { note },
    evidence: [1],
  };
  const verdict: UnitVerdict = {
    asked: { alias: 'u1', firstNumber: 1, unit: unitOf([]) },
    status: 'complete',
    reason: null,
    events: [event],
    coverage: 1,
    unsupported: 0,
    begun: { events: [event], covered: new Set([0]), unsupported: 0 },
  };
  const [one] = TYPES.decode([verdict]);
  expect(one?.begun?.events).toEqual(one?.events);
  const [meant] = one?.events ?? [];
  return [meant?.type, meant?.category, meant?.context];
}

describe('the types of a detail', () => {
  it('are numbered from 1, conversions first, without retired ones and the rest', () => {
    expect(TYPES.types.map(({ id }) => id)).toEqual(['购买', '了解']);
    expect([TYPES.numberOf('购买'), TYPES.numberOf('了解'), TYPES.numberOf('浏览')]).toEqual([1, 2, 0]);
    expect(new NumberedTypes(CODEBOOK, 'fine').types.map(({ id }) => id)).toEqual(['购买', '浏览']);
  });

  it('are what numbers in an answer mean, with their category', () => {
    expect(decoded('2', '大众')).toEqual(['了解', 'engagement', { note: '大众' }]);
    // Whether it is one is for the guardrail to find out.
    expect(decoded('1')).toEqual(['购买', 'conversion', {}]);
  });

  it('are what their names and aliases mean; other words are kept', () => {
    expect(decoded('看车')).toEqual(['了解', 'engagement', {}]);
    expect(decoded('Purchase', undefined, 'conversion')).toEqual(['购买', 'conversion', {}]);
    expect(decoded('闲逛')).toEqual(['闲逛', 'engagement', {}]);
  });

  it('have 0 for what none of them fits, with the word that is proposed last', () => {
    expect(decoded('0', '大众|试驾预约')).toEqual(['试驾预约', 'engagement', { note: '大众' }]);
    expect(decoded('0', '闲逛')).toEqual(['闲逛', 'engagement', {}]);
    expect(decoded('0', '大众|看车')).toEqual(['了解', 'engagement', { note: '大众' }]);
    expect(decoded('0')).toEqual(['其他', 'engagement', {}]);
    expect(decoded('99')).toEqual(['其他', 'engagement', {}]);
  });
});
