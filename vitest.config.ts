import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** Vitest leaves one core free by itself, which is half of a small machine. */
const ALL_CORES = '100%';
/** Tests that wait for processes and timers half of the time: more of them than cores make use of that. */
const PATIENT_WORKERS = Math.ceil(1.5 * availableParallelism());
/** Many tests start processes of the application: what was compiled for one is there for the next. */
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url)) };
/** What is waited for comes when it comes; a second is too little on a busy machine. */
const PATIENCE = { timeout: 10_000, interval: 20 };
/** Where a script wants the counts as JSON, if anywhere. */
const report = process.env['EVENTLOOM_TEST_REPORT'];
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Unit tests that put others in place of whole modules. All other files share the modules that a worker has loaded: to load them again for
 * each file is a fifth of the work.
 */
const ISOLATED = 'tests/unit/**/*.isolated.test.ts';
/** As in electron.vite.config.ts, for the tests of the window. */
const FOR_UNITS = {
  plugins: [vue()],
  resolve: { alias: { '@': at('src/renderer/src'), '@shared': at('src/shared') } },
};
const UNIT = {
  sequence: { groupOrder: 0 },
  maxWorkers: ALL_CORES,
  include: ['tests/unit/**/*.test.ts'],
  css: { include: [/\?raw$/] },
  testTimeout: 30_000,
  expect: { poll: PATIENCE },
};

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      { ...FOR_UNITS, test: { ...UNIT, name: 'unit', exclude: [ISOLATED], isolate: false } },
      { ...FOR_UNITS, test: { ...UNIT, name: 'unit-isolated', include: [ISOLATED] } },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          maxWorkers: PATIENT_WORKERS,
          isolate: false,
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: 'tests/support/bundle.ts',
          env,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: PATIENCE },
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: 'tests/e2e/support/choose-browser.ts',
          env,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A browser and an application each: they fill two cores, and a third one makes all of them late.
          maxWorkers: 2,
          expect: { poll: PATIENCE },
        },
      },
    ],
  },
});
