// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp, nextTick } from 'vue';
import type { App as VueApp } from 'vue';
import { NO_IMPORT } from '@shared/import';
import { NO_RUN } from '@shared/run';
import App from '@/App.vue';
import { router } from '@/router';
import { useWorkspaceStore } from '@/stores/workspace';
import { installBridge } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { rulesInfo, userRow, usersPage, workspaceInfo, workspaceState } from './support/samples';

let bridge: FakeBridge;
let app: VueApp;

beforeEach(() => {
  bridge = installBridge();
  bridge.answers['run.attach'] = () => NO_RUN;
  bridge.answers['import.attach'] = () => NO_IMPORT;
  bridge.answers['rules.info'] = () => rulesInfo();
  bridge.answers['workspace.info'] = () => workspaceInfo();
  bridge.answers['workspace.state'] = () => workspaceState();
  bridge.answers['users.list'] = () => usersPage();
  bridge.answers['run.history'] = () => [];
});
afterEach(() => {
  app.unmount();
  document.body.replaceChildren();
});

/** The whole window at the page of events. */
async function openWindow(): Promise<void> {
  const root = document.createElement('div');
  document.body.append(root);
  const pinia = createPinia();
  setActivePinia(pinia);
  app = createApp(App).use(pinia).use(router);
  await useWorkspaceStore().load();
  await go('extract');
  app.mount(root);
  await vi.waitFor(() => find('users-empty'), 10_000);
}
async function go(page: 'extract' | 'history'): Promise<void> {
  await router.push({ name: page });
  await nextTick();
}
function find(testId: string): Element {
  const found = document.querySelector(`[data-testid=${testId}]`);
  if (!found) throw new Error(`there is no ${testId}`);
  return found;
}

describe('the page of events', () => {
  test('is loaded again when it comes back, and never calls a workspace with users empty', async () => {
    await openWindow();
    await go('history');
    // A file is imported. The figures of the workspace are there before the table is.
    bridge.answers['workspace.info'] = () => workspaceInfo({ users: 300, behaviours: 900 });
    delete bridge.answers['users.list'];
    await bridge.push('data.changed', null);
    await go('extract');
    expect(find('page-subtitle').textContent).toContain('300');
    expect(document.querySelector('[data-testid=users-empty]')).toBeNull();
    // An answer that is older than the import.
    await bridge.waiting('users.list').answer(usersPage());
    await nextTick();
    expect(document.querySelector('[data-testid=users-empty]')).toBeNull();
    bridge.answers['users.list'] = () => usersPage(userRow('u1'));
    for (const request of [...bridge.pending])
      if (request.route === 'users.list') await request.answer(usersPage(userRow('u1')) as never);
    await expect.poll(() => find('user-table').getAttribute('data-total')).toBe('1');
  });

  test('is not kept for a workspace that is no longer open', async () => {
    await openWindow();
    await go('history');
    const listeners = bridge.listeners('data.changed');
    for (const name of ['two', 'three', 'four']) {
      await bridge.push('workspace.state', workspaceState(`/${name}.db`));
      await go('extract');
      await go('history');
    }
    // The drawer of the page comes after the first paint.
    await expect.poll(() => bridge.listeners('data.changed')).toBe(listeners);
  });
});
