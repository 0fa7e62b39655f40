// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from 'vue';
import type { App } from 'vue';
import type { AskingSnapshot } from '@shared/asking';
import type { WaitFigures } from '@shared/model';
import AskingWait from '@/pages/insight/AskingWait.vue';
import { useAskingStore } from '@/stores/asking';
import { installBridge } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { modelFigures } from './support/samples';

/** What is told while the model is asked and something is waited for. */
let revision = 0;
const waitsFor = (wait: WaitFigures): AskingSnapshot => ({
  revision: (revision += 1),
  asked: { kind: 'words', words: 'how many?' },
  wait,
  answer: null,
});
/** Nothing is waited for. */
const NOTHING: WaitFigures = modelFigures();

let bridge: FakeBridge;
let app: App;
let root: HTMLElement;

beforeEach(() => {
  bridge = installBridge();
  root = document.createElement('div');
  document.body.append(root);
  const pinia = createPinia();
  setActivePinia(pinia);
  app = createApp(AskingWait).use(pinia);
  app.mount(root);
  void useAskingStore().attach();
});
afterEach(() => {
  app.unmount();
  document.body.replaceChildren();
});

it('says what an explanation waits for, until when and in the words of the provider, and nothing when it goes on', async () => {
  const text = (): string => root.textContent.trim();
  expect(text()).toBe('');
  const waitingSince = Date.now() - 20_000;
  const throttledUntil = Date.now() + 40_000;
  const held = { throttledUntil, throttledBy: 'rate_limited', throttledDetail: 'slow down' } as const;
  await bridge.push('insight.asking', waitsFor({ ...NOTHING, ...held, waitingSince }));
  expect(text()).toMatch(/服务限流.*继续（.*秒后）/);
  expect(text()).toContain('服务商的说明：slow down');
  await bridge.push('insight.asking', waitsFor({ ...NOTHING, waitingSince }));
  expect(text()).toContain('模型没有回应，仍在等待回答');
  await bridge.push('insight.asking', waitsFor(NOTHING));
  expect(text()).toBe('');
});
