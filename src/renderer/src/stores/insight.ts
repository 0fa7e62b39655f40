import { defineStore } from 'pinia';
import { reactive, ref, shallowRef } from 'vue';
import type { InsightFormat } from '@shared/insight-formats';
import type {
  Analysis,
  AskedQuestion,
  Direction,
  EvolutionView,
  FunnelBy,
  FunnelOrder,
  GraphItem,
  GraphView,
  InsightProgress,
  OverviewResult,
  Selection,
} from '@shared/insight';
import { EVOLUTION_VIEW, GRAPH_VIEW, NO_EVENT } from '@shared/insight';
import { request, subscribe } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** What the analyst asks on the page of insights: kept while the window is open, whatever page is shown. */
export const useInsightStore = defineStore('insight', () => {
  const analysis = ref<Analysis>('overview');
  const select = ref<Selection>({});
  const funnel = reactive({
    steps: [] as string[],
    order: 'ordered' as FunnelOrder,
    /** Days; null for no limit. */
    days: 30 as number | null,
    by: null as FunnelBy | null,
    /** With the order `path`: where it begins, or ends. */
    anchor: null as string | null,
    direction: 'from' as Direction,
  });
  const paths = reactive({ anchor: null as string | null, direction: 'from' as Direction });
  const graph = reactive<GraphView & { collapse: boolean }>({ collapse: true, ...GRAPH_VIEW });
  const variants = reactive({ collapse: true });
  const sequences = reactive({ target: null as string | null, support: null as number | null });
  const around = reactive({ event: null as string | null, side: 'before' as 'before' | 'after', days: 7 });
  const profile = reactive({ event: null as string | null });

  const evolution = reactive({
    days: 7,
    target: null as string | null,
    edges: EVOLUTION_VIEW.edges,
    /** What was done to the picture by hand. */
    pins: [] as EvolutionView['pins'],
    hidden: [] as GraphItem[],
    notes: [] as EvolutionView['notes'],
  });

  /** All events without a selection: what can be chosen from, and the funnel that is suggested. */
  const catalog = shallowRef<OverviewResult | null>(null);
  const progress = shallowRef<InsightProgress | null>(null);
  const call = new LatestCall();
  let unsubscribe: (() => void) | null = null;

  /** Loads what can be chosen from. Rejects with insight.no_events and others. */
  async function load(): Promise<void> {
    unsubscribe ??= subscribe('insight.progress', (next) => (progress.value = next));
    const isNewest = call.begin();
    const answer = (await request('insight.ask', { analysis: 'overview' })) as OverviewResult;
    if (!isNewest()) return;
    catalog.value = answer;
    const known = new Set<string>([...answer.types.map(({ type }) => type), NO_EVENT.end]);
    const conversion = answer.suggested.at(-1) ?? null;
    if (!funnel.steps.every((step) => known.has(step)) || funnel.steps.length < 2)
      funnel.steps = answer.suggested.length >= 2 ? answer.suggested : [];
    for (const settings of [around, profile])
      if (settings.event === null || !known.has(settings.event)) settings.event = conversion;
    for (const settings of [paths, funnel])
      if (settings.anchor !== null && !known.has(settings.anchor)) settings.anchor = null;
    for (const settings of [sequences, evolution])
      if (settings.target !== null && !known.has(settings.target)) settings.target = null;
  }

  /** Shows a funnel of these steps, without a time window: what it was made of has none. */
  function showFunnel(steps: readonly string[], how: Partial<typeof funnel> = {}): void {
    Object.assign(funnel, { order: 'ordered', anchor: null, direction: 'from', by: null, ...how });
    Object.assign(funnel, { steps: [...steps], days: null });
    analysis.value = 'funnel';
  }

  /** Adds conditions to the selection. */
  function restrict(more: Selection): void {
    select.value = { ...select.value, ...more };
  }

  const cancel = async (): Promise<void> => void (await request('insight.cancel'));

  /** Asks where to save an answer, and saves it there in the look of the window; null when the user closed the dialog. */
  const save = (
    question: AskedQuestion,
    format: InsightFormat,
  ): Promise<{ path: string; lacksChineseFont: boolean } | null> => {
    const theme = document.documentElement.classList.contains('dark') ? 'dark' : 'light';
    return request('insight.export', { question, format, theme });
  };

  return {
    ...{ analysis, select, funnel, paths, graph, variants, sequences, around, profile, evolution },
    ...{ catalog, progress, load, showFunnel, restrict, cancel, save },
  };
});
