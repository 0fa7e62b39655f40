import { isAbsolute } from 'node:path';
import { ipcMain } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { DROP_CHANNEL, REQUEST_CHANNEL } from '../../shared/channels.ts';
import type { Dispatch, Sender } from './dispatcher.ts';

/** Answers the windows' requests. `isWindow` says whether a webContents id is one of our windows. */
export function registerRequests(dispatch: Dispatch, isWindow: (webContentsId: number) => boolean): void {
  ipcMain.handle(REQUEST_CHANNEL, (event: IpcMainInvokeEvent, route: unknown, input: unknown) => {
    const frame = event.senderFrame;
    const sender: Sender = {
      windowId: isWindow(event.sender.id) ? event.sender.id : null,
      url: frame?.url ?? null,
      isTopFrame: frame !== null && frame.parent === null,
    };
    return dispatch(sender, route, input);
  });
}

/** Takes note of the files that users drop on windows. `isOwnUrl` says whether an address is the application's own page. */
export function registerDrops(
  dropped: (path: string) => void,
  isWindow: (webContentsId: number) => boolean,
  isOwnUrl: (url: string) => boolean,
): void {
  ipcMain.on(DROP_CHANNEL, (event: IpcMainEvent, path: unknown) => {
    const frame = event.senderFrame;
    const isTrusted =
      isWindow(event.sender.id) && frame !== null && frame.parent === null && isOwnUrl(frame.url);
    if (isTrusted && typeof path === 'string' && isAbsolute(path)) dropped(path);
  });
}
