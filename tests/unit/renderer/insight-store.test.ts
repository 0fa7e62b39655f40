import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { questionSchema } from '@shared/insight';
import { useInsightStore } from '../../../src/renderer/src/stores/insight';

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
