import { DETAILS } from '../../shared/abstraction.ts';
import type {
  Detail,
  DetailPreview,
  PreviewedEvent,
  PreviewedUser,
  ThemeGrain,
} from '../../shared/abstraction.ts';
import type { RunScope } from '../../shared/run.ts';
import type { EventRecord } from '../../shared/users.ts';
import type { EventDraft, RunUser } from '../extract/extractor.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import { RulesExtractor } from '../extract/rules/rules-extractor.ts';
import type { Abstraction } from '../extract/rules/rules-extractor.ts';
import { behavioursIn } from '../run/plan.ts';
import type { DetailChange, RunRow } from '../run/ports.ts';
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
  { log, resolve }: { log: Omit<Abstraction, 'detail'>; resolve: Resolve },
): Promise<DetailPreview> {
  const sample = workspace.batches
    .sample(scope, SAMPLE_USERS, MOST_BEHAVIOURS)
    .filter(({ refused }) => !refused);
  const made = await forEachDetail((detail) =>
    eventsOf(sample, new RulesExtractor(rules, { abstraction: { detail, ...log } })),
  );
  const { behaviours } = workspace.runs.scopeFigures(scope);
  return previewOf({ sample, made, behaviours, grain: log.grain, resolve });
}

/** What a model made of the first users of a run, joined and divided for each detail as the run would do it. */
export async function previewAnswered(
  workspace: OpenWorkspace,
  run: Pick<RunRow, 'id' | 'totalWeight' | 'totalUsers'>,
  firstUsers: number,
  { at, resolve }: { at: (detail: Detail) => Promise<RegroupedAt>; resolve: Resolve },
): Promise<DetailPreview> {
  const grouped = await forEachDetail(at);
  const sample = workspace.batches.doneUsers(run.id, Math.min(firstUsers, SAMPLE_USERS), MOST_BEHAVIOURS);
  return previewOf({
    sample,
    made: await forEachDetail((detail) => sample.map((user) => grouped[detail].regroup(user).events)),
    behaviours: behavioursIn(run.totalWeight, run.totalUsers),
    grain: grouped.standard.basis?.grain ?? 'themes',
    resolve,
  });
}

type RegroupedAt = Pick<DetailChange, 'basis' | 'regroup'>;
/** Finds the types that events have by the codebook. */
type Resolve = (events: readonly EventDraft[]) => (EventDraft & Pick<EventRecord, 'proposed'>)[];

/** What was made of each user of the sample at each detail, and what that means for so many behaviours. */
interface Made {
  sample: readonly RunUser[];
  made: Record<Detail, EventDraft[][]>;
  behaviours: number;
  grain: ThemeGrain;
  resolve: Resolve;
}

async function previewOf({ sample, made, behaviours, grain, resolve }: Made): Promise<DetailPreview> {
  const sampled = sample.reduce((sum, user) => sum + user.behaviourCount, 0);
  const events = await forEachDetail((detail) => {
    const all = made[detail].reduce((sum, list) => sum + list.length, 0);
    return sampled === 0 ? 0 : Math.round((all / sampled) * behaviours);
  });
  const bySize = [...sample.keys()].sort((a, b) => sizeAt(sample, a) - sizeAt(sample, b) || a - b);
  const shown = SHOWN_AT.map((share) => bySize[Math.floor(share * (sample.length - 1))]);
  const places = [...new Set(shown)].filter((place) => place !== undefined);
  const users = await Promise.all(
    places.map((place) => previewOfUser(sample[place], (detail) => made[detail][place] ?? [], resolve)),
  );
  return { behaviours, events, grain, users: users.filter((user) => user !== null) };
}

const sizeAt = (sample: readonly RunUser[], place: number): number => sample[place]?.behaviourCount ?? 0;

async function previewOfUser(
  user: RunUser | undefined,
  eventsAt: (detail: Detail) => readonly EventDraft[],
  resolve: Resolve,
): Promise<PreviewedUser | null> {
  if (!user) return null;
  return {
    userId: user.input.userId,
    behaviours: user.behaviourCount,
    counts: await forEachDetail((detail) => eventsAt(detail).length),
    events: await forEachDetail((detail) => resolve(eventsAt(detail).slice(0, EVENTS_SHOWN)).map(previewed)),
  };
}

function previewed({
  type,
  proposed,
  category,
  startTime,
  endTime,
  context,
  evidence,
}: ReturnType<Resolve>[number]): PreviewedEvent {
  const shown = { type, category, startTime, endTime, context, behaviours: evidence.length };
  return proposed === undefined ? shown : { ...shown, proposed };
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
