import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { AskedQuestion } from '../../../src/shared/insight.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const ASKED: AskedQuestion[] = [
  { analysis: 'overview', bin: 'day' },
  { analysis: 'graph', compare: { converted: { category: 'conversion' } } },
  { analysis: 'funnel', steps: ['了解', { category: 'conversion' }], by: { object: 1 } },
  { analysis: 'profile', event: { category: 'conversion' } },
  { analysis: 'variants', level: 'stages' },
];

/** Answers without the state of the data that they are of. */
const figuresOf = async ({ engine }: EngineHarness): Promise<unknown[]> => {
  const answers: unknown[] = [];
  for (const asked of ASKED) {
    answers.push({ ...(await engine.askInsight(questionSchema.parse(asked))), data: null });
  }
  return answers;
};

it('answers after every kind of change as an engine that has seen nothing before, and says that the data are others', async () => {
  const folder = tempFolder();
  const path = join(folder, 'w.eventloom');
  const harness = new EngineHarness();
  const { engine } = harness;
  const sample = async (
    name: string,
    users: number,
    seed: number,
  ): Promise<{ log: string; people: string }> => {
    const [log, people] = [join(folder, `${name}.csv`), join(folder, `${name}-people.csv`)];
    await generateSample({ users, rowsPerUser: 40, seed, behaviorsPath: log, profilesPath: people });
    return { log, people };
  };
  const bring = async (file: string, kind: 'behaviours' | 'profiles'): Promise<void> => {
    await engine.startImport({ path: file, kind });
    await harness.importEnded();
    // By days as the log has them: when they begin is measured after an import.
    await harness.rhythmIs('measured');
  };
  const run = async (request: Partial<typeof ALL>): Promise<void> => {
    await engine.startRun({ ...ALL, detail: 'standard', ...request });
    await harness.runIs('completed');
  };
  const [small, large] = [await sample('small', 6, 3), await sample('large', 8, 8)];
  await engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  await bring(small.log, 'behaviours');
  await run({});

  const typeOf = async (place: number): Promise<string> => {
    const { codebook } = await engine.codebook();
    const used = new Set((await engine.eventTypes()).map(({ type }) => type));
    return (
      codebook.types.filter(({ id, category }) => used.has(id) && category === 'engagement')[place]?.id ?? ''
    );
  };
  const importOf = (kind: string): number => {
    const db = new DatabaseSync(path, { readOnly: true });
    const row = db.prepare('SELECT max(id) AS id FROM imports WHERE kind = ?').get(kind);
    db.close();
    return Number(row?.['id']);
  };
  /** What is done, and whether answers are others after it. */
  const steps: [what: string, change: () => Promise<unknown>, hasChanged?: boolean][] = [
    ['profiles', () => bring(small.people, 'profiles'), true],
    [
      'a type gets another name',
      async () => engine.changeCodebook({ kind: 'edit', id: await typeOf(1), fields: { zh: '别名' } }),
      false,
    ],
    [
      'two types become one',
      async () => engine.changeCodebook({ kind: 'join', ids: [await typeOf(1)], into: await typeOf(0) }),
      true,
    ],
    ['that is taken back', () => engine.undoCodebook(), true],
    ['and done again', () => engine.redoCodebook(), true],
    [
      'all users are done again at another detail',
      () => run({ scope: { kind: 'all' }, detail: 'brief' }),
      true,
    ],
    // Days may begin at another hour from here on.
    ['more behaviours', () => bring(large.log, 'behaviours')],
    ['and their events', () => run({ scope: { kind: 'remaining' } }), true],
    [
      'the second import is taken back, and its users are done again',
      async () => {
        await harness.undone(importOf('behaviours'));
        await run({ scope: { kind: 'remaining' } });
      },
      true,
    ],
    ['so are the profiles', () => harness.undone(importOf('profiles')), true],
    // The import gets the number of the one that was taken back.
    ['other profiles come in their place', () => bring(large.people, 'profiles'), true],
  ];
  let before = await figuresOf(harness);
  let state = (await engine.askInsight(questionSchema.parse(ASKED[0]))).data.id;
  const figuresOfState = new Map([[state, JSON.stringify(before)]]);
  for (const [number, [what, change, hasChanged]] of steps.entries()) {
    await change();
    const now = await figuresOf(harness);
    const copy = join(folder, `copy-${number}.eventloom`);
    const db = new DatabaseSync(path, { readOnly: true });
    db.exec(`VACUUM INTO '${copy}'`);
    db.close();
    expect(existsSync(`${copy}-insight`)).toBe(false);
    const other = new EngineHarness();
    await other.engine.openWorkspace({ path: copy, create: false, resumePolicy: 'leave' });
    expect(now, what).toEqual(await figuresOf(other));
    await other.engine.closeWorkspace();
    const { id } = (await engine.askInsight(questionSchema.parse(ASKED[0]))).data;
    const same = JSON.stringify(now) === JSON.stringify(before);
    if (hasChanged !== undefined) expect([what, same]).toEqual([what, !hasChanged]);
    if (!same) expect([what, id === state]).toEqual([what, false]);
    const figures = JSON.stringify(now);
    expect([what, (figuresOfState.get(id) ?? figures) === figures]).toEqual([what, true]);
    figuresOfState.set(id, figures);
    [before, state] = [now, id];
  }
}, 120_000);
