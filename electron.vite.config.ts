import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { bundledLicences } from './tools/package/licences.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Puts the program that draws PNG (WebAssembly) beside the thread that runs it. */
const pictureProgram: Plugin = {
  name: 'eventloom-picture-program',
  generateBundle() {
    const source = readFileSync(new URL(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm')));
    this.emitFile({ type: 'asset', fileName: 'resvg.wasm', source });
  },
};

const windowLicences = bundledLicences();

export default defineConfig({
  main: {
    plugins: [bundledLicences().bundle, pictureProgram],
    build: {
      // Everything is bundled, so that a packaged application ships no node_modules.
      externalizeDeps: false,
      rolldownOptions: {
        // The window and the command line are entries too: what they find beside them, they find from their own address.
        // Workers are started by file name, next to index.js.
        input: {
          start: at('src/start/index.ts'),
          index: at('src/main/index.ts'),
          cli: at('src/cli/packaged.ts'),
          'engine-worker': at('src/core/engine/engine-worker.ts'),
          'import-worker': at('src/core/import/import-worker.ts'),
          'insight-worker': at('src/core/insight/insight-worker.ts'),
          'events-worker': at('src/core/insight/events-worker.ts'),
          'export-worker': at('src/core/export/export-worker.ts'),
          'measure-worker': at('src/core/engine/measure-worker.ts'),
          'file-task-worker': at('src/core/store/file-task-worker.ts'),
        },
      },
    },
  },
  preload: {
    plugins: [bundledLicences().bundle],
    build: {
      externalizeDeps: false,
      // A sandboxed preload must be one CommonJS file (electron docs, tutorial/esm.md).
      isolatedEntries: true,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    resolve: { alias: { '@': at('src/renderer/src'), '@shared': at('src/shared') } },
    plugins: [vue(), windowLicences.bundle],
    worker: { plugins: () => [windowLicences.worker] },
    build: {
      minify: true,
      // In kB; what is read from the disk may be larger than what comes over a network.
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: { index: at('src/renderer/index.html') },
        // What every window loads is one file: each file costs a request to main, in which the window waits.
        output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } },
      },
    },
  },
});
