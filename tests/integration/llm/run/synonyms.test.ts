import { describe, expect, it } from 'vitest';
import { NumberedTypes } from '../../../../src/core/extract/llm/prompt/numbered-types.ts';
import { Random } from '../../../../src/core/sample/random.ts';
import type { Detail } from '../../../../src/shared/abstraction.ts';
import type { Codebook, CodebookType } from '../../../../src/shared/codebook.ts';
import type { AnswerEvent } from '../../../../tools/fault-server/answer-from-prompt.ts';
import { answerUnits } from '../../../../tools/fault-server/follow-codebook.ts';
import { ModelHarness } from '../../../support/model-harness.ts';
import { isConversion, shoppers } from '../../../support/shoppers.ts';
import { startScriptedModel } from '../../../support/scripted-model.ts';

const USERS = 300;
const BEHAVIOURS = 20;
const WAYS = ['进行', '开始', '正在', '又去', '顺便', '打算', '准备', '再次'] as const;
const UNKNOWN = ['闲逛', '凑热闹', 'just looking', '随便看看', 'Killing Time', '发呆', '刷屏'] as const;
const UNKNOWN_SHARE = 0.1;

const users = () => shoppers(USERS, { behaviours: BEHAVIOURS });
const synonymsOf = ({ zh }: CodebookType): string[] => WAYS.map((way) => way + zh);

/**
 * For the events of one user: says one of eight synonyms instead of each number, and a word outside the codebook in one of ten
 * events. Neighbours never have the same of these words: events of one word about one thing would be joined.
 */
function synonymous(types: readonly CodebookType[], random: Random, said: string[]) {
  let last = '';
  return (event: AnswerEvent): AnswerEvent => {
    const type = types[Number(event.type) - 1];
    if (!type) return event;
    if (event.category === 'engagement' && random.chance(UNKNOWN_SHARE)) {
      const word = random.pick(UNKNOWN.filter((each) => each !== last) as [string, ...string[]]);
      last = word;
      said.push(word);
      return { ...event, type: word };
    }
    last = '';
    return { ...event, type: random.pick(synonymsOf(type) as [string, ...string[]]) };
  };
}

/** A run whose model names types as it likes. `isKnown`: whether the codebook has the synonyms. */
async function run(detail: Detail, isKnown: boolean) {
  const random = new Random(11, isKnown ? 1 : 0);
  /** The words said of each user: a user may be asked about twice, when an answer is lost on its way. */
  const saidOf = new Map<string, string[]>();
  const basis: { codebook: Codebook | null } = { codebook: null };
  const model = await startScriptedModel((units) => {
    const types = basis.codebook ? new NumberedTypes(basis.codebook, detail).types : [];
    return {
      users: answerUnits(units, model.received.at(-1)?.system ?? '').map((user, index) => {
        const said: string[] = [];
        saidOf.set(JSON.stringify(units[index]?.behaviours), said);
        return { ...user, events: user.events.map(synonymous(types, random, said)) };
      }),
    };
  });
  const harness = await ModelHarness.open({ users: users(), settings: { baseUrl: model.baseUrl } });
  const { engine } = harness;
  basis.codebook = (await engine.codebook()).codebook;
  for (const { id, aliases, ...type } of isKnown ? basis.codebook.types : [])
    await engine.changeCodebook({
      kind: 'edit',
      id,
      fields: { aliases: [...aliases, ...synonymsOf({ id, aliases, ...type })] },
    });
  expect(await harness.run({ detail })).toMatchObject({ status: 'completed', successCount: USERS });
  expect(harness.problems).toEqual([]);
  expect(saidOf.size).toBe(USERS);
  const said = countsOf([...saidOf.values()].flat());
  const events = harness.events();
  const stored = countsOf(events.map(({ type }) => type));
  return { harness, events, said, stored, codebook: (await engine.codebook()).codebook };
}

function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** The places and apps of the log that stand in names of types. */
const THEMES = ['万达广场', '人民公园'];
const namedByTheme = (stored: ReadonlyMap<string, number>, id: string): string[] =>
  THEMES.map((theme) => id.replace('{theme}', theme)).filter((name) => stored.has(name));

const isWord = (word: string): boolean => (UNKNOWN as readonly string[]).includes(word);

describe.each(['fine', 'standard', 'brief'] as const)('synonyms of a model at the detail %s', (detail) => {
  it('that the codebook has are its types; what it does not have is listed with its exact count', async () => {
    const { harness, events, said, stored, codebook } = await run(detail, true);
    const use = await harness.engine.codebookUse();
    const ids = new Set(codebook.types.flatMap(({ id }) => [id, ...namedByTheme(stored, id)]));
    expect(Object.keys(use.types).every((id) => ids.has(id))).toBe(true);
    // No synonym is left, and the types of the users' events are those of the codebook.
    expect([...stored.keys()].filter((type) => !ids.has(type) && !isWord(type))).toEqual([]);
    const words = new Map([...stored].filter(([type]) => isWord(type)));
    expect(words.size).toBe(UNKNOWN.length);
    expect(new Map(use.candidates.map((each) => [each.word, each.events]))).toEqual(words);
    // What was said is what is stored where nothing joins afterwards.
    if (detail === 'fine') expect(words).toEqual(said);
    const unknown = [...words.values()].reduce((sum, count) => sum + count, 0);
    expect(use.types[codebook.other]?.events).toBe(unknown);
    expect(use.events).toBe(events.length);
    const expected = users().reduce((sum, user) => sum + user.behaviours.filter(isConversion).length, 0);
    const converted = events.filter(({ category }) => category === 'conversion');
    expect(converted.flatMap(({ evidence }) => evidence)).toHaveLength(expected);
    expect(events.flatMap(({ evidence }) => evidence)).toHaveLength(USERS * BEHAVIOURS);
  });

  it('that it does not have make no types, and are settled and unsettled exactly', async () => {
    const { harness, stored, codebook } = await run(detail, false);
    const { engine } = harness;
    const ids = new Set(codebook.types.flatMap(({ id }) => [id, ...namedByTheme(stored, id)]));
    const before = await engine.codebookUse();
    expect(Object.keys(before.types).every((id) => ids.has(id))).toBe(true);
    const outside = [...stored].filter(([type]) => !ids.has(type));
    expect(outside.length).toBeGreaterThan(UNKNOWN.length);
    expect(new Map(before.candidates.map(({ word, events }) => [word, events]))).toEqual(new Map(outside));
    const view = await engine.codebook();
    // Conversions are of the type of their rule, whatever a model calls them.
    expect(before.candidates.every(({ category }) => category === 'engagement')).toBe(true);
    const words = before.candidates.map(({ word, category }) => ({ word, category }));
    await engine.changeCodebook({ kind: 'map', words, into: codebook.other });
    expect((await engine.codebookUse()).candidates).toEqual([]);
    const undone = await engine.undoCodebook();
    expect(undone.codebook).toEqual(view.codebook);
    expect(await engine.codebookUse()).toEqual(before);
  });
});
