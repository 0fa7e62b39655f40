import { describe, expect, test } from 'vitest';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import { PushHub } from '../../../src/main/push/push-hub.ts';
import { RequestWatches } from '../../../src/main/push/request-watches.ts';
import type { EventName, Events } from '../../../src/shared/contract.ts';
import type { RequestDetail, RequestSummary } from '../../../src/shared/model.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { ManualScheduler } from './fakes.ts';

class FakeWindow {
  readonly id: number;
  visible = true;
  readonly got: { event: EventName; payload: unknown; at: number }[] = [];
  readonly #scheduler: ManualScheduler;

  constructor(id: number, scheduler: ManualScheduler) {
    this.id = id;
    this.#scheduler = scheduler;
  }

  send<E extends EventName>(event: E, payload: Events[E]): void {
    this.got.push({ event, payload, at: this.#scheduler.now() });
  }

  isVisible(): boolean {
    return this.visible;
  }

  /** Revisions of the run snapshots that arrived since the last call. */
  revisions(): number[] {
    return this.got
      .splice(0)
      .filter(({ event }) => event === 'run.snapshot')
      .map(({ payload }) => (payload as RunSnapshot).revision);
  }
}

function setUp(): {
  scheduler: ManualScheduler;
  snapshots: LatestSnapshots;
  hub: PushHub;
  window: FakeWindow;
  progress: (revision: number, more?: Partial<RunSnapshot>) => void;
} {
  const scheduler = new ManualScheduler();
  const snapshots = new LatestSnapshots();
  const hub = new PushHub(scheduler, () => snapshots);
  snapshots.listen({ run: (now) => hub.run(now), import: (now) => hub.import(now) });
  const window = new FakeWindow(1, scheduler);
  hub.add(window);
  const progress = (revision: number, more: Partial<RunSnapshot> = {}): void => {
    snapshots.acceptRun({ ...NO_RUN, workspaceId: 'w', runId: 1, status: 'running', revision, ...more });
  };
  return { scheduler, snapshots, hub, window, progress };
}

describe('pushes to a window', () => {
  test('nothing arrives before it attaches; then the latest does', () => {
    const { hub, window, progress } = setUp();
    progress(1);
    progress(2);
    expect(window.got).toEqual([]);
    hub.attach(1);
    expect(window.revisions()).toEqual([2]);
  });

  test('progress is coalesced to at most ten a second, the last one always arrives', () => {
    const { hub, scheduler, window, progress } = setUp();
    progress(1);
    hub.attach(1);
    window.got.length = 0;
    for (let revision = 2; revision <= 1001; revision += 1) {
      scheduler.advance(5);
      progress(revision);
    }
    scheduler.advance(1000);
    const times = window.got.map(({ at }) => at);
    for (const start of times) {
      expect(times.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(10);
    }
    expect(times.length).toBeGreaterThan(40);
    expect(window.revisions().at(-1)).toBe(1001);
    expect(scheduler.waiting).toBe(0);
  });

  test('changes of state go at once and replace what was waiting', () => {
    const { hub, scheduler, window, progress } = setUp();
    progress(1);
    hub.attach(1);
    scheduler.advance(1);
    progress(2);
    progress(3, { status: 'paused' });
    expect(window.revisions()).toEqual([1, 3]);
    scheduler.advance(1000);
    expect(window.revisions()).toEqual([]);
    progress(4, { status: 'failed', error: { code: 'workspace.none' } });
    progress(5, { status: 'failed', error: { code: 'workspace.none' }, dismissed: true });
    progress(6, { runId: 2 });
    expect(window.revisions()).toEqual([4, 5, 6]);
  });

  test('a hidden window gets nothing, and the latest the moment it is shown', () => {
    const { hub, scheduler, window, progress } = setUp();
    progress(1);
    hub.attach(1);
    progress(2);
    window.visible = false;
    scheduler.advance(500);
    progress(3);
    progress(4, { status: 'completed' });
    scheduler.advance(500);
    expect(window.revisions()).toEqual([1]);
    window.visible = true;
    hub.shown(1);
    expect(window.revisions()).toEqual([4]);
    hub.shown(1);
    expect(window.revisions()).toEqual([]);
  });

  test('a reload stops the pushes until the page attaches again', () => {
    const { hub, window, progress } = setUp();
    progress(1);
    hub.attach(1);
    hub.detach(1);
    progress(2, { status: 'paused' });
    hub.broadcast('data.changed', null);
    expect(window.revisions()).toEqual([1]);
    hub.attach(1);
    expect(window.revisions()).toEqual([2]);
  });

  test('a removed window leaves no timer and gets nothing', () => {
    const { hub, scheduler, window, progress } = setUp();
    progress(1);
    hub.attach(1);
    progress(2);
    expect(scheduler.waiting).toBe(1);
    hub.remove(1);
    expect(scheduler.waiting).toBe(0);
    progress(3, { status: 'paused' });
    expect(window.revisions()).toEqual([1]);
  });

  test('one-shot events wait for the attach and come once, in order', () => {
    const { hub, window } = setUp();
    hub.tell(1, { event: 'app.navigate', payload: { page: 'extract' } });
    hub.tell(1, { event: 'app.notice', payload: { code: 'app.view_crashed' } });
    expect(window.got).toEqual([]);
    hub.attach(1);
    hub.attach(1);
    const oneShots = window.got.filter(({ event }) => event.startsWith('app.'));
    expect(oneShots.map(({ event }) => event)).toEqual(['app.navigate', 'app.notice']);
  });

  test('two windows get the same, each at its own pace', () => {
    const { hub, scheduler, window, progress } = setUp();
    const second = new FakeWindow(2, scheduler);
    hub.add(second);
    progress(1);
    hub.attach(1);
    scheduler.advance(50);
    hub.attach(2);
    progress(2);
    scheduler.advance(200);
    expect(window.revisions()).toEqual([1, 2]);
    expect(second.revisions()).toEqual([1, 2]);
  });
});

describe('requests to the model', () => {
  const summary = (id: number, state: RequestSummary['state'] = 'sending'): RequestSummary =>
    ({ id, state }) as RequestSummary;
  const detail = (id: number, answer: string, state: RequestSummary['state'] = 'streaming'): RequestDetail =>
    ({ id, answer, state }) as RequestDetail;
  const told = (window: FakeWindow, event: EventName): unknown[] =>
    window.got
      .splice(0)
      .filter((push) => push.event === event)
      .map(({ payload }) => payload);

  test('are coalesced: the newest word on each, none lost, at most ten pushes a second', () => {
    const { hub, scheduler, window } = setUp();
    hub.attach(1);
    hub.requests([summary(1)], [1]);
    hub.requests([summary(2), summary(1, 'streaming')], [1]);
    hub.requests([summary(1, 'answered')], [1]);
    scheduler.advance(1000);
    expect(told(window, 'run.requests')).toEqual([[summary(1)], [summary(2), summary(1, 'answered')]]);
    for (let n = 0; n < 400; n += 1) {
      scheduler.advance(5);
      hub.requests([summary(n)], [1]);
    }
    expect(told(window, 'run.requests').length).toBeLessThanOrEqual(20);
  });

  test('wait for a hidden window, the newest of them', () => {
    const { hub, window } = setUp();
    hub.attach(1);
    window.visible = false;
    for (let id = 1; id <= 1000; id += 1) hub.requests([summary(id)], [1]);
    expect(told(window, 'run.requests')).toEqual([]);
    window.visible = true;
    hub.shown(1);
    const [requests] = told(window, 'run.requests') as RequestSummary[][];
    expect(requests).toHaveLength(200);
    expect(requests?.[0]?.id).toBe(1000);
  });

  test('are not pushed to a page that has not attached, nor kept for it', () => {
    const { hub, scheduler, window } = setUp();
    hub.requests([summary(1)], [1]);
    hub.attach(1);
    hub.requests([summary(2)], [1]);
    hub.requests([summary(3)], [1]);
    hub.detach(1);
    scheduler.advance(1000);
    hub.attach(1);
    scheduler.advance(1000);
    expect(told(window, 'run.requests')).toEqual([[summary(2)]]);
  });

  test('one that is looked at goes to those who look only, its end at once', () => {
    const { hub, scheduler, window } = setUp();
    const other = new FakeWindow(2, scheduler);
    hub.add(other);
    hub.attach(1);
    hub.attach(2);
    hub.request(detail(7, 'a'), [1]);
    hub.request(detail(7, 'ab'), [1]);
    hub.request(detail(7, 'abc'), [1]);
    scheduler.advance(200);
    hub.request(detail(7, 'abcd'), [1]);
    hub.request(detail(7, 'abcde', 'answered'), [1]);
    expect(told(window, 'run.request')).toEqual([
      detail(7, 'a'),
      detail(7, 'abc'),
      detail(7, 'abcde', 'answered'),
    ]);
    expect(told(other, 'run.request')).toEqual([]);
  });

  test('are not pushed to a window that does not show them', () => {
    const { hub, scheduler, window } = setUp();
    const other = new FakeWindow(2, scheduler);
    hub.add(other);
    hub.attach(1);
    hub.attach(2);
    hub.requests([summary(1)], [2]);
    scheduler.advance(1000);
    expect(told(window, 'run.requests')).toEqual([]);
    expect(told(other, 'run.requests')).toEqual([[summary(1)]]);
  });

  test('are shown by window: the list, and one at a time, until it shows another one or is gone', () => {
    const watches = new RequestWatches();
    expect(watches.all()).toEqual({ list: false, ids: [] });
    watches.showRequest(1, 7);
    watches.showRequest(2, 7);
    watches.showRequest(3, 9);
    watches.showList(2);
    expect(watches.all()).toEqual({ list: true, ids: [7, 9] });
    expect(watches.windowsOf(7)).toEqual([1, 2]);
    expect(watches.listWindows()).toEqual([2]);
    watches.showRequest(1, 8);
    expect(watches.all()).toEqual({ list: true, ids: [8, 7, 9] });
    expect([watches.forget(2), watches.forget(2), watches.forget(3)]).toEqual([true, false, true]);
    expect(watches.all()).toEqual({ list: false, ids: [8] });
    watches.showList(5);
    expect([watches.forget(5), watches.listWindows()]).toEqual([true, []]);
  });

  test('the hub says when a page is gone: a reload, a closed window', () => {
    const left: number[] = [];
    const scheduler = new ManualScheduler();
    const snapshots = new LatestSnapshots();
    const hub = new PushHub(
      scheduler,
      () => snapshots,
      (windowId) => left.push(windowId),
    );
    hub.add(new FakeWindow(1, scheduler));
    hub.attach(1);
    hub.detach(1);
    hub.remove(1);
    expect(left).toEqual([1, 1]);
  });
});

describe('the newest snapshots', () => {
  test('what is older than known is dropped, another workspace is not', () => {
    const { snapshots, progress } = setUp();
    progress(5);
    progress(4, { status: 'paused' });
    expect(snapshots.run).toMatchObject({ revision: 5, status: 'running' });
    progress(1, { workspaceId: 'other' });
    expect(snapshots.run).toMatchObject({ revision: 1, workspaceId: 'other' });
  });

  test('revisions of imports do not fall when the engine starts anew', () => {
    const { snapshots } = setUp();
    const before = snapshots.acceptImport({ ...snapshots.import, revision: 70, status: 'running' });
    snapshots.engineRestarted();
    expect(snapshots.import.status).toBe('idle');
    expect(snapshots.import.revision).toBeGreaterThan(before.revision);
    const idle = snapshots.import.revision;
    const after = snapshots.acceptImport({ ...snapshots.import, revision: 1, status: 'running' });
    expect(after.status).toBe('running');
    expect(after.revision).toBeGreaterThan(idle);
  });
});

describe('what the model is asked', () => {
  const ASKED = { kind: 'words', words: 'how many?' } as const;

  test('is told to a window that opens while it is asked, and its end at once to all', () => {
    const scheduler = new ManualScheduler();
    const snapshots = new LatestSnapshots();
    const hub = new PushHub(scheduler, () => snapshots);
    snapshots.listen({ asking: (now) => hub.asking(now) });
    const told = ({ got }: FakeWindow): unknown[] =>
      got.filter(({ event }) => event === 'insight.asking').map(({ payload }) => payload);
    const asked = snapshots.acceptAsking({ revision: 3, asked: ASKED, wait: null, answer: null });
    expect(snapshots.acceptAsking({ ...asked, revision: 2, asked: null })).toBe(asked);
    const [first, second] = [new FakeWindow(1, scheduler), new FakeWindow(2, scheduler)];
    for (const window of [first, second]) {
      hub.add(window);
      hub.attach(window.id);
    }
    expect(told(second)).toEqual([asked]);
    const failed = { kind: 'failed', error: { code: 'model.quota' } } as const;
    const ended = snapshots.acceptAsking({ ...asked, revision: 4, answer: failed });
    for (const window of [first, second]) expect(told(window)).toEqual([asked, ended]);
  });

  test('ends with the engine that asked it', () => {
    const snapshots = new LatestSnapshots();
    snapshots.acceptAsking({ revision: 70, asked: ASKED, wait: null, answer: null });
    snapshots.progress = { phase: 'computing', share: null };
    snapshots.engineRestarted();
    expect(snapshots.asking).toMatchObject({ asked: null, answer: null });
    expect(snapshots.asking.revision).toBeGreaterThan(70);
    expect(snapshots.progress).toBeNull();
  });
});

describe('a notice', () => {
  const notices = ({ got }: FakeWindow): unknown[] =>
    got.filter(({ event }) => event === 'app.notice').map(({ payload }) => payload);
  const UPGRADED = { code: 'workspace.upgraded', params: { path: '/w.format-12.eventloom' } } as const;
  const TROUBLE = { code: 'app.main_error' } as const;
  const LOCKED = { code: 'workspace.waits_for_lock', params: { path: '/w' } } as const;
  const make = (): { hub: PushHub; open: (id: number) => FakeWindow } => {
    const scheduler = new ManualScheduler();
    const hub = new PushHub(scheduler, () => new LatestSnapshots());
    const open = (id: number): FakeWindow => {
      const window = new FakeWindow(id, scheduler);
      hub.add(window);
      return window;
    };
    return { hub, open };
  };

  test('while no window is open is kept for the next one, and for that one alone', () => {
    const { hub, open } = make();
    hub.notice(UPGRADED);
    hub.notice(TROUBLE);
    hub.notice(UPGRADED);
    const [first, second] = [open(1), open(2)];
    expect(notices(first)).toEqual([]);
    hub.attach(2);
    hub.attach(1);
    expect(notices(first)).toEqual([UPGRADED, TROUBLE]);
    expect(notices(second)).toEqual([]);
  });

  test('is told to all windows that are open, and is not repeated to later ones', () => {
    const { hub, open } = make();
    const [first, second] = [open(1), open(2)];
    hub.attach(1);
    hub.notice(TROUBLE);
    hub.attach(2);
    hub.remove(1);
    hub.remove(2);
    const third = open(3);
    hub.attach(3);
    expect([first, second, third].map(notices)).toEqual([[TROUBLE], [TROUBLE], []]);
  });

  test('that waited in a window which closed before it listened goes to the next one', () => {
    const { hub, open } = make();
    hub.notice(UPGRADED);
    open(1);
    hub.remove(1);
    const next = open(2);
    hub.attach(2);
    expect(notices(next)).toEqual([UPGRADED]);
  });

  test('of something that is soon over is told to open windows only', () => {
    const { hub, open } = make();
    hub.passingNotice(LOCKED);
    const window = open(1);
    hub.attach(1);
    expect(notices(window)).toEqual([]);
    hub.passingNotice(LOCKED);
    expect(notices(window)).toEqual([LOCKED]);
  });

  test('is one of few: without a window for days, the newest are kept', () => {
    const { hub, open } = make();
    for (let n = 0; n < 50; n += 1) hub.notice({ code: 'workspace.upgraded', params: { path: String(n) } });
    const window = open(1);
    hub.attach(1);
    expect(notices(window)).toHaveLength(20);
    expect(notices(window).at(-1)).toEqual({ code: 'workspace.upgraded', params: { path: '49' } });
  });
});
