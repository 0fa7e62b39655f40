import { describe, expect, it } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import type { InductionSnapshot } from '../../../src/shared/induction.ts';
import { InductionHarness } from '../../support/induction-harness.ts';
import { failure } from '../../support/scripted-client.ts';
import type { Reply, ScriptedCall } from '../../support/scripted-client.ts';
import { putUsers } from '../../support/shoppers.ts';

const CAPS = { maxCost: null, maxTokens: null } as const;
const REQUEST = { kind: 'themes', ...CAPS } as const;
const TOO_LONG = failure('too_long', 'too many tokens', { httpStatus: 400 });
/** What the model knows of the things of the log. */
const CLASSES: Record<string, string> = { 拿铁: '咖啡', 美式: '咖啡', 乌龙: '茶', 香片: '香片' };

const thingsIn = ({ request }: ScriptedCall): string[] =>
  [...request.user.matchAll(/^\d+\. (.+)$/gm)].map(([, thing = '']) => thing);

function answer(call: ScriptedCall): Reply {
  const things = thingsIn(call).map((thing, index) => ({ n: index + 1, theme: CLASSES[thing] ?? '' }));
  return { text: JSON.stringify({ things: [...things, { n: 99, theme: '没有的' }] }) };
}

const ITEMS = [
  '拿铁',
  '美式',
  '乌龙',
  '香片',
  '神秘物',
  '4711-0815',
  '大众_途观',
  '大众_迈腾',
  '大众_帕萨特',
];

/** A workspace of things of which only the names are known, but for some cars. */
async function open(
  script: (call: ScriptedCall) => Reply = answer,
  items: readonly string[] = ITEMS,
): Promise<InductionHarness> {
  const harness = await InductionHarness.open({ script });
  await harness.engine.closeWorkspace();
  const workspace = Workspace.open(harness.path, true);
  const behaviours = items.map((item, index) => ({ time: index * 60_000, action: 'browse', item }));
  workspace.db.exec('DELETE FROM behaviours; DELETE FROM sequences; DELETE FROM profiles; DELETE FROM users');
  putUsers(workspace.db, [{ id: 'u', behaviours }]);
  workspace.close();
  await harness.reopen('leave');
  await harness.engine.measureRhythm();
  await expect.poll(async () => (await harness.engine.rhythm()).status).toBe('measured');
  return harness;
}

async function classify(harness: InductionHarness): Promise<InductionSnapshot> {
  await harness.engine.startInduction(REQUEST);
  return harness.ends('proposed', 'failed');
}

async function themeOf(harness: InductionHarness, name: string): Promise<string[]> {
  const view = await harness.engine.themes({ search: name, sortBy: 'name', offset: 0, limit: 50 });
  if (view.status !== 'ready') throw new Error(view.status);
  return view.rows.map((row) => `${row.name} ${row.sources.join()}`);
}

describe('things without a theme', () => {
  it('are given themes in one request, which tells the present ones; ids are not asked about', async () => {
    const harness = await open();
    const { estimate } = await harness.engine.preflightInduction(REQUEST);
    const last = await classify(harness);
    expect(estimate).toMatchObject({ names: 5, users: 0, requests: 1, inputTokens: last.inputTokens });
    expect(last).toMatchObject({ kind: 'themes', total: 5, done: 5, requests: 1, phase: 'classify' });
    const [call] = harness.client.calls;
    expect(call && thingsIn(call).sort()).toEqual(['乌龙', '拿铁', '神秘物', '美式', '香片'].sort());
    expect(call?.request.system).toContain('- 大众');
    // A name that is only given back is no theme.
    expect(last.classified).toEqual(
      expect.arrayContaining([
        { thing: '拿铁', theme: '咖啡' },
        { thing: '美式', theme: '咖啡' },
        { thing: '乌龙', theme: '茶' },
      ]),
    );
    expect(last.classified).toHaveLength(3);
    expect(await themeOf(harness, '拿铁')).toEqual(['拿铁 itself']);
  });

  it('have them once they are taken over, as one change of the table that is undone exactly', async () => {
    const harness = await open();
    await classify(harness);
    await harness.engine.acceptInduction({
      kind: 'themes',
      lines: [
        { things: ['拿铁', '美式'], into: '咖啡饮品' },
        { things: ['乌龙'], into: '茶' },
      ],
    });
    expect(await themeOf(harness, '拿铁')).toEqual(['咖啡饮品 table']);
    expect(await themeOf(harness, '乌龙')).toEqual(['茶 table']);
    expect((await harness.engine.inductionSnapshot()).status).toBe('idle');
    await harness.engine.undoThemes();
    expect(await themeOf(harness, '拿铁')).toEqual(['拿铁 itself']);
  });

  it('are asked about in smaller parts where they are too many, and never twice', async () => {
    const harness = await open((call) => (thingsIn(call).length > 3 ? { error: TOO_LONG } : answer(call)));
    const first = await classify(harness);
    expect(first).toMatchObject({ status: 'proposed', done: 5 });
    const asked = harness.answered();
    await harness.engine.dismissInduction();
    // What did not fit before is tried again, and paid for only where it is answered.
    const second = await classify(harness);
    expect(second.classified).toEqual(first.classified);
    expect(harness.answered()).toEqual(asked);
  });

  it('that there are none of are no request', async () => {
    const harness = await open();
    await harness.engine.changeThemes({
      kind: 'assign',
      lines: [{ things: ['拿铁', '美式', '乌龙', '香片', '神秘物'], into: '饮品' }],
    });
    await expect(harness.engine.startInduction(REQUEST)).rejects.toMatchObject({
      code: 'induction.no_things',
    });
  });
});

describe('an answer about things', () => {
  const MANY = Array.from('春夏秋冬风花雪月').flatMap((first) =>
    Array.from('琴棋书画茶', (second) => first + second),
  );

  /** Says something about so many of the things, in order. */
  const about = (call: ScriptedCall, count: number): Reply => ({
    text: JSON.stringify({
      things: thingsIn(call)
        .slice(0, count)
        .map((thing, index) => ({ n: index + 1, theme: `${thing.slice(0, 1)}类` })),
    }),
  });

  it('that leaves out a stretch of them is asked for once more, and what both say is taken', async () => {
    const harness = await open((call) => about(call, call.number === 1 ? 10 : 40), MANY);
    const last = await classify(harness);
    expect(last).toMatchObject({ status: 'proposed', requests: 2, retries: 1 });
    expect(last.classified).toHaveLength(MANY.length);
    expect(harness.ledger().map(({ cause }) => cause)).toEqual([null, 'low_coverage']);
  });

  it('that leaves them out again is taken as it is', async () => {
    const harness = await open((call) => about(call, call.number === 1 ? 30 : 10), MANY);
    const last = await classify(harness);
    expect(last).toMatchObject({ status: 'proposed', requests: 2 });
    // What was said the first time is paid for, too.
    expect(last.classified).toHaveLength(30);
  });

  it('that is about none of them is none', async () => {
    const text = '{"things":[{"n":77,"theme":"茶"},{"n":-1,"theme":"茶"}]}';
    const harness = await open(() => ({ text }), MANY);
    expect(await classify(harness)).toMatchObject({ status: 'failed', error: { code: 'model.bad_format' } });
  });
});
