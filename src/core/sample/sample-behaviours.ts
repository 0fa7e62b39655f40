import type { Random } from './random.ts';
import type { Intent, SampleUser } from './sample-user.ts';
import { ConversionCount } from './shapes/shape.ts';
import type { UserLog } from './shapes/shape.ts';
import * as words from './vocabulary.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Where the calendar of the sample begins: 2026-01-05, a Monday, as wall-clock milliseconds. */
const FIRST_DAY = Date.UTC(2026, 0, 5);
/** People log a session every day or two: so many days hold as many rows as are asked for. */
const ROWS_PER_SESSION = 5;
const SESSIONS_PER_DAY = 0.7;

export const BEHAVIOUR_HEADER = 'user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration\n';

/** How much of a person's time goes to cars, and how likely the path ends in a cart and a purchase. */
const PATHS: Record<Intent, { cars: number; visits: number; cart: number; purchase: number }> = {
  无: { cars: 0.25, visits: 0.02, cart: 0, purchase: 0 },
  观望: { cars: 0.55, visits: 0.1, cart: 0.06, purchase: 0 },
  首购: { cars: 0.75, visits: 0.5, cart: 0.45, purchase: 0.35 },
  换购: { cars: 0.75, visits: 0.5, cart: 0.4, purchase: 0.3 },
  增购: { cars: 0.7, visits: 0.4, cart: 0.3, purchase: 0.2 },
};

/** Writes the rows of one user, in time order. */
class Diary {
  readonly #user: SampleUser;
  readonly #random: Random;
  readonly #limit: number;
  readonly #conversions: ConversionCount;
  #time = 0;
  #lines: string[] = [];

  constructor(user: SampleUser, limit: number, conversions: ConversionCount) {
    this.#user = user;
    this.#random = user.random;
    this.#limit = limit;
    this.#conversions = conversions;
  }

  /** Goes on at a time, but never back. */
  at(time: number): void {
    this.#time = Math.max(this.#time + 35 * MINUTE, time);
  }

  get full(): boolean {
    return this.#lines.length >= this.#limit;
  }

  get text(): string {
    return this.#lines.join('');
  }

  add(
    action: string,
    fields: { item?: string; app?: string; media?: string; poi?: string; seconds?: number },
    conversion?: string,
  ): void {
    if (this.full) return;
    if (conversion !== undefined) this.#conversions.add(conversion);
    const { item = '', app = '', media = '', poi = '', seconds } = fields;
    const written = wallTime(this.#time);
    this.#lines.push(
      `${this.#user.id},${action},${written},${item},${app},${media},${poi},${seconds ?? ''}\n`,
    );
    // The next thing in a session follows some minutes after this one has ended.
    this.#time += (seconds ?? 0) * 1000 + this.#random.int(20, 420) * 1000;
  }
}

