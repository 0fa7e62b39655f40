import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { EventDraft, UserOutcome } from '../../src/core/extract/extractor.ts';
import type { AnswerCache, RequestLedger, StoredAnswer } from '../../src/core/extract/ports.ts';
import type { CommittedWork, DetailChange, NewRun, RunRow, RunStore } from '../../src/core/run/ports.ts';
import type { RunScope } from '../../src/shared/run.ts';

/** A store with users u1 … u6 of three behaviours each, numbered from 1, and no run. */
export interface StoreUnderTest {
  store: RunStore;
  ledger: RequestLedger;
  answers: AnswerCache;
  statusOf(userId: string): Promise<string>;
  /** The types of a user's events, in order. */
  eventsOf(userId: string): Promise<string[]>;
  /** The store as seen by a process that starts after this one has died. */
  reopen(): Promise<StoreUnderTest>;
}

const USERS = 6;
const ALL: RunScope = { kind: 'remaining' };
const PAIRS: NewRun = {
  extractor: 'rules',
  extractorVersion: 'v1',
  detail: 'fine',
  scope: ALL,
  startTime: 1000,
  packing: { maxUsers: 2, maxBehaviours: 100 },
  basis: null,
};
const STREAM: NewRun = {
  ...PAIRS,
  extractor: 'llm',
  packing: null,
  totalBatches: 4,
  model: {
    name: 'm',
    currency: 'CNY',
    priced: true,
    maxCost: null,
    maxTokens: null,
    pilotUsers: 2,
    pilotReleased: false,
    pilotDetail: null,
    fresh: false,
    cachedUsers: 0,
    guardrailEvents: 0,
    regroupedEvents: 0,
    unsupportedEvents: 0,
    lowCoverageUsers: 0,
  },
};
const ANSWER: StoredAnswer = { events: [], coverage: 1, unsupported: 0 };

function succeeded(userNo: number, types = ['浏览']): { userNo: number; outcome: UserOutcome } {
  const events = types.map((type): EventDraft => ({
    type,
    category: 'engagement',
    startTime: 0,
    endTime: 1,
    origin: 'rule',
    confidence: 1,
    context: {},
    evidence: [userNo * 3 - 2],
  }));
  return { userNo, outcome: { userId: `u${userNo}`, status: 'succeeded', events } };
}

function failed(userNo: number): { userNo: number; outcome: UserOutcome } {
  const error = { code: 'model.timeout' } as const;
  return { userNo, outcome: { userId: `u${userNo}`, status: 'failed', error } };
}

const workOf = (
  { id: runId }: RunRow,
  outcomes: CommittedWork['outcomes'],
  more: Partial<CommittedWork> = {},
): CommittedWork => ({
  runId,
  batchNo: 1,
  outcomes,
  weight: outcomes.length * 4,
  done: true,
  pauseAt: null,
  now: 5000,
  activeMs: 100,
  ...more,
});

