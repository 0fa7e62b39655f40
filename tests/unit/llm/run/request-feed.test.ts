import { beforeEach, describe, expect, it } from 'vitest';
import { RequestFeed } from '../../../../src/core/extract/llm/run/request-feed.ts';
import type { RequestLedger } from '../../../../src/core/extract/ports.ts';
import type { RequestDetail } from '../../../../src/shared/model.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

let clock: ManualClock;
/** The ids that were read from the ledger. */
let read: number[];
let listed: number[][];
let watched: RequestDetail[];
let feed: RequestFeed;

beforeEach(() => {
  clock = new ManualClock();
  [read, listed, watched] = [[], [], []];
  const requests = {
    get: (id: number) => {
      read.push(id);
      return { id, state: 'sending', answer: null, reasoning: null };
    },
  } as unknown as RequestLedger;
  feed = new RequestFeed({
    clock,
    requests: () => requests,
    onRequests: (changed) => listed.push(changed.map(({ id }) => id)),
    onRequest: (detail) => watched.push(detail),
  });
});

async function later(): Promise<void> {
  clock.advance(1000);
  await new Promise((resolve) => setImmediate(resolve));
}

function traffic(id: number): void {
  feed.started(id);
  feed.text(id, 'a', 'text');
  feed.text(id, 'b', 'text');
}

describe('what comes of requests', () => {
  it('is neither read nor told while no window shows it', async () => {
    traffic(1);
    await later();
    feed.ended(1);
    await later();
    expect([read, listed, watched]).toEqual([[], [], []]);
  });

  it('is told of all while a window shows the list', async () => {
    feed.watch({ list: true, ids: [] });
    traffic(1);
    traffic(2);
    await later();
    expect([read, listed, watched]).toEqual([[1, 2], [[1, 2]], []]);
  });

  it('is told of the one that a window shows, and of no other', async () => {
    feed.watch({ list: false, ids: [2] });
    traffic(1);
    traffic(2);
    await later();
    expect([read, listed]).toEqual([[2], []]);
    expect(watched).toMatchObject([{ id: 2, state: 'streaming', answer: 'ab' }]);
  });

  it('is dropped when the window stops showing it before it is told', async () => {
    feed.watch({ list: true, ids: [1] });
    traffic(1);
    feed.watch({ list: false, ids: [] });
    await later();
    expect([read, listed, watched]).toEqual([[], [], []]);
  });

  it('has come all the same: a window that shows a request later sees its text from the beginning', () => {
    traffic(1);
    expect(feed.get(1)).toMatchObject({ answer: 'ab', state: 'streaming' });
  });
});
