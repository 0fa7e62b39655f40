import type { Random } from '../random.ts';
import { SessionClock } from './session-clock.ts';
import type { LogShape } from './shape.ts';

/** The way of a ticket when nothing goes wrong; the latter steps are repeated when a case is long. */
const STEPS = [
  'Create ticket',
  'Assign seriousness',
  'Assign to team',
  'Take in charge',
  'Analyse cause',
  'Require information',
  'Receive information',
  'Create workaround',
  'Escalate',
  'Plan change',
  'Implement change',
  'Verify with customer',
  'Resolve ticket',
  'Close ticket',
] as const;
const TEAM = ['Ada', 'Bruno', 'Chen', 'Dora', 'Emil', 'Fang'] as const;
const HOURS = [1, 1, 1, 1, 1, 1, 2, 4, 10, 13, 13, 12, 8, 11, 13, 13, 12, 9, 4, 2, 2, 1, 1, 1];
/** How likely a step is done twice in a row. */
const REPEAT = 0.08;

/** Cases of a service desk: nearly every action is another step of a process, seldom one is repeated. */
export const tickets: LogShape = {
  header: 'case_id,activity,complete_timestamp,resource,priority\n',
  rows: [5, 15],
  gapMinutes: 1440,
  user: ({ index, rows, gapMinutes, random }) => {
    const clock = new SessionClock(random, { gapMinutes, hours: HOURS, length: 3, days: 5 });
    const priority = `P${random.int(1, 4)}`;
    const lines = stepsOf(random, rows).map(
      (step) => `Case ${index + 1},${step},${clock.next().time},${random.pick(TEAM)},${priority}\n`,
    );
    return { lines: lines.join(''), conversions: {} };
  },
};

/** The steps of a case: those of the way in their order without some of them; what is left to fill is repetition. */
function stepsOf(random: Random, rows: number): string[] {
  const [first, ...later] = STEPS;
  const repeats = Array.from({ length: rows - 1 }, () => random.chance(REPEAT)).filter(Boolean).length;
  const wanted = Math.max(0, Math.min(later.length, rows - 1 - repeats));
  const chosen: string[] = [...later];
  while (chosen.length > wanted) chosen.splice(random.int(0, chosen.length - 1), 1);
  const steps = [first, ...chosen].slice(0, rows);
  while (steps.length < rows) {
    const place = random.int(0, steps.length - 1);
    steps.splice(place, 0, steps[place] ?? first);
  }
  return steps;
}
