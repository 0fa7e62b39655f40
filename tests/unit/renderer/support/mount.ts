import { createPinia, setActivePinia } from 'pinia';
import { createApp, h, KeepAlive, nextTick, ref } from 'vue';
import type { App, Component } from 'vue';

const mounted = new Set<App>();

export interface Mounted {
  element: HTMLElement;
  /** Shows another page instead, as KeepAlive does, or this one again. */
  show: (shown: boolean) => Promise<void>;
  unmount: () => void;
}

/** Mounts a component with stores, inside KeepAlive. */
export function mountComponent(component: Component, props: Record<string, unknown> = {}): Mounted {
  const element = document.createElement('div');
  document.body.append(element);
  const shown = ref(true);
  const Other = { render: () => h('p', 'another page') };
  const app = createApp({
    render: () => h(KeepAlive, () => (shown.value ? h(component, props) : h(Other))),
  });
  const pinia = createPinia();
  setActivePinia(pinia);
  app.use(pinia).mount(element);
  mounted.add(app);
  return {
    element,
    show: async (next) => {
      shown.value = next;
      await nextTick();
    },
    unmount: () => {
      if (mounted.delete(app)) app.unmount();
      element.remove();
    },
  };
}

/** Runs a composable in the setup of a component and returns what it returns. */
export function mountComposable<T>(setup: () => T): Mounted & { result: T } {
  let result: T | undefined;
  const component: Component = {
    setup() {
      result = setup();
      return () => h('div');
    },
  };
  return { ...mountComponent(component), result: result as T };
}

/** Unmounts everything that a test has mounted: `afterEach(unmountAll)`. */
export function unmountAll(): void {
  for (const app of mounted) app.unmount();
  mounted.clear();
  document.body.replaceChildren();
}
