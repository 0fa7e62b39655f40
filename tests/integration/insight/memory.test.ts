import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { InsightDesk } from '../../../src/core/insight/insight-desk.ts';
import { loadedBytes, usableMemory } from '../../../src/core/insight/memory.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import type { Codebook } from '../../../src/shared/codebook.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import { fillWithEvents } from '../../../tools/bench/insight.ts';
import { tempFolder } from '../../support/temp.ts';

const [EVENTS, USERS] = [50_000, 1_000];
const OVERVIEW = questionSchema.parse({ analysis: 'overview' });
const none = (): void => undefined;

function filled(): { path: string; codebook: Codebook } {
  const path = join(tempFolder(), 'w.eventloom');
  return { path, codebook: fillWithEvents(path, EVENTS) };
}

/** One change after which the events have to be read again. */
function changeEvents(path: string): void {
  const workspace = Workspace.open(path, false);
  workspace.db.exec('UPDATE sequences SET updated_at = 2 WHERE user_no = 1');
  workspace.close();
}

afterEach(() => void vi.unstubAllGlobals());

it('events that need more memory than they may have are refused before they are read, with the figures', () => {
  const { path, codebook } = filled();
  const needed = loadedBytes({ events: EVENTS, users: USERS });
  // The columns of an event have 28 bytes, its type 4; those of a user 20.
  expect(needed).toBe(EVENTS * 32 + USERS * 20 + 4);
  const told: unknown[] = [];
  const refused = {
    code: 'insight.needs_memory',
    params: { events: EVENTS, needed: 2, limit: Math.floor((needed - 1) / 2 ** 20) },
  };
  const small = new InsightDesk(path, { memoryLimit: needed - 1 });
  expect(() => small.ask(OVERVIEW, codebook, (progress) => told.push(progress))).toThrow(
    expect.objectContaining(refused),
  );
  expect(told).toEqual([]);
  // What fits is answered, and a cache of it is not a way around the limit.
  expect(new InsightDesk(path, { memoryLimit: needed }).ask(OVERVIEW, codebook, none)).toMatchObject({
    events: EVENTS,
  });
  expect(() => new InsightDesk(path, { memoryLimit: needed / 2 }).ask(OVERVIEW, codebook, none)).toThrow(
    expect.objectContaining({ code: 'insight.needs_memory' }),
  );
  expect(usableMemory()).toBeGreaterThan(needed);
});

it('events that fit once, but not beside those of before, are read anew', () => {
  const { path, codebook } = filled();
  const desk = new InsightDesk(path, { memoryLimit: loadedBytes({ events: EVENTS, users: USERS }) + 1000 });
  const before = desk.ask(OVERVIEW, codebook, none);
  changeEvents(path);
  const after = desk.ask(OVERVIEW, codebook, none);
  expect({ ...after, data: null }).toEqual({ ...before, data: null });
});

it('memory that the system does not give is the same error', () => {
  const { path, codebook } = filled();
  vi.stubGlobal('SharedArrayBuffer', function noMemory(): never {
    throw new RangeError('Array buffer allocation failed');
  });
  expect(() => new InsightDesk(path).ask(OVERVIEW, codebook, none)).toThrow(
    expect.objectContaining({
      code: 'insight.needs_memory',
      params: expect.objectContaining({ events: EVENTS, needed: 2 }) as unknown,
    }),
  );
});
