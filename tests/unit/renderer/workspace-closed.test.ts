// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WorkspaceState } from '@shared/workspace';
import WorkspaceClosed from '@/pages/WorkspaceClosed.vue';
import { useWorkspaceStore } from '@/stores/workspace';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';
import { workspaceState } from './support/samples';

const CLOSED: WorkspaceState = {
  ...workspaceState('/w.db'),
  ...{ open: false, error: { code: 'workspace.damaged', params: { path: '/w.db' } } },
};

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
  bridge.answers['workspace.backups'] = () => [];
});
afterEach(unmountAll);

it('a window that opens during a rescue shows it, and begins no second one', async () => {
  mountComponent(WorkspaceClosed);
  const rescue = (): HTMLButtonElement | null => document.querySelector('[data-testid=workspace-rescue]');
  void useWorkspaceStore().load();
  const fileTask = { task: 'rescue', step: 'reading', share: 0.25, cancelling: false } as const;
  await bridge.waiting('workspace.state').answer({ ...CLOSED, fileTask });
  await settled();
  expect([rescue()?.disabled, rescue()?.textContent]).toEqual([
    true,
    expect.stringContaining('正在抢救') as string,
  ]);
  await bridge.push('workspace.state', CLOSED);
  await settled();
  expect(rescue()?.disabled).toBe(false);
  await bridge.push('workspace.state', { ...CLOSED, fileTask: { ...fileTask, task: 'restore' } });
  expect(rescue()?.disabled).toBe(true);
});
