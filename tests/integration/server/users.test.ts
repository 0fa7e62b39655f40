import { expect, it } from 'vitest';
import { ApiHarness } from '../../support/api-harness.ts';
import { ALL } from '../../support/engine-harness.ts';

const USERS = '/api/v1/users';

it('users come in pages and by status, each with profile and events', async () => {
  const harness = await ApiHarness.start();
  await harness.fill(120, 6);
  const { engine } = harness.engines;
  await engine.startRun({ ...ALL, scope: { kind: 'users', userIds: ['u1', 'u2', 'u3'] } });
  await expect.poll(() => harness.run.status).toBe('completed');

  const first = (await harness.call('GET', USERS)).json.data;
  expect(first).toMatchObject({
    total: 120,
    page: 1,
    page_size: 50,
    counts: { all: 120, pending: 117, succeeded: 3, failed: 0, low_coverage: 0 },
  });
  const ids: unknown[] = [];
  for (const page of [1, 2, 3]) {
    const { data } = (await harness.call('GET', `${USERS}?page=${page}&page_size=50`)).json;
    ids.push(...(data?.['users'] as { user_id: string }[]).map(({ user_id }) => user_id));
  }
  expect(new Set(ids).size).toBe(120);
  const done = (await harness.call('GET', `${USERS}?status=succeeded&search=u`)).json.data;
  expect(done).toMatchObject({ total: 3, users: [{ user_id: 'u1' }, { user_id: 'u2' }, { user_id: 'u3' }] });

  const { user, events } = await engine.getUser('u2');
  expect(events.length).toBeGreaterThan(0);
  expect((await harness.call('GET', `${USERS}/u2`)).json.data).toMatchObject({
    user_id: 'u2',
    status: 'succeeded',
    behavior_count: 6,
    event_count: events.length,
    first_time: '1970-01-01 00:00:07',
    last_time: '1970-01-01 00:00:12',
    updated_at: new Date(user.updatedAt ?? 0).toISOString(),
    error_code: null,
    profile: null,
  });
  const listed = (await harness.call('GET', `${USERS}/u2/events`)).json.data;
  expect(listed?.['next_after']).toBeNull();
  expect(listed?.['events']).toHaveLength(events.length);
  expect((listed?.['events'] as unknown[])[0]).toMatchObject({
    ordinal: 1,
    event_type: events[0]?.type,
    category: 'engagement',
    start_time: '1970-01-01 00:00:07',
    origin: 'rule',
    behavior_ids: events[0]?.evidence,
  });
  const rest = (await harness.call('GET', `${USERS}/u2/events?after=1`)).json.data;
  expect(rest?.['events']).toEqual((listed?.['events'] as unknown[]).slice(1));

  for (const path of [`${USERS}/nobody`, `${USERS}/nobody/events`]) {
    const { status, json } = await harness.call('GET', path);
    expect([status, json.code]).toEqual([404, 'workspace.user_not_found']);
  }
  for (const query of [
    'page=0',
    'page=x',
    'page=1e1',
    'page_size=201',
    'status=odd',
    'page=1&page=2',
    'sort=id',
  ]) {
    const { status, json } = await harness.call('GET', `${USERS}?${query}`);
    expect([query, status, json.code]).toEqual([query, 400, 'api.bad_request']);
  }
});
