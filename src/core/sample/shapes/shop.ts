import type { Random } from '../random.ts';
import { SessionClock } from './session-clock.ts';
import { ConversionCount } from './shape.ts';
import type { LogShape } from './shape.ts';

interface Category {
  code: string;
  brands: readonly [string, ...string[]];
}

const CATEGORIES: readonly [Category, ...Category[]] = [
  { code: 'electronics.smartphone', brands: ['apple', 'samsung', 'xiaomi', 'huawei'] },
  { code: 'electronics.audio.headphone', brands: ['sony', 'jbl', 'apple'] },
  { code: 'electronics.video.tv', brands: ['lg', 'samsung', 'tcl'] },
  { code: 'computers.notebook', brands: ['lenovo', 'asus', 'hp', 'acer'] },
  { code: 'computers.components.videocards', brands: ['msi', 'gigabyte'] },
  { code: 'appliances.kitchen.refrigerators', brands: ['bosch', 'beko', 'haier'] },
  { code: 'appliances.kitchen.washer', brands: ['indesit', 'lg', 'haier'] },
  { code: 'appliances.environment.vacuum', brands: ['dyson', 'roborock', 'philips'] },
  { code: 'furniture.living_room.sofa', brands: ['brw', 'askona'] },
  { code: 'apparel.shoes.sneakers', brands: ['nike', 'puma', 'asics'] },
  { code: 'kids.toys', brands: ['lego', 'hasbro'] },
  { code: 'auto.accessories.player', brands: ['pioneer', 'alpine'] },
  { code: 'sport.bicycle', brands: ['stels', 'forward'] },
];
const PRODUCTS_PER_BRAND = 40;
const HOURS = [2, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 10, 10, 10, 10, 10, 10, 11, 11, 10, 9, 7, 5, 3];

interface Product {
  id: number;
  category: number;
  code: string;
  brand: string;
  price: string;
}

/** Clicks in a shop: numbered products with a dotted category, a brand and a price; views, carts and purchases. */
export const shop: LogShape = {
  header: 'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n',
  rows: [10, 90],
  gapMinutes: 45,
  user: ({ index, rows, gapMinutes, random }) => {
    const clock = new SessionClock(random, { gapMinutes, hours: HOURS, length: 7, days: 2.5 });
    const conversions = new ConversionCount();
    const userId = 512_000_000 + index * 37;
    const favourites = [random.int(0, 12), random.int(0, 12), random.int(0, 12)];
    const cart: Product[] = [];
    let sessionId = '';
    let looked = productOf(random, favourites[0] ?? 0);
    const lines: string[] = [];
    while (lines.length < rows) {
      const { time, session } = clock.next();
      if (session) {
        sessionId = uuid(random);
        looked = productOf(random, favourites[random.int(0, 2)] ?? 0);
      }
      let action = 'view';
      let product = looked;
      const [inCart] = cart;
      if (inCart && random.chance(0.18)) {
        action = random.chance(0.6) ? 'purchase' : 'remove_from_cart';
        product = inCart;
        cart.shift();
      } else if (!session && random.chance(0.05)) {
        action = 'cart';
        cart.push(looked);
      } else if (random.chance(0.7)) {
        // One look leads to another of the same category, now and then to something else.
        looked = productOf(random, random.chance(0.85) ? looked.category : random.int(0, 12));
        product = looked;
      }
      if (action === 'purchase') conversions.add('purchase');
      if (action === 'cart') conversions.add('add_to_cart');
      const { id, category, code, brand, price } = product;
      const categoryId = `20530135${String(category + 11).padStart(3, '0')}`;
      lines.push(
        `${time} UTC,${action},${id},${categoryId},${code},${brand},${price},${userId},${sessionId}\n`,
      );
    }
    return { lines: lines.join(''), conversions: conversions.counts };
  },
};

function productOf(random: Random, category: number): Product {
  const { code, brands } = CATEGORIES[category] ?? CATEGORIES[0];
  const brand = random.pick(brands);
  const number = random.int(0, PRODUCTS_PER_BRAND - 1);
  const id = 1_000_000 + category * 10_000 + brands.indexOf(brand) * 1000 + number;
  // The catalogue does not say it of every product.
  const known = number % 12 !== 0;
  return {
    id,
    category,
    code: known ? code : '',
    brand: number % 9 === 0 ? '' : brand,
    price: (9 + ((id * 7919) % 90_000) / 100).toFixed(2),
  };
}

function uuid(random: Random): string {
  const hex = (length: number): string =>
    Array.from({ length }, () => random.int(0, 15).toString(16)).join('');
  return [8, 4, 4, 4, 12].map(hex).join('-');
}
