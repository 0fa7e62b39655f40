import { ipcMain } from 'electron';
import type { IpcMainInvokeEvent } from 'electron';
import { REQUEST_CHANNEL } from '../../shared/channels.ts';
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
