import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import type { InductionStatus } from '@shared/induction';
import { waitReasonOf } from '@shared/model';
import type { ModelFigures, WaitReason } from '@shared/model';
import type { RunStatus } from '@shared/run';
import { t } from '@/i18n';
import type { TextKey } from '@/i18n';
import { formatClock, formatDuration, formatShortClock } from '@/i18n/format';
import { useCountdown } from './useCountdown';

/** A wait that lasts at least this long is explained in full; shorter ones come and go by the second. */
const LONG_WAIT_MS = 10_000;

/** A longer wait is not counted down in a narrow place: there it says when it ends. */
const COUNTED_SECONDS = 3600;

/** What may be kept waiting by its service: a run, or an induction. */
export interface Waiting {
  status: RunStatus | InductionStatus;
  model: Pick<ModelFigures, 'throttledUntil' | 'throttledBy' | 'throttledDetail' | 'waitingSince'> | null;
}

export interface WaitText {
  /** True while a running run is kept waiting by its service. */
  waiting: ComputedRef<boolean>;
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
  other: 'run.waiting.reason.other',
};

/** What a running run waits for, why, until when, and in the provider's words. */
export function useWaitText(run: () => Waiting | null): WaitText {
  const figures = computed(() => {
    const now = run();
    return now?.status === 'running' ? now.model : null;
  });
  const until = computed(() => figures.value?.throttledUntil ?? null);
  const seconds = useCountdown(() => until.value);
  const waiting = computed(() => until.value !== null || (figures.value?.throttledBy ?? null) !== null);
  const reason = computed(() => t(REASONS[waitReasonOf(figures.value?.throttledBy ?? null)]));
  /** The long wait is judged by its whole length, so that the words do not vanish near its end. */
  const isLong = computed(() => {
    const since = figures.value?.waitingSince ?? null;
    if (since === null) return seconds.value !== null && seconds.value * 1000 >= LONG_WAIT_MS;
    return (until.value ?? Date.now()) - since >= LONG_WAIT_MS;
  });

  const text = computed(() => {
    if (!waiting.value) return '';
    if (until.value === null || !seconds.value) return t('run.waiting.asking', { reason: reason.value });
    const values = { clock: formatClock(until.value), time: formatDuration(seconds.value) };
    return t('run.waiting.until', { reason: reason.value, ...values });
  });
  const short = computed(() => {
    if (!waiting.value) return '';
    if (until.value === null || !seconds.value) return t('run.waiting.shortAsking');
    const cause = figures.value?.throttledBy ?? null;
    const name = cause === null ? t('run.waiting.reason.other') : t(`cause.${cause}`);
    if (seconds.value < COUNTED_SECONDS)
      return t('run.waiting.short', { reason: name, time: formatDuration(seconds.value) });
    return t('run.waiting.shortUntil', { reason: name, clock: formatShortClock(until.value) });
  });
  const since = computed(() => {
    const start = figures.value?.waitingSince ?? null;
    if (start === null || !isLong.value || until.value === null || seconds.value === null) return '';
    // From the countdown and not from the clock, so that it grows with every tick.
    const waited = Math.floor((until.value - start) / 1000) - seconds.value;
    return waited < 1 ? '' : t('run.waiting.since', { time: formatDuration(waited) });
  });
  const detail = computed(() =>
    isLong.value && waiting.value ? (figures.value?.throttledDetail ?? '') : '',
  );
  return { waiting, seconds, text, short, since, detail };
}
