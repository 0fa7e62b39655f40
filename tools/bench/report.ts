/** The target of a figure; null when it is only reported. */
export type Target = { least: number } | { most: number } | null;

export interface Row {
  what: string;
  value: number;
  unit: string;
  /** Empty when there is no target. */
  wanted: string;
  met: boolean;
  /** The conditions of the measurement. */
  conditions: string;
}

/** The figures of a run of the benchmark: one line on stderr for each, all of them as JSON at the end. */
export class Report {
  readonly rows: Row[] = [];

  get allMet(): boolean {
    return this.rows.every((row) => row.met);
  }

  record(what: string, value: number, unit: string, target: Target, conditions = ''): void {
    const met = isMet(value, target);
    const wanted = wantedOf(target);
    this.rows.push({ what, value: Math.round(value * 1000) / 1000, unit, wanted, met, conditions });
    const shown = `${format(value)} ${unit}`.trim();
    const mark = target === null ? '·' : met ? '✓' : '✗';
    const line = `${mark} ${what.padEnd(62)} ${shown.padStart(14)}   ${wanted.padEnd(9)} ${conditions}`;
    process.stderr.write(`${line.trimEnd()}\n`);
  }

  note(text: string): void {
    process.stderr.write(`  ${text}\n`);
  }
}

function isMet(value: number, target: Target): boolean {
  if (target === null) return true;
  return 'least' in target ? value >= target.least : value <= target.most;
}

function wantedOf(target: Target): string {
  if (target === null) return '';
  return 'least' in target ? `≥ ${target.least}` : `≤ ${target.most}`;
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
