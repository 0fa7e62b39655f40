import { describe, expect, it } from 'vitest';
import type { InductionSnapshot } from '../../../src/shared/induction.ts';
import { ALL } from '../../support/engine-harness.ts';
import { InductionHarness } from '../../support/induction-harness.ts';
import { failure } from '../../support/scripted-client.ts';
import type { Reply, ScriptedCall } from '../../support/scripted-client.ts';

const CAPS = { maxCost: null, maxTokens: null } as const;
const WORDS = ['看车图', '预约试驾', '砍价', '到4S店看车', '逛展厅'];

const TOO_LONG = failure('too_long', 'too many tokens', { httpStatus: 400 });
const WRONG_KEY = failure('unauthorized', 'wrong key', { httpStatus: 401, recognised: true });

/** The words of a request, in the order of their numbers. */
const wordsIn = ({ request }: ScriptedCall): string[] =>
  [...request.user.matchAll(/^\d+\. (.+) \(\w+\)$/gm)].map(([, word = '']) => word);

/** Gives the words that mean 了解 to it, by its number, and a new type to those of a drive. */
function answer(call: ScriptedCall): Reply {
  const types = [...call.request.system.matchAll(/^(\d+)\. (.+?) \//gm)];
  const look = Number(types.find(([, , name]) => name === '了解')?.[1]);
  const words = wordsIn(call).map((word, index) => {
    const n = index + 1;
    if (word.startsWith('看车')) return { n, type: look, zh: '', en: '' };
    if (word === '预约试驾') return { n, type: 0, zh: '试驾', en: 'Test drive' };
    // A number that there is not, and a conversion for what is none.
    if (word === '砍价') return { n, type: 999, zh: '', en: '' };
    if (word === '到4S店看车')
      return { n, type: Number(types.find(([, , name]) => name === '到店')?.[1]), zh: '', en: '' };
    return { n, type: 0, zh: '', en: '' };
  });
  return { text: JSON.stringify({ words }) };
}

/** A workspace of whose events every fourth carries a word outside the codebook. */
async function open(script: (call: ScriptedCall) => Reply = answer): Promise<InductionHarness> {
  const harness = await InductionHarness.open({ script });
  await harness.engine.startRun({ ...ALL, detail: 'standard' });
  await expect.poll(async () => (await harness.engine.runSnapshot()).status).toBe('completed');
  const word = WORDS.map((text, at) => `WHEN ${at} THEN '${text}'`).join(' ');
  await harness.tamper(
    `WITH places AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM events WHERE category = 'engagement')
     UPDATE events SET origin = 'llm', type = CASE (place / 4) % 5 ${word} END
     FROM places WHERE places.id = events.id AND place % 4 = 0`,
  );
  await harness.reopen('leave');
  expect((await harness.engine.codebookUse()).candidates).toHaveLength(WORDS.length);
  return harness;
}

async function assign(harness: InductionHarness): Promise<InductionSnapshot> {
  await harness.engine.startInduction({ kind: 'words', ...CAPS });
  return harness.ends('proposed', 'failed');
}

describe('words without a type', () => {
  it('are given types in one request, which is what was told before; nothing changes by itself', async () => {
    const harness = await open();
    const before = await harness.engine.codebook();
    const { estimate } = await harness.engine.preflightInduction({ kind: 'words', ...CAPS });
    const last = await assign(harness);
    expect(estimate).toMatchObject({ names: WORDS.length, users: 0, requests: 1 });
    expect(estimate?.inputTokens).toBe(last.inputTokens);
    expect(last).toMatchObject({
      kind: 'words',
      status: 'proposed',
      total: 5,
      done: 5,
      requests: 1,
      step: 1,
    });
    // What has no type after all, or would make a conversion of what is none, is left out.
    expect(new Map(last.assigned?.map(({ word, into, name }) => [word, into ?? name]))).toEqual(
      new Map<string, unknown>([
        ['看车图', '了解'],
        ['预约试驾', { zh: '试驾', en: 'Test drive' }],
      ]),
    );
    expect(harness.ledger().filter(({ state }) => state === 'answered')).toHaveLength(1);
    expect(await harness.engine.codebook()).toEqual(before);
  });

  it('that are taken over settle all stored events as one change, which can be undone', async () => {
    const harness = await open();
    const use = await harness.engine.codebookUse();
    const eventsOf = (word: string): number =>
      use.candidates.find((candidate) => candidate.word === word)?.events ?? 0;
    const before = await harness.engine.codebook();
    const { assigned } = await assign(harness);
    const view = await harness.engine.acceptInduction({
      kind: 'words',
      lines: (assigned ?? []).map(({ word, category, into, name }) => ({
        words: [{ word, category }],
        into,
        type: name && { ...name, category },
      })),
    });
    expect(view.undo).toBe('settle');
    const after = await harness.engine.codebookUse();
    expect(after.types['了解']?.events).toBe((use.types['了解']?.events ?? 0) + eventsOf('看车图'));
    expect(after.types['试驾']?.events).toBe(eventsOf('预约试驾'));
    expect(after.candidates.map(({ word }) => word).sort()).toEqual(['到4S店看车', '砍价', '逛展厅'].sort());
    expect((await harness.engine.inductionSnapshot()).status).toBe('idle');
    expect((await harness.engine.undoCodebook()).codebook).toEqual(before.codebook);
    expect(await harness.engine.codebookUse()).toEqual(use);
  });

  it('asked for again are answered from what was paid for', async () => {
    const harness = await open();
    const first = await assign(harness);
    await harness.engine.dismissInduction();
    const second = await assign(harness);
    expect(second.assigned).toEqual(first.assigned);
    expect(harness.client.calls).toHaveLength(1);
  });

  it('that are too many for the model are asked for in smaller parts', async () => {
    const harness = await open((call) => (wordsIn(call).length > 2 ? { error: TOO_LONG } : answer(call)));
    const last = await assign(harness);
    expect(last).toMatchObject({ status: 'proposed', done: 5 });
    expect(harness.answered().map((user) => user.match(/^\d+\./gm)?.length)).toEqual([2, 2, 1]);
    expect(last.assigned?.map(({ word }) => word).sort()).toEqual(['看车图', '预约试驾']);
  });

  it('go on after a restart with the answers that are there', async () => {
    let calls = 0;
    let isKeyWrong = true;
    const harness = await open((call) => {
      calls += 1;
      if (calls === 1) return { error: TOO_LONG };
      return calls > 2 && isKeyWrong ? { error: WRONG_KEY } : answer(call);
    });
    expect((await assign(harness)).status).toBe('failed');
    await harness.reopen('leave');
    isKeyWrong = false;
    await harness.engine.resumeInduction();
    const last = await harness.ends('proposed');
    expect(last.assigned?.map(({ word }) => word).sort()).toEqual(['看车图', '预约试驾']);
    const asked = harness.answered();
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('that there are none of are no request', async () => {
    const harness = await InductionHarness.open();
    const request = { kind: 'words', ...CAPS } as const;
    await expect(harness.engine.startInduction(request)).rejects.toMatchObject({
      code: 'induction.no_words',
    });
    expect((await harness.engine.preflightInduction(request)).problem?.code).toBe('induction.no_words');
  });
});
