import type { DurationUnit } from '../../shared/import.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const UNIT = /\s*(?:s|secs?|seconds?|秒)$/i;
/** `mm:ss` and `hh:mm:ss`, perhaps with a fraction. */
const CLOCK = /^(?:(\d+):([0-5]\d)|(\d+)):([0-5]\d(?:\.\d+)?)$/;

/**
 * Reads a duration as seconds: a number (`1,234.5`), perhaps with the unit (`12s`, `12 秒`), or a clock (`03:20`, `00:03:20`).
 * `hasDecimalCommas`: a comma is what a point is elsewhere, and points are between thousands. `unit`: that of numbers which name none.
 */
export function parseDuration(
  written: string,
  hasDecimalCommas = false,
  unit: DurationUnit = 'seconds',
): number | null {
  const text = hasDecimalCommas ? written.replaceAll('.', '').replace(',', '.') : written;
  if (NUMBER.test(text)) return finite(inSeconds(Number(text), unit));
  const clock = CLOCK.exec(text);
  if (clock) {
    const minutes = Number(clock[1] ?? 0) * 60 + Number(clock[2] ?? clock[3]);
    return finite(minutes * 60 + Number(clock[4]));
  }
  const bare = text.replace(UNIT, '');
  const digits = THOUSANDS.test(bare) ? bare.replaceAll(',', '') : bare;
  if (!NUMBER.test(digits)) return null;
  return finite(bare === text ? inSeconds(Number(digits), unit) : Number(digits));
}

function inSeconds(value: number, unit: DurationUnit): number {
  switch (unit) {
    case 'milliseconds':
      return value / 1000;
    case 'seconds':
      return value;
    case 'minutes':
      return value * 60;
    case 'hours':
      return value * 3600;
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
