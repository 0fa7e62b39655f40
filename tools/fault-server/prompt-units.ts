/** A behaviour as the prompt shows it. */
export interface PromptBehaviour {
  number: number;
  /** Wall-clock milliseconds; null when the prompt gives no time (without a date: of 1970-01-01). */
  time: number | null;
  /** Whether `time` rests on a date. */
  dated: boolean;
  /** What follows the time; empty when the prompt does not say what happened. */
  text: string;
}

/** A user, or a part of one, as the prompt shows it. */
export interface PromptUnit {
  alias: string;
  behaviours: PromptBehaviour[];
}

const ALIAS = /^@(.+)$/;
const DATE = /^[+-]?\d{4,6}-\d{2}-\d{2}$/;
const BEHAVIOUR = /^#(\d+)(?:\s+(\d{4}-\d{2}-\d{2}))?(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?)(?=\s|$))?(.*)$/;

/** Reads the blocks of a prompt. Lines that belong to no block, and lines of another shape, are passed over. */
export function promptUnits(prompt: string): PromptUnit[] {
  const units: PromptUnit[] = [];
  let unit: PromptUnit | null = null;
  let date: string | null = null;
  for (const raw of prompt.split('\n')) {
    const line = raw.trim();
    const alias = ALIAS.exec(line)?.[1];
    if (alias !== undefined) {
      unit = { alias: alias.trim(), behaviours: [] };
      date = null;
      units.push(unit);
    } else if (DATE.test(line)) {
      date = line;
    } else if (unit) {
      const match = BEHAVIOUR.exec(line);
      if (!match) continue;
      date = match[2] ?? date;
      unit.behaviours.push({
        number: Number(match[1]),
        time: timeOf(date, match[3]),
        dated: date !== null,
        text: (match[4] ?? '').trim(),
      });
    }
  }
  return units;
}

function timeOf(date: string | null, clock: string | undefined): number | null {
  if (clock === undefined) return null;
  const padded = clock.padStart(clock.length === 4 || clock.length === 7 ? clock.length + 1 : 0, '0');
  const time = Date.parse(`${date ?? '1970-01-01'}T${padded.length === 5 ? `${padded}:00` : padded}Z`);
  return Number.isNaN(time) ? null : time;
}
