import { defineConfig } from 'vitest/config';

/** Where a script wants the counts as JSON, if anywhere. */
const report = process.env['EVENTLOOM_TEST_REPORT'];

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['tests/unit/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One application at a time: two Chromiums on a small machine only widen races.
          fileParallelism: false,
          // What a window shows arrives when it arrives; a second is too little on a busy machine.
          expect: { poll: { timeout: 10_000, interval: 30 } },
        },
      },
    ],
  },
});
