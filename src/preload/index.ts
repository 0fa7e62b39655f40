import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { DROP_CHANNEL, EVENT_CHANNEL, EVENT_NAMES, REQUEST_CHANNEL } from '../shared/channels.ts';
import type { Bridge, EventName } from '../shared/contract.ts';

declare global {
  interface Window {
    /** Absent when the page is not opened by the application. */
    eventloom: Bridge;
  }
}

const listeners = new Map<string, Set<(payload: unknown) => void>>(
  EVENT_NAMES.map((event) => [event, new Set<(payload: unknown) => void>()]),
);

// One listener on the channel for all subscriptions: what is no event of the contract goes nowhere.
ipcRenderer.on(EVENT_CHANNEL, (_event, name: unknown, payload: unknown) => {
  if (typeof name !== 'string') return;
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
});

const bridge: Bridge = {
  request: (route, input) => ipcRenderer.invoke(REQUEST_CHANNEL, route, input),
  on: (event: EventName, listener: (payload: never) => void) => {
    const known = listeners.get(event);
    if (!known) throw new Error(`unknown event ${String(event)}`);
    // A subscription of its own, so that the same function may subscribe twice and each unsubscribes itself only.
    const subscription = (payload: unknown): void => listener(payload as never);
    known.add(subscription);
    return () => {
      known.delete(subscription);
    };
  },
  pathForFile: (file) => {
    const path = webUtils.getPathForFile(file);
    // Main learns of it from here, not from the page, and before anything that the page requests next.
    if (path !== '') ipcRenderer.send(DROP_CHANNEL, path);
    return path;
  },
};

contextBridge.exposeInMainWorld('eventloom', bridge);
