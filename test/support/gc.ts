import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** Collects everything. Finalisers of native objects run later, from the event loop. */
export const gc = runInNewContext('gc') as () => void;

/** Collects everything that nothing reaches, and lets its finalisers run. */
export async function collected(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    gc();
    await setImmediate();
  }
}
