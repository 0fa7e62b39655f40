import stringWidth from 'string-width';

const ELLIPSIS = '…';

/** A line that fits into so many columns: one that is longer would wrap, and could not be redrawn in place. */
export function fitLine(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line;
  let kept = '';
  let width = stringWidth(ELLIPSIS);
  for (const char of line) {
    width += stringWidth(char);
    if (width > columns) break;
    kept += char;
  }
  return kept + ELLIPSIS;
}

/** A text filled up with spaces to so many columns; Chinese characters take two. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

/** An instant in local time: today as `14:32:10`, else with its date, as `2026-01-31 14:32`. */
export function localTime(ms: number, now: number): string {
  const at = new Date(ms);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = (time: Date): string =>
    `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  const minutes = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  return day(at) === day(new Date(now)) ? `${minutes}:${pad(at.getSeconds())}` : `${day(at)} ${minutes}`;
}
