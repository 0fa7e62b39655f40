import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import type { RunSnapshot } from '@shared/run';
import { t } from '@/i18n';
import { formatDuration } from '@/i18n/format';
import { useCountdown } from './useCountdown';

export interface ThrottledText {
  /** Seconds until requests go on; 0 when they should, null when nothing holds them. */
  seconds: ComputedRef<number | null>;
  /** Why nothing is asked, and for how long. */
  text: ComputedRef<string>;
  /** The same for a narrow place. */
  short: ComputedRef<string>;
}

const KNOWN = ['rate_limited', 'network', 'server_error', 'timeout'] as const;

/** Why a running run does not ask its model anything now. */
export function useThrottledText(run: () => RunSnapshot | null): ThrottledText {
  const seconds = useCountdown(() => {
    const now = run();
    return now?.status === 'running' ? (now.model?.throttledUntil ?? null) : null;
  });
  const reason = computed(
    () => KNOWN.find((known) => known === run()?.model?.throttledBy) ?? ('rate_limited' as const),
  );
  const say = (place: 'throttled' | 'throttledShort'): string => {
    if (seconds.value === null) return '';
    if (seconds.value === 0) return t(`run.${place}.over`);
    return t(`run.${place}.${reason.value}`, { time: formatDuration(seconds.value) });
  };
  return { seconds, text: computed(() => say('throttled')), short: computed(() => say('throttledShort')) };
}
