import { oneOf } from '../check.js';
import { addon } from './load.js';
import type { BackendName } from './native.js';

const BACKENDS: readonly BackendName[] = ['cpu', 'cuda', 'reference'];

let current: BackendName | undefined;

/** The backend of eager calls: `LAYERWISE_BACKEND`, or `cpu`, unless `withBackend` says otherwise. */
export function defaultBackend(): BackendName {
  current ??= oneOf(
    'LAYERWISE_BACKEND',
    'LAYERWISE_BACKEND',
    process.env.LAYERWISE_BACKEND ?? 'cpu',
    BACKENDS,
  );
  return current;
}

/**
 * Runs `body` with another backend: `reference` computes with naive loops and double accumulators, the oracle of every
 * test; `cuda` on a GPU.
 *
 * @example
 * const slow = withBackend('reference', () => conv2d(x, kernel));
 */
export function withBackend<T>(backend: BackendName, body: () => T): T {
  const before = defaultBackend();
  current = oneOf('withBackend', 'backend', backend, BACKENDS);
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Sets the number of threads of the process's one pool. Default: the cores available, or `LAYERWISE_NUM_THREADS`. */
export function setNumThreads(threads: number): void {
  addon().setNumThreads(threads);
}

/** The number of threads that a run uses. */
export function getNumThreads(): number {
  return addon().getNumThreads();
}
