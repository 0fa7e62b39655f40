// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ref } from 'vue';
import { useCountdown } from '@/composables/useCountdown';
import { useLiveReload } from '@/composables/useLiveReload';
import { useRemaining } from '@/composables/useRemaining';
import { useRequests } from '@/composables/useRequests';
import { useRunHistory } from '@/composables/useRunHistory';
import { useSelection } from '@/composables/useSelection';
import { useStartDialog } from '@/composables/useStartDialog';
import { useRunStore } from '@/stores/run';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComposable, unmountAll } from './support/mount';
import {
  modelFigures,
  requestDetail,
  runRecord,
  runSnapshot,
  userRow,
  workspaceInfo,
} from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
});
afterEach(() => {
  unmountAll();
  vi.useRealTimers();
});

describe('useRequests', () => {
  test('opens with the newest request and shows what is pushed of it', async () => {
    bridge.answers['run.requests'] = () => [requestDetail(2), requestDetail(1)];
    bridge.answers['run.watchRequest'] = ({ id }) => (id === null ? null : requestDetail(id));
    const { result } = mountComposable(() => useRequests(() => null));
    await settled();
    expect(result.detail.value?.id).toBe(2);
    await bridge.push('run.request', requestDetail(2, { answer: 'more' }));
    await bridge.push('run.request', requestDetail(1, { answer: 'of another' }));
    expect(result.detail.value?.answer).toBe('more');
    await bridge.push('run.requests', [requestDetail(3)]);
    expect(result.selected.value).toBe(2);
  });

  test('drops the answer to an earlier selection of the same request', async () => {
    bridge.answers['run.requests'] = () => [requestDetail(2), requestDetail(1)];
    const { result } = mountComposable(() => useRequests(() => null));
    await settled();
    for (const id of [1, 2]) {
      result.select(id);
      await settled();
    }
    const [first, , last] = bridge.pending;
    await last?.answer(requestDetail(2, { answer: 'new' }) as never);
    await first?.answer(requestDetail(2, { answer: 'old' }) as never);
    expect(result.detail.value?.answer).toBe('new');
  });

  test('says when the selected request is no longer kept, and loads an error again', async () => {
    bridge.answers['run.requests'] = () => [requestDetail(2)];
    const { result, unmount } = mountComposable(() => useRequests(() => null));
    await settled();
    await bridge.waiting('run.watchRequest').refuse({ code: 'app.internal' });
    expect(result.detailError.value?.code).toBe('app.internal');
    void result.reload();
    await bridge.waiting('run.watchRequest').answer(null);
    expect([result.detailError.value, result.gone.value]).toEqual([null, true]);
    unmount();
    expect(bridge.sent.at(-1)).toEqual({ route: 'run.watchRequest', input: { id: null } });
    expect(bridge.listeners('run.request')).toBe(0);
  });

  test('lists the requests of one run only when asked to', async () => {
    bridge.answers['run.requests'] = () => [requestDetail(2, { runId: 7 }), requestDetail(1)];
    bridge.answers['run.watchRequest'] = () => null;
    const { result } = mountComposable(() => useRequests(() => 1));
    await settled();
    expect(result.list.value?.map(({ id }) => id)).toEqual([1]);
    expect(result.selected.value).toBe(1);
  });
});

describe('useRunHistory', () => {
  test('loads the list when a run changes its state, not at every snapshot', async () => {
    bridge.answers['run.history'] = () => [runRecord({ status: 'running', processedUsers: 0 })];
    const { result } = mountComposable(useRunHistory);
    const run = useRunStore();
    run.snapshot = runSnapshot();
    await settled();
    const before = bridge.count('run.history');
    for (let users = 1; users <= 9; users++) {
      run.snapshot = runSnapshot({ revision: users, processedUsers: users });
      await settled();
    }
    expect(bridge.count('run.history')).toBe(before);
    expect(result.records.value?.[0]?.processedUsers).toBe(9);
    run.snapshot = runSnapshot({ revision: 10, status: 'completed' });
    await settled();
    expect(bridge.count('run.history')).toBe(before + 1);
  });

  test('drops an answer that a later one has overtaken', async () => {
    const { result } = mountComposable(useRunHistory);
    await bridge.push('data.changed', null);
    const [first, second] = bridge.pending;
    await second?.answer([] as never);
    await first?.answer([runRecord()] as never);
    expect(result.records.value).toEqual([]);
  });
});

