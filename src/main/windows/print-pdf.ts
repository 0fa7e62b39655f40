import { BrowserWindow } from 'electron';

/**
 * Prints an HTML file as PDF, in a window that is never shown, runs no script and reaches nothing but the file. Rejects with the reason of the
 * signal when that aborts: the window is gone then, whatever it was doing.
 */
export async function printPdf(htmlPath: string, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
    },
  });
  const print = async (): Promise<Uint8Array> => {
    const contents = window.webContents;
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (details) => details.preventDefault());
    await window.loadFile(htmlPath);
    return await contents.printToPDF({
      pageSize: 'A4',
      landscape: true,
      printBackground: true,
      generateTaggedPDF: true,
    });
  };
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([print(), stopped]);
  } finally {
    window.destroy();
  }
}
