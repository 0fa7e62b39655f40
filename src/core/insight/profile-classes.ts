/** A field with more values than this is told in bands where they are numbers, else by the most frequent ones and the rest. */
const MOST_VALUES = 12;
const MOST_BANDS = 8;
/** Of the users with a field, at least so many have a number in one that is told in bands; so many other values are told beside the bands. */
const [NUMBER_SHARE, MOST_BESIDE] = [0.9, 3];
/** A field with a different value for nearly every user, such as names, says nothing. */
const DIFFERENT_SHARE = 0.8;

/** A class of the values of a field: a value, a band of numbers, or all other values. */
export interface ProfileClass {
  /** Empty for the rest. */
  label: string;
  /** Of the rest: how many values are in it. */
  rest?: number;
}

/** The classes of the values of a field: every value is in one. */
export interface ProfileClasses {
  classes: ProfileClass[];
  /** The class of a user of the log; -1 for a user without the field. */
  classOf: (user: number) => number;
}

/**
 * The values of a field as classes that can be compared; null where no user has the field, or nearly every user a different value. `of`: by user
 * of the log, the place of their value in `values`, -1 for none. `users`: of whom classes are made; only they may be asked for.
 */
export function classesOf(
  values: readonly string[],
  of: Int32Array,
  users: Int32Array,
): ProfileClasses | null {
  const counts = new Map<number, number>();
  for (const user of users) {
    const value = of[user] as number;
    if (value >= 0) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (counts.size === 0) return null;
  const order = [...counts].sort(([a, x], [b, y]) => y - x || a - b).map(([value]) => value);
  const classOfValue = new Int32Array(values.length).fill(-1);
  const classes: ProfileClass[] = [];
  /** Each of the most frequent values is a class; a rest of one value is that value. */
  const single = (own: readonly number[], most: number): void => {
    const shown = own.length === most + 1 ? own.length : most;
    for (const value of own.slice(0, shown))
      classOfValue[value] = classes.push({ label: values[value] ?? '' }) - 1;
    const rest = own.slice(shown);
    if (rest.length === 0) return;
    const place = classes.push({ label: '', rest: rest.length }) - 1;
    for (const value of rest) classOfValue[value] = place;
  };
  const numberAt = (value: number): number => Number((values[value] ?? '').trim());
  const numbers = order.filter((value) => Number.isFinite(numberAt(value)));
  const usersOf = (some: readonly number[]): number =>
    some.reduce((sum, value) => sum + (counts.get(value) ?? 0), 0);
  const total = usersOf(order);
  if (numbers.length > MOST_VALUES && usersOf(numbers) >= NUMBER_SHARE * total) {
    const { labels, bandOf } = bandsOf(numbers.map(numberAt));
    classes.push(...labels.map((label) => ({ label })));
    for (const value of numbers) classOfValue[value] = bandOf(numberAt(value));
    const beside = new Set(numbers);
    single(
      order.filter((value) => !beside.has(value)),
      MOST_BESIDE,
    );
  } else {
    if (counts.size > MOST_VALUES && counts.size > DIFFERENT_SHARE * total) return null;
    single(order, MOST_VALUES);
  }
  return {
    classes,
    classOf: (user) => {
      const value = of[user] as number;
      return value < 0 ? -1 : (classOfValue[value] as number);
    },
  };
}

/** Different numbers in bands of a round width. */
function bandsOf(numbers: readonly number[]): { labels: string[]; bandOf: (value: number) => number } {
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  const width = roundWidth((high - low) / MOST_BANDS);
  const begin = Math.floor(low / width);
  const bands = Math.floor(high / width) - begin + 1;
  const isWhole = numbers.every(Number.isInteger);
  const text = (value: number): string => String(Number(value.toPrecision(12)));
  const label = (band: number): string => {
    const from = (begin + band) * width;
    return isWhole ? `${text(from)}–${text(from + width - 1)}` : `${text(from)}–<${text(from + width)}`;
  };
  return {
    labels: Array.from({ length: bands }, (_, band) => label(band)),
    bandOf: (value) => Math.floor(value / width) - begin,
  };
}

/** The next of 1, 2, 5, 10, 20, 50 … that is no smaller. */
function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return ([1, 2, 5].find((step) => step * power >= width * (1 - 1e-12)) ?? 10) * power;
}
