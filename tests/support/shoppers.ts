import type { DatabaseSync } from 'node:sqlite';
import { Random } from '../../src/core/sample/random.ts';
import type { ProfileField } from '../../src/shared/users.ts';

export interface TestBehaviour {
  /** Wall-clock milliseconds. */
  time: number;
  action?: string;
  text?: string;
  item?: string;
  poi?: string;
  /** Seconds. */
  duration?: number;
}

export interface TestUser {
  id: string;
  profile?: ProfileField[];
  behaviours: TestBehaviour[];
}

const START = Date.UTC(2026, 0, 5, 8);
const MINUTE = 60_000;
const ITEMS = ['大众_迈腾', '丰田_凯美瑞', '比亚迪_汉', '蔚来_ET5'];
const POIS = ['长城4S店陆家嘴店', '万达广场', '比亚迪经销商中心', '人民公园'];

/** Users who browse, search, visit, fill carts and buy; the same seed gives the same ones. */
export function shoppers(count: number, { seed = 1, behaviours = 10, idOf = userId } = {}): TestUser[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(seed, index);
    let time = START + random.int(0, 600) * MINUTE;
    return {
      id: idOf(index),
      behaviours: Array.from({ length: behaviours }, () => {
        time += random.int(1, 90) * MINUTE;
        return oneOf(random, time);
      }),
    };
  });
}

const PAGES = ['详情页', '报价', '图片'];
/** Of so many conversions one stays: a user of many has little between them that could join. */
const CONVERSION_KEPT = 5;

/** Shoppers whose things have themes, every brand having some pages, so that each detail joins more than the finer one. */
export function themedShoppers(count: number, behaviours: number): TestUser[] {
  let conversions = 0;
  return shoppers(count, { behaviours }).map((user) => ({
    ...user,
    behaviours: user.behaviours.map((behaviour, index) => {
      if (isConversion(behaviour)) conversions += 1;
      const { item = ITEMS[index % ITEMS.length], time } = behaviour;
      if (isConversion(behaviour) && conversions % CONVERSION_KEPT > 0)
        return { time, action: 'browse', item: page(item, index) };
      return behaviour.item === undefined ? behaviour : { ...behaviour, item: page(behaviour.item, index) };
    }),
  }));
}

const page = (item: string | undefined, index: number): string => `${item}_${PAGES[index % PAGES.length]}`;

function userId(index: number): string {
  return `user-${String(index).padStart(4, '0')}`;
}

function oneOf(random: Random, time: number): TestBehaviour {
  const item = random.pick(ITEMS as [string, ...string[]]);
  const draw = random.next();
  if (draw < 0.05) return { time, action: 'purchase', item };
  if (draw < 0.12) return { time, action: random.pick(['add_cart', 'add_to_cart']), item };
  if (draw < 0.3) {
    const poi = random.pick(POIS as [string, ...string[]]);
    return { time, action: 'visit_poi', poi, duration: random.int(60, 4000) };
  }
  return { time, action: random.pick(['browse', 'search', 'click']), item, duration: random.int(5, 300) };
}

/** Whether a behaviour is a conversion by the design. Implemented a second time on purpose, independent of the rules. */
export function isConversion({ action, poi = '' }: TestBehaviour): boolean {
  if (action === 'purchase' || action === 'add_cart' || action === 'add_to_cart') return true;
  return action === 'visit_poi' && /4S店|经销商/.test(poi);
}

/** Inserts users with their behaviours directly into a workspace, as an import would. Ids of behaviours count from 1. */
export function putUsers(db: DatabaseSync, users: readonly TestUser[]): void {
  db.exec('BEGIN');
  const user = db.prepare('INSERT INTO users (no, id) VALUES (?, ?)');
  const behaviour = db.prepare(
    'INSERT INTO behaviours (id, user_no, time, text, action, item, poi, duration) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const profile = db.prepare('INSERT INTO profiles (user_no, fields) VALUES (?, ?)');
  const sequence = db.prepare(
    'INSERT INTO sequences (user_no, behaviour_count, first_time, last_time) VALUES (?, ?, ?, ?)',
  );
  let id = 0;
  users.forEach(({ id: userId, behaviours, profile: fields }, index) => {
    user.run(index + 1, userId);
    for (const { time, text, action, item, poi, duration } of behaviours) {
      id += 1;
      const values = [text ?? null, action ?? null, item ?? null, poi ?? null, duration ?? null];
      behaviour.run(id, index + 1, time, ...values);
    }
    if (fields) profile.run(index + 1, JSON.stringify(fields));
    const [first, last] = [behaviours.at(0)?.time ?? null, behaviours.at(-1)?.time ?? null];
    sequence.run(index + 1, behaviours.length, first, last);
  });
  db.prepare(
    `INSERT INTO imports (kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows, imported_at)
     VALUES ('behaviours', 'test.csv', 1, 'x', 0, ?, ?, 0, 0, 0)`,
  ).run(id, id);
  db.exec('COMMIT');
}
