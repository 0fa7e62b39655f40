import { describe, expect, it } from 'vitest';
import { ApiHarness } from '../../support/api-harness.ts';
import { bodySchemaOf, describedRoutes } from '../../support/openapi.ts';

const ROOT = '/api/v1/events/extract';
/** What the product's first version answered while a run was under way. */
const SEED = {
  status: 'running',
  total_users: 489,
  processed_users: 2,
  success_count: 0,
  failed_count: 2,
  current_batch: 3,
  total_batches: 408,
  progress_percent: 0.4,
  estimated_remaining_seconds: 34901,
};
/** What it kept besides. */
const SEED_STATE = ['current_user_ids', 'start_time', 'end_time', 'error_message'];

describe('the description of the API', () => {
  it('has every route of the server, and no other', async () => {
    const { server } = await ApiHarness.start();
    const routes = server.routes.map((route) => route.replaceAll(/:(\w+)/g, '{$1}'));
    expect(routes.length).toBe(9);
    expect(routes.sort()).toEqual(describedRoutes.sort());
  });

  it('takes the bodies that the server takes, and no others', async () => {
    const harness = await ApiHarness.start();
    await harness.fill(1);
    const schema = bodySchemaOf('POST', `${ROOT}/start`);
    const bodies: [object, boolean][] = [
      [{ user_ids: ['nobody'] }, true],
      [{ user_ids: ['nobody'], extractor: 'rules', detail: 'fine', max_total_tokens: null }, true],
      [{ user_ids: [] }, false],
      [{ user_ids: [''] }, false],
      [{ user_ids: 'u1' }, false],
      [{ extractor: 'other' }, false],
      [{ detail: 'coarse' }, false],
      [{ max_cost: -1 }, false],
      [{ userIds: ['u1'] }, false],
    ];
    for (const [body, isGood] of bodies) {
      expect(schema?.safeParse(body).success, JSON.stringify(body)).toBe(isGood);
      // What is well-formed reaches the engine, which does not know this user.
      const { status, json } = await harness.call('POST', `${ROOT}/start`, body);
      expect([status, json.code], JSON.stringify(body)).toEqual(
        isGood ? [404, 'run.unknown_user'] : [400, 'api.bad_request'],
      );
    }
  });
});

describe('the run', () => {
  it('is told in the JSON of the first version, started once, paused, resumed and cancelled', async () => {
    const harness = await ApiHarness.start({ slowRulesMs: 30 });
    await harness.fill(200);
    const idle = await harness.call('GET', `${ROOT}/progress`);
    expect(idle.json).toMatchObject({
      code: 0,
      data: { status: 'idle', total_users: 0, error_message: null },
    });

    const started = await harness.call('POST', `${ROOT}/start`);
    expect(started.status).toBe(200);
    expect(started.json).toMatchObject({ code: 0, message: '批量抽象任务已启动' });

    const again = await harness.call('POST', `${ROOT}/start`, { user_ids: ['u1'] });
    expect(again.status).toBe(409);
    expect(again.json).toEqual({ code: 'run.already_active', message: '已有批量抽象任务正在运行' });

    await expect.poll(() => harness.run.estimatedRemainingSeconds).not.toBeNull();
    const { data = {} } = (await harness.call('GET', `${ROOT}/progress`)).json;
    for (const [name, value] of Object.entries(SEED)) expect(typeof data[name], name).toBe(typeof value);
    for (const name of SEED_STATE) expect(data, name).toHaveProperty(name);
    expect(data).toMatchObject({ status: 'running', total_users: 200, error_message: null, end_time: null });
    expect(data['processed_users']).toBe(Number(data['success_count']) + Number(data['failed_count']));
    expect(data['progress_percent']).toBe(Number(data['processed_users']) / 2);
    expect(data['start_time']).toBe(new Date(harness.run.startTime ?? 0).toISOString());
    expect(data['current_user_ids']).toEqual(harness.run.currentUserIds);
    // The address of the first version is read again and again; it tells what every window is told.
    expect(data['revision']).toBeLessThanOrEqual(harness.run.revision);

    const paused = await harness.call('POST', `${ROOT}/pause`, {});
    expect(paused.json.data).toMatchObject({ status: 'paused' });
    expect((await harness.call('POST', `${ROOT}/pause`)).json.code).toBe('run.not_running');
    const resumed = await harness.call('POST', `${ROOT}/resume`);
    expect(resumed.json.data).toMatchObject({ status: 'running' });
    const cancelled = await harness.call('POST', `${ROOT}/cancel`);
    expect(cancelled.json.data).toMatchObject({ status: 'cancelled' });
    const after = await harness.call('POST', `${ROOT}/resume`, { max_cost: null });
    expect([after.status, after.json.code]).toEqual([409, 'run.not_resumable']);

    // Some users only, and to their end.
    await harness.call('POST', `${ROOT}/start`, {
      user_ids: ['u199', 'u200'],
      extractor: 'rules',
      detail: 'fine',
    });
    await expect.poll(() => harness.run.status).toBe('completed');
    expect((await harness.call('GET', `${ROOT}/progress`)).json.data).toMatchObject({
      status: 'completed',
      total_users: 2,
      processed_users: 2,
      progress_percent: 100,
      estimated_remaining_seconds: 0,
      extractor: 'rules',
      detail: 'fine',
      end_time: new Date(harness.run.endTime ?? 0).toISOString(),
    });
    expect(harness.failures).toEqual([]);
  });

  it('needs a workspace', async () => {
    const harness = await ApiHarness.start();
    expect((await harness.call('GET', `${ROOT}/progress`)).json.data).toMatchObject({
      status: 'idle',
      workspace_id: '',
    });
    for (const name of ['start', 'pause', 'resume', 'cancel']) {
      const { status, json } = await harness.call('POST', `${ROOT}/${name}`);
      expect([status, json.code]).toEqual([503, 'workspace.none']);
    }
    expect((await harness.call('GET', '/api/v1/users')).status).toBe(503);
  });
});