describe('useStartDialog', () => {
  const preflight = (patch = {}) => ({
    extractor: 'llm' as const,
    users: 4,
    behaviours: 40,
    replacing: 0,
    rules: null,
    estimate: null,
    problem: null,
    ...patch,
  });

  test('shows what the extractor chosen last would do', async () => {
    bridge.answers['workspace.info'] = () => workspaceInfo();
    const { result: dialog } = mountComposable(useStartDialog);
    void dialog.ask({ kind: 'remaining' });
    await settled();
    void dialog.choose('llm');
    await settled();
    const [rules, llm] = bridge.pending;
    await llm?.answer(preflight({ users: 2 }) as never);
    await rules?.answer(preflight({ users: 1 }) as never);
    expect(dialog.preflight.value?.users).toBe(2);
  });

  test('forgets an error when loading again succeeds', async () => {
    const { result: dialog } = mountComposable(useStartDialog);
    void dialog.ask({ kind: 'failed' }, { extractor: 'llm' });
    await bridge.waiting('run.preflight').answer(preflight());
    dialog.change({ ...dialog.choices.value, fresh: true });
    await bridge.waiting('run.preflight').refuse({ code: 'app.internal' });
    expect(dialog.error.value?.code).toBe('app.internal');
    dialog.change({ ...dialog.choices.value, fresh: false });
    await bridge.waiting('run.preflight').answer(preflight());
    expect(dialog.error.value).toBeNull();
  });
});

describe('useCountdown', () => {
  test('counts whole seconds down to 0 and stops ticking there', async () => {
    vi.useFakeTimers({ now: 10_000 });
    const until = ref<number | null>(12_500);
    const { result } = mountComposable(() => useCountdown(() => until.value));
    expect(result.value).toBe(3);
    await vi.advanceTimersByTimeAsync(1000);
    expect(result.value).toBe(2);
    await vi.advanceTimersByTimeAsync(3000);
    expect(result.value).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    until.value = null;
    await settled();
    expect(result.value).toBeNull();
  });
});

describe('useRemaining', () => {
  test('lets the time left pass while the service makes the run wait', async () => {
    vi.useFakeTimers({ now: 0 });
    const run = ref(
      runSnapshot({
        estimatedRemainingSeconds: 60,
        model: modelFigures({ throttledUntil: 20_000, throttledBy: 'rate_limited' }),
      }),
    );
    const { result } = mountComposable(() => useRemaining(() => run.value));
    expect(result.value).toBe(60);
    await vi.advanceTimersByTimeAsync(5000);
    expect(result.value).toBe(55);
    run.value = runSnapshot({ revision: 2, estimatedRemainingSeconds: 40 });
    await settled();
    expect(result.value).toBe(40);
  });
});

describe('useSelection', () => {
  test('keeps users across pages, and selects or clears a whole page', () => {
    const { result: selection } = mountComposable(useSelection);
    const rows = [userRow('a'), userRow('b')];
    selection.toggle('z');
    selection.toggle('a');
    expect(selection.ofPage(rows)).toBe('some');
    selection.togglePage(rows);
    expect([selection.ofPage(rows), selection.size.value]).toEqual(['all', 3]);
    selection.togglePage(rows);
    expect([...selection.ids.value]).toEqual(['z']);
  });
});

describe('useLiveReload', () => {
  test('asks again when the rhythm of the log was measured: days may begin at another hour', async () => {
    let asked = 0;
    mountComposable(() => {
      useLiveReload(() => {
        asked += 1;
        return Promise.resolve();
      });
    });
    await bridge.push('rhythm.changed', null);
    await expect.poll(() => asked).toBe(1);
  });
});
