import { carryOut } from './rescue-life.ts';
import type { RescueEnd, RescueOrder } from './rescue-life.ts';

/** A process that executes one command and can be killed. It reports its start and its result. */
export type ChildMessage = { kind: 'begin' } | { kind: 'end'; end: RescueEnd };

const order = JSON.parse(process.argv[2] ?? '{}') as RescueOrder;
const say = (message: ChildMessage): void => void process.send?.(message);
say({ kind: 'begin' });
say({ kind: 'end', end: carryOut(order) });
process.disconnect();
