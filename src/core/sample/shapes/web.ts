import type { Random } from '../random.ts';
import { SessionClock } from './session-clock.ts';
import { ConversionCount } from './shape.ts';
import type { LogShape } from './shape.ts';

type List = readonly [string, ...string[]];

const SHOP = 'https://shop.northwind.example';
const SECTIONS: List = ['garden', 'kitchen', 'lighting', 'bath', 'tools', 'outdoor'];
const GOODS: List = ['hose', 'lamp', 'table', 'shelf', 'drill', 'towel', 'grill', 'rug', 'stool', 'mirror'];
const TOPICS: List = ['spring', 'balcony', 'repair', 'colour', 'storage', 'wood', 'small-rooms', 'gifts'];
const GUIDES: List = ['assembly', 'warranty', 'delivery', 'returns', 'care'];
const CAMPAIGNS: List = [
  'utm_source=newsletter&utm_medium=email',
  'utm_source=ads&gclid=Cj0K',
  'ref=partner',
];
const HOURS = [3, 2, 1, 1, 1, 2, 4, 7, 10, 11, 11, 10, 11, 10, 10, 10, 10, 11, 12, 13, 14, 12, 9, 6];

/** Visits to a few hosts of one company: views of pages with paths and query strings, searches and orders. */
export const web: LogShape = {
  header: 'visitor_id,event_timestamp,event_name,page_location,page_referrer\n',
  rows: [5, 80],
  gapMinutes: 30,
  user: ({ index, rows, gapMinutes, random }) => {
    const clock = new SessionClock(random, { gapMinutes, hours: HOURS, length: 6, days: 4 });
    const conversions = new ConversionCount();
    const visitor = `${1_000_000_000 + index * 7919}.${1_767_571_200 + index}`;
    let section = random.pick(SECTIONS);
    let basket = 0;
    let before = '';
    const lines: string[] = [];
    const add = (time: string, event: string, page: string): void => {
      lines.push(`${visitor},${time},${event},${page},${before}\n`);
      before = page;
    };
    while (lines.length < rows) {
      const { time, session } = clock.next();
      if (session) {
        before = random.chance(0.5) ? 'https://www.google.com/' : '';
        if (random.chance(0.4)) section = random.pick(SECTIONS);
        add(time, 'page_view', landing(random, section));
      } else if (basket > 0 && random.chance(0.25)) {
        basket = 0;
        conversions.add('purchase');
        add(time, 'purchase', `${SHOP}/checkout/complete?order=${random.int(100_000, 999_999)}`);
      } else if (random.chance(0.05)) {
        basket += 1;
        conversions.add('add_to_cart');
        add(time, 'add_to_cart', product(random, section));
      } else {
        add(time, ...visit(random, section));
      }
    }
    return { lines: lines.join(''), conversions: conversions.counts };
  },
};

function landing(random: Random, section: string): string {
  const page = random.chance(0.4) ? 'https://www.northwind.example/' : product(random, section);
  return random.chance(0.5) ? `${page}?${random.pick(CAMPAIGNS)}` : page;
}

function product(random: Random, section: string): string {
  return `${SHOP}/products/${section}/${random.pick(GOODS)}-${random.int(10, 59)}`;
}

function visit(random: Random, section: string): [event: string, page: string] {
  const kind = random.weighted<'list' | 'product' | 'post' | 'guide' | 'search' | 'cart' | 'click'>([
    ['product', 40],
    ['list', 20],
    ['post', 12],
    ['guide', 8],
    ['search', 8],
    ['click', 8],
    ['cart', 4],
  ]);
  switch (kind) {
    case 'product':
      return ['page_view', product(random, section)];
    case 'list':
      return ['page_view', `${SHOP}/products/${section}?page=${random.int(1, 5)}&sort=price`];
    case 'post': {
      const day = `2025/${String(random.int(1, 12)).padStart(2, '0')}`;
      return [
        'page_view',
        `https://blog.northwind.example/${day}/${random.pick(TOPICS)}-${random.int(1, 40)}`,
      ];
    }
    case 'guide':
      return ['page_view', `https://help.northwind.example/guides/${random.pick(GUIDES)}`];
    case 'search':
      return ['search', `${SHOP}/search?q=${random.pick(GOODS)}`];
    case 'click':
      return ['click', product(random, section)];
    case 'cart':
      return ['page_view', `${SHOP}/cart`];
  }
}
