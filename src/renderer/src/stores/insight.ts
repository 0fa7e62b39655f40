import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef, toRaw, toRefs } from 'vue';
import { typesInMatch } from '@shared/event-match';
import type { InsightFormat } from '@shared/insight-formats';
import type {
  Analysis,
  Compare,
  AskedQuestion,
  DataRevision,
  EventMatch,
  InsightProgress,
  Level,
  OverviewResult,
  Question,
  QuestionOf,
  Selection,
} from '@shared/insight';
import { NO_EVENT } from '@shared/insight-placeholders';
import type { SavedQuestion } from '@shared/saved-insights';
import { request, subscribe } from '@/api';
import { LatestCall } from '@/composables/latestCall';
import { initialSettings, isSameQuestion, questionOf, showQuestion } from './insight-settings';
import type { InsightSettings } from './insight-settings';

/** A question in words with what it was understood as. */
export interface AskedInWords {
  words: string;
  /** Null where no analysis answers it. */
  question: Question | null;
  reason: string;
  /** What an explanation of the answer may still cost without another question; null once it was asked for. */
  explain: { maxCost: number | null; maxTokens: number | null } | null;
}

/** What the analyst asks on the page of insights: kept while the window is open, whatever page is shown. */
export const useInsightStore = defineStore('insight', () => {
  const analysis = ref<Analysis>('overview');
  /** Whether the report is shown in place of an analysis. */
  const reporting = ref(false);
  const select = ref<Selection>({});
  const level = ref<Level>('events');
  const settings = reactive(initialSettings());
  /** Whom the users of the selection are compared with; null for nobody. */
  const compare = ref<Compare | null>(null);

  /** All events (or stages) without a selection: what can be chosen from, and the funnel that is suggested. */
  const catalog = shallowRef<(OverviewResult & { data: DataRevision }) | null>(null);
  /** Of what any window asks. */
  const progress = shallowRef<InsightProgress | null>(null);
  /** How many answers this window is saving. */
  const saving = ref(0);
  /** The saved question that is shown. */
  const opened = shallowRef<SavedQuestion | null>(null);
  /** A question of which the tab cannot show everything, and what the tab said when it was opened: asked until the tab says something else. */
  const exact = shallowRef<{ question: Question; tab: string } | null>(null);
  /** The latest answer on the page, and what it answers. */
  const answered = shallowRef<{ question: Question; data: DataRevision } | null>(null);
  /** The answer on the page that can be put into the report or saved: its question with what its pictures show, and a title; null for none. */
  const shown = shallowRef<{ question: Question; title: string } | null>(null);
  /** The latest question in words, and what the model made of it. */
  const inWords = shallowRef<AskedInWords | null>(null);
  /** The field for questions in words is to be put into focus by the page that has it. */
  const wantsWords = ref(false);
  const call = new LatestCall();
  let unsubscribe: (() => void) | null = null;

  /** Follows how far a question is that takes long. */
  function follow(): void {
    unsubscribe ??= subscribe('insight.progress', (next) => (progress.value = next));
  }

  /** Loads what can be chosen from, on the level that is asked of. Rejects with insight.no_events and others. */
  async function load(): Promise<void> {
    follow();
    const isNewest = call.begin();
    const answer = (await request('insight.ask', {
      analysis: 'overview',
      level: level.value,
    })) as OverviewResult & {
      data: DataRevision;
    };
    if (!isNewest()) return;
    catalog.value = answer;
    const { funnel, around, profile, paths, sequences, evolution } = settings;
    const known = new Set<string>([...answer.types.map(({ type }) => type), NO_EVENT.end]);
    const conversion = answer.suggested.at(-1) ?? null;
    // What was opened stays as it is: its answer says what the workspace no longer has.
    if (opened.value !== null) return;
    const isKnown = (match: EventMatch | null): boolean =>
      match !== null && typesInMatch(match).every((type) => known.has(type));
    if (!funnel.steps.every(isKnown) || funnel.steps.length < 2)
      funnel.steps = answer.suggested.length >= 2 ? answer.suggested : [];
    for (const of of [around, profile]) if (!isKnown(of.event)) of.event = conversion;
    for (const of of [paths, funnel]) if (!isKnown(of.anchor)) of.anchor = null;
    for (const of of [sequences, evolution]) if (!isKnown(of.target)) of.target = null;
  }

  /** What was set on the other level: the types of one are not those of the other. */
  const setOn = new Map<Level, InsightSettings>();

  /** Shows events or stages, with what was set there before. What can be chosen from is to be loaded again. */
  function showLevel(next: Level): void {
    if (next === level.value) return;
    setOn.set(level.value, structuredClone(toRaw(settings)));
    // The tabs hold the settings of each analysis.
    for (const [of, kept] of Object.entries(setOn.get(next) ?? initialSettings()))
      Object.assign(settings[of as keyof InsightSettings], kept);
    [level.value, opened.value] = [next, null];
  }

  const built = (of: Analysis): Question | null =>
    questionOf(of, settings, { select: select.value, level: level.value, compare: compare.value });

  /** The question that a tab asks; null while something has to be chosen first. */
  function asked<A extends Analysis>(of: A): QuestionOf<A> | null {
    const own = built(of);
    const isExact = exact.value?.question.analysis === of && exact.value.tab === JSON.stringify(own);
    return (isExact ? exact.value?.question : own) as QuestionOf<A> | null;
  }

  /** Shows a question: it is asked as it is, whatever its tab can show of it. */
  function show(question: Question): void {
    showLevel(question.level);
    select.value = question.select ?? {};
    compare.value = ('compare' in question ? question.compare : null) ?? null;
    showQuestion(settings, question);
    const own = built(question.analysis);
    const isShown = own !== null && isSameQuestion(own, question);
    exact.value = isShown ? null : { question, tab: JSON.stringify(own) };
    [analysis.value, reporting.value] = [question.analysis, false];
    opened.value = null;
  }

  /** Shows a saved question. */
  function open(saved: SavedQuestion): void {
    show(saved.question);
    opened.value = saved;
  }

  /** Shows what a question in words was understood as. */
  function showUnderstood(next: AskedInWords): void {
    if (next.question !== null) show(next.question);
    inWords.value = next;
  }

  /** Whether the page asks something else than the saved question that was opened. */
  const isChanged = computed(() => {
    const now = asked(analysis.value);
    return opened.value !== null && (now === null || !isSameQuestion(now, opened.value.question));
  });
  /** Whether a question is asked that the controls of the tab do not show as a whole. */
  const isExact = computed(() => {
    const now = asked(analysis.value);
    return now !== null && now === exact.value?.question;
  });

  /** Shows a funnel of these steps, without a time window: what it was made of has none. */
  function showFunnel(steps: readonly EventMatch[], how: Partial<InsightSettings['funnel']> = {}): void {
    const usual = initialSettings().funnel;
    Object.assign(settings.funnel, { ...usual, ...how, steps: [...steps], window: null });
    [analysis.value, reporting.value, opened.value] = ['funnel', false, null];
  }

  /** Shows the funnel that the workspace suggests; the page chooses its steps where they are not known yet. */
  function suggestFunnel(steps: readonly string[] = []): void {
    Object.assign(settings.funnel, initialSettings().funnel, { steps: [...steps] });
    [analysis.value, reporting.value, opened.value, exact.value] = ['funnel', false, null, null];
  }

  /** Shows the overview, or the suggested funnel, of the events of all users, whatever the page showed before. */
  function begin(of: 'overview' | 'funnel'): void {
    showLevel('events');
    [select.value, compare.value, inWords.value] = [{}, null, null];
    if (of === 'funnel') suggestFunnel();
    else [analysis.value, reporting.value, opened.value, exact.value] = ['overview', false, null, null];
  }

  /** Adds conditions to the selection. */
  function restrict(more: Selection): void {
    select.value = { ...select.value, ...more };
  }

  const cancel = async (): Promise<void> => void (await request('insight.cancel'));

  /** Asks where to save an answer, and saves it there in the look of the window; null when the user closed the dialog. */
  async function save(
    question: AskedQuestion,
    format: InsightFormat,
  ): Promise<{ path: string; lacksChineseFont: boolean } | null> {
    const theme = document.documentElement.classList.contains('dark') ? 'dark' : 'light';
    saving.value += 1;
    try {
      return await request('insight.export', { question, format, theme });
    } finally {
      saving.value -= 1;
    }
  }

  return {
    ...{
      analysis,
      reporting,
      select,
      level,
      showLevel,
      compare,
      ...toRefs(settings),
      asked,
      ...{ open, show },
      ...{ showUnderstood, inWords, wantsWords },
      opened,
      isChanged,
      isExact,
      ...{ answered, shown },
    },
    ...{ catalog, progress, follow, saving, load, showFunnel, suggestFunnel, begin, restrict, cancel, save },
  };
});
