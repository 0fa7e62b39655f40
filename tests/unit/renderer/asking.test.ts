// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from 'vue';
import type { App, Component } from 'vue';
import type { AskingSnapshot, SingleAnswer, SingleQuestion } from '@shared/asking';
import { questionSchema } from '@shared/insight';
import AskingIndicator from '@/components/AskingIndicator.vue';
import { useExplanation } from '@/composables/useExplanation';
import { useWords } from '@/composables/useWords';
import AskingLine from '@/pages/insight/AskingLine.vue';
import { router } from '@/router';
import { useAskingStore } from '@/stores/asking';
import { useInsightStore } from '@/stores/insight';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { modelFigures } from './support/samples';

const FUNNEL = questionSchema.parse({ analysis: 'funnel', steps: ['a', 'b'] });
const OVERVIEW = questionSchema.parse({ analysis: 'overview' });
const DATA = { id: '1', at: null };
const EXPLAIN: SingleQuestion = { kind: 'explain', question: FUNNEL };
const WORDS: SingleQuestion = { kind: 'words', words: 'how many?' };
const EXPLAINED: SingleAnswer = {
  kind: 'explained',
  explanation: { sentences: [{ text: 'Many.', figures: [] }], dropped: 0, data: DATA, model: 'm' },
};
const UNDERSTOOD: SingleAnswer = {
  kind: 'understood',
  understood: {
    ...{ question: FUNNEL, reason: '', data: DATA, model: 'm' },
    spent: { requests: 1, cost: 1, tokens: 9 },
  },
};
const FAILED: SingleAnswer = { kind: 'failed', error: { code: 'model.unauthorized' } };

let bridge: FakeBridge;
let apps: App[];
let revision = 0;

const snapshot = (asked: SingleQuestion | null, answer: SingleAnswer | null = null): AskingSnapshot => ({
  ...{ revision: (revision += 1), asked, answer },
  wait: answer || !asked ? null : { ...modelFigures(), waitingSince: Date.now() - 20_000 },
});
const push = (...of: Parameters<typeof snapshot>): Promise<void> =>
  bridge.push('insight.asking', snapshot(...of));
const shown = (testId: string): HTMLElement | null => document.querySelector(`[data-testid=${testId}]`);

function mount(component: Component): App {
  const root = document.createElement('div');
  document.body.append(root);
  const app = createApp(component).use(router);
  apps.push(app);
  app.mount(root);
  return app;
}
/** Runs a composable within a component. */
function within<T>(setup: () => T): { result: T; app: App } {
  const made: { result?: T } = {};
  const app = mount({
    setup: () => {
      made.result = setup();
      return () => null;
    },
  });
  return { result: made.result as T, app };
}

beforeEach(async () => {
  bridge = installBridge();
  bridge.answers['insight.dismissAsking'] = () => null;
  apps = [];
  setActivePinia(createPinia());
  await router.push({ name: 'history' });
});
afterEach(() => {
  for (const app of apps) app.unmount();
  document.body.replaceChildren();
});

/** A window that opens. */
async function open(asking: AskingSnapshot): Promise<void> {
  void useAskingStore().attach();
  await bridge.waiting('insight.attach').answer({ asking, progress: { phase: 'computing', share: 0.5 } });
}

describe('a window that opens while the model is asked', () => {
  it('shows it in the side bar and on the page with what is waited for, and can cancel it', async () => {
    mount(AskingIndicator);
    mount(AskingLine);
    expect([shown('asking-line'), shown('asking-indicator')]).toEqual([null, null]);
    await open(snapshot(EXPLAIN));
    expect(useInsightStore().progress?.share).toBe(0.5);
    expect(shown('asking-line')?.textContent).toContain('a → b');
    expect(shown('asking-line')?.textContent).toContain('模型没有回应');
    expect(shown('asking-indicator')?.textContent).toContain('模型正在写解释');
    expect(shown('asking-indicator-wait')).not.toBeNull();
    shown('asking-cancel')?.click();
    await settled();
    expect(bridge.count('insight.cancelExplanation')).toBe(1);
    await push(null);
    expect([shown('asking-line'), shown('asking-indicator')]).toEqual([null, null]);
  });

  it('shows what older snapshots do not undo', async () => {
    mount(AskingLine);
    const before = snapshot(null);
    void useAskingStore().attach();
    await push(WORDS);
    await bridge.waiting('insight.attach').answer({ asking: before, progress: null });
    expect(shown('asking-line')?.textContent).toContain('how many?');
  });

  it('opens the question that words were understood as once the answer is there', async () => {
    mount(AskingLine);
    await open(snapshot(WORDS));
    await push(WORDS, UNDERSTOOD);
    const insight = useInsightStore();
    expect(insight.inWords).toBeNull();
    shown('asking-show')?.click();
    await settled();
    expect(insight.inWords).toMatchObject({ words: 'how many?', question: FUNNEL, explain: null });
    expect(insight.asked('funnel')).toEqual(FUNNEL);
    expect(bridge.count('insight.dismissAsking')).toBe(1);
    expect(shown('asking-line')).toBeNull();
  });

  it('says why there is no answer until that is closed', async () => {
    mount(AskingLine);
    mount(AskingIndicator);
    await open(snapshot(WORDS, FAILED));
    expect(shown('asking-line')?.dataset['status']).toBe('failed');
    expect(shown('asking-line')?.textContent).toContain('API 密钥无效');
    expect(shown('asking-show')).toBeNull();
    expect(shown('asking-indicator')?.dataset['status']).toBe('failed');
    shown('asking-dismiss')?.click();
    await settled();
    expect([shown('asking-line'), shown('asking-indicator')]).toEqual([null, null]);
  });
});

