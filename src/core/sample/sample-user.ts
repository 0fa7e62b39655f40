import { Random } from './random.ts';
import { BRANDS, CITIES, DISTRICTS, INTERESTS, OCCUPATIONS } from './vocabulary.ts';
import type { Brand } from './vocabulary.ts';

/** How far somebody is on the way to a car. */
export type Intent = '无' | '观望' | '首购' | '换购' | '增购';

export interface SampleUser {
  id: string;
  intent: Intent;
  age: number;
  gender: string;
  city: string;
  district: string;
  occupation: string;
  /** Yuan a month. */
  income: number;
  interests: string[];
  hasCar: boolean;
  /** 10,000 yuan. */
  budget: number;
  /** The brands that are compared; the first is the favourite. */
  brands: [Brand, ...Brand[]];
  random: Random;
}

/** The person behind an index: depends on the seed and the index only. */
export function makeUser(seed: number, index: number): SampleUser {
  const random = new Random(seed, index);
  const intent = random.weighted<Intent>([
    ['无', 42],
    ['观望', 30],
    ['首购', 13],
    ['换购', 10],
    ['增购', 5],
  ]);
  const favourite = random.pick(BRANDS);
  const brands: [Brand, ...Brand[]] = [favourite];
  for (let more = random.int(1, 3); more > 0; more--) {
    const brand = random.pick(BRANDS);
    if (!brands.includes(brand)) brands.push(brand);
  }
  const interests = INTERESTS.filter(() => random.chance(0.28));
  const hasCar = intent === '换购' || intent === '增购' || (intent !== '首购' && random.chance(0.45));
  return {
    id: `u${String(index + 1).padStart(7, '0')}`,
    intent,
    age: random.int(21, 58),
    gender: random.chance(0.56) ? '男' : '女',
    city: random.pick(CITIES),
    district: random.pick(DISTRICTS),
    occupation: random.pick(OCCUPATIONS),
    income: random.int(45, 420) * 100,
    interests: interests.length > 0 ? interests : [random.pick(INTERESTS)],
    hasCar,
    budget: random.int(...favourite.budget),
    brands,
    random,
  };
}

export const PROFILE_HEADER =
  'user_id,age,gender,income,occupation,city,interests,budget,has_car,purchase_intent\n';

/** The profile of a user as a line of CSV. */
export function profileLine(user: SampleUser): string {
  const { id, age, gender, income, occupation, city, interests, budget, hasCar, intent } = user;
  const car = hasCar ? '是' : '否';
  return `${id},${age},${gender},${income},${occupation},${city},"${interests.join(',')}",${budget},${car},${intent}\n`;
}
