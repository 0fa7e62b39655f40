import { host } from '../host.ts';
import { loud } from '../loud.ts';

type Surface = Pick<Electron.Net, 'isOnline'>;

/** `net`: only whether there is a network, which tests say. */
export const net = loud('net', { isOnline: () => host.recorder.online } satisfies Surface);
