import { defineConfig } from 'vitest/config';

// Two projects: `unit` is every change's test run; `smoke` packs, installs and builds the package and takes minutes.
export default defineConfig({
  test: {
    pool: 'forks', // an addon that crashes takes its own process down, not the whole run
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/smoke/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'smoke',
          include: ['test/smoke/**/*.test.ts'],
          testTimeout: 1_500_000,
          hookTimeout: 1_500_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
