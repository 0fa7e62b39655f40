import { describe, expect, it } from 'vitest';
import { ApiHarness } from '../../support/api-harness.ts';

const ROOT = '/api/v1/events/extract';

describe('the stream', () => {
  it('begins with the snapshot, goes on with every client the same way, and ends with the server', async () => {
    const harness = await ApiHarness.start({ slowRulesMs: 20 });
    await harness.fill(100);
    const first = await harness.stream();
    expect((await first.until(() => true)).data.status).toBe('idle');
    await harness.call('POST', `${ROOT}/start`);
    await first.until(({ data }) => data.processed_users >= 20);
    const others = await Promise.all(Array.from({ length: 10 }, () => harness.stream()));
    const joined = await Promise.all(others.map((stream) => stream.until(() => true)));
    // Nobody is told again what the first one knows: each begins with the run as it is.
    for (const { data } of joined) expect(data.processed_users).toBeGreaterThanOrEqual(20);
    const all = [first, ...others];
    const ends = await Promise.all(
      all.map((stream) => stream.until(({ data }) => data.status === 'completed')),
    );
    for (const end of ends) {
      expect(end.data).toMatchObject({
        revision: harness.run.revision,
        processed_users: 100,
        progress_percent: 100,
      });
    }
    for (const { events } of all) {
      for (const [index, { id, data }] of events.entries()) {
        expect(id).toBe(String(data.revision));
        expect(data.revision).toBeGreaterThan(events[index - 1]?.data.revision ?? -1);
      }
    }
    const { data } = (await harness.call('GET', `${ROOT}/progress`)).json;
    expect(ends[0]?.data).toEqual(data);
    await harness.server.stop();
    expect(await Promise.all(all.map(({ ended }) => ended))).toEqual(all.map(() => true));
  });

  it('sends a client that comes back what it has missed, and nothing twice', async () => {
    const harness = await ApiHarness.start();
    await harness.fill(10);
    const idle = await (await harness.stream()).until(() => true);
    const knows = await harness.stream({ 'last-event-id': idle.id });
    const older = await harness.stream({ 'last-event-id': String(Number(idle.id) - 1) });
    const ofAnother = await harness.stream({ 'last-event-id': String(Number(idle.id) + 5000) });
    for (const stream of [older, ofAnother]) expect((await stream.until(() => true)).id).toBe(idle.id);
    await harness.call('POST', `${ROOT}/start`);
    await knows.until(({ data }) => data.status === 'completed');
    expect(knows.events.map(({ id }) => id)).not.toContain(idle.id);

    // In another workspace the same number is another snapshot.
    await harness.engines.engine.closeWorkspace();
    await harness.fill(3);
    const other = await harness.stream({ 'last-event-id': String(harness.run.revision) });
    expect((await other.until(() => true)).data['workspace_id']).toBe(harness.run.workspaceId);
  });

  it('is refused to one client too many until another one leaves', async () => {
    const harness = await ApiHarness.start({ limits: { streams: 2 } });
    const [one] = [await harness.stream(), await harness.stream()];
    const refused = await harness.call('GET', `${ROOT}/stream`);
    expect([refused.status, refused.json.code]).toEqual([503, 'api.too_many_streams']);
    one.close();
    await expect
      .poll(() =>
        harness.stream().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  it('shows that it is alive while nothing changes', async () => {
    const harness = await ApiHarness.start({ limits: { heartbeatMs: 10 } });
    const response = await fetch(`${harness.server.url}${ROOT}/stream`, {
      headers: { authorization: `Bearer ${harness.token}` },
    });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.endsWith(':\n\n:\n\n')) break;
    }
    expect(text).toMatch(/^id: 0\nevent: progress\ndata: \{.*\}\n\n(:\n\n)+$/);
  });
});
