import { loud } from '../loud.ts';

/** The top frame of a page; frames inside it have no preload, as in Electron by default. */
export interface HostFrame {
  readonly url: string;
  readonly origin: string;
  readonly parent: null;
  readonly top: HostFrame;
  readonly detached: boolean;
  isDestroyed(): boolean;
}

/** The frame that always is where its page is. */
export function makeFrame(url: () => string, isDestroyed: () => boolean): HostFrame {
  const frame: HostFrame = loud('frame', {
    get url() {
      return url();
    },
    get origin() {
      const { protocol, host } = new URL(url());
      return `${protocol}//${host}`;
    },
    parent: null,
    get top() {
      return frame;
    },
    get detached() {
      return isDestroyed();
    },
    isDestroyed,
  });
  return frame;
}
