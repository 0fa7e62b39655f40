// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { questionSchema } from '@shared/insight';
import { useInsightStore } from '@/stores/insight';
import { installBridge } from './support/fake-bridge';

beforeEach(() => setActivePinia(createPinia()));

const STEPS = [{ type: 'a', object: 'x' }, 'b'];
const understood = (asked: Parameters<typeof questionSchema.parse>[0]) => ({
  ...{ words: 'how many?', reason: '', explain: null },
  question: questionSchema.parse(asked),
});

describe('a question of which the tab cannot show everything', () => {
  const MANY = understood({ analysis: 'variants', limit: 7 });

  it('is asked as it is, and the page says so', () => {
    const store = useInsightStore();
    store.showUnderstood(MANY);
    expect(store.asked('variants')).toEqual(MANY.question);
    expect(store.isExact).toBe(true);
  });

  it('is asked until the tab says something else', () => {
    const store = useInsightStore();
    store.showUnderstood(MANY);
    store.variants.collapse = true;
    expect(store.asked('variants')).toMatchObject({ collapse: true, limit: 100 });
    expect(store.isExact).toBe(false);
  });
});

it('a step about an object stays one when another setting is changed', () => {
  const store = useInsightStore();
  store.showUnderstood(understood({ analysis: 'funnel', steps: STEPS }));
  expect(store.isExact).toBe(false);
  store.funnel.window = '7d';
  expect(store.asked('funnel')).toMatchObject({ steps: STEPS, window: '7d' });
});

describe('stages', () => {
  it('are asked of by all tabs, with settings of their own, in the objects that tabs hold', () => {
    const store = useInsightStore();
    const { funnel } = store;
    funnel.steps = ['a', 'b'];
    store.showLevel('stages');
    expect(store.asked('funnel')).toBeNull();
    funnel.steps = ['X', 'Y'];
    expect(store.asked('funnel')).toMatchObject({ level: 'stages', steps: ['X', 'Y'] });
    expect(store.asked('overview')).toMatchObject({ level: 'stages' });
    store.showLevel('events');
    expect(store.asked('funnel')).toMatchObject({ level: 'events', steps: ['a', 'b'] });
    store.showLevel('stages');
    expect(funnel.steps).toEqual(['X', 'Y']);
  });

  it('are shown when a question of stages is', () => {
    const store = useInsightStore();
    store.showUnderstood(understood({ analysis: 'graph', level: 'stages' }));
    expect([store.level, store.asked('graph')?.level]).toEqual(['stages', 'stages']);
    store.showFunnel(['a', 'b']);
    expect(store.asked('funnel')?.level).toBe('stages');
  });
});

describe('what a finished run leads to', () => {
  const other = questionSchema.parse({ analysis: 'variants', select: { did: ['a'] }, compare: 'others' });

  it('is the overview of all users, whatever was shown before', () => {
    const store = useInsightStore();
    store.showUnderstood({ words: 'which ways?', question: other, reason: '', explain: null });
    store.reporting = true;
    store.begin('overview');
    expect([store.analysis, store.reporting, store.inWords]).toEqual(['overview', false, null]);
    expect(store.asked('overview')).toEqual(questionSchema.parse({ analysis: 'overview' }));
  });

  it('is the funnel of the steps that the workspace suggests', async () => {
    const bridge = installBridge();
    const store = useInsightStore();
    store.showUnderstood(understood({ analysis: 'funnel', steps: STEPS }));
    store.begin('funnel');
    expect(store.asked('funnel')).toBeNull();
    const loaded = store.load();
    await bridge.waiting('insight.ask').answer({
      ...{ analysis: 'overview', types: [], suggested: ['x', 'y'], data: { id: '1', at: null } },
    } as never);
    await loaded;
    expect([store.analysis, store.asked('funnel')]).toMatchObject(['funnel', { steps: ['x', 'y'] }]);
    expect(store.isExact).toBe(false);
    // Of what is shown, only the steps are chosen by the link of the overview.
    store.select = { did: ['x'] };
    store.suggestFunnel(['y', 'x']);
    expect(store.asked('funnel')).toMatchObject({ steps: ['y', 'x'], select: { did: ['x'] } });
  });
});
