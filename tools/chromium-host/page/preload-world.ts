import type { Bridge } from './bridge.ts';
import type { Codec } from './codec.ts';

/** Messages of a page to the host, through a binding that only the preload's world has. */
export type FromPage =
  | { do: 'send'; channel: string; args: unknown[] }
  | { do: 'invoke'; id: number; channel: string; args: unknown[] }
  /** The page itself navigates or reloads. */
  | { do: 'navigate'; url: string; reload: boolean };

/** Messages of the host to a page. */
export type ToPage =
  | { do: 'message'; channel: string; args: unknown[] }
  | { do: 'reply'; id: number; ok: true; result: unknown }
  | { do: 'reply'; id: number; ok: false; error: string };

export interface PreloadOptions {
  /** Name of the binding that carries text to the host. */
  sendBinding: string;
  /** Name of the global function of this world that the host calls with text. */
  receiveFunction: string;
  platform: string;
  arch: string;
  versions: Record<string, string | undefined>;
}

export interface PreloadGlobals {
  require(id: string): unknown;
  process: object;
}

/**
 * The environment of a sandboxed preload: `require('electron')` with contextBridge, ipcRenderer and webUtils, and a small `process`.
 * Anything else throws with its name. Self-contained: its source runs in the preload's isolated world.
 */
export function createPreloadGlobals(codec: Codec, bridge: Bridge, options: PreloadOptions): PreloadGlobals {
  type Listener = (event: object, ...args: unknown[]) => void;
  const world = globalThis as unknown as Record<string, (text: string) => void>;
  const toHost = world[options.sendBinding];
  const send = (message: FromPage): void => toHost?.(codec.encode(message));

  const loud = <T extends object>(name: string, object: T): T =>
    new Proxy(object, {
      get(target, key, receiver): unknown {
        if (typeof key === 'symbol' || key in target || key === 'then' || key === 'toJSON') {
          return Reflect.get(target, key, receiver);
        }
        throw new Error(`chromium-host: ${name}.${key} is not provided`);
      },
    });

  // A navigation that the page begins is stopped here and reported to the main process, which performs it unless it is prevented.
  navigation.addEventListener('navigate', (event) => {
    if (!event.cancelable || event.destination.sameDocument || event.downloadRequest !== null) return;
    event.preventDefault();
    send({ do: 'navigate', url: event.destination.url, reload: event.navigationType === 'reload' });
  });

  const listeners = new Map<string, { listener: Listener; once: boolean }[]>();
  const waiting = new Map<
    number,
    { channel: string; resolve(value: unknown): void; reject(error: Error): void }
  >();
  let lastInvoke = 0;

  const add = (channel: string, listener: Listener, once: boolean): void => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }]);
  };
  const remove = (channel: string, listener: Listener): void => {
    const list = listeners.get(channel) ?? [];
    const at = list.findLastIndex((entry) => entry.listener === listener);
    listeners.set(
      channel,
      list.filter((_, index) => index !== at),
    );
  };
  const ipcRenderer = loud('ipcRenderer', {
    send: (channel: string, ...args: unknown[]) => send({ do: 'send', channel, args }),
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = ++lastInvoke;
        send({ do: 'invoke', id, channel, args });
        waiting.set(id, { channel, resolve, reject });
      }),
    on: (channel: string, listener: Listener) => (add(channel, listener, false), ipcRenderer),
    addListener: (channel: string, listener: Listener) => (add(channel, listener, false), ipcRenderer),
    once: (channel: string, listener: Listener) => (add(channel, listener, true), ipcRenderer),
    off: (channel: string, listener: Listener) => (remove(channel, listener), ipcRenderer),
    removeListener: (channel: string, listener: Listener) => (remove(channel, listener), ipcRenderer),
    removeAllListeners: (channel?: string) => {
      if (channel === undefined) listeners.clear();
      else listeners.delete(channel);
      return ipcRenderer;
    },
    listenerCount: (channel: string) => (listeners.get(channel) ?? []).length,
  });

  world[options.receiveFunction] = (text) => {
    const message = codec.decode(text) as ToPage;
    if (message.do === 'reply') {
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.ok) call?.resolve(message.result);
      else call?.reject(new Error(`Error invoking remote method '${call.channel}': ${message.error}`));
      return;
    }
    for (const { listener, once } of listeners.get(message.channel) ?? []) {
      if (once) remove(message.channel, listener);
      listener(loud('event', { sender: ipcRenderer, ports: [] }), ...message.args);
    }
  };

  /** At the statement below the page stops; the host finds out the file's path, puts it into `answer` and lets the page go on. */
  const pathOfFile = (file: File): string => {
    const answer = { path: '', file };
    // The only synchronous request that no content security policy blocks.
    debugger;
    return answer.path;
  };
  const electron = loud('electron (in a preload)', {
    ipcRenderer,
    contextBridge: loud('contextBridge', {
      exposeInMainWorld: (name: string, api: unknown) => bridge.expose(name, api),
    }),
    webUtils: loud('webUtils', {
      getPathForFile: (file: unknown) => {
        if (!(file instanceof File)) {
          throw new TypeError(
            "Failed to execute 'getPathForFile' on 'WebUtils': parameter 1 is not of type 'File'",
          );
        }
        return pathOfFile(file);
      },
    }),
  });

  return {
    require: (id) => {
      if (id === 'electron' || id === 'electron/renderer') return electron;
      throw new Error(`module not found: ${id}`);
    },
    process: loud('process (in a preload)', {
      type: 'renderer',
      sandboxed: true,
      contextIsolated: true,
      platform: options.platform,
      arch: options.arch,
      versions: options.versions,
    }),
  };
}
