// @vitest-environment happy-dom
import { ElMessageBox } from 'element-plus';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defineComponent, h, nextTick, ref, useTemplateRef } from 'vue';
import { useKeepFocus } from '@/composables/useKeepFocus';
import { useRunControl } from '@/composables/useRunControl';
import { setLocale } from '@/i18n';
import { useRunStore } from '@/stores/run';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComponent, mountComposable, unmountAll } from './support/mount';
import { runSnapshot } from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
  setLocale('zh-CN');
});
afterEach(() => {
  vi.useRealTimers();
  ElMessageBox.close();
  unmountAll();
});

describe('the focus', () => {
  const there = ref(true);
  const disabled = ref(false);
  const marked = ref(true);
  const asked = ref(false);
  const start = ref(true);
  const inner = ref(false);
  /** As Element Plus builds one: what covers the page, and in it the box that takes the focus. */
  const dialog = (id: string, button: boolean) =>
    h('div', { role: 'dialog', 'aria-modal': 'true' }, [
      h('div', { id, tabindex: -1 }, [button ? h('button', { id: `${id}-button` }) : null]),
    ]);
  const Page = defineComponent({
    setup() {
      useKeepFocus(useTemplateRef<HTMLElement>('main'));
      return () => [
        h('main', { ref: 'main', tabindex: -1, id: 'm' }, [
          there.value ? h('button', { id: 'b', disabled: disabled.value }) : null,
          marked.value ? h('section', { id: 'notice', tabindex: -1, 'data-focus-target': '' }) : null,
          inner.value ? dialog('inner', start.value) : null,
        ]),
        asked.value ? dialog('outer', start.value) : null,
        h('button', { id: 'elsewhere' }),
      ];
    },
  });
  const at = (id: string): HTMLElement => document.getElementById(id) ?? document.body;

  beforeEach(async () => {
    vi.useFakeTimers();
    [there.value, disabled.value, marked.value] = [true, false, true];
    [asked.value, start.value, inner.value] = [false, true, false];
    mountComponent(Page);
    await nextTick();
  });

  test('goes to the marked element when its element is removed', async () => {
    at('b').focus();
    there.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('notice');
  });

  test('goes to the page when nothing is marked, and on to what is marked later', async () => {
    marked.value = false;
    await nextTick();
    at('b').focus();
    there.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('m');
    marked.value = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('notice');
  });

  test('stays on the page when the user has put it there', async () => {
    marked.value = false;
    await nextTick();
    at('m').focus();
    marked.value = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('m');
  });

  test.each(['outer', 'inner'])('stays in the %s dialog whose button is removed', async (id) => {
    (id === 'outer' ? asked : inner).value = true;
    await nextTick();
    at(`${id}-button`).focus();
    start.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe(id);
  });

  test('goes to the dialog beneath when the one above it is gone, and last to the page', async () => {
    [inner.value, asked.value] = [true, true];
    await nextTick();
    at('outer-button').focus();
    asked.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('inner');
    inner.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('notice');
  });

  test('is kept when the focused element is clicked once more and then removed', async () => {
    at('b').focus();
    at('b').dispatchEvent(new Event('pointerdown', { bubbles: true }));
    there.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('notice');
  });

  test('stays where the user has moved it, or lost it on purpose', async () => {
    at('b').focus();
    at('elsewhere').focus();
    there.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement?.id).toBe('elsewhere');

    there.value = true;
    await nextTick();
    at('b').focus();
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    at('b').blur();
    there.value = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.activeElement).toBe(document.body);
  });
});

describe('the question before a run is cancelled', () => {
  const words = (): string => document.querySelector('.el-message-box__message')?.textContent ?? '';

  async function asked() {
    const { result } = mountComposable(useRunControl);
    const run = useRunStore();
    run.snapshot = runSnapshot({ totalUsers: 60, processedUsers: 10 });
    const answer = result.askCancel();
    await expect.poll(() => words()).toContain('50');
    return { run, answer };
  }

  test('shows the figures of now while the run goes on', async () => {
    const { run } = await asked();
    run.snapshot = runSnapshot({ revision: 2, totalUsers: 60, processedUsers: 25 });
    await settled();
    await expect.poll(() => words()).toMatch(/其余 35 个用户.*已完成的 25 个/);
  });

  test('closes when the run ends, and cancels nothing', async () => {
    const { run, answer } = await asked();
    run.snapshot = runSnapshot({ revision: 2, status: 'completed', totalUsers: 60, processedUsers: 60 });
    await answer;
    expect(bridge.count('run.cancel')).toBe(0);
  });

  test('cancels the run on a yes', async () => {
    await asked();
    document.querySelector<HTMLButtonElement>('.confirm-yes')?.click();
    await expect.poll(() => bridge.count('run.cancel')).toBe(1);
  });
});
