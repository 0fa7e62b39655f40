// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { questionSchema } from '@shared/insight';
import { useInsightStore } from '@/stores/insight';
import { installBridge } from './support/fake-bridge';

beforeEach(() => setActivePinia(createPinia()));

const OF_OBJECT = questionSchema.parse({ analysis: 'funnel', steps: [{ type: 'a', object: 'x' }, 'b'] });

describe('a question of which the tab cannot show everything', () => {
  it('is asked as it is, and the page says so', () => {
    const store = useInsightStore();
    store.showUnderstood({ words: 'how many?', question: OF_OBJECT, reason: '', explain: null });
    expect(store.asked('funnel')).toEqual(OF_OBJECT);
    expect(store.isExact).toBe(true);
  });

  it('is asked until the tab says something else', () => {
    const store = useInsightStore();
    store.showUnderstood({ words: 'how many?', question: OF_OBJECT, reason: '', explain: null });
    store.funnel.steps = ['b', 'a'];
    expect(store.asked('funnel')).toMatchObject({ steps: ['b', 'a'] });
    expect(store.isExact).toBe(false);
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
    store.showUnderstood({ words: 'how many?', question: OF_OBJECT, reason: '', explain: null });
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
