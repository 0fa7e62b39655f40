import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { ProgressStream } from '../../../src/server/progress-stream.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A client that reads when a test says so. */
class Client extends EventEmitter {
  reads = true;
  left = false;
  readonly written: string[] = [];

  write(text: string): boolean {
    this.written.push(text);
    return this.reads;
  }

  destroy(): void {
    this.left = true;
  }

  readAgain(): void {
    this.reads = true;
    this.emit('drain');
  }

  get revisions(): number[] {
    return this.written.flatMap((text) => /^id: (\d+)\n/.exec(text)?.slice(1).map(Number) ?? []);
  }
}

let clock: ManualClock;
let client: Client;
let snapshot: RunSnapshot;
let stream: ProgressStream;

function begin(known: { workspaceId: string; revision: number } | null = null): void {
  stream = new ProgressStream(client as unknown as ServerResponse, known, {
    snapshot: () => snapshot,
    json: ({ revision }) => ({ revision }),
    clock,
    stalledMs: 60_000,
    failed: (error) => {
      throw error;
    },
  });
}

async function change(next: Partial<RunSnapshot> = {}): Promise<void> {
  snapshot = { ...snapshot, revision: snapshot.revision + 1, ...next };
  stream.changed();
  await settle();
}

async function advance(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

beforeEach(async () => {
  clock = new ManualClock();
  client = new Client();
  snapshot = { ...NO_RUN, workspaceId: 'w', revision: 5, runId: 1, status: 'running' };
});

describe('the stream of a client', () => {
  it('begins with the snapshot of now, unless the client knows it', async () => {
    begin();
    await settle();
    expect(client.written).toEqual(['id: 5\nevent: progress\ndata: {"revision":5}\n\n']);
    client.written.length = 0;
    begin({ workspaceId: 'w', revision: 5 });
    await settle();
    expect(client.written).toEqual([]);
    begin({ workspaceId: 'other', revision: 5 });
    await settle();
    expect(client.revisions).toEqual([5]);
  });

  it('has no more than ten snapshots a second, the last one always, and a change of state at once', async () => {
    begin();
    await settle();
    for (let ms = 0; ms < 2_000; ms += 5) {
      await change();
      await advance(5);
    }
    await advance(200);
    expect(client.revisions.length).toBeGreaterThan(15);
    expect(client.revisions.length).toBeLessThanOrEqual(21);
    expect(client.revisions.at(-1)).toBe(snapshot.revision);
    await change({ status: 'paused' });
    expect(client.revisions.at(-1)).toBe(snapshot.revision);
    await change({ status: 'running' });
    expect(client.revisions.at(-1)).toBe(snapshot.revision);
  });

  it('keeps one snapshot for a client that does not read: the newest', async () => {
    begin();
    await settle();
    client.reads = false;
    await change({ status: 'paused' });
    const before = client.written.length;
    for (let index = 0; index < 1_000; index += 1) {
      await change({ status: index % 2 ? 'paused' : 'running' });
      stream.beat();
      await advance(50);
    }
    expect(client.written.length).toBe(before);
    client.readAgain();
    await settle();
    expect(client.revisions.slice(before)).toEqual([snapshot.revision]);
    expect(client.left).toBe(false);
  });

  it('is ended when its client has not read for a minute', async () => {
    begin();
    await settle();
    client.reads = false;
    await change({ status: 'paused' });
    await advance(59_000);
    client.readAgain();
    await advance(10_000);
    expect(client.left).toBe(false);
    client.reads = false;
    await change({ status: 'running' });
    await advance(60_000);
    expect(client.left).toBe(true);
  });

  it('says nothing more once it is ended', async () => {
    begin();
    await settle();
    await change();
    stream.dispose();
    await advance(1_000);
    await change({ status: 'paused' });
    expect(client.revisions).toEqual([5]);
  });
});
