import { randomUUID } from 'node:crypto';
import { createBridge } from './bridge.ts';
import { createCodec } from './codec.ts';
import { createPreloadGlobals } from './preload-world.ts';
import type { PreloadOptions } from './preload-world.ts';

/** Name of the isolated world in which preloads run, as Electron calls it. */
export const PRELOAD_WORLD = 'Electron Isolated Context';
export const SEND_BINDING = '__chromiumHostSend';
export const RECEIVE_FUNCTION = '__chromiumHostReceive';

export interface PageScripts {
  /** For the page's own world; has to be installed first, so that it listens before the preload exposes anything. */
  mainWorld: string;
  preloadWorld: string;
}

/** The two scripts to run at the start of every document of a window with this preload. */
export function pageScripts(preloadSource: string): PageScripts {
  const bridgeName = `bridge-${randomUUID()}`;
  const options: PreloadOptions = {
    sendBinding: SEND_BINDING,
    receiveFunction: RECEIVE_FUNCTION,
    platform: process.platform,
    arch: process.arch,
    versions: { ...process.versions },
  };
  const mainWorld = `if (window === window.top) (${createBridge.toString()})(${JSON.stringify(bridgeName)}, 'page', (name, value) =>
    Object.defineProperty(window, name, { value, enumerable: true, writable: false, configurable: false }));`;
  // The preload is part of the text, not given to eval: the page's content security policy applies to this world too.
  const preloadWorld = `if (window === window.top) {
  const bridge = (${createBridge.toString()})(${JSON.stringify(bridgeName)}, 'preload', () => undefined);
  const globals = (${createPreloadGlobals.toString()})((${createCodec.toString()})(), bridge, ${JSON.stringify(options)});
  const module = { exports: {} };
  (function (require, process, exports, module) {
${preloadSource}
  })(globals.require, globals.process, module.exports, module);
}`;
  return { mainWorld, preloadWorld };
}
