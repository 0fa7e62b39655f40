import { describe, expect, it } from 'vitest';
import { TypeFinder } from '../../../../src/core/abstraction/codebook.ts';
import { countTokens } from '../../../../src/core/extract/llm/prompt/tokenizer.ts';
import { answerUnits } from '../../../../tools/fault-server/follow-codebook.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { isConversion, shoppers, themedShoppers } from '../../../support/shoppers.ts';
import { startScriptedModel } from '../../../support/scripted-model.ts';

const USERS = 30;
const BEHAVIOURS = 40;
const users = () => themedShoppers(USERS, BEHAVIOURS);

/** What a run at a detail made: events, output tokens for each behaviour, and conversions with their evidence. */
async function made(detail: 'fine' | 'standard' | 'brief') {
  const harness = await ModelHarness.open({ users: users() });
  const { estimate } = await harness.engine.preflightRun({ kind: 'remaining' }, 'llm', false, detail);
  const run = await harness.run({ detail });
  expect(run).toMatchObject({ status: 'completed', successCount: USERS });
  expect(harness.problems).toEqual([]);
  const events = harness.events();
  const ids = events.flatMap(({ evidence }) => evidence);
  expect(ids).toHaveLength(USERS * BEHAVIOURS);
  expect(new Set(ids).size).toBe(ids.length);
  const texts = harness.read((db) => db.prepare('SELECT answer FROM requests').all());
  const answers = texts.reduce((sum, row) => sum + countTokens(String(row['answer'] ?? '')), 0);
  return { harness, estimate, events, answers, output: figuresOf(run).outputTokens };
}

describe('a run with a model', () => {
  it('makes fewer events and shorter answers the coarser it is, every conversion single', async () => {
    const conversions = users().reduce((sum, user) => sum + user.behaviours.filter(isConversion).length, 0);
    const fine = await made('fine');
    const standard = await made('standard');
    const brief = await made('brief');
    expect(standard.events.length).toBeLessThan(0.75 * fine.events.length);
    expect(brief.events.length).toBeLessThan(0.75 * standard.events.length);
    expect(standard.output).toBeLessThan(0.75 * fine.output);
    for (const { events } of [fine, standard, brief]) {
      const converted = events.filter(({ category }) => category === 'conversion');
      expect(converted.every(({ evidence }) => evidence.length === 1)).toBe(true);
      expect(converted).toHaveLength(conversions);
    }
    // What the answers will have is told before there is any, at each detail.
    for (const { estimate, answers } of [fine, standard, brief]) {
      expect(estimate?.basis).toBe('default');
      // The server bills other tokens than our tokenizer counts; an estimate before any answer rests on ours.
      expect(Math.abs((estimate?.outputTokens ?? 0) / answers - 1)).toBeLessThan(0.3);
    }
  });

  it('answers by the numbers of the codebook: what types there are depends on nothing else', async () => {
    const { harness, events } = await made('standard');
    const { codebook } = await harness.engine.codebook();
    const offered = codebook.types.filter(({ details }) => details.includes('standard'));
    const finder = new TypeFinder(codebook);
    for (const { type: word, category: of } of events) {
      const category = of === 'conversion' ? 'conversion' : 'engagement';
      expect(offered).toContain(finder.find({ word, category }));
    }
    // What has the theme in its name by the rules has it here, too, whatever number was answered.
    expect(events.some(({ type }) => type === '到访人民公园')).toBe(true);
    expect(events.some(({ type }) => type === '到访')).toBe(false);
    expect(events.some(({ type }) => type === '了解')).toBe(true);
    expect(events.some(({ type }) => type === '浏览')).toBe(false);
  });

  it('keeps every word outside of the codebook apart, with its exact count, until it is settled', async () => {
    const synonyms = ['看车', '选车', '比较', '研究', '了解一下', '逛', '看看', '考虑'];
    const counts = new Map<string, number>();
    let said = 0;
    const model = await startScriptedModel((units) => ({
      users: answerUnits(units, model.received.at(-1)?.system ?? '').map((user) => ({
        ...user,
        events: user.events.map((event) => {
          said += 1;
          if (event.category === 'conversion' || said % 3 !== 0) return event;
          const word = synonyms[said % synonyms.length] ?? '';
          counts.set(word, (counts.get(word) ?? 0) + 1);
          return { ...event, type: word };
        }),
      })),
    }));
    const harness = await ModelHarness.open({ users: users(), settings: { baseUrl: model.baseUrl } });
    // The events of this model are at the finest detail as the rules would part them: the counts stay.
    await harness.run({ detail: 'fine' });
    const use = await harness.engine.codebookUse();
    expect(Object.fromEntries(use.candidates.map(({ word, events }) => [word, events]))).toEqual(
      Object.fromEntries(counts),
    );
    const { codebook } = await harness.engine.codebook();
    const known = new Set(codebook.types.map(({ id }) => id));
    expect(Object.keys(use.types).every((id) => known.has(id))).toBe(true);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    expect(use.types[codebook.other]?.events).toBe(all);

    const words = use.candidates.map(({ word, category }) => ({ word, category }));
    await harness.engine.changeCodebook({ kind: 'map', words, into: '浏览' });
    const settled = await harness.engine.codebookUse();
    expect(settled.candidates).toEqual([]);
    expect(settled.types['浏览']?.events).toBe((use.types['浏览']?.events ?? 0) + all);
  });

  it('joins what the seam of two parts of a long user cut apart', async () => {
    const [user] = shoppers(1, { behaviours: 1 });
    const first = user?.behaviours[0]?.time ?? 0;
    const behaviours = Array.from({ length: 400 }, (_, index) => ({
      time: first + index * 20 * 60_000,
      action: 'browse',
      item: '大众_迈腾',
    }));
    const harness = await ModelHarness.open({
      users: [{ id: 'long', behaviours }],
      settings: { contextTokens: 6_000, maxOutputTokens: 1_000 },
    });
    const run = await harness.run({ detail: 'standard' });
    expect(figuresOf(run).requests).toBeGreaterThan(1);
    // One event was made of those of the parts, which is told.
    expect(figuresOf(run).regroupedEvents).toBe(1);
    expect(harness.events().map(({ type, evidence }) => [type, evidence.length])).toEqual([['了解', 400]]);
  });
});
