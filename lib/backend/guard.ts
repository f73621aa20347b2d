import { type ErrorCode, LayerwiseError } from '../errors.js';
import type { NativeAddon } from './native.js';

/** The addon's functions, whose plain errors with a code become what everything of Layerwise throws. */
export function guarded(addon: NativeAddon): NativeAddon {
  const functions = Object.entries(addon as unknown as Record<string, (...args: unknown[]) => unknown>);
  const wrapped = functions.map(([name, run]) => {
    const call = (...args: unknown[]): unknown => {
      try {
        return run(...args);
      } catch (cause) {
        const { code, message } = cause as { code?: unknown; message: string };
        if (typeof code !== 'string' || !code.startsWith('ERR_')) throw cause;
        throw new LayerwiseError(code as ErrorCode, message, { cause });
      }
    };
    return [name, typeof run === 'function' ? call : run];
  });
  return Object.fromEntries(wrapped) as NativeAddon;
}
