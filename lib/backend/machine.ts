import { readFileSync } from 'node:fs';
import { deviceInfo } from './device.js';
import { addon, addonFile } from './load.js';
import type { MachineLimits, NativeInfo } from './native.js';
import { getNumThreads } from './settings.js';

/** The package's version. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** What `machineInfo` tells: the machine, the build, and which binary was loaded. */
export interface MachineInfo extends NativeInfo {
  readonly version: string;
  /** The loaded addon, relative to the package. */
  readonly binary: string;
  /** Whether plans can run on a GPU, and why not. */
  readonly cuda: { readonly available: boolean; readonly reason: string };
}

/**
 * The processor's instruction set in use, threads, caches, and the build that was loaded.
 *
 * @example
 * const { isa, threads } = machineInfo();
 */
export function machineInfo(): MachineInfo {
  const { available, reason } = deviceInfo('cuda');
  return { ...addon().info(), version, binary: addonFile(), cuda: { available, reason } };
}

/**
 * Measures the machine's limits, for about a second: the multiply-add peak and the copy bandwidth of the threads in use.
 *
 * @example
 * const { peakGflops, copyGBs } = limits();
 */
export function limits(): MachineLimits {
  return addon().limits();
}

const known = new Map<number, MachineLimits>();

/** The limits for the threads in use, measured at the first call. */
export function knownLimits(): MachineLimits {
  const threads = getNumThreads();
  let measured = known.get(threads);
  if (measured === undefined) {
    measured = limits();
    known.set(threads, measured);
  }
  return measured;
}
