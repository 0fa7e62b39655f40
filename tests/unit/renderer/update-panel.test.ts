// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SettingsView } from '@shared/settings';
import type { UpdateView } from '@shared/update';
import { setLocale } from '@/i18n';
import UpdatePanel from '@/pages/settings/UpdatePanel.vue';
import { useUpdateStore } from '@/stores/update';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';

const IDLE: UpdateView = {
  status: 'idle',
  version: '1.0.0',
  off: null,
  offered: null,
  percent: 0,
  checkedAt: null,
  atQuit: false,
  error: null,
};
const OFFERED = { version: '1.1.0', notes: '### Fixed\n\n- <b onclick="x()">A bug</b>' };

let bridge: FakeBridge;
let element: HTMLElement;

beforeEach(async () => {
  setLocale('zh-CN');
  bridge = installBridge();
  bridge.answers = { 'update.get': () => IDLE };
  ({ element } = mountComponent(UpdatePanel, { settings: { checkUpdates: true } as SettingsView }));
  await useUpdateStore().load();
  await settled();
});
afterEach(unmountAll);

const at = (testid: string): HTMLElement | null => element.querySelector(`[data-testid=${testid}]`);
const click = async (testid: string): Promise<void> => {
  at(testid)?.click();
  await settled();
};
const show = (patch: Partial<UpdateView>): Promise<void> =>
  bridge.push('update.changed', { ...IDLE, ...patch });
/** What main was asked for, without the question for the state. */
const asked = (): [string, unknown][] =>
  bridge.sent.filter(({ route }) => route !== 'update.get').map(({ route, input }) => [route, input]);

describe('the panel of updates', () => {
  test('looks for one, shows what is offered with its notes as text, and downloads it', async () => {
    await click('update-check');
    expect(asked()).toEqual([['update.check', undefined]]);
    expect(at('update-download')).toBeNull();

    await show({ status: 'available', offered: OFFERED, checkedAt: Date.UTC(2026, 0, 5) });
    expect(at('update-status')?.textContent).toContain('1.1.0');
    expect(at('update-notes')?.textContent).toBe(OFFERED.notes);
    expect(at('update-notes')?.children).toHaveLength(0);
    await click('update-download');
    expect(asked().at(-1)).toEqual(['update.download', undefined]);

    await show({ status: 'downloading', offered: OFFERED, percent: 42 });
    expect(element.textContent).toContain('42');
    expect(at('update-download')).toBeNull();
    expect(at('update-install')).toBeNull();
  });

  test('installs at the end or at once, and asks before it interrupts work', async () => {
    await show({ status: 'ready', offered: OFFERED, percent: 100 });
    at('update-at-quit')?.click();
    await settled();
    expect(asked()).toEqual([['update.setAtQuit', { atQuit: true }]]);
    await bridge.waiting('update.setAtQuit').answer({ ...IDLE, status: 'ready', atQuit: true });

    const question = (): HTMLElement | null => document.querySelector('.el-message-box');
    await click('update-install');
    await bridge.waiting('update.install').refuse({ code: 'update.work_active' });
    expect(question()?.textContent).toContain('任务');
    document.querySelector<HTMLElement>('.confirm-no')?.click();
    await expect.poll(() => bridge.pending.length).toBe(0);
    expect(bridge.count('update.install')).toBe(1);

    await click('update-install');
    await bridge.waiting('update.install').refuse({ code: 'update.work_active' });
    await expect.poll(() => document.querySelectorAll('.confirm-yes').length).toBeGreaterThan(0);
    [...document.querySelectorAll<HTMLElement>('.confirm-yes')].at(-1)?.click();
    await expect.poll(() => bridge.count('update.install')).toBe(3);
    expect(asked().at(-1)).toEqual(['update.install', { evenWhileWorking: true }]);
  });

  test('says why an update failed, offers to try again, and keeps what was offered', async () => {
    await show({ status: 'failed', offered: OFFERED, error: { code: 'update.forged' } });
    expect(at('update-error')?.textContent).not.toBe('');
    expect(at('update-check')).not.toBeNull();
    expect(at('update-download')).not.toBeNull();
  });

  test.each([
    ['portable', '便携版'],
    ['development', '源代码'],
    ['no-address', '没有设置更新地址'],
  ] as const)('says why there are none (%s), and has no buttons then', async (off, words) => {
    await show({ status: 'off', off });
    expect(at('update-status')?.textContent).toContain(words);
    expect(element.querySelectorAll('button')).toHaveLength(0);
    expect(at('setting-checkUpdates')).toBeNull();
  });

  test('follows what another window does', async () => {
    expect(bridge.listeners('update.changed')).toBe(1);
    await useUpdateStore().load();
    expect(bridge.listeners('update.changed')).toBe(1);
    await show({ status: 'current', version: '1.0.0' });
    expect(at('update-panel')?.dataset['status']).toBe('current');
  });
});
