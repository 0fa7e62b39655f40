import { isDeepStrictEqual } from 'node:util';
import type { AskingSnapshot } from '../../shared/asking.ts';
import type { EventName, Events } from '../../shared/contract.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportSnapshot } from '../../shared/export.ts';
import type { ImportSnapshot } from '../../shared/import.ts';
import type { InductionSnapshot } from '../../shared/induction.ts';
import type { RequestDetail, RequestSummary } from '../../shared/model.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import { SnapshotChannel } from './snapshot-channel.ts';
import type { Scheduler } from './snapshot-channel.ts';

/** A window, as the hub sees it. */
export interface WindowPort {
  readonly id: number;
  send<E extends EventName>(event: E, payload: Events[E]): void;
  /** Shown and not minimised. */
  isVisible(): boolean;
}

type OneShot = { [E in EventName]: { event: E; payload: Events[E] } }[
  'app.navigate' | 'app.command' | 'app.notice'];

interface Subscriber {
  port: WindowPort;
  /** True from the window's first attach until it loads another page. */
  attached: boolean;
  /** One-shot events that wait for the window to attach. */
  waiting: OneShot[];
  run: SnapshotChannel<RunSnapshot>;
  import: SnapshotChannel<ImportSnapshot>;
  export: SnapshotChannel<ExportSnapshot>;
  induction: SnapshotChannel<InductionSnapshot>;
  asking: SnapshotChannel<AskingSnapshot>;
  requests: SnapshotChannel<RequestSummary[]>;
  request: SnapshotChannel<RequestDetail>;
}

const runKey = (s: RunSnapshot): string =>
  [s.workspaceId, s.runId, s.status, s.error?.code, s.dismissed, s.resumable].join('|');

const importKey = (s: ImportSnapshot): string =>
  [s.work, s.status, s.kind, s.phase, s.report?.importId, s.error?.code].join('|');

const exportKey = (s: ExportSnapshot): string => [s.status, s.format, s.what, s.error?.code].join('|');

const inductionKey = (s: InductionSnapshot): string =>
  [s.workspaceId, s.inductionId, s.status, s.error?.code].join('|');

const askingKey = ({ asked, answer }: AskingSnapshot): string => JSON.stringify([asked, answer?.kind]);

/** What a window is answered with when it attaches. */
export interface KnownSnapshots {
  run: RunSnapshot;
  import: ImportSnapshot;
  export: ExportSnapshot;
  induction: InductionSnapshot;
  asking: AskingSnapshot;
}

/** How many requests a window that was hidden is told of at once: as many as it may ask for. */
const REQUESTS_KEPT = 200;
/** How many notices wait for a window at the most; the newest are kept. */
const NOTICES_KEPT = 20;

/** What is new replaces what was waiting to be told of the same request; the newest are kept. */
function mergeRequests(waiting: RequestSummary[], next: RequestSummary[]): RequestSummary[] {
  const byId = new Map([...waiting, ...next].map((request) => [request.id, request]));
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, REQUESTS_KEPT);
}

/** Everything main pushes goes through here: to attached windows only, snapshots coalesced per window. */
export class PushHub {
  readonly #scheduler: Scheduler;
  readonly #latest: () => KnownSnapshots;
  readonly #onLeft: (windowId: number) => void;
  readonly #subscribers = new Map<number, Subscriber>();
  /** Notices that no window could show yet. */
  readonly #kept: ErrorInfo[] = [];

  /**
   * `latest` gives the snapshots a window is answered with when it attaches; `onLeft` is told which window's page is
   * gone.
   */
  constructor(
    scheduler: Scheduler,
    latest: () => KnownSnapshots,
    onLeft: (windowId: number) => void = () => undefined,
  ) {
    this.#scheduler = scheduler;
    this.#latest = latest;
    this.#onLeft = onLeft;
  }

  add(port: WindowPort): void {
    const isWatched = (): boolean => subscriber.attached && port.isVisible();
    const scheduler = this.#scheduler;
    const subscriber: Subscriber = {
      port,
      attached: false,
      waiting: this.#kept.splice(0).map((payload) => ({ event: 'app.notice', payload })),
      run: new SnapshotChannel({
        send: (snapshot) => port.send('run.snapshot', snapshot),
        isWatched,
        urgentKey: runKey,
        scheduler,
      }),
      import: new SnapshotChannel({
        send: (snapshot) => port.send('import.snapshot', snapshot),
        isWatched,
        urgentKey: importKey,
        scheduler,
      }),
      export: new SnapshotChannel({
        send: (snapshot) => port.send('export.snapshot', snapshot),
        isWatched,
        urgentKey: exportKey,
        scheduler,
      }),
      induction: new SnapshotChannel({
        send: (snapshot) => port.send('induction.snapshot', snapshot),
        isWatched,
        urgentKey: inductionKey,
        scheduler,
      }),
      asking: new SnapshotChannel({
        send: (snapshot) => port.send('insight.asking', snapshot),
        isWatched,
        urgentKey: askingKey,
        scheduler,
      }),
      requests: new SnapshotChannel({
        send: (requests) => port.send('run.requests', requests),
        isWatched,
        urgentKey: () => '',
        merge: mergeRequests,
        scheduler,
      }),
      request: new SnapshotChannel({
        send: (request) => port.send('run.request', request),
        isWatched,
        urgentKey: ({ id, state }) => `${id}|${state}`,
        scheduler,
      }),
    };
    this.#subscribers.set(port.id, subscriber);
  }

