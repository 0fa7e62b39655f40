import { createPinia, setActivePinia } from 'pinia';
import { createApp, defineComponent, h } from 'vue';
import type { App, Plugin } from 'vue';
import { afterEach, beforeEach } from 'vitest';
import type { Bridge, EventName, Events, Replies, Route } from '@shared/contract';
import type { ErrorInfo } from '@shared/errors';
import { setLocale } from '@/i18n';

type Answers = { [R in Route]?: (input: unknown) => Replies[R] | Promise<Replies[R]> };

/** An answer that is an error of main. */
export class Refusal extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo) {
    super(info.code);
    this.info = info;
  }
}

/** The main process as a test writes it: answers by route, and events that the test sends. */
export class FakeMain {
  readonly answers: Answers = {};
  /** What was asked, in order. */
  readonly asked: { route: Route; input: unknown }[] = [];
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>();

  readonly bridge: Bridge = {
    request: async (route, input) => {
      this.asked.push({ route, input });
      const answer = this.answers[route] as ((input: unknown) => unknown) | undefined;
      if (!answer) throw new Error(`no answer for ${route}`);
      try {
        return { ok: true, data: (await answer(input)) as never };
      } catch (error) {
        if (error instanceof Refusal) return { ok: false, error: error.info };
        throw error;
      }
    },
    on: (event, listener) => {
      const all = this.#listeners.get(event) ?? new Set();
      this.#listeners.set(event, all.add(listener as (payload: never) => void));
      return () => all.delete(listener as (payload: never) => void);
    },
    pathForFile: (file) => `/dropped/${file.name}`,
  };

  send<E extends EventName>(event: E, payload: Events[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload as never);
  }

  listeners(event: EventName): number {
    return this.#listeners.get(event)?.size ?? 0;
  }

  /** The inputs that a route was asked with. */
  inputsOf(route: Route): unknown[] {
    return this.asked.filter((entry) => entry.route === route).map(({ input }) => input);
  }
}

/** A new main process and new stores for each test; what was mounted is unmounted after it. */
export function useFakeMain(): { main: FakeMain } {
  const context = { main: new FakeMain() };
  beforeEach(() => {
    context.main = new FakeMain();
    window.eventloom = context.main.bridge;
    setActivePinia(createPinia());
    localStorage.clear();
    setLocale('zh-CN');
  });
  afterEach(() => {
    for (const app of mounted.splice(0)) app.unmount();
    document.body.replaceChildren();
    document.documentElement.className = '';
  });
  return context;
}

const mounted: App[] = [];

/** Calls a composable inside a mounted component, and gives what it returned and the way to unmount it. */
export function withSetup<T>(composable: () => T, ...plugins: Plugin[]): { result: T; unmount: () => void } {
  let result: T | undefined;
  const component = defineComponent({
    setup() {
      result = composable();
      return () => h('div');
    },
  });
  const app = createApp(component);
  for (const plugin of plugins) app.use(plugin);
  app.mount(document.body.appendChild(document.createElement('div')));
  mounted.push(app);
  return { result: result as T, unmount: () => app.unmount() };
}

/** A promise, and the way to settle it. */
export function pending<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  return Promise.withResolvers<T>();
}

/** Lets promises that are settled go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
