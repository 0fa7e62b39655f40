import type { RunStore } from '../../src/core/run/ports.ts';

/** A turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The same store with the timing of a network: each call takes effect later, and its result arrives later still. */
export function delayedStore(store: RunStore): RunStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        await turn();
        const result: unknown = await Reflect.apply(member, target, args);
        await turn();
        return result;
      };
    },
  });
}
