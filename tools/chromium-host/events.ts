/** The event object of Electron's preventable events. */
export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** A new event; `details` become members of it. */
export function preventable<T extends object>(details: T): PreventableEvent & T {
  let prevented = false;
  return Object.assign(
    {
      preventDefault: () => {
        prevented = true;
      },
      get defaultPrevented() {
        return prevented;
      },
    },
    details,
  );
}