describe('an explanation that another page has asked for', () => {
  it('is shown by the answer to its question, which then nobody else needs to', async () => {
    mount(AskingLine);
    await open(snapshot(EXPLAIN));
    const { result: explaining } = within(() => useExplanation(() => ({ question: FUNNEL, data: DATA })));
    useInsightStore().answered = { question: FUNNEL, data: DATA };
    await settled();
    expect(explaining.busy.value).toBe('asking');
    expect(shown('asking-line')).toBeNull();
    await push(EXPLAIN, EXPLAINED);
    expect(explaining.busy.value).toBeNull();
    expect(explaining.explanation.value?.sentences).toHaveLength(1);
    expect(bridge.count('insight.dismissAsking')).toBe(1);
    await push(EXPLAIN, FAILED);
    expect(explaining.error.value?.code).toBe('model.unauthorized');
  });

  it('is left to others by the answer to another question, and not shown beside other data', async () => {
    await open(snapshot(EXPLAIN, EXPLAINED));
    const of = { question: OVERVIEW, data: DATA };
    const { result: explaining } = within(() => useExplanation(() => of));
    expect([explaining.busy.value, explaining.explanation.value]).toEqual([null, null]);
    expect(bridge.count('insight.dismissAsking')).toBe(0);
    const data = { id: '2', at: null };
    const { result: newer } = within(() => useExplanation(() => ({ question: FUNNEL, data })));
    expect(newer.explanation.value).toBeNull();
    expect(bridge.count('insight.dismissAsking')).toBe(1);
  });
});

describe('what is asked goes on when its page is left', () => {
  it('an explanation', async () => {
    const { result: explaining, app } = within(() =>
      useExplanation(() => ({ question: FUNNEL, data: DATA })),
    );
    const kept = { estimate: null, kept: true, problem: null };
    const estimate = {
      ...{ rows: 1, inputTokens: 1, outputTokens: 1, cost: 1, currency: 'CNY', most: 1, mostTokens: 1 },
    };
    bridge.answers['insight.explainPreflight'] = () => ({ ...kept, estimate });
    void explaining.explain();
    await settled();
    expect(explaining.busy.value).toBe('asking');
    app.unmount();
    apps = [];
    await settled();
    expect([bridge.count('insight.explain'), bridge.count('insight.cancelExplanation')]).toEqual([1, 0]);
  });

  it('a question in words, which its page shows by itself while it is there', async () => {
    mount(AskingLine);
    await open(snapshot(null));
    const { result: asker, app } = within(() => useWords());
    const estimate = {
      ...{ types: 1, objects: 0, fields: 0, inputTokens: 1, outputTokens: 1 },
      ...{ cost: 1, currency: 'CNY', most: 1, mostTokens: 1 },
    };
    bridge.answers['insight.wordsPreflight'] = () => ({ estimate, kept: true, problem: null });
    void asker.ask('how many?');
    await settled();
    await push(WORDS);
    expect([asker.busy.value, shown('asking-line')]).toEqual(['asking', null]);
    app.unmount();
    apps = apps.filter((other) => other !== app);
    await settled();
    expect(bridge.count('insight.cancelExplanation')).toBe(0);
    expect(shown('asking-line')?.dataset['status']).toBe('asking');
    await push(WORDS, UNDERSTOOD);
    expect(shown('asking-show')).not.toBeNull();
    if (UNDERSTOOD.kind === 'understood') await bridge.waiting('insight.words').answer(UNDERSTOOD.understood);
    expect(useInsightStore().inWords).toBeNull();
    expect(bridge.count('insight.dismissAsking')).toBe(0);
  });
});
