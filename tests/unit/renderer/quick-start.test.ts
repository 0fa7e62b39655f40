// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_IMPORT } from '@shared/import';
import { useImportStore } from '@/stores/import';
import { useInsightStore } from '@/stores/insight';
import { useQuickStart } from '@/stores/quick-start';
import { useRunStore } from '@/stores/run';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { runSnapshot, workspaceInfo } from './support/samples';

let bridge: FakeBridge;

beforeEach(async () => {
  bridge = installBridge();
  setActivePinia(createPinia());
  bridge.answers['workspace.info'] = () => ({ ...workspaceInfo(), users: 0 });
  bridge.answers['import.attach'] = () => NO_IMPORT;
  bridge.answers['run.attach'] = () => runSnapshot({ status: 'idle', revision: 1 });
  bridge.answers['import.dismiss'] = () => ({ ...NO_IMPORT, revision: 9 });
  await useImportStore().attach();
  await useRunStore().attach();
});

const importing = (status: 'running' | 'completed' | 'failed' | 'cancelled', revision: number) => ({
  ...NO_IMPORT,
  status,
  revision,
  error: status === 'failed' ? { code: 'app.internal' as const, params: { detail: 'x' } } : null,
});

describe('from the sample to a funnel', () => {
  test('goes step by step, and ends with the suggested funnel', async () => {
    const quick = useQuickStart();
    const done = quick.start();
    await settled();
    expect(quick.step).toBe('import');
    await bridge.waiting('import.sample').answer(importing('running', 2));
    await bridge.push('import.snapshot', importing('completed', 3));
    await settled();
    expect(bridge.waiting('run.start').input).toMatchObject({ extractor: 'rules' });
    await bridge.waiting('run.start').answer(runSnapshot({ status: 'running', revision: 2 }));
    expect(quick.step).toBe('run');
    await bridge.push('run.snapshot', runSnapshot({ status: 'completed', revision: 3 }));
    await done;
    expect([quick.step, useInsightStore().analysis, useInsightStore().funnel.steps]).toEqual([
      'funnel',
      'funnel',
      [],
    ]);
  });

  test('says why it failed, and goes on from there', async () => {
    const quick = useQuickStart();
    const failed = quick.start();
    await settled();
    await bridge.waiting('import.sample').answer(importing('running', 2));
    await bridge.push('import.snapshot', importing('failed', 3));
    await failed;
    expect([quick.step, quick.error?.code, quick.active]).toEqual(['import', 'app.internal', false]);
    void quick.start();
    await settled();
    expect([quick.error, bridge.count('import.sample')]).toEqual([null, 2]);
    await quick.cancel();
    await bridge.waiting('import.sample').refuse({ code: 'run.import_active' });
    expect(quick.error?.code).toBe('run.import_active');
    // Cancelling what has failed puts it away.
    await quick.cancel();
    expect([quick.step, quick.error]).toEqual([null, null]);
  });

  test('a run that is only being started is cancelled once it is there', async () => {
    bridge.answers['workspace.info'] = () => ({ ...workspaceInfo(), users: 3 });
    const quick = useQuickStart();
    const done = quick.start();
    await settled();
    expect([quick.step, bridge.count('import.sample')]).toEqual(['run', 0]);
    await quick.cancel();
    await bridge.waiting('run.start').answer(runSnapshot({ status: 'running', revision: 2 }));
    await bridge.waiting('run.cancel').answer(runSnapshot({ status: 'cancelled', revision: 3 }));
    await done;
    expect([quick.step, quick.error]).toEqual([null, null]);
  });
});
