import { useIntervalFn } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import type { ComputedRef } from 'vue';
import { waitOf } from '@shared/waiting';
import type { Wait, Waitable, WaitReason } from '@shared/waiting';
import { t } from '@/i18n';
import type { TextKey } from '@/i18n';
import { formatClock, formatDuration, formatShortClock } from '@/i18n/format';

const TICK_MS = 200;

/** A wait that lasts at least this long is explained in full; shorter ones come and go by the second. */
const LONG_WAIT_MS = 10_000;

/** A longer wait is not counted down in a narrow place: there it says when it ends. */
const COUNTED_SECONDS = 3600;

/** A wait that passes; how a run stopped is said beside its results (RunReason). */
export type PassingWait = Exclude<Wait, { kind: 'stopped' }>;

export interface WaitText {
  /** What is waited for; null when nothing is. */
  wait: ComputedRef<PassingWait | null>;
  /** Seconds until requests continue; null when that is not known, or while one request is being tried. */
  seconds: ComputedRef<number | null>;
  /** What is waited for, and until when: clock time and countdown. */
  text: ComputedRef<string>;
  /** The same for a narrow place: the countdown, or for a long wait the time of its end. */
  short: ComputedRef<string>;
  /** Since when the run waits; empty for a short wait. */
  since: ComputedRef<string>;
  /** The provider's own words; empty when there are none, or for a short wait. */
  detail: ComputedRef<string>;
}

const REASONS: Record<WaitReason, TextKey> = {
  rate_limited: 'run.waiting.reason.rate_limited',
  usage_limit: 'run.waiting.reason.usage_limit',
  network: 'run.waiting.reason.network',
  server_error: 'run.waiting.reason.server_error',
  timeout: 'run.waiting.reason.timeout',
  not_an_answer: 'run.waiting.reason.not_an_answer',
  rejected: 'run.waiting.reason.rejected',
  paced: 'run.waiting.reason.paced',
  other: 'run.waiting.reason.other',
};

/** What a running run or induction waits for, why, until when, and in the provider's words. */
export function useWaitText(work: () => Waitable | null): WaitText {
  const now = ref(Date.now());
  const { pause, resume } = useIntervalFn(tick, TICK_MS, { immediate: false });
  function tick(): void {
    now.value = Date.now();
  }
  const wait = computed<PassingWait | null>(() => {
    const waitable = work();
    const found = waitable === null ? null : waitOf(waitable, now.value);
    return found?.kind === 'stopped' ? null : found;
  });
  // Nothing comes from main while a wait lasts: the time alone moves it on.
  watch(
    work,
    () => {
      tick();
      if (wait.value === null) pause();
      else resume();
    },
    { immediate: true },
  );

  const seconds = computed(() =>
    wait.value?.kind === 'held' ? Math.ceil((wait.value.until - now.value) / 1000) : null,
  );
  const waitedFrom = computed(() =>
    wait.value === null || wait.value.kind === 'locked' ? null : wait.value.since,
  );
  /** The long wait is judged by its whole length, so that the words do not vanish near its end. */
  const isLong = computed(() => {
    const until = wait.value?.kind === 'held' ? wait.value.until : now.value;
    return until - (waitedFrom.value ?? now.value) >= LONG_WAIT_MS;
  });

  const text = computed(() => (wait.value === null ? '' : textOf(wait.value, seconds.value ?? 0)));
  const short = computed(() =>
    wait.value === null ? '' : shortOf(wait.value, seconds.value ?? 0, now.value),
  );
  const since = computed(() => {
    if (waitedFrom.value === null || !isLong.value) return '';
    const waited = Math.floor((now.value - waitedFrom.value) / 1000);
    return waited < 1 ? '' : t('run.waiting.since', { time: formatDuration(waited) });
  });
  const detail = computed(() => {
    const kind = wait.value?.kind;
    return isLong.value && (kind === 'held' || kind === 'trying') ? (wait.value?.detail ?? '') : '';
  });
  return { wait, seconds, text, short, since, detail };
}

function textOf(wait: PassingWait, seconds: number): string {
  switch (wait.kind) {
    case 'locked':
      return t('run.locked');
    case 'silent':
      return t('run.waiting.silent');
    case 'unfinished':
      return t('run.waiting.unfinished');
    case 'trying':
      return t('run.waiting.asking', { reason: t(REASONS[wait.reason]) });
    case 'held': {
      const values = { clock: formatClock(wait.until), time: formatDuration(seconds) };
      return t('run.waiting.until', { reason: t(REASONS[wait.reason]), ...values });
    }
  }
}

function shortOf(wait: PassingWait, seconds: number, now: number): string {
  if (wait.kind === 'locked') return t('run.waiting.shortLocked');
  if (wait.kind === 'silent' || wait.kind === 'unfinished') {
    const time = formatDuration(Math.max(0, Math.floor((now - wait.since) / 1000)));
    return t(wait.kind === 'silent' ? 'run.waiting.shortSilent' : 'run.waiting.shortUnfinished', { time });
  }
  const reason = wait.cause === null ? t(REASONS[wait.reason]) : t(`cause.${wait.cause}`);
  if (wait.kind === 'trying') return t('run.waiting.shortAsking', { reason });
  if (seconds < COUNTED_SECONDS) return t('run.waiting.short', { reason, time: formatDuration(seconds) });
  return t('run.waiting.shortUntil', { reason, clock: formatShortClock(wait.until) });
}