  remove(id: number): void {
    for (const channel of this.#channelsOf(id)) channel.dispose();
    const unread = this.#subscribers.get(id)?.waiting ?? [];
    this.#subscribers.delete(id);
    // A window that closed before it listened has shown nothing.
    if (this.#subscribers.size === 0) {
      for (const { event, payload } of unread) if (event === 'app.notice') this.#keep(payload);
    }
    this.#onLeft(id);
  }

  /** The window listens from now on. Its first attach also delivers what waited for it. */
  attach(id: number): void {
    const subscriber = this.#subscribers.get(id);
    if (!subscriber || subscriber.attached) return;
    subscriber.attached = true;
    // The answer of an attach tells one kind of snapshot only, so all are sent; windows drop what they know.
    const { run, import: imported, export: exported, induction, asking } = this.#latest();
    subscriber.run.offer(run);
    subscriber.import.offer(imported);
    subscriber.export.offer(exported);
    subscriber.induction.offer(induction);
    subscriber.asking.offer(asking);
    for (const { event, payload } of subscriber.waiting.splice(0)) subscriber.port.send(event, payload);
  }

  /** The window's page is gone (reload, crash): nobody listens until the next attach. */
  detach(id: number): void {
    const subscriber = this.#subscribers.get(id);
    if (!subscriber) return;
    subscriber.attached = false;
    // The next page asks for the requests itself; what waited for this one would come before the answer.
    subscriber.requests.dispose();
    subscriber.request.dispose();
    this.#onLeft(id);
  }

  /** The window is shown, restored or focused: what it missed is sent at once. */
  shown(id: number): void {
    for (const channel of this.#channelsOf(id)) channel.flush();
  }

  run(snapshot: RunSnapshot): void {
    for (const subscriber of this.#subscribers.values()) subscriber.run.offer(snapshot);
  }

  import(snapshot: ImportSnapshot): void {
    for (const subscriber of this.#subscribers.values()) subscriber.import.offer(snapshot);
  }

  export(snapshot: ExportSnapshot): void {
    for (const subscriber of this.#subscribers.values()) subscriber.export.offer(snapshot);
  }

  induction(snapshot: InductionSnapshot): void {
    for (const subscriber of this.#subscribers.values()) subscriber.induction.offer(snapshot);
  }

  asking(snapshot: AskingSnapshot): void {
    for (const subscriber of this.#subscribers.values()) subscriber.asking.offer(snapshot);
  }

  /** Requests to the model that are new or changed: to the windows that show the list, coalesced. */
  requests(requests: RequestSummary[], windowIds: number[]): void {
    for (const id of windowIds) {
      const subscriber = this.#subscribers.get(id);
      if (subscriber?.attached) subscriber.requests.offer(requests);
    }
  }

  /** What has come of one request: to the windows that look at it. */
  request(request: RequestDetail, windowIds: number[]): void {
    for (const id of windowIds) {
      const subscriber = this.#subscribers.get(id);
      if (subscriber?.attached) subscriber.request.offer(request);
    }
  }

  /** Tells all attached windows; one that attaches later asks for the state itself. */
  broadcast<
    E extends
      | 'settings.changed'
      | 'model.changed'
      | 'api.changed'
      | 'update.changed'
      | 'workspace.state'
      | 'data.changed'
      | 'backups.changed'
      | 'rhythm.changed'
      | 'import.unpacking'
      | 'insight.progress'
      | 'insight.savedChanged',
  >(event: E, payload: Events[E]): void {
    for (const { attached, port } of this.#subscribers.values()) if (attached) port.send(event, payload);
  }

  /** Tells one window once; waits until it has attached. */
  tell(id: number, oneShot: OneShot): void {
    const subscriber = this.#subscribers.get(id);
    if (!subscriber) return;
    if (subscriber.attached) subscriber.port.send(oneShot.event, oneShot.payload);
    else subscriber.waiting.push(oneShot);
  }

  /** Tells all windows of something; where none is open, the next one that opens. */
  notice(payload: ErrorInfo): void {
    if (this.#subscribers.size === 0) this.#keep(payload);
    else this.passingNotice(payload);
  }

  /** Tells the windows that are open of something that is not worth telling later. */
  passingNotice(payload: ErrorInfo): void {
    for (const id of this.#subscribers.keys()) this.tell(id, { event: 'app.notice', payload });
  }

  #keep(notice: ErrorInfo): void {
    if (this.#kept.some((other) => isDeepStrictEqual(other, notice))) return;
    this.#kept.push(notice);
    if (this.#kept.length > NOTICES_KEPT) this.#kept.shift();
  }

  #channelsOf(id: number): { flush(): void; dispose(): void }[] {
    const subscriber = this.#subscribers.get(id);
    if (!subscriber) return [];
    const { run, import: imported, export: exported, induction, asking, requests, request } = subscriber;
    return [run, imported, exported, induction, asking, requests, request];
  }
}
