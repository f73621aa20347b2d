import { addon } from '../backend/load.js';
import type { NativeOperand, NativePlan, Operand } from '../backend/native.js';
import { keepTrimmed } from '../backend/results.js';
import { argumentError, type ErrorCode, LayerwiseError } from '../errors.js';
import type { TypedArray } from '../tensor/dtype.js';

/** Where the caller stands: an error that arrives later is given this stack, because its own would show nothing. */
export interface CallSite {
  stack?: string;
}

/** The stack from the caller of `below` on. Only captured here; it is formatted when an error needs it. */
export function callSite(below: (...args: never[]) => unknown): CallSite {
  const site: CallSite = {};
  Error.captureStackTrace(site, below);
  return site;
}

/** An error of native code as ours: same code and message, the caller's stack. */
export function errorAt(site: CallSite, error: Error & { code?: string }): LayerwiseError {
  const own = new LayerwiseError((error.code ?? 'ERR_NATIVE') as ErrorCode, error.message, { cause: error });
  const frames = (site.stack ?? '').split('\n').slice(1).join('\n');
  own.stack = `${own.name}: ${own.message}\n${frames}`;
  return own;
}

/** An AbortSignal or nothing. */
export function checkSignal(op: string, signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  if (signal instanceof AbortSignal) return signal;
  throw argumentError(op, 'signal must be an AbortSignal', { signal }, 'Use new AbortController().signal');
}

export interface JobOptions {
  /** An abort cancels the run and rejects with the reason. */
  readonly signal: AbortSignal | undefined;
  /** Device memory to write to. Default: new arrays, which the promise gives. */
  readonly outputs?: readonly NativeOperand[];
}

/** Starts a plan on Layerwise's threads. Inputs are copied before this returns, or held where they lie on a device. */
export function startJob(
  plan: NativePlan,
  inputs: readonly Operand[],
  site: CallSite,
  { signal, outputs: memory }: JobOptions,
): Promise<TypedArray[]> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const native = addon();
    keepTrimmed();
    const ended = (error: Error | null, outputs: TypedArray[] | null) => {
      signal?.removeEventListener('abort', abort);
      if (error !== null) reject(errorAt(site, error));
      else resolve(outputs as TypedArray[]);
    };
    const job = native.start(plan, inputs, ended, memory);
    const abort = () => {
      native.cancel(job);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
