import type { Random } from '../random.ts';
import { SessionClock } from './session-clock.ts';
import type { LogShape } from './shape.ts';

type List = readonly [string, ...string[]];

const FIRST: List = [
  'Velvet',
  'Paper',
  'Northern',
  'Silent',
  'Electric',
  'Golden',
  'Lunar',
  'Hollow',
  'Crystal',
  'Wild',
];
const LAST: List = [
  'Harbour',
  'Foxes',
  'Parade',
  'Rivers',
  'Cinema',
  'Youth',
  'Antlers',
  'Engine',
  'Garden',
  'Choir',
];
const MOODS: List = [
  'Blue',
  'Slow',
  'Broken',
  'Bright',
  'Last',
  'Distant',
  'Little',
  'Heavy',
  'Empty',
  'New',
];
const THINGS: List = [
  'Morning',
  'Signal',
  'Summer',
  'Mirror',
  'Road',
  'Letter',
  'Fire',
  'Window',
  'Season',
  'Dream',
];
const HOURS = [6, 4, 2, 1, 1, 1, 3, 7, 9, 9, 9, 9, 9, 9, 9, 10, 10, 11, 12, 12, 12, 12, 11, 9];
/** How long one goes on with the same artist, in plays on average. */
const RUN = 14;

/** Plays of tracks, with how long they were heard, in long runs of one artist. */
export const music: LogShape = {
  header: 'user_id,played_at,event,artist_name,track_name,seconds_played\n',
  rows: [30, 200],
  gapMinutes: 15,
  user: ({ index, rows, gapMinutes, random }) => {
    const clock = new SessionClock(random, { gapMinutes, hours: HOURS, length: 14, days: 1.5 });
    const favourites = Array.from({ length: 8 }, () => artistOf(random));
    let artist = favourites[0] ?? artistOf(random);
    const lines: string[] = [];
    while (lines.length < rows) {
      const { time } = clock.next();
      if (random.chance(1 / RUN))
        artist = random.chance(0.75) ? (favourites[random.int(0, 7)] ?? artist) : artistOf(random);
      const event = random.weighted<string>([
        ['play', 86],
        ['skip', 9],
        ['like', 5],
      ]);
      const seconds = { play: random.int(120, 330), skip: random.int(2, 25) }[event] ?? 0;
      const track = `${random.pick(MOODS)} ${random.pick(THINGS)}`;
      lines.push(`listener_${index + 1},${time},${event},${artist},${track},${seconds}\n`);
      clock.lasted(seconds);
    }
    return { lines: lines.join(''), conversions: {} };
  },
};

const artistOf = (random: Random): string => `${random.pick(FIRST)} ${random.pick(LAST)}`;
