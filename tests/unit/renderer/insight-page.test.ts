// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from 'vue';
import type { App } from 'vue';
import InsightPage from '@/pages/insight/InsightPage.vue';
import { router } from '@/router';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';

let bridge: FakeBridge;
let app: App;

beforeEach(() => {
  bridge = installBridge();
  const root = document.createElement('div');
  document.body.append(root);
  const pinia = createPinia();
  setActivePinia(pinia);
  app = createApp(InsightPage).use(pinia).use(router);
  app.mount(root);
});
afterEach(() => {
  app.unmount();
  document.body.replaceChildren();
});

const shown = (testId: string): HTMLElement | null => document.querySelector(`[data-testid=${testId}]`);

it('a question that takes long shows that it runs, and the button beside it ends it', async () => {
  await settled();
  expect(shown('insight-progress')).toBeNull();
  await bridge.push('insight.progress', { phase: 'computing', share: null });
  expect(shown('insight-progress')?.textContent).toContain('正在计算…');
  await bridge.push('insight.progress', { phase: 'loading', share: 0.421 });
  expect(shown('insight-progress')?.textContent).toContain('42%');
  shown('insight-cancel')?.click();
  await settled();
  expect(bridge.count('insight.cancel')).toBe(1);
  await bridge.waiting('insight.cancel').answer(null);
  await bridge.push('insight.progress', null);
  await bridge.waiting('insight.ask').refuse({ code: 'insight.cancelled', params: {} });
  expect(shown('insight-progress')).toBeNull();
  expect(document.body.textContent).toContain('分析已取消');
});

it('what another window asks is not shown as a question of this one', async () => {
  await bridge.waiting('insight.ask').answer({
    ...{
      analysis: 'overview',
      users: 1,
      events: 1,
      behaviours: 1,
      otherEvents: 0,
      firstTime: 0,
      lastTime: 0,
    },
    ...{ types: [], bin: 'day', binStarts: [0], counts: [], eventsPerUser: [], suggested: [] },
    ...{ hours: Array.from({ length: 7 }, () => new Array<number>(24).fill(0)), fields: [], objects: [] },
    data: { id: '1', at: null },
  });
  await settled();
  await bridge.push('insight.progress', { phase: 'computing', share: 0.5 });
  expect(shown('insight-progress')?.textContent).toContain('50%');
  // The question of the tab is answered.
  const [own] = bridge.pending.filter(({ route }) => route === 'insight.ask');
  await own?.refuse({ code: 'insight.no_events', params: {} });
  await settled();
  expect(shown('insight-progress')).toBeNull();
});
