import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { DETAILS } from '../../../src/shared/abstraction.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const USERS = 40;
const ROWS = 60;

/** An engine with a workspace of its own; `folder` of an earlier one opens that again. */
async function open(folder: string, slowRulesMs = 0): Promise<EngineHarness> {
  const harness = new EngineHarness({ slowRulesMs });
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  return harness;
}

async function importLog(harness: EngineHarness, folder: string, seed: number): Promise<void> {
  const path = join(folder, `log-${seed}.csv`);
  await generateSample({ users: USERS, rowsPerUser: ROWS, seed, behaviorsPath: path });
  await harness.engine.startImport({ path, kind: 'behaviours' });
  await harness.importEnded();
}

describe('the preview of the details', () => {
  it('tells about how many events each would make, and shows real users with what a run makes of them', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    await importLog(harness, folder, 3);
    const preview = await harness.engine.previewDetails(ALL.scope);
    expect(preview.behaviours).toBe(USERS * ROWS);
    expect(preview.users).toHaveLength(3);
    for (const detail of DETAILS) {
      await harness.engine.startRun({
        ...ALL,
        scope: { kind: 'users', userIds: await ids(harness) },
        detail,
      });
      await harness.runIs('completed');
      const [run] = await harness.engine.runHistory();
      expect(run).toMatchObject({ detail, successCount: USERS });
      // The sample is the whole of so small a log.
      expect(preview.events[detail]).toBe(run?.eventCount);
      for (const { userId, counts, events } of preview.users) {
        const { events: made } = await harness.engine.getUser(userId);
        expect(counts[detail]).toBe(made.length);
        expect(events[detail].map(({ type, startTime }) => [type, startTime])).toEqual(
          made.slice(0, 40).map(({ type, startTime }) => [type, startTime]),
        );
      }
    }
    expect(preview.events.standard).toBeLessThan(preview.events.fine);
    expect(preview.events.brief).toBeLessThan(preview.events.standard);
  });

  it('follows the data', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    expect(await harness.engine.previewDetails(ALL.scope)).toEqual({
      behaviours: 0,
      events: { fine: 0, standard: 0, brief: 0 },
      grain: 'themes',
      users: [],
    });
    await importLog(harness, folder, 3);
    expect((await harness.engine.previewDetails(ALL.scope)).events.brief).toBeGreaterThan(0);
  });
});

describe('the detail of a run', () => {
  it('is kept by a run that goes on after a restart', async () => {
    const folder = tempFolder();
    const first = await open(folder, 20);
    await importLog(first, folder, 4);
    await first.engine.startRun({ ...ALL, detail: 'brief' });
    while ((await first.engine.runSnapshot()).processedUsers < 10)
      await new Promise((go) => setTimeout(go, 5));
    await first.engine.pauseRun();
    await first.engine.closeWorkspace();

    const second = await open(folder);
    await second.engine.resumeRun();
    await second.runIs('completed');
    const [run] = await second.engine.runHistory();
    expect(run).toMatchObject({ detail: 'brief', successCount: USERS });

    const other = tempFolder();
    const undisturbed = await open(other);
    await importLog(undisturbed, other, 4);
    await undisturbed.engine.startRun({ ...ALL, detail: 'brief' });
    await undisturbed.runIs('completed');
    for (const userId of await ids(second))
      expect((await second.engine.getUser(userId)).events).toEqual(
        (await undisturbed.engine.getUser(userId)).events,
      );
  });
});

async function ids(harness: EngineHarness): Promise<string[]> {
  const query = {
    page: 1,
    pageSize: 200,
    search: '',
    status: 'all',
    sortBy: 'userId',
    sortOrder: 'asc',
  } as const;
  return (await harness.engine.listUsers(query)).rows.map(({ userId }) => userId);
}
