/**
 * How long the provider asks to wait, in milliseconds from `now` (milliseconds since the epoch): `retry-after-ms`,
 * else `retry-after` in seconds or as a date, which is read by the clock of the server where its `date` tells it. Null when it says nothing that makes sense.
 */
export function retryAfterMs(headers: Record<string, string>, now: number): number | null {
  const exact = amount(headers['retry-after-ms']);
  if (exact !== null) return Math.ceil(exact);
  const value = headers['retry-after'];
  const seconds = amount(value);
  if (seconds !== null) return Math.ceil(seconds * 1000);
  // `Date.parse` takes bare numbers such as "-5" for years.
  if (value === undefined || !/[a-z]{3}/i.test(value)) return null;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - serverTime(headers, now));
}

/** What the server takes for now, by its answer's `date`; `now` where it does not say. */
export function serverTime(headers: Readonly<Record<string, string | undefined>>, now: number): number {
  const date = headers['date'];
  // Date.parse takes bare numbers for years.
  const at = date !== undefined && /[a-z]{3}/i.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? now : at;
}

function amount(value: string | undefined): number | null {
  return value !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : null;
}
