import { LayerwiseError } from '../../lib/errors.js';

/** A small generator with a fixed seed, so that a failing mutation can be found again. */
export function randomInts(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Reads damaged copies of a file: every truncation, and `rounds` copies with some bytes replaced. A reader may accept a
 * copy (not every byte matters) or refuse it with one of our errors; anything else is a fault.
 */
export function survivesDamage(file: Uint8Array, read: (bytes: Uint8Array) => unknown, rounds = 3000): void {
  const attempt = (bytes: Uint8Array, what: string) => {
    try {
      read(bytes);
    } catch (error) {
      if (!(error instanceof LayerwiseError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
    }
  };
  for (let length = 0; length < file.length; length++)
    attempt(file.slice(0, length), `truncated to ${length}`);
  const random = randomInts(file.length);
  for (let round = 0; round < rounds; round++) {
    const copy = file.slice();
    for (let n = 1 + random(4); n > 0; n--) copy[random(copy.length)] = random(256);
    attempt(copy, `mutation ${round}`);
  }
}
