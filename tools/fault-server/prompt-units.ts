/** A behaviour as the prompt shows it. */
export interface PromptBehaviour {
  number: number;
  /** Wall-clock milliseconds; null when the prompt gives no time (without a date: of 1970-01-01). */
  time: number | null;
  /** Whether `time` rests on a date. */
  dated: boolean;
  /** The text after the time; empty when the prompt has none. */
  text: string;
}

/** A user, or a part of one, as the prompt shows it. */
export interface PromptUnit {
  alias: string;
  behaviours: PromptBehaviour[];
}

const ALIAS = /^@(.+)$/;
const DATE = /^[+-]?\d{4,6}-\d{2}-\d{2}$/;
const BEHAVIOUR = /^#(\d+)(?:\s+(\d{4}-\d{2}-\d{2}))?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?=\s|$))?(.*)$/;

/** Reads the blocks of a prompt. Lines that belong to no block, and lines of another shape, are passed over. */
export function promptUnits(prompt: string): PromptUnit[] {
  const units: PromptUnit[] = [];
  let unit: PromptUnit | null = null;
  /** Midnight of the date in force; NaN before the first. */
  let day = NaN;
  for (const raw of prompt.split('\n')) {
    const line = raw.trim();
    const alias = ALIAS.exec(line)?.[1];
    if (alias !== undefined) {
      unit = { alias: alias.trim(), behaviours: [] };
      day = NaN;
      units.push(unit);
    } else if (DATE.test(line)) {
      day = Date.parse(line);
    } else if (unit) {
      const match = BEHAVIOUR.exec(line);
      if (!match) continue;
      const [, number, date, hours, minutes = 0, seconds = 0, text = ''] = match;
      if (date !== undefined) day = Date.parse(date);
      const dated = !Number.isNaN(day);
      const clock = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
      unit.behaviours.push({
        number: Number(number),
        time: hours === undefined ? null : (dated ? day : 0) + clock,
        dated,
        text: text.trim(),
      });
    }
  }
  return units;
}
