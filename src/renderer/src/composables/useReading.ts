import { computed, ref, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { foldStages } from '@shared/stages';
import type { SequenceLine } from '@shared/stages';
import type { Behaviour, EventRecord, UserDetail } from '@shared/users';
import { request } from '@/api';
import { currentLocale } from '@/i18n';
import { eventText } from '@/i18n/event-words';
import { eventKey, eventRows, stageKey, stageRows } from '@/reading-rows';
import type { ReadingRow } from '@/reading-rows';
import { useRulesStore } from '@/stores/rules';
import { showError } from './useAction';

/** Behaviours of an event that are loaded at a time. */
const EVIDENCE_STEP = 200;

export type ReadingView = 'stages' | 'events';
/** The events that are shown: all, conversions, or those of a type. */
export type EventFilter = 'all' | 'conversions' | { type: string };

/** Remembered as long as the window is open, for all users. */
const view = ref<ReadingView>('events');

export interface Reading {
  view: Ref<ReadingView>;
  search: Ref<string>;
  filter: ShallowRef<EventFilter>;
  /** Whether search or filter leave events out. */
  isFiltered: ComputedRef<boolean>;
  /** The loaded events that search and filter leave. */
  matching: ComputedRef<readonly EventRecord[]>;
  /** How many of the loaded events are shown. */
  shown: ComputedRef<number>;
  /** The types of the loaded events with how many there are of each, the most frequent first. */
  types: ComputedRef<[type: string, events: number][]>;
  lines: ComputedRef<SequenceLine<EventRecord>[]>;
  rows: ComputedRef<ReadingRow[]>;
  /** The key of the row that the reader is at. */
  current: Ref<string | null>;
  /** The behaviours that this row stands for. */
  highlighted: ComputedRef<Set<number>>;
  /** Shows all events again. */
  clearFilter: () => void;
  /** Folds or unfolds a stage or an event; loads the next behaviours for a row of the rest. */
  toggle: (row: ReadingRow) => void;
  /** Goes to the event that a behaviour is evidence of, and makes its row be there. Null when there is none. */
  goToEventOf: (behaviourId: number) => string | null;
  /** The type of the event that a behaviour is evidence of; null when there is none. */
  typeOf: (behaviourId: number) => string | null;
}

/** How the events of a user are read: as stages or one by one, searched and filtered, folded and unfolded. */
export function useReading(detail: ShallowRef<UserDetail | null>): Reading {
  const rules = useRulesStore();
  const search = ref('');
  const filter = shallowRef<EventFilter>('all');
  const current = ref<string | null>(null);
  /** Rows that are not as they are by themselves: see isOpen. */
  const flipped = shallowRef<ReadonlySet<string>>(new Set());
  const evidence = shallowRef<ReadonlyMap<number, readonly Behaviour[]>>(new Map());
  const loading = new Set<string>();

  const events = computed(() => detail.value?.events ?? []);
  const sequence = computed(() => {
    const user = detail.value?.user;
    return user ? `${user.updatedAt} ${user.userId}` : null;
  });
  const words = computed(() =>
    search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
  const isFiltered = computed(() => words.value.length > 0 || filter.value !== 'all');
  const textOf = computed(() => {
    const texts = new WeakMap<EventRecord, string>();
    // Texts are made anew for another language, or with other rules.
    void currentLocale();
    void rules.info;
    return (event: EventRecord): string => {
      const known = texts.get(event);
      if (known !== undefined) return known;
      const text = eventText(event, rules).toLowerCase();
      texts.set(event, text);
      return text;
    };
  });
  const matches = computed(() => {
    const [wanted, looked, text] = [filter.value, words.value, textOf.value];
    if (!isFiltered.value) return null;
    return (event: EventRecord): boolean => {
      if (wanted === 'conversions' && event.category !== 'conversion') return false;
      if (typeof wanted === 'object' && event.type !== wanted.type) return false;
      return looked.length === 0 || looked.every((word) => text(event).includes(word));
    };
  });
  const matching = computed(() => (matches.value ? events.value.filter(matches.value) : events.value));
  const shown = computed(() => matching.value.length);
  const types = computed(() => {
    const counts = new Map<string, number>();
    for (const { type } of events.value) counts.set(type, (counts.get(type) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a);
  });
  const lines = computed(() => foldStages(events.value));
  const options = computed(() => {
    const [flips, known, isLooking] = [flipped.value, evidence.value, isFiltered.value];
    return {
      matches: matches.value,
      // A stage unfolds by itself where its events are looked for, or where it is all there is.
      isOpen: (key: string): boolean =>
        (key.startsWith('stage-') && (isLooking || lines.value.length === 1)) !== flips.has(key),
      evidenceOf: (ordinal: number): readonly Behaviour[] => known.get(ordinal) ?? [],
      dayStartMs: detail.value?.dayStartMs ?? 0,
    };
  });
  const rows = computed(() =>
    view.value === 'stages' ? stageRows(lines.value, options.value) : eventRows(events.value, options.value),
  );
  const highlighted = computed(() => {
    const row = current.value === null ? undefined : rows.value.find(({ key }) => key === current.value);
    return new Set(row ? behavioursOf(row) : []);
  });
  const eventOf = computed(() => {
    const map = new Map<number, EventRecord>();
    for (const event of events.value) for (const id of event.evidence) map.set(id, event);
    return map;
  });

  watch(sequence, () => {
    [search.value, filter.value, current.value] = ['', 'all', null];
    [flipped.value, evidence.value] = [new Set(), new Map()];
  });
  // At once: what is unfolded next must not be folded again.
  watch(
    isFiltered,
    () => {
      flipped.value = new Set([...flipped.value].filter((key) => !key.startsWith('stage-')));
    },
    { flush: 'sync' },
  );

  function clearFilter(): void {
    [search.value, filter.value] = ['', 'all'];
  }

  function flip(key: string): void {
    const next = new Set(flipped.value);
    if (!next.delete(key)) next.add(key);
    flipped.value = next;
  }

  function toggle(row: ReadingRow): void {
    if (row.kind === 'stage') flip(row.key);
    else if (row.kind === 'more') void loadEvidence(row.ordinal);
    else if (row.kind === 'event') {
      flip(row.key);
      if (!evidence.value.has(row.event.ordinal)) void loadEvidence(row.event.ordinal);
    }
  }

  async function loadEvidence(ordinal: number): Promise<void> {
    const of = sequence.value;
    const userId = detail.value?.user.userId;
    const work = `${ordinal} ${of}`;
    if (userId === undefined || loading.has(work)) return;
    loading.add(work);
    try {
      const known = evidence.value.get(ordinal) ?? [];
      const page = await request('users.evidence', {
        userId,
        ordinal,
        offset: known.length,
        limit: EVIDENCE_STEP,
      });
      // Another user, or other events of this one, are shown meanwhile.
      if (sequence.value === of)
        evidence.value = new Map(evidence.value).set(ordinal, [...known, ...page.rows]);
    } catch (error) {
      showError(error);
    } finally {
      loading.delete(work);
    }
  }

  function goToEventOf(behaviourId: number): string | null {
    const event = eventOf.value.get(behaviourId);
    if (!event) return null;
    if (matches.value && !matches.value(event)) clearFilter();
    const stage = lines.value.find((line) => line.kind === 'stage' && line.events.includes(event));
    const key = stage?.kind === 'stage' && view.value === 'stages' ? stageKey(stage.number) : null;
    if (key !== null && !options.value.isOpen(key)) flip(key);
    current.value = eventKey(event.ordinal);
    return current.value;
  }

  return {
    view,
    search,
    filter,
    isFiltered,
    matching,
    shown,
    types,
    lines,
    rows,
    current,
    highlighted,
    clearFilter,
    toggle,
    goToEventOf,
    typeOf: (behaviourId) => eventOf.value.get(behaviourId)?.type ?? null,
  };
}

function behavioursOf(row: ReadingRow): number[] {
  if (row.kind === 'event') return row.event.evidence;
  if (row.kind === 'behaviour') return [row.behaviour.id];
  return row.kind === 'stage' ? row.stage.events.flatMap(({ evidence }) => evidence) : [];
}