/** `YYYY-MM-DD HH:mm:ss` of wall-clock milliseconds. */
function wallTime(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** Exactly `rows` lines of CSV: the behaviours of a user, in sessions, on the way to a car or on the way to nowhere. */
export function behaviourLines(user: SampleUser, rows: number): UserLog {
  const { random } = user;
  const path = PATHS[user.intent];
  const conversions = new ConversionCount();
  const diary = new Diary(user, rows, conversions);
  const buys = random.chance(path.purchase);
  const fillsCart = buys || random.chance(path.cart);
  const days = Math.max(1, Math.round(rows / (ROWS_PER_SESSION * SESSIONS_PER_DAY)));
  const start = FIRST_DAY + random.int(0, 20) * DAY;
  // The last rows belong to the decision, so that a path that ends does end.
  const decisionRows = Math.max(0, Math.min(buys ? 4 : fillsCart ? 2 : 0, rows - 1));
  const everyday = new Diary(user, rows - decisionRows, conversions);
  let day = start;
  for (let session = 0; !everyday.full; session++) {
    everyday.at(day + random.int(8 * 3600, 22 * 3600) * 1000);
    const interest = path.cars * (0.6 + (0.4 * Math.min(session, days)) / days);
    if (!random.chance(interest)) lifeSession(everyday, random);
    else if (session > days / 3 && random.chance(path.visits * 0.35)) dealerVisit(everyday, user);
    else carSession(everyday, user);
    if (random.chance(SESSIONS_PER_DAY)) day += DAY;
  }
  if (decisionRows === 0) return { lines: everyday.text, conversions: conversions.counts };
  diary.at(day + 2 * DAY + random.int(10 * 3600, 20 * 3600) * 1000);
  decision(diary, user, decisionRows);
  return { lines: everyday.text + diary.text, conversions: conversions.counts };
}

function carSession(diary: Diary, user: SampleUser): void {
  const { random } = user;
  const brand = random.chance(0.6) ? user.brands[0] : random.pick(user.brands);
  const car = `${brand.name}_${random.pick(brand.models)}`;
  if (random.chance(0.55)) {
    diary.add('search', {
      item: `${car.replace('_', '')}${random.pick(words.SEARCH_TOPICS)}`,
      app: random.pick(words.SEARCH_APPS),
    });
  }
  const media = random.pick(words.CAR_MEDIA);
  for (let views = random.int(1, 4); views > 0; views--) {
    diary.add('browse', { item: car, media, seconds: random.int(20, 320) });
    if (random.chance(0.45)) diary.add('click', { item: `${car}_详情页`, media });
  }
  if (random.chance(0.25)) {
    const other = random.pick(user.brands);
    const rival = `${other.name}_${random.pick(other.models)}`;
    if (rival === car) return;
    const app = random.pick(words.CAR_APPS);
    diary.add('compare', { item: `对比_${car}_${rival}`, app, seconds: random.int(60, 600) });
  }
}

function lifeSession(diary: Diary, random: Random): void {
  if (random.chance(0.3)) {
    const poi = random.chance(0.06) ? random.pick(words.CAR_PLACES) : random.pick(words.LIFE_PLACES);
    diary.add('visit_poi', { poi, seconds: random.int(1200, 7200) });
    return;
  }
  for (let uses = random.int(1, 4); uses > 0; uses--) {
    diary.add('use_app', { app: random.pick(words.LIFE_APPS), seconds: random.int(40, 1500) });
  }
}

function dealerVisit(diary: Diary, user: SampleUser): void {
  const { random } = user;
  const brand = random.chance(0.75) ? user.brands[0] : random.pick(user.brands);
  diary.add('use_app', { app: '高德地图', seconds: random.int(600, 2400) });
  const visit = { poi: dealerOf(user, brand.name), seconds: random.int(1500, 7200) };
  diary.add('visit_poi', visit, 'visit_dealer');
  if (random.chance(0.5)) {
    const item = `${brand.name}_${random.pick(brand.models)}`;
    diary.add('browse', { item, media: random.pick(words.CAR_MEDIA), seconds: random.int(60, 400) });
  }
}

function dealerOf(user: SampleUser, brand: string): string {
  return user.random.chance(0.7) ? `${brand}${user.district}4S店` : `${user.city}${brand}经销商`;
}

/** The end of a path: into the cart, and for a buyer to the dealer and the purchase. */
function decision(diary: Diary, user: SampleUser, rows: number): void {
  const { random } = user;
  const brand = user.brands[0];
  const item = `${brand.name}_${random.pick(brand.models)}`;
  const app = random.pick(words.CAR_APPS);
  const dealer = dealerOf(user, brand.name);
  const media = random.pick(words.CAR_MEDIA);
  const steps: (() => void)[] = [
    () => diary.add('browse', { item, media, seconds: random.int(60, 400) }),
    () => diary.add('add_cart', { item, app }, 'add_to_cart'),
    () => diary.add('visit_poi', { poi: dealer, seconds: random.int(2400, 7200) }, 'visit_dealer'),
    () => diary.add('purchase', { item, poi: dealer }, 'purchase'),
  ];
  const chosen = rows >= 3 ? steps.slice(-rows) : steps.slice(0, rows);
  for (const step of chosen) step();
}
