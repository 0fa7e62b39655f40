import { EVOLUTION_VIEW, GRAPH_VIEW, OVERVIEW_VIEW } from '@shared/insight-views';
import type {
  Analysis,
  Compare,
  Direction,
  EventMatch,
  FunnelBy,
  FunnelOrder,
  Level,
  Question,
  QuestionOf,
  Selection,
  TimeBin,
} from '@shared/insight';
import type { EvolutionView, GraphView, OverviewView } from '@shared/insight-views';

/** What can be set on the tabs of insights. Days; null for no limit, or for nothing chosen. */
export interface InsightSettings {
  /** Bins of time: null for those that fit its length. */
  overview: OverviewView & { bin: TimeBin | null };
  funnel: {
    steps: EventMatch[];
    order: FunnelOrder;
    /** A span such as `30d`; null for no limit. */
    window: string | null;
    by: FunnelBy | null;
    /** With the order `path`: where it begins, or ends. */
    anchor: EventMatch | null;
    direction: Direction;
  };
  paths: { anchor: EventMatch | null; direction: Direction; depth: number; top: number };
  graph: GraphView & { collapse: boolean };
  variants: { collapse: boolean };
  sequences: { target: EventMatch | null; support: number | null; length: number; gap: string | null };
  around: { event: EventMatch | null; side: 'before' | 'after'; within: string };
  profile: { event: EventMatch | null };
  /** With what was done to its picture by hand. */
  evolution: Omit<EvolutionView, 'target'> & { within: string; target: string | null };
}

export function initialSettings(): InsightSettings {
  return {
    overview: { bin: null, ...OVERVIEW_VIEW },
    funnel: { steps: [], order: 'ordered', window: '30d', by: null, anchor: null, direction: 'from' },
    paths: { anchor: null, direction: 'from', depth: 4, top: 7 },
    graph: { collapse: true, ...GRAPH_VIEW },
    variants: { collapse: true },
    sequences: { target: null, support: null, length: 4, gap: null },
    around: { event: null, side: 'before', within: '7d' },
    profile: { event: null },
    evolution: { within: '7d', target: null, ...structuredClone(EVOLUTION_VIEW) },
  };
}

/** What a question says without a setting on the page. */
const [MOST_VARIANTS, MOST_SEQUENCES, LEAST_PAIR_SUPPORT] = [100, 200, 0.01];

/** What all tabs ask of: which users and events, on which level, and beside whom. */
export interface Asking {
  select: Selection;
  level: Level;
  compare: Compare | null;
}

/** The question that a tab asks with its settings, in full; null while something has to be chosen first. */
export function questionOf(
  analysis: Analysis,
  settings: InsightSettings,
  { select, level, compare }: Asking,
): Question | null {
  const common = { ...(Object.keys(select).length === 0 ? {} : { select }), level };
  return QUESTIONS[analysis](settings, common, compare === null ? {} : { compare });
}

type Common = Pick<Question, 'select' | 'level'>;
type Beside = Pick<QuestionOf<'overview'>, 'compare'>;

const QUESTIONS: Record<
  Analysis,
  (settings: InsightSettings, common: Common, beside: Beside) => Question | null
