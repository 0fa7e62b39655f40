import { join } from 'node:path';
import type { Detail } from '../../src/shared/abstraction.ts';
import type { SessionProposal } from '../../src/shared/rhythm.ts';
import type { EventRecord } from '../../src/shared/users.ts';
import type { RulesPack } from '../../src/shared/workspace.ts';
import { ALL, EngineHarness } from './engine-harness.ts';
import { tempFolder } from './temp.ts';

export interface AbstractedUser {
  userId: string;
  events: EventRecord[];
}

/** What the application makes of a log. */
export interface AbstractedLog {
  behaviours: number;
  pack: RulesPack;
  sessions: SessionProposal;
  /** The users with their events at a detail. */
  at: (detail: Detail) => Promise<AbstractedUser[]>;
}

/** Imports a log as it is recognised, measures it, and takes the rules that are suggested. */
export async function abstractLog(path: string): Promise<AbstractedLog> {
  const harness = new EngineHarness();
  const { engine } = harness;
  await engine.openWorkspace({ path: join(tempFolder(), 'w.db'), create: true, resumePolicy: 'leave' });
  await engine.startImport({ path, kind: 'behaviours' });
  await harness.importEnded();
  const { proposal, rhythm } = await harness.rhythmIs('measured');
  const pack = (await engine.suggestRules())?.pack ?? 'general';
  await engine.useRules({ pack });
  return {
    behaviours: rhythm.behaviours,
    pack,
    sessions: proposal,
    at: async (detail) => {
      const scope = { kind: 'users' as const, userIds: await userIds(engine) };
      await engine.startRun({ ...ALL, scope, detail });
      await harness.runIs('completed');
      const users: AbstractedUser[] = [];
      for (const userId of scope.userIds) users.push({ userId, events: await eventsOf(engine, userId) });
      return users;
    },
  };
}

async function userIds(engine: EngineHarness['engine']): Promise<string[]> {
  const query = { pageSize: 200, search: '', status: 'all', sortBy: 'userId', sortOrder: 'asc' } as const;
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const { rows } = await engine.listUsers({ ...query, page });
    ids.push(...rows.map(({ userId }) => userId));
    if (rows.length < query.pageSize) return ids;
  }
}

async function eventsOf(engine: EngineHarness['engine'], userId: string): Promise<EventRecord[]> {
  const { events, moreEvents } = await engine.getUser(userId);
  for (let more = moreEvents; more;) {
    const page = await engine.listEvents({ userId, after: events.length });
    events.push(...page.events);
    more = page.more;
  }
  return events;
}
