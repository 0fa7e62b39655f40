// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FileTaskState } from '@shared/workspace';
import FileTaskBox from '@/components/FileTaskBox.vue';
import WorkspaceClosed from '@/pages/WorkspaceClosed.vue';
import { useWorkspaceStore } from '@/stores/workspace';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';
import { workspaceState } from './support/samples';

const RESTORE: FileTaskState = { task: 'restore', step: 'copying', share: 0.42, cancelling: false };

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
  bridge.answers = { 'workspace.backups': () => [] };
});
afterEach(unmountAll);

const find = (handle: string): HTMLElement | null => document.querySelector(`[data-testid=${handle}]`);
const bar = (): string | null | undefined =>
  document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow');

it('shows the share that is known, and none where it is not or the end is awaited', () => {
  const shown = (state: FileTaskState): (string | null | undefined)[] => {
    unmountAll();
    mountComponent(FileTaskBox, { state });
    return [find('file-task')?.textContent, bar()];
  };
  expect(shown(RESTORE)).toEqual([expect.stringMatching(/正在复制备份.*42/) as string, '42']);
  expect(shown({ ...RESTORE, step: 'checking', share: null })).toEqual([
    expect.stringMatching(/正在检查备份\s*取消/) as string,
    null,
  ]);
  expect(shown({ ...RESTORE, cancelling: true })).toEqual([
    expect.stringContaining('正在取消') as string,
    null,
  ]);
  expect((find('file-task-cancel') as HTMLButtonElement).disabled).toBe(true);
});

it('a restore that another window asked for is shown in place of the pages, and can be cancelled here', async () => {
  mountComponent(WorkspaceClosed);
  void useWorkspaceStore().load();
  await bridge.waiting('workspace.state').answer({ ...workspaceState('/w.db'), fileTask: RESTORE });
  await settled();
  expect(find('workspace-closed')?.querySelector('h1')?.textContent).toBe('正在恢复备份');
  expect(find('workspace-retry')).toBeNull();
  find('file-task-cancel')?.click();
  await settled();
  expect(bridge.waiting('workspace.cancelFileTask').input).toEqual({ task: 'restore' });
});

it('the window that asked for what was cancelled adds nothing to what main tells every window', async () => {
  mountComponent(FileTaskBox, { state: RESTORE });
  const workspace = useWorkspaceStore();
  const outcomes = [workspace.restore('/w.backup.db'), workspace.backUp(), workspace.rescue()];
  await bridge.waiting('workspace.restore').refuse({ code: 'workspace.restore_cancelled' });
  await bridge.waiting('workspace.backUp').refuse({ code: 'workspace.backup_cancelled' });
  await bridge.waiting('workspace.rescue').refuse({ code: 'workspace.rescue_cancelled' });
  expect(await Promise.all(outcomes)).toEqual([undefined, null, undefined]);
  // Any other reason is told.
  const failed = expect(workspace.backUp()).rejects.toMatchObject({ code: 'workspace.backup_failed' });
  await bridge.waiting('workspace.backUp').refuse({ code: 'workspace.backup_failed' });
  await failed;
});
