import { DETAILS } from '../../shared/abstraction.ts';
import type { Detail, DetailPreview, PreviewedUser } from '../../shared/abstraction.ts';
import type { RunScope } from '../../shared/run.ts';
import type { EventDraft, RunUser } from '../extract/extractor.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import { RulesExtractor } from '../extract/rules/rules-extractor.ts';
import type { Abstraction } from '../extract/rules/rules-extractor.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

/** So many users are abstracted to tell how many events there would be. */
const SAMPLE_USERS = 60;
/** A user with more behaviours is not in the sample: the preview is to appear at once. */
const MOST_BEHAVIOURS = 20_000;
/** Users of the sample that are shown, by their place among the others when those are sorted by behaviours. */
const SHOWN_AT = [0.25, 0.5, 0.9];
const EVENTS_SHOWN = 40;

/** What the rules would make of the users of a scope at each detail, found out from a sample of them. */
export async function previewDetails(
  workspace: OpenWorkspace,
  scope: RunScope,
  rules: LoadedRules,
  log: Omit<Abstraction, 'detail'>,
): Promise<DetailPreview> {
  const sample = workspace.batches
    .sample(scope, SAMPLE_USERS, MOST_BEHAVIOURS)
    .filter(({ refused }) => !refused)
    .sort((a, b) => a.behaviourCount - b.behaviourCount);
  const byDetail = await forEachDetail((detail) =>
    eventsOf(sample, new RulesExtractor(rules, { abstraction: { detail, ...log } })),
  );
  const { behaviours } = workspace.runs.scopeFigures(scope);
  const sampled = sample.reduce((sum, user) => sum + user.behaviourCount, 0);
  const events = await forEachDetail((detail) => {
    const made = byDetail[detail].reduce((sum, list) => sum + list.length, 0);
    return sampled === 0 ? 0 : Math.round((made / sampled) * behaviours);
  });
  const places = new Set(
    SHOWN_AT.map((share) => Math.floor(share * (sample.length - 1))).filter((place) => place >= 0),
  );
  const users = await Promise.all([...places].map((place) => previewOf(sample[place], place, byDetail)));
  return { behaviours, events, grain: log.grain, users: users.filter((user) => user !== null) };
}

async function previewOf(
  user: RunUser | undefined,
  place: number,
  byDetail: Record<Detail, EventDraft[][]>,
): Promise<PreviewedUser | null> {
  if (!user) return null;
  return {
    userId: user.input.userId,
    behaviours: user.behaviourCount,
    counts: await forEachDetail((detail) => byDetail[detail][place]?.length ?? 0),
    events: await forEachDetail((detail) =>
      (byDetail[detail][place] ?? []).slice(0, EVENTS_SHOWN).map(previewed),
    ),
  };
}

function previewed({
  type,
  category,
  startTime,
  endTime,
  context,
  evidence,
}: EventDraft): PreviewedUser['events']['fine'][number] {
  return { type, category, startTime, endTime, context, behaviours: evidence.length };
}

/** The events of each user, in the order of the users. */
async function eventsOf(users: readonly RunUser[], extractor: RulesExtractor): Promise<EventDraft[][]> {
  const outcomes = await extractor.extract(
    users.map(({ input }) => input),
    new AbortController().signal,
  );
  return outcomes.map((outcome) => (outcome.status === 'succeeded' ? outcome.events : []));
}

async function forEachDetail<T>(make: (detail: Detail) => T | Promise<T>): Promise<Record<Detail, T>> {
  const entries: [Detail, T][] = [];
  for (const detail of DETAILS) entries.push([detail, await make(detail)]);
  return Object.fromEntries(entries) as Record<Detail, T>;
}
