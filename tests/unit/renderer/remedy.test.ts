// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp, h } from 'vue';
import type { App, Component } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import { NO_INDUCTION } from '@shared/induction';
import { modelSettingsSchema } from '@shared/model';
import type { ModelView } from '@shared/model';
import RunCard from '@/pages/extract/RunCard.vue';
import RunNotice from '@/pages/extract/RunNotice.vue';
import RunDetails from '@/pages/history/RunDetails.vue';
import InductionCard from '@/pages/types/InductionCard.vue';
import { router } from '@/router';
import { useRunStore } from '@/stores/run';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { modelFigures, runRecord, runSnapshot } from './support/samples';

const ENDED = 1_700_000_000_000;
const REJECTED: ErrorInfo = { code: 'model.unauthorized', params: { detail: 'wrong key' } };
const view = (revision: number, changedAt: number | null): ModelView => ({
  ...{ revision, changedAt, settings: modelSettingsSchema.parse({}), key: 'session' },
  ...{ environmentKeyFor: null, canEncrypt: true, ready: true },
});

let bridge: FakeBridge;
let app: App;

beforeEach(async () => {
  bridge = installBridge();
  bridge.answers['model.get'] = () => view(1, ENDED - 1);
  setActivePinia(createPinia());
  await router.push({ name: 'history' });
});
afterEach(() => {
  app.unmount();
  document.body.replaceChildren();
});

async function mount(component: Component, props: Record<string, unknown>): Promise<void> {
  const root = document.createElement('div');
  document.body.append(root);
  app = createApp({ render: () => h(component, props) }).use(router);
  app.mount(root);
  await settled();
}
/** Which of the buttons is the one that stands out. */
function primary(): (string | undefined)[] {
  const buttons = document.querySelectorAll<HTMLElement>('button.el-button--primary');
  return [...buttons].map(({ dataset }) => dataset['testid']);
}
const shown = (testId: string): HTMLElement | null => document.querySelector(`[data-testid=${testId}]`);

const failed = (error: ErrorInfo): { run: ReturnType<typeof runSnapshot>; retrying: boolean } => ({
  run: runSnapshot({
    ...{ status: 'failed', extractor: 'llm', resumable: true, endTime: ENDED, error, model: modelFigures() },
  }),
  retrying: false,
});

describe('the notice of a run that has stopped', () => {
  it('leads to the settings first where a key was rejected, and goes on first once the model was changed', async () => {
    await mount(RunNotice, failed(REJECTED));
    expect(primary()).toEqual(['notice-to-settings']);
    expect(shown('resume')).not.toBeNull();
    await bridge.push('model.changed', view(2, ENDED + 1));
    expect(primary()).toEqual(['resume']);
    expect(shown('notice-to-settings')).not.toBeNull();
    shown('notice-to-settings')?.click();
    await expect.poll(() => router.currentRoute.value.fullPath).toBe('/settings?section=model');
  });

  it('leads to the settings while it is not known whether the model was changed', async () => {
    delete bridge.answers['model.get'];
    await mount(RunNotice, failed(REJECTED));
    expect(primary()).toEqual(['notice-to-settings']);
    await bridge.waiting('model.get').answer(view(2, ENDED + 1));
    expect(primary()).toEqual(['resume']);
  });

  it('goes on first where the reason passes or lies elsewhere', async () => {
    await mount(RunNotice, failed({ code: 'model.quota' }));
    expect(primary()).toEqual(['resume']);
    expect(shown('notice-to-settings')).not.toBeNull();
  });

  it('has no way to the settings where they have nothing to do with it', async () => {
    await mount(RunNotice, failed({ code: 'workspace.disk_full' }));
    expect(primary()).toEqual(['resume']);
    expect(shown('notice-to-settings')).toBeNull();
  });
});

it('the card of an interrupted run leads to the settings first where there is no key', async () => {
  bridge.answers['model.get'] = () => view(1, null);
  const run = runSnapshot({ status: 'interrupted', resumable: true, error: { code: 'model.no_key' } });
  await mount(RunCard, { run });
  expect(primary()).toEqual(['run-to-settings']);
  await bridge.push('model.changed', view(2, ENDED));
  expect(primary()).toEqual(['resume']);
});

it('the card of a run that was paused has going on alone', async () => {
  await mount(RunCard, { run: runSnapshot({ status: 'paused' }) });
  expect(primary()).toEqual(['resume']);
  expect(shown('run-to-settings')).toBeNull();
});

it('the history leads to the settings first of the run that can go on', async () => {
  const { run } = failed(REJECTED);
  void useRunStore().attach();
  await bridge.push('run.snapshot', run);
  const record = runRecord({ runId: run.runId ?? 0, status: 'failed', resumable: true, error: REJECTED });
  await mount(RunDetails, { record: { ...record, endTime: ENDED } });
  expect(primary()).toEqual([`run-to-settings-${record.runId}`]);
  await bridge.push('model.changed', view(2, ENDED + 1));
  expect(primary()).toEqual([`run-resume-${record.runId}`]);
});

it('an induction that has stopped leads to the settings first', async () => {
  const induction = { ...NO_INDUCTION, inductionId: 1, status: 'failed', resumable: true, endTime: ENDED };
  await mount(InductionCard, { induction: { ...induction, error: REJECTED } });
  expect(primary()).toEqual(['induction-to-settings']);
  await bridge.push('model.changed', view(2, ENDED + 1));
  expect(primary()).toEqual(['induction-resume']);
});
