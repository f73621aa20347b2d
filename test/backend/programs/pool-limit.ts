// Straight at the addon: a pool of 4 MiB lends no more than that, and says so by giving nothing.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const native = require('node-gyp-build')(root) as {
  openResults(minBytes: number, maxBytes: number): void;
  result(dtype: string, length: number): Float32Array | undefined;
  info(): { resultBytes: { lent: number; idle: number } };
};

const isUndefined = (value: unknown, wanted: boolean) => {
  if ((value === undefined) !== wanted) throw new Error('the pool lends what it must not, or the contrary');
};
isUndefined(native.result('float32', 2 ** 18), true); // not open
native.openResults(2 ** 16, 2 ** 22);
native.openResults(2 ** 10, 2 ** 30); // the first word counts
isUndefined(native.result('float32', 2 ** 12), true); // too small
const held = [0, 1, 2].map(() => native.result('float32', 2 ** 18));
for (const array of held) isUndefined(array, false);
isUndefined(native.result('float32', 2 ** 18), true);
isUndefined(native.result('float64', 2 ** 15), false);
const { lent, idle } = native.info().resultBytes;
console.log(
  lent + idle <= 2 ** 22 ? 'bounded' : `${lent} + ${idle}`,
  ...held.filter((a) => a?.length !== 2 ** 18),
);
