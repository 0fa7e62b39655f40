import { BrowserWindow } from 'electron';

/** Prints an HTML file as PDF, in a window that is never shown, runs no script and reaches nothing but the file. */
export async function printPdf(htmlPath: string): Promise<Uint8Array> {
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
    },
  });
  try {
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
  } finally {
    window.destroy();
  }
}
