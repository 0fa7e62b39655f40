/** A provider's limiter: 0 when the amount is allowed (and taken), else milliseconds until it would be. */
export type Limiter = (amount: number, now: number) => number;

/** Refills continuously; starts full. */
export function bucketLimiter(perMinute: number, capacity = perMinute): Limiter {
  let level = capacity;
  let at: number | null = null;
  return (amount, now) => {
    level = Math.min(capacity, level + ((now - (at ?? now)) * perMinute) / 60_000);
    at = now;
    if (level < amount - 1e-9) return Math.ceil(((amount - level) * 60_000) / perMinute);
    level -= amount;
    return 0;
  };
}

/** Counts minutes of the clock; `offset` moves where they begin. */
export function windowLimiter(perMinute: number, offset = 0): Limiter {
  let minute = -1;
  let used = 0;
  return (amount, now) => {
    const current = Math.floor((now + offset) / 60_000);
    if (current !== minute) {
      minute = current;
      used = 0;
    }
    if (used + amount > perMinute) return (current + 1) * 60_000 - offset - now;
    used += amount;
    return 0;
  };
}
