import { expect, it } from 'vitest';
import type {
  RunUser,
  StreamedWork,
  StreamingExtractor,
  UserOutcome,
} from '../../../src/core/extract/extractor.ts';
import { StreamDesk } from '../../../src/core/run/stream-desk.ts';
import type { StreamDeskOptions } from '../../../src/core/run/stream-desk.ts';
import type { RunModel } from '../../../src/core/run/ports.ts';

const user = (userNo: number, bytes: number): RunUser => ({
  userNo,
  behaviourCount: 1,
  input: { userId: `u${userNo}`, profile: null, behaviours: [] },
  bytes,
});

it('hands out no further user while those in work fill the memory, and goes on after a commit', async () => {
  const users = [user(1, 60), user(2, 30), user(3, 50)];
  const asked: number[] = [];
  const options: Partial<StreamDeskOptions> = {
    runId: 1,
    signal: new AbortController().signal,
    automatic: false,
    extractor: {} as StreamingExtractor,
    model: () => ({}) as RunModel,
    pilotLeft: () => null,
    load: async (after, count, bytesInUse) => {
      asked.push(after);
      const next = users.filter(({ userNo }) => userNo > after).slice(0, count);
      const fits = next.filter(({ bytes = 0 }) => bytesInUse === 0 || bytesInUse + bytes <= 100);
      return next.length > 0 && fits.length === 0 ? null : fits;
    },
    commit: async () => undefined,
  };
  const desk = new StreamDesk(options as StreamDeskOptions);
  const take = async () => (await desk.takeUsers(1))?.map(({ userNo }) => userNo) ?? null;
  const commit = async (done: RunUser | undefined): Promise<void> => {
    if (!done) return;
    const outcome: UserOutcome = { userId: done.input.userId, status: 'succeeded', events: [] };
    const tally = {
      cachedUsers: 0,
      guardrailEvents: 0,
      regroupedEvents: 0,
      unsupportedEvents: 0,
      lowCoverageUsers: 0,
    };
    const work: StreamedWork = {
      outcomes: [{ user: done, outcome }],
      tally,
      batchesDone: 1,
      totalBatches: 1,
    };
    await desk.commit(work);
  };

  expect([await take(), desk.full]).toEqual([[1], false]);
  expect([await take(), desk.full]).toEqual([[2], false]);
  expect([await take(), desk.full]).toEqual([[], true]);
  // Nothing was committed since: the behaviours of the next user are not read again in vain.
  const reads = asked.length;
  expect([await take(), desk.full]).toEqual([[], true]);
  expect(asked).toHaveLength(reads);
  await commit(users[0]);
  expect([await take(), desk.full]).toEqual([[3], false]);
  expect(await take()).toBeNull();
});
