import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventsOfThread } from '../../../src/core/insight/events-beyond.ts';
import { connect } from '../../../src/core/store/database.ts';
import { readEvents } from '../../../src/core/store/event-columns.ts';
import type { EventSnapshot } from '../../../src/core/store/event-columns.ts';
import { WorkspaceStore } from '../../../src/core/store/workspace-store.ts';
import { fillWithEvents } from '../../../tools/bench/insight.ts';
import { bundled } from '../../support/bundled.ts';

/** So many that a second thread is worth its start. */
const EVENTS = 220_000;

const folder = mkdtempSync(join(tmpdir(), 'eventloom-test-'));
const path = join(folder, 'w.eventloom');
let alone: EventSnapshot;

/** The events, of which another thread is asked to read some. `shares`: what the caller was told. */
function readWith(
  workerUrl: URL,
  { content = contentOf(path), patienceMs }: { content?: string; patienceMs?: number } = {},
): { snapshot: EventSnapshot; shares: number[]; byThread: number } {
  const db = connect(path, { readOnly: true });
  const beyond = new EventsOfThread(workerUrl, path, content, patienceMs);
  try {
    const shares: number[] = [];
    const reading = readEvents(db, null, beyond);
    for (;;) {
      const step = reading.next();
      if (step.done) return { snapshot: step.value, shares, byThread: beyond.events };
      shares.push(step.value);
    }
  } finally {
    beyond.end();
    db.close();
  }
}

function contentOf(workspacePath: string): string {
  const db = connect(workspacePath, { readOnly: true });
  try {
    return new WorkspaceStore(db).eventsContent();
  } finally {
    db.close();
  }
}

beforeAll(() => {
  fillWithEvents(path, EVENTS);
  const db = connect(path, { readOnly: true });
  const reading = readEvents(db);
  for (;;) {
    const step = reading.next();
    if (!step.done) continue;
    alone = step.value;
    break;
  }
  db.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('two threads read what one reads, and tell how far they are', () => {
  const { snapshot, shares, byThread } = readWith(bundled('events-worker'));
  expect(byThread).toBeGreaterThan(EVENTS / 3);
  expect(snapshot).toEqual(alone);
  expect(shares.length).toBeGreaterThan(100);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
});

it.each([
  ['cannot be started', pathToFileURL('/none/events-worker.js'), { patienceMs: 200 }],
  ['finds the workspace in another state', bundled('events-worker'), { content: 'another state' }],
])('a thread that %s leaves its part to the caller', (_what, url, how) => {
  const { snapshot, byThread } = readWith(url, how);
  expect(byThread).toBe(0);
  expect(snapshot).toEqual(alone);
});
