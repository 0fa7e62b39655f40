import { SessionClock } from './session-clock.ts';
import { ConversionCount } from './shape.ts';
import type { LogShape } from './shape.ts';

const HOURS = [7, 4, 2, 1, 1, 1, 2, 5, 7, 7, 7, 8, 10, 9, 8, 8, 9, 10, 12, 13, 14, 14, 13, 10];

/** Names of events as measurement kits for apps have them; what is no conversion is weighted. */
const EVENTS: readonly [[string, number], ...[string, number][]] = [
  ['level_start', 26],
  ['level_up', 14],
  ['level_fail', 10],
  ['af_content_view', 14],
  ['item_equip', 10],
  ['reward_claimed', 9],
  ['ad_watched', 8],
  ['af_search', 3],
  ['af_share', 2],
  ['friend_invited', 2],
  ['settings_changed', 1],
];

/** What happens in a game: events by name about items that are mere ids, with purchases. */
export const app: LogShape = {
  header: 'customer_user_id,event_time,event_name,item_id,event_revenue,platform\n',
  rows: [15, 140],
  gapMinutes: 120,
  user: ({ index, rows, gapMinutes, random }) => {
    const clock = new SessionClock(random, { gapMinutes, hours: HOURS, length: 12, days: 1.5 });
    const conversions = new ConversionCount();
    const user = `${(0xa0000000 + index * 65_537).toString(16)}`;
    const platform = random.chance(0.55) ? 'android' : 'ios';
    const lines: string[] = [];
    while (lines.length < rows) {
      const { time, session } = clock.next();
      let name = session ? 'session_start' : random.weighted(EVENTS);
      let revenue = '';
      if (!session && random.chance(0.015)) name = 'af_add_to_cart';
      if (!session && random.chance(0.01)) {
        name = 'af_purchase';
        revenue = `${random.int(0, 49)}.99`;
      }
      if (name === 'af_purchase') conversions.add('purchase');
      if (name === 'af_add_to_cart') conversions.add('add_to_cart');
      const item =
        name === 'session_start' || name === 'settings_changed' ? '' : `itm_${random.int(10_000, 99_999)}`;
      lines.push(`${user},${time},${name},${item},${revenue},${platform}\n`);
    }
    return { lines: lines.join(''), conversions: conversions.counts };
  },
};
