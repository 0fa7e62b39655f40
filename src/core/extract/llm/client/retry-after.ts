/**
 * How long the provider asks to wait, in milliseconds from `now` (milliseconds since the epoch): `retry-after-ms`,
 * else `retry-after` in seconds or as a date. Null when it says nothing that makes sense.
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
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function amount(value: string | undefined): number | null {
  return value !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : null;
}
