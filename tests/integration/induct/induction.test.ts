import { describe, expect, it } from 'vitest';
import { InductionHarness } from '../../support/induction-harness.ts';
import { failure } from '../../support/scripted-client.ts';
import { ALL } from '../../support/engine-harness.ts';
import { inducedLine } from '../../../src/shared/induction.ts';
import type { InductionSnapshot, ProposedType } from '../../../src/shared/induction.ts';

const linesOf = ({ proposal }: InductionSnapshot): ProposedType[] => proposal ?? [];
describe('an induction', () => {
  it('proposes from the first users, updates by the others, reviews, and changes nothing by itself', async () => {
    const harness = await InductionHarness.open();
    const before = await harness.engine.codebook();
    const last = await harness.induce();
    expect(last).toMatchObject({
      status: 'proposed',
      total: 24,
      done: 24,
      error: null,
      phase: 'review',
    });
    expect(last.step).toBe(last.steps);
    expect(last.step).toBeGreaterThanOrEqual(4);
    const sent = harness.client.calls.map(({ request }) => request);
    expect(sent[0]?.system).toContain('这是第一批用户');
    expect(sent[1]?.system).toContain('又一批用户');
    expect(sent[1]?.user).toContain('到目前为止的类型表：');
    expect(sent.at(-1)?.system).toContain('最后的审定');
    // Each user once, by an alias, and never by the real id.
    const texts = sent.map(({ user }) => user).join('\n');
    expect(texts.match(/^@u\d+$/gm)).toHaveLength(24);
    expect(texts).not.toContain('user-');
    expect(await harness.engine.codebook()).toEqual(before);

    const lines = linesOf(last);
    expect(lines.find(({ zh }) => zh === '选车')).toMatchObject({ kind: 'new', replaces: ['了解'] });
    const shown = lines.find(({ zh }) => zh === '细看车型');
    expect(shown?.examples[0]).toMatchObject({ text: expect.stringMatching(/^click item=/) });
    expect(shown?.examples[0]?.userId).toMatch(/^user-00/);
    expect(
      lines.filter(({ category }) => category === 'conversion').every(({ kind }) => kind === 'kept'),
    ).toBe(true);
  });

  it('is on the books with every request, its tokens and its cost, under no run', async () => {
    const harness = await InductionHarness.open();
    const last = await harness.induce();
    const ledger = harness.ledger();
    expect(ledger).toHaveLength(last.requests);
    expect(
      ledger.every(({ state, runId, judged }) => state === 'answered' && runId === null && judged === 1),
    ).toBe(true);
    expect(last.inputTokens).toBe(ledger.reduce((sum, { inputTokens }) => sum + (inputTokens ?? 0), 0));
    expect(last.cost).toBeCloseTo(
      ledger.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
      9,
    );
    expect(last.cost).toBeGreaterThan(0);
  });

  it('takes as many requests and about as many tokens as was told before', async () => {
    const harness = await InductionHarness.open();
    const { estimate, problem } = await harness.engine.preflightInduction({
      kind: 'types',
      users: 24,
      types: 20,
      maxCost: null,
      maxTokens: null,
    });
    expect(problem).toBeNull();
    const last = await harness.induce();
    const behaviours = harness.answered().join('\n').match(/^#\d/gm)?.length;
    expect(estimate).toMatchObject({ users: 24, behaviours, requests: last.requests, currency: 'CNY' });
    // The list is taken to have its limit of types from the second request on, and this model finds fewer.
    expect(estimate?.inputTokens).toBeGreaterThan(last.inputTokens);
    expect(estimate?.inputTokens).toBeLessThan(2.5 * last.inputTokens);
  });

  it('whose lines are taken over is one change of the codebook, which all events follow and which can be undone', async () => {
    const harness = await InductionHarness.open();
    await harness.engine.startRun({ ...ALL, detail: 'standard' });
    await expect.poll(async () => (await harness.engine.runSnapshot()).status).toBe('completed');
    const before = await harness.engine.codebook();
    const used = (await harness.engine.codebookUse()).types['了解']?.events ?? 0;
    expect(used).toBeGreaterThan(0);
    const lines = linesOf(await harness.induce())
      .filter(({ zh }) => zh === '选车')
      .map(inducedLine);
    const after = await harness.engine.acceptInduction({ kind: 'types', lines });
    expect(after.undo).toBe('induced');
    expect((await harness.engine.codebookUse()).types['选车']?.events).toBe(used);
    expect((await harness.engine.inductionSnapshot()).status).toBe('idle');
    expect((await harness.engine.undoCodebook()).codebook).toEqual(before.codebook);
    await expect(harness.engine.acceptInduction({ kind: 'types', lines })).rejects.toMatchObject({
      code: 'induction.no_proposal',
    });
  });

  it('asked for again on the same data is answered from what was paid for', async () => {
    const harness = await InductionHarness.open();
    const first = await harness.induce();
    await harness.engine.dismissInduction();
    expect((await harness.engine.inductionSnapshot()).status).toBe('idle');
    const second = await harness.induce();
    expect(second.proposal).toEqual(first.proposal);
    expect(second.requests).toBe(0);
    expect(harness.client.calls).toHaveLength(first.requests);
  });

  it('writes in the language of the codebook', async () => {
    const harness = await InductionHarness.open();
    await harness.engine.changeCodebook({ kind: 'language', language: 'en' });
    await harness.start();
    await expect.poll(() => harness.client.calls.length).toBeGreaterThan(0);
    expect(harness.client.calls[0]?.request.system).toContain('These are the first users');
    expect((await harness.ends('proposed')).types).toBeGreaterThan(3);
  });
});

describe('an induction that is', () => {
  it('paused finishes and keeps what is in flight, sends no more, and goes on where it was', async () => {
    const harness = await InductionHarness.open({ script: () => ({ ms: 2000 }) });
    await harness.start();
    await expect.poll(() => harness.client.calls.length).toBe(1);
    expect((await harness.engine.pauseInduction()).status).toBe('paused');
    await expect.poll(async () => (await harness.engine.inductionSnapshot()).step).toBe(1);
    await harness.reopen('resume');
    expect(await harness.engine.inductionSnapshot()).toMatchObject({
      status: 'paused',
      step: 1,
      resumable: true,
    });
    expect(harness.client.calls).toHaveLength(1);
    await harness.engine.resumeInduction();
    await harness.ends('proposed');
    expect(new Set(harness.answered()).size).toBe(harness.client.calls.length);
  });

  it('cancelled drops what is in flight at once, and is gone', async () => {
    const harness = await InductionHarness.open({ script: () => ({ hang: true }) });
    await harness.start();
    await expect.poll(() => harness.client.calls.length).toBe(1);
    await harness.engine.cancelInduction();
    expect((await harness.engine.inductionSnapshot()).status).toBe('idle');
    await expect.poll(() => harness.ledger().map(({ state }) => state)).toEqual(['aborted']);
    await expect(harness.engine.resumeInduction()).rejects.toMatchObject({ code: 'induction.not_resumable' });
  });

  it('left at the end of the program goes on by itself at the next opening, by the policy', async () => {
    const harness = await InductionHarness.open({ script: () => ({ ms: 500 }) });
    await harness.start();
    await expect.poll(async () => (await harness.engine.inductionSnapshot()).step).toBe(1);
    await harness.reopen('leave');
    expect(await harness.engine.inductionSnapshot()).toMatchObject({
      status: 'interrupted',
      step: 1,
      resumable: true,
    });
    await harness.reopen('resume');
    const last = await harness.ends('proposed');
    expect(last.resumedAutomatically).toBe(true);
    expect(new Set(harness.answered()).size).toBe(harness.answered().length);
  });
});

describe('a process that died', () => {
  it('after an answer was stored and before it was read has it read, and not paid for again', async () => {
    const harness = await InductionHarness.open();
    const undisturbed = await harness.induce();
    await harness.tamper(`
      UPDATE inductions SET status = 'running', end_time = NULL,
        progress = json_set(progress, '$.step', 0, '$.usersDone', 0, '$.reviewed', json('false'), '$.types', json('[]'),
          '$.phase', 'propose');`);
    await harness.reopen('resume');
    const last = await harness.ends('proposed');
    expect(last.proposal).toEqual(undisturbed.proposal);
    expect(last.requests).toBe(undisturbed.requests);
    expect(harness.client.calls).toHaveLength(undisturbed.requests);
  });

  it('three times within ten minutes leaves it to the user', async () => {
    const harness = await InductionHarness.open({ script: () => ({ hang: true }) });
    await harness.start();
    for (const isLast of [false, false, true]) {
      await harness.tamper("UPDATE inductions SET status = 'running'");
      await harness.reopen('resume');
      const { status, error } = await harness.engine.inductionSnapshot();
      expect(status).toBe(isLast ? 'interrupted' : 'running');
      expect(error?.code).toBe(isLast ? 'run.kept_dying' : undefined);
    }
  });

  it('in the hands of a rescue leaves its answers and proposals, and nothing that would go on', async () => {
    const harness = await InductionHarness.open();
    const proposed = await harness.induce();
    await harness.engine.closeWorkspace();
    await harness.engine.rescueWorkspace(harness.path);
    await harness.reopen('resume');
    expect((await harness.engine.inductionSnapshot()).proposal).toEqual(proposed.proposal);
    await harness.engine.dismissInduction();
    expect((await harness.induce()).requests).toBe(0);
  });
});

describe('a failure', () => {
  it.each([
    ['unauthorized', 'model.unauthorized'],
    ['quota', 'model.quota'],
    ['model_unknown', 'model.model_unknown'],
  ] as const)(
    'that is permanent (%s) stops after one request, with the words of the provider, resumably',
    async (reason, code) => {
      const said = failure(reason, 'the words of the provider', { httpStatus: 401, recognised: true });
      const harness = await InductionHarness.open({ script: () => ({ error: said }) });
      const stopped = await harness.induce();
      expect(stopped).toMatchObject({ status: 'failed', resumable: true, proposal: null });
      expect(stopped.error).toMatchObject({ code, params: { detail: 'the words of the provider' } });
      expect(harness.client.calls).toHaveLength(1);
      harness.script = () => ({});
      await harness.engine.resumeInduction();
      expect((await harness.ends('proposed')).error).toBeNull();
    },
  );

  it('that passes is tried again, after as long as the provider asks', async () => {
    const harness = await InductionHarness.open({
      script: ({ number }) => {
        if (number === 1)
          return { error: failure('rate_limited', 'slow down', { httpStatus: 429, retryAfterMs: 5000 }) };
        if (number === 3) return { error: failure('server_error', 'oops', { httpStatus: 500 }) };
        return {};
      },
    });
    const last = await harness.induce();
    expect(last).toMatchObject({ status: 'proposed', retries: 2 });
    const [first, second] = harness.client.calls;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5000);
    expect(new Set(harness.answered()).size).toBe(harness.answered().length);
  });

  it('that never passes ends with its reason', async () => {
    const harness = await InductionHarness.open({
      script: () => ({ error: failure('server_error', 'down', { httpStatus: 500 }) }),
    });
    const stopped = await harness.induce();
    expect(stopped).toMatchObject({ status: 'failed', error: { code: 'model.server_error' } });
    expect(stopped.requests).toBe(8);
  });

  it('of an answer that gives no list is asked again, a few times, and stays on the books', async () => {
    const harness = await InductionHarness.open({
      script: ({ number }) => (number === 2 ? { text: '没有。' } : {}),
    });
    expect(await harness.induce()).toMatchObject({ status: 'proposed', retries: 1 });
    const useless = await InductionHarness.open({ script: () => ({ text: '没有。' }) });
    const stopped = await useless.induce();
    expect(stopped).toMatchObject({ status: 'failed', error: { code: 'model.bad_format' }, requests: 6 });
    expect(stopped.cost).toBeGreaterThan(0);
  });

  it('of a request that is too long makes the next ones shorter', async () => {
    const harness = await InductionHarness.open({
      script: ({ request }) =>
        (request.user.match(/^#/gm) ?? []).length > 60
          ? { error: failure('too_long', 'too many tokens', { httpStatus: 400 }) }
          : {},
    });
    expect(await harness.induce()).toMatchObject({ status: 'proposed', done: 24 });
  });
});

describe('a cap', () => {
  it('in money or tokens stops before the request that could break it, and a higher one goes on', async () => {
    const uncapped = await (await InductionHarness.open()).induce();
    const tokens = uncapped.inputTokens + uncapped.outputTokens;
    const caps = [{ maxTokens: Math.round(tokens * 0.7) }, { maxCost: (uncapped.cost ?? 0) * 0.7 }];
    for (const cap of caps as { maxTokens?: number; maxCost?: number }[]) {
      const harness = await InductionHarness.open();
      const stopped = await harness.induce(cap);
      expect(stopped).toMatchObject({ status: 'failed', error: { code: 'run.budget_reached' } });
      expect(stopped.inputTokens + stopped.outputTokens).toBeLessThanOrEqual(cap.maxTokens ?? Infinity);
      expect(stopped.cost).toBeLessThanOrEqual(cap.maxCost ?? Infinity);
      expect(stopped.step).toBeGreaterThan(0);
      await harness.engine.resumeInduction({ maxTokens: null, maxCost: null });
      await harness.ends('proposed');
      expect(new Set(harness.answered()).size).toBe(harness.answered().length);
    }
  });

  it('in money needs a price', async () => {
    const harness = await InductionHarness.open({ settings: { priceIn: null } });
    await expect(harness.start({ maxCost: 1 })).rejects.toMatchObject({ code: 'run.cap_needs_price' });
    expect((await harness.engine.inductionSnapshot()).status).toBe('idle');
  });
});

describe('one thing at a time', () => {
  it('asks the model, or changes the data', async () => {
    const harness = await InductionHarness.open({ script: () => ({ hang: true }) });
    await harness.start();
    await expect(harness.engine.startRun(ALL)).rejects.toMatchObject({ code: 'run.induction_active' });
    await expect(harness.engine.startSampleImport()).rejects.toMatchObject({
      code: 'import.induction_active',
    });
    await expect(harness.engine.clearWorkspace('all')).rejects.toMatchObject({ code: 'workspace.busy' });
    await expect(harness.start()).rejects.toMatchObject({ code: 'induction.already_active' });
    await harness.engine.cancelInduction();
    await harness.engine.startRun({ ...ALL, extractor: 'llm' });
    await expect(harness.start()).rejects.toMatchObject({ code: 'induction.run_active' });
    await harness.engine.cancelRun();
  });

  it('and an empty workspace, or a missing model, is said beforehand', async () => {
    const harness = await InductionHarness.open();
    await harness.engine.clearWorkspace('all');
    await expect(harness.start()).rejects.toMatchObject({ code: 'induction.no_users' });
    await harness.use({ model: '' });
    const request = { kind: 'types', users: 24, types: 20, maxCost: null, maxTokens: null } as const;
    const { problem, estimate } = await harness.engine.preflightInduction(request);
    expect(problem?.code).toBe('model.not_configured');
    expect(estimate).toBeNull();
  });
});