/** The contract of RunStore, to be run on each implementation. */
export function describeRunStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the run store: ${name}`, () => {
    let test: StoreUnderTest;
    let store: RunStore;

    beforeEach(async () => {
      test = await open();
      store = test.store;
    });

    async function create(run: Partial<NewRun> = {}): Promise<RunRow> {
      const created = await store.create({ ...PAIRS, ...run });
      if (!created) throw new Error('the scope covers no user');
      return created;
    }

    const newest = async (): Promise<RunRow> => {
      const run = await store.latest();
      if (!run) throw new Error('there is no run');
      return run;
    };

    const namesOf = async (runId: number, batchNo: number): Promise<string[]> => {
      const request = { runId, batchNo, afterUserNo: 0, count: null, maxBehaviours: 100 };
      return ((await store.loadUsers(request)) ?? []).map(({ input }) => input.userId);
    };

    describe('a new run', () => {
      it('is stored running, with its counters at zero', async () => {
        expect(await store.latest()).toBeNull();
        const run = await create();
        expect(run).toMatchObject({
          status: 'running',
          extractor: 'rules',
          extractorVersion: 'v1',
          detail: 'fine',
          scope: ALL,
          totalUsers: USERS,
          processedUsers: 0,
          totalBatches: 3,
          doneBatches: 0,
          totalWeight: USERS * 4,
          doneWeight: 0,
          startTime: 1000,
          endTime: null,
          deaths: [],
          error: null,
          dismissed: false,
          model: null,
        });
        expect(await newest()).toEqual(run);
      });

      it('has its users packed in their order', async () => {
        const { id } = await create({ packing: { maxUsers: 10, maxBehaviours: 7 } });
        expect([await namesOf(id, 1), await namesOf(id, 3)]).toEqual([
          ['u1', 'u2'],
          ['u5', 'u6'],
        ]);
        expect((await newest()).totalBatches).toBe(3);
      });

      it('has all users in one batch where the extractor packs them itself', async () => {
        const run = await create(STREAM);
        expect(run).toMatchObject({ totalBatches: 4, model: STREAM.model });
        expect(await namesOf(run.id, 1)).toHaveLength(USERS);
      });

      it('is not created for a scope without users, and the older run stays unchanged', async () => {
        const before = await create();
        expect(await store.create({ ...PAIRS, scope: { kind: 'failed' } })).toBeNull();
        expect(await newest()).toEqual(before);
      });

      it('closes an unfinished older run, and dismisses the notice of an ended one', async () => {
        const first = await create();
        await store.setState(first.id, { status: 'interrupted', endTime: null, error: null });
        const second = await create();
        expect(second.id).toBeGreaterThan(first.id);
        expect(await store.setState(first.id, { status: 'running', endTime: null, error: null })).toBe(false);
        expect((await newest()).id).toBe(second.id);
      });

      it('covers the users that its scope has when it is created', async () => {
        const run = await create({ packing: { maxUsers: 6, maxBehaviours: 100 } });
        const partly = succeeded(2);
        if (partly.outcome.status === 'succeeded') partly.outcome.lowCoverage = true;
        await store.commit(workOf(run, [succeeded(1), partly, failed(3)]));
        const usersOf = async (scope: RunScope): Promise<string[]> => {
          const { users } = await store.scopeFigures(scope);
          const created = await store.create({ ...PAIRS, scope, packing: null });
          const names = created ? await namesOf(created.id, 1) : [];
          expect(names).toHaveLength(users);
          return names;
        };
        expect(await usersOf(ALL)).toEqual(['u3', 'u4', 'u5', 'u6']);
        expect(await usersOf({ kind: 'failed' })).toEqual(['u3']);
        expect(await usersOf({ kind: 'failed', code: 'model.timeout' })).toEqual(['u3']);
        expect(await usersOf({ kind: 'failed', code: 'model.refused' })).toEqual([]);
        expect(await usersOf({ kind: 'lowCoverage' })).toEqual(['u2']);
        expect(await usersOf({ kind: 'users', userIds: ['u5', 'u1', 'nobody'] })).toEqual(['u1', 'u5']);
        expect(await store.unknownUsers(['u5', 'nobody', '__proto__'])).toEqual(['nobody', '__proto__']);
        expect(await store.scopeFigures({ kind: 'users', userIds: ['u1', 'u5'] })).toEqual({
          users: 2,
          behaviours: 6,
          replacing: 1,
        });
      });
    });

    describe('claiming', () => {
      it('returns the batches that are not done, in order', async () => {
        const run = await create();
        await store.commit(workOf(run, [succeeded(3), succeeded(4)], { batchNo: 2 }));
        expect(await store.claimBatch(run.id, 0)).toBe(1);
        expect(await store.claimBatch(run.id, 1)).toBe(3);
        expect(await store.claimBatch(run.id, 3)).toBeNull();
      });

      it('returns a batch again when only some of its users are committed', async () => {
        const run = await create();
        await store.commit(workOf(run, [succeeded(1)]));
        expect(await store.claimBatch(run.id, 0)).toBe(1);
        expect(await namesOf(run.id, 1)).toEqual(['u2']);
        expect((await newest()).doneBatches).toBe(0);
      });
    });

    describe('loading users', () => {
      it('returns their behaviours in time order, and users after a given one on request', async () => {
        const { id: runId } = await create(STREAM);
        const users =
          (await store.loadUsers({
            runId,
            batchNo: 1,
            afterUserNo: 2,
            count: 2,
            maxBehaviours: 9,
          })) ?? [];
        expect(users.map(({ userNo, behaviourCount }) => [userNo, behaviourCount])).toEqual([
          [3, 3],
          [4, 3],
        ]);
        const times = users[0]?.input.behaviours.map(({ time }) => time) ?? [];
        expect(times).toHaveLength(3);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      });

      it('refuses a user with too many behaviours, and loads none of them', async () => {
        const { id: runId } = await create(STREAM);
        const load = { runId, batchNo: 1, afterUserNo: 0, count: 1, maxBehaviours: 2 };
        expect(await store.loadUsers(load)).toMatchObject([
          { userNo: 1, input: { behaviours: [] }, refused: { code: 'extract.user_too_large' } },
        ]);
      });
    });

    describe('a commit', () => {
      it('stores events, states and counters, and finishes the batch', async () => {
        const run = await create();
        const counters = await store.commit(workOf(run, [succeeded(1, ['浏览', '加购']), failed(2)]));
        expect(counters).toMatchObject({
          status: 'running',
          processedUsers: 2,
          successCount: 1,
          failedCount: 1,
          doneBatches: 1,
          totalBatches: 3,
          doneWeight: 8,
          eventCount: 2,
          endTime: null,
          model: null,
        });
        expect([await test.statusOf('u1'), await test.statusOf('u2')]).toEqual(['succeeded', 'failed']);
        expect(await test.eventsOf('u1')).toEqual(['浏览', '加购']);
        expect(await newest()).toMatchObject({ ...counters, activeMs: 100 });
      });

      it('is stored for the next process', async () => {
        const run = await create();
        await store.commit(workOf(run, [succeeded(1), succeeded(2)]));
        const before = await newest();
        test = await test.reopen();
        store = test.store;
        expect(await newest()).toEqual(before);
        expect(await test.eventsOf('u2')).toEqual(['浏览']);
        expect(await store.claimBatch(run.id, 0)).toBe(2);
      });

      it('replaces the events of an earlier run; a failed user keeps them', async () => {
        const first = await create({ packing: null });
        await store.commit(
          workOf(
            first,
            [1, 2, 3, 4, 5, 6].map((no) => succeeded(no, ['a', 'b'])),
          ),
        );
        const scope: RunScope = { kind: 'users', userIds: ['u1', 'u2'] };
        const second = await create({ packing: null, scope });
        await store.commit(workOf(second, [succeeded(1, ['c']), failed(2)]));
        expect([await test.eventsOf('u1'), await test.eventsOf('u2')]).toEqual([['c'], ['a', 'b']]);
        expect(await test.statusOf('u2')).toBe('failed');
      });

      it('completes the run with its last users', async () => {
        const run = await create({ packing: null });
        const counters = await store.commit(
          workOf(
            run,
            [1, 2, 3, 4, 5, 6].map((no) => succeeded(no)),
          ),
        );
        expect(counters).toMatchObject({ status: 'completed', processedUsers: USERS, endTime: 5000 });
        expect((await newest()).status).toBe('completed');
      });

      it('pauses the run at the end of its pilot, and not before', async () => {
        const run = await create(STREAM);
        const part = { done: false, pauseAt: 2 };
        expect((await store.commit(workOf(run, [succeeded(1)], part)))?.status).toBe('running');
        expect((await store.commit(workOf(run, [succeeded(2)], part)))?.status).toBe('paused');
        expect((await newest()).status).toBe('paused');
      });

      it('completes a run whose pilot covers all users', async () => {
        const run = await create(STREAM);
        const outcomes = [1, 2, 3, 4, 5, 6].map((no) => succeeded(no));
        expect((await store.commit(workOf(run, outcomes, { pauseAt: 2 })))?.status).toBe('completed');
      });

      it('of a paused run is stored, and the run stays paused', async () => {
        const run = await create();
        await store.setState(run.id, { status: 'paused', endTime: null, error: null });
        expect(await store.commit(workOf(run, [succeeded(1), succeeded(2)]))).toMatchObject({
          status: 'paused',
          processedUsers: 2,
        });
      });

      it.each(['cancelled', 'failed', 'interrupted'] as const)(
        'of a run that is %s is refused, and nothing of it is stored',
        async (status) => {
          const run = await create();
          await store.setState(run.id, { status, endTime: 1, error: null });
          expect(await store.commit(workOf(run, [succeeded(1), succeeded(2)]))).toBeNull();
          expect(await test.statusOf('u1')).toBe('pending');
          expect((await newest()).processedUsers).toBe(0);
        },
      );

      it('of a user who was committed before throws, and nothing of it is stored', async () => {
        const run = await create();
        await store.commit(workOf(run, [succeeded(1)]));
        const extraWrites = { answers: [{ key: 'k', answer: ANSWER, complete: true }] };
        const again = workOf(run, [succeeded(2), succeeded(1)], { extraWrites });
        await expect((async () => store.commit(again))()).rejects.toBeInstanceOf(AppError);
        expect(await test.statusOf('u2')).toBe('pending');
        expect(test.answers.get('k')).toBeNull();
        expect((await newest()).processedUsers).toBe(1);
      });

      it('adds the counts of a run that packs as it goes', async () => {
        const run = await create(STREAM);
        const tally = {
          cachedUsers: 1,
          guardrailEvents: 2,
          regroupedEvents: 5,
          unsupportedEvents: 3,
          lowCoverageUsers: 4,
        };
        const streamed = { batchesDone: 1, totalBatches: 9, tally };
        await store.commit(workOf(run, [succeeded(1)], { done: false, streamed }));
        const counters = await store.commit(workOf(run, [succeeded(2)], { done: false, streamed }));
        expect(counters).toMatchObject({ doneBatches: 2, totalBatches: 9 });
        expect(counters?.model).toEqual({
          ...STREAM.model,
          cachedUsers: 2,
          guardrailEvents: 4,
          regroupedEvents: 10,
          unsupportedEvents: 6,
          lowCoverageUsers: 8,
        });
      });
    });

    describe('extra writes of a commit', () => {
      const request = (runId: number): number =>
        test.ledger.begin({
          runId,
          clientId: `c${runId}`,
          startTime: 0,
          asked: [[1, 0, 1, 3, 'k']],
          cause: null,
          reservedCost: 0.5,
          reservedTokens: 100,
          prompt: { system: 's', user: 'u' },
        });

      it('are stored with the users', async () => {
        const run = await create(STREAM);
        const requestId = request(run.id);
        const billing = { inputTokens: 10, outputTokens: 2, reported: true, cost: 0.25 };
        const times = { httpStatus: 200, firstTokenMs: 1, latencyMs: 2 };
        test.ledger.answered(requestId, {
          ...billing,
          ...times,
          text: '{}',
          reasoning: '',
          finishReason: 'stop',
        });
        expect(test.ledger.unjudged(run.id)).toMatchObject([{ id: requestId, text: '{}' }]);
        const verdict = {
          userId: 'u1',
          accepted: true,
          reason: null,
          events: 1,
          coverage: 1,
          unsupported: 0,
        };
        await store.commit(
          workOf(run, [succeeded(1)], {
            done: false,
            extraWrites: {
              judged: { requestId, verdicts: [verdict] },
              answers: [{ key: 'k', answer: ANSWER, complete: true }],
              cuts: [{ key: 'whole', at: 5 }],
              learned: { key: 'model', state: { tokens: 7 } },
            },
          }),
        );
        expect(test.ledger.unjudged(run.id)).toEqual([]);
        expect(test.ledger.get(requestId)).toMatchObject({ accepted: 1, verdicts: [verdict] });
        expect(test.answers.get('k')).toEqual({ answer: ANSWER, complete: true, createdAt: 5000 });
        expect(test.answers.cutOf('whole')).toEqual({ at: 5 });
        expect(test.answers.learned('model')).toEqual({ tokens: 7 });
        expect(await store.requestTotals(run.id)).toMatchObject({ requests: 1, inputTokens: 10, cost: 0.25 });
      });

      it('never replace a complete answer by another, nor a cut by one that goes less far', async () => {
        const run = await create(STREAM);
        const write = (userNo: number, coverage: number, complete: boolean, at: number): CommittedWork =>
          workOf(run, [succeeded(userNo)], {
            done: false,
            extraWrites: {
              answers: [{ key: 'k', answer: { ...ANSWER, coverage }, complete }],
              cuts: [{ key: 'whole', at }],
            },
          });
        await store.commit(write(1, 0.5, false, 4));
        await store.commit(write(2, 0.9, true, 6));
        await store.commit(write(3, 0.7, false, 5));
        expect(test.answers.get('k')).toMatchObject({ answer: { coverage: 0.9 }, complete: true });
        expect(test.answers.cutOf('whole')).toEqual({ at: 6 });
      });

      it('count a request in flight of a dead process as lost, and its cost as uncertain', async () => {
        const run = await create(STREAM);
        const id = request(run.id);
        await store.markLost();
        expect(test.ledger.get(id)).toMatchObject({ state: 'lost' });
        expect(await store.requestTotals(run.id)).toMatchObject({ requests: 1, cost: 0, uncertainCost: 0.5 });
      });
    });

    describe('a change of state', () => {
      it('changes the given fields, and keeps the rest', async () => {
        const run = await create(STREAM);
        const error = { code: 'model.quota', params: { detail: 'x' } } as const;
        const changed = await store.setState(run.id, {
          status: 'failed',
          endTime: 77,
          error,
          deaths: [1, 2],
          activeMs: 500,
          model: { maxCost: 3, pilotReleased: true, name: 'n' },
        });
        expect(changed).toBe(true);
        expect(await newest()).toMatchObject({
          status: 'failed',
          endTime: 77,
          error,
          deaths: [1, 2],
          activeMs: 500,
          extractorVersion: 'v1',
          detail: 'fine',
          model: { ...STREAM.model, maxCost: 3, pilotReleased: true, name: 'n' },
        });
        await store.setState(run.id, {
          status: 'running',
          endTime: null,
          error: null,
          extractorVersion: 'v1 → v2',
        });
        expect(await newest()).toMatchObject({
          status: 'running',
          endTime: null,
          error: null,
          deaths: [1, 2],
          extractorVersion: 'v1 → v2',
          model: { maxCost: 3 },
        });
      });

      it('can reset a choice', async () => {
        const run = await create({
          ...STREAM,
          model: { ...(STREAM.model as NonNullable<NewRun['model']>), maxCost: 5 },
        });
        await store.setState(run.id, {
          status: 'running',
          endTime: null,
          error: null,
          model: { maxCost: null },
        });
        expect((await newest()).model).toEqual(STREAM.model);
      });

      it('never reduces the running time', async () => {
        const run = await create();
        await store.setState(run.id, { status: 'paused', endTime: null, error: null, activeMs: 900 });
        await store.setState(run.id, { status: 'running', endTime: null, error: null, activeMs: 10 });
        expect((await newest()).activeMs).toBe(900);
      });

      it.each(['completed', 'cancelled'] as const)('of a run that is %s is refused', async (status) => {
        const run = await create({ packing: null });
        if (status === 'cancelled') await store.setState(run.id, { status, endTime: 1, error: null });
        else
          await store.commit(
            workOf(
              run,
              [1, 2, 3, 4, 5, 6].map((no) => succeeded(no)),
            ),
          );
        const before = await newest();
        expect(before.status).toBe(status);
        expect(await store.setState(run.id, { status: 'paused', endTime: null, error: null })).toBe(false);
        expect(await newest()).toEqual(before);
      });

      it('shows the notice of the run again', async () => {
        const run = await create();
        await store.dismiss(run.id);
        expect((await newest()).dismissed).toBe(true);
        await store.setState(run.id, { status: 'failed', endTime: 1, error: null });
        expect((await newest()).dismissed).toBe(false);
      });
    });

    describe('a change of the detail', () => {
      /** Every user has two events instead of one. */
      const regroup: DetailChange['regroup'] = ({ events }) => ({
        events: events.flatMap((event) => [event, { ...event, type: '再次' }]),
        changed: 2,
      });

      async function paused(): Promise<RunRow> {
        const run = await create(STREAM);
        const outcomes = [succeeded(1), succeeded(2), failed(3)];
        await store.commit(workOf(run, outcomes, { done: false, pauseAt: 3 }));
        return newest();
      }

      it('replaces the events of those who are done, and counts them', async () => {
        const run = await paused();
        const changed = await store.changeDetail({
          runId: run.id,
          detail: 'brief',
          basis: null,
          regroup,
          now: 7,
        });
        expect(changed).toMatchObject({
          detail: 'brief',
          eventCount: 4,
          model: { regroupedEvents: 4, pilotDetail: 'fine' },
        });
        expect(await newest()).toMatchObject({ ...changed, status: 'paused', processedUsers: 3 });
        expect(await test.eventsOf('u1')).toEqual(['浏览', '再次']);
        expect(await test.eventsOf('u3')).toEqual([]);
      });

      it('gives each user with behaviours and events, and names the first detail for good', async () => {
        const run = await paused();
        const seen: string[] = [];
        const look: DetailChange['regroup'] = ({ input, events }) => {
          seen.push(
            `${input.userId} ${input.behaviours.length} ${events.map(({ evidence }) => evidence).join()}`,
          );
          return { events, changed: 0 };
        };
        await store.changeDetail({ runId: run.id, detail: 'brief', basis: null, regroup: look, now: 7 });
        expect(seen).toEqual(['u1 3 1', 'u2 3 4']);
        await store.changeDetail({ runId: run.id, detail: 'standard', basis: null, regroup: look, now: 7 });
        expect((await newest()).model?.pilotDetail).toBe('fine');
      });

      it('that cannot be made for one user is made for none', async () => {
        const run = await paused();
        const fails: DetailChange['regroup'] = (user) => {
          if (user.userNo === 2) throw new AppError('app.internal', { detail: 'no' });
          return regroup(user);
        };
        await expect(
          (async () =>
            store.changeDetail({ runId: run.id, detail: 'brief', basis: null, regroup: fails, now: 7 }))(),
        ).rejects.toThrow(AppError);
        expect(await newest()).toMatchObject({ detail: 'fine', eventCount: 2 });
        expect(await test.eventsOf('u1')).toEqual(['浏览']);
      });

      it('is none of a run that is not paused', async () => {
        const run = await paused();
        await store.setState(run.id, { status: 'running', endTime: null, error: null });
        expect(
          await store.changeDetail({ runId: run.id, detail: 'brief', basis: null, regroup, now: 7 }),
        ).toBeNull();
        expect((await newest()).detail).toBe('fine');
      });
    });

    it('is ready when the workspace can be written to', async () => {
      await store.makeReady();
      expect(await create()).toMatchObject({ status: 'running' });
    });
  });
}
