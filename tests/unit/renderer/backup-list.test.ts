// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import type { BackupFile } from '@shared/workspace';
import BackupList from '@/components/BackupList.vue';
import { installBridge, settled } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';

afterEach(unmountAll);

test('the list of backups follows what is done in another window, and by the clock', async () => {
  const bridge = installBridge();
  const backups: BackupFile[] = [];
  bridge.answers = { 'workspace.backups': () => [...backups] };
  const { element, unmount } = mountComponent(BackupList);
  await settled();
  const total = (): string | null | undefined =>
    element.querySelector('[data-testid=backups]')?.getAttribute('data-total');
  expect(total()).toBeUndefined();
  backups.push({ path: '/w.backup', kind: 'regular', time: 1, sizeBytes: 1, format: null });
  await bridge.push('backups.changed', null);
  expect(total()).toBe('1');
  unmount();
  expect(bridge.listeners('backups.changed')).toBe(0);
});
