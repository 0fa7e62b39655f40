import type { MeasuredRhythm } from '@shared/rhythm';
import { formatDuration, formatNumber } from './format';
import { t } from './index';

const pad = (value: number): string => String(value).padStart(2, '0');

/** A time of day, given in milliseconds after midnight. */
export function clockOf(ms: number): string {
  return `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor((ms % 3_600_000) / 60_000))}`;
}

/** From how long on a step of silences counts, in milliseconds: the first of them are less than a second apart. */
export function silenceText(ms: number): string {
  const seconds = Math.round(ms / 100) / 10;
  const time = seconds < 10 ? t('format.seconds', { s: formatNumber(seconds) }) : formatDuration(ms / 1000);
  return t('rhythm.from', { time });
}

/** The session gap in force in minutes: the analyst's own, else the proposed one; null where a session is a day. */
export function gapInForce({
  gapMinutes,
  proposal,
}: Pick<MeasuredRhythm, 'gapMinutes' | 'proposal'>): number | null {
  return gapMinutes ?? (proposal.gapMs === null ? null : proposal.gapMs / 60_000);
}

/** From when on a day counts, for a figure by days; empty where days begin at midnight. */
export function dayStartText(dayStartMs = 0): string {
  return dayStartMs === 0 ? '' : t('rhythm.dayStart', { clock: clockOf(dayStartMs) });
}

/** The same for a list by days, in short or with the reason. */
export function dayBeginsText(dayStartMs: number, name: 'dayBegins' | 'dayBeginsBy'): string {
  return dayStartMs === 0 ? '' : t(`rhythm.${name}`, { clock: clockOf(dayStartMs) });
}

/** How sessions are told apart now. */
export function sessionsText(rhythm: Pick<MeasuredRhythm, 'gapMinutes' | 'proposal'>): string {
  const gap = gapInForce(rhythm);
  if (gap === null) return t('rhythm.byDay', { clock: clockOf(rhythm.proposal.dayStartMs) });
  return t('rhythm.byGap', { time: formatDuration(gap * 60) });
}

/** The same in a few words. */
export function sessionsInShort(rhythm: Pick<MeasuredRhythm, 'gapMinutes' | 'proposal'>): string {
  const gap = gapInForce(rhythm);
  if (gap === null) return t('rhythm.shortDay', { clock: clockOf(rhythm.proposal.dayStartMs) });
  return t('rhythm.shortGap', { time: formatDuration(gap * 60) });
}

/** What the log proposes, and why. */
export function proposalText({ proposal }: Pick<MeasuredRhythm, 'proposal'>): string {
  const clock = clockOf(proposal.dayStartMs);
  return t(`rhythm.why.${proposal.by}`, { clock, time: formatDuration((proposal.gapMs ?? 0) / 1000) });
}