> = {
  overview: ({ overview: { bin, ...view } }, common, beside) => ({
    ...{ analysis: 'overview', ...common, ...beside, ...(bin === null ? {} : { bin }) },
    ...viewOf<OverviewView>(view, OVERVIEW_VIEW),
  }),
  funnel: ({ funnel: { steps, order, window, by, anchor, direction } }, common, beside) =>
    steps.length < 2
      ? null
      : {
          ...{ analysis: 'funnel', ...common, ...beside, steps: [...steps], order },
          ...(window === null ? {} : { window }),
          ...(by === null ? {} : { by }),
          direction: order === 'path' ? direction : 'from',
          ...(order === 'path' && anchor !== null ? { anchor } : {}),
        },
  paths: ({ paths: { anchor, direction, depth, top } }, common, beside) => ({
    ...{ analysis: 'paths', ...common, ...beside, direction, depth, top },
    ...(anchor === null ? {} : { anchor }),
  }),
  graph: ({ graph: { collapse, ...view } }, common, beside) => ({
    ...{ analysis: 'graph', ...common, ...beside, collapse },
    ...viewOf(view, GRAPH_VIEW),
  }),
  variants: ({ variants: { collapse } }, common, beside) => ({
    ...{ analysis: 'variants', ...common, ...beside, collapse, limit: MOST_VARIANTS },
  }),
  sequences: ({ sequences: { target, support, length, gap } }, common, beside) => ({
    ...{ analysis: 'sequences', ...common, ...beside, length, limit: MOST_SEQUENCES },
    ...(target === null ? {} : { target }),
    ...(support === null ? {} : { support }),
    ...(gap === null ? {} : { gap }),
  }),
  around: ({ around: { event, side, within } }, common, beside) =>
    event === null ? null : { analysis: 'around', ...common, ...beside, event, side, within },
  profile: ({ profile: { event } }, common, beside) =>
    event === null && beside.compare === undefined
      ? null
      : { ...{ analysis: 'profile', ...common, ...beside }, ...(event === null ? {} : { event }) },
  evolution: ({ evolution: { within, target, edges, pins, hidden, notes } }, common, beside) => ({
    ...{ analysis: 'evolution', ...common, ...beside, within, support: LEAST_PAIR_SUPPORT },
    ...viewOf({ ...(target === null ? {} : { target }), edges, pins, hidden, notes }, EVOLUTION_VIEW),
  }),
};

/** What a picture shows, where it is not what it shows by itself. */
function viewOf<V extends object>(view: V, usual: V): { view?: V } {
  return JSON.stringify(ordered(view)) === JSON.stringify(ordered(usual)) ? {} : { view };
}

/** A question without what its picture shows, which changes no figure. */
export function withoutView<Q extends Question>(question: Q): Q {
  return Object.fromEntries(Object.entries(question).filter(([field]) => field !== 'view')) as Q;
}

/** A selection without parts of it. */
export function without(selection: Selection, ...parts: (keyof Selection)[]): Selection {
  return Object.fromEntries(
    Object.entries(selection).filter(([part]) => !parts.includes(part as keyof Selection)),
  );
}

/** Whether two questions say the same. */
export function isSameQuestion(one: Question, other: Question): boolean {
  return textOf(one) === textOf(other);
}

function textOf(question: Question): string {
  const { select = {}, ...rest } = question;
  return JSON.stringify(ordered(Object.keys(select).length === 0 ? rest : question));
}

/** A value with the fields of every object in one order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]) => [name, ordered(of)]);
}

/** Sets what a question says on its tab, as far as the tab can show it. */
export function showQuestion(settings: InsightSettings, question: Question): void {
  switch (question.analysis) {
    case 'funnel': {
      const { steps, order, window, by, anchor, direction } = question;
      Object.assign(settings.funnel, {
        steps,
        order,
        window: window ?? null,
        by: by ?? null,
        anchor: anchor ?? null,
        direction,
      } satisfies InsightSettings['funnel']);
      break;
    }
    case 'paths':
      Object.assign(settings.paths, {
        anchor: question.anchor ?? null,
        direction: question.direction,
        depth: question.depth,
        top: question.top,
      } satisfies InsightSettings['paths']);
      break;
    case 'graph':
      Object.assign(settings.graph, { collapse: question.collapse, ...(question.view ?? GRAPH_VIEW) });
      break;
    case 'variants':
      settings.variants.collapse = question.collapse;
      break;
    case 'sequences':
      Object.assign(settings.sequences, {
        target: question.target ?? null,
        support: question.support ?? null,
        length: question.length,
        gap: question.gap ?? null,
      } satisfies InsightSettings['sequences']);
      break;
    case 'around':
      Object.assign(settings.around, {
        event: question.event,
        side: question.side,
        within: question.within,
      } satisfies InsightSettings['around']);
      break;
    case 'profile':
      settings.profile.event = question.event ?? null;
      break;
    case 'evolution':
      Object.assign(settings.evolution, {
        ...structuredClone(EVOLUTION_VIEW),
        target: null,
        ...question.view,
        within: question.within,
      });
      break;
    case 'overview':
      Object.assign(settings.overview, {
        ...(question.view ?? OVERVIEW_VIEW),
        bin: question.bin ?? null,
      } satisfies InsightSettings['overview']);
      break;
  }
}
