import { answerUnit } from './answer-from-prompt.ts';
import type { AnswerEvent, AnswerUser } from './answer-from-prompt.ts';
import { readBehaviour } from './behaviour-text.ts';
import type { PromptUnit } from './prompt-units.ts';

/** What the instructions of a prompt ask for. */
export interface Instructions {
  /** The number of a type by its name, and by the names that its definition lists. */
  numbers: ReadonlyMap<string, string>;
  joins: 'neighbours' | 'themes' | 'types';
  gapMs: number;
}

const DAY_MS = 86_400_000;
const MOST_THEMES = 3;
const TYPE = /^(\d{1,4}) ([^：:\n]+?)(?:[：:]\s?(.*))?$/gm;
/** What a codebook may call a type otherwise: in English, as the rules name it. */
const OTHER_NAMES: Record<string, string> = {
  使用: '使用应用',
  浏览: 'Browse',
  搜索: 'Search',
  点击: 'Click',
  对比: 'Compare',
  使用应用: 'App use',
  到访: 'Place visit',
  观看: 'Watch',
  收藏: 'Favourite',
  点赞: 'Like',
  评论: 'Comment',
  分享: 'Share',
  咨询: 'Enquiry',
  预约: 'Booking',
  试驾: 'Test drive',
  登录: 'Login',
  购买: 'Purchase',
  加购: 'Add to cart',
  到店: 'Dealer visit',
};

/** Reads numbered types and the detail from the instructions; null where there are none. */
export function instructionsOf(system: string): Instructions | null {
  const names = new Map<string, string>();
  const listed = new Map<string, string>();
  for (const [, number = '', name = '', definition = ''] of system.matchAll(TYPE)) {
    if (number === '0') continue;
    names.set(name.trim(), number);
    const members = /(?:目的相同的行为|One purpose)[：:]\s*([^。.]*)/.exec(definition)?.[1] ?? '';
    for (const member of members.split(/[、,]\s*/)) if (member !== '') listed.set(member, number);
  }
  if (names.size === 0) return null;
  const days = Number(/沉寂超过 (\d+) 天|for more than (\d+) days/.exec(system)?.slice(1).find(Boolean) ?? 1);
  const joins = /(?:粒度“标准”|Detail “standard”)(?!.*(?:不论对象|whatever the object))/.test(system)
    ? 'themes'
    : /粒度“(?:标准|概括)”|Detail “(?:standard|brief)”/.test(system)
      ? 'types'
      : 'neighbours';
  return { numbers: new Map([...listed, ...names]), joins, gapMs: days * DAY_MS };
}

/** The answers of a faultless model that follows the instructions; without numbered types those of `answerUnit`. */
export function answerUnits(units: readonly PromptUnit[], system: string): AnswerUser[] {
  const instructions = instructionsOf(system);
  return units.map((unit) => {
    if (!instructions) return answerUnit(unit);
    return instructions.joins === 'neighbours' ? numbered(unit, instructions) : joined(unit, instructions);
  });
}

function numbered(unit: PromptUnit, instructions: Instructions): AnswerUser {
  const { id, events } = answerUnit(unit);
  return {
    id,
    events: events.map((event) => ({ ...event, ...typeFor(event.type, event.about, instructions) })),
  };
}

function typeFor(
  type: string,
  about: string,
  { numbers }: Instructions,
): Pick<AnswerEvent, 'type' | 'about'> {
  const number = numbers.get(type) ?? numbers.get(OTHER_NAMES[type] ?? '');
  return number === undefined ? { type: '0', about: `${about}|${type}` } : { type: number, about };
}

function joined(unit: PromptUnit, instructions: Instructions): AnswerUser {
  const readings = unit.behaviours.map(({ text }) => readBehaviour(text));
  const heads = headsOf(readings.map(({ thing }) => thing));
  const events: AnswerEvent[] = [];
  const open = new Map<string, { event: AnswerEvent; themes: Set<string>; last: number }>();
  unit.behaviours.forEach((behaviour, index) => {
    const reading = readings[index];
    if (!reading) return;
    const theme = themeOf(reading.thing, heads);
    const { type, about } = typeFor(reading.type, theme, instructions);
    // What no type fits is told apart by the name that is proposed for it.
    const named = type === '0' ? `0 ${reading.type}` : type;
    const key = instructions.joins === 'themes' ? `${type} ${about}` : named;
    const known = reading.conversion ? undefined : open.get(key);
    const time = behaviour.time ?? 0;
    if (known && time - known.last <= instructions.gapMs) {
      known.event.numbers.push(behaviour.number);
      known.themes.add(theme);
      known.last = time;
      // Where objects are not told apart, the first of them are named.
      if (type !== '0') known.event.about = [...known.themes].slice(0, MOST_THEMES).join('、');
      return;
    }
    const event: AnswerEvent = {
      type,
      about,
      category: reading.conversion ? 'conversion' : 'engagement',
      startTime: null,
      endTime: null,
      numbers: [behaviour.number],
      fields: {},
    };
    events.push(event);
    if (reading.conversion) open.clear();
    else open.set(key, { event, themes: new Set([theme]), last: time });
  });
  return { id: unit.alias, events };
}

/** The parts before a separator: what names of things have in common. */
function headsOf(things: readonly string[]): string[] {
  const heads = things.flatMap((thing) => (thing.includes('_') ? [thing.split('_')[0] ?? ''] : []));
  return [...new Set(heads)].filter((head) => head.length > 1);
}

function themeOf(thing: string, heads: readonly string[]): string {
  return heads.find((head) => thing.includes(head)) ?? thing;
}
