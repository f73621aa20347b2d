import { oneOf } from '../check.js';
import { deviceError } from '../errors.js';
import { addon } from './load.js';
import type { BackendName, Precision } from './native.js';

const PRECISIONS: readonly Precision[] = ['float32', 'tf32', 'bfloat16'];

/** A precision, or an ERR_ARGUMENT that lists them. */
export const precisionOf = (op: string, value: unknown): Precision =>
  oneOf(op, 'precision', value, PRECISIONS);

/** Throws ERR_DEVICE unless this machine and backend multiply in that precision: never another one instead. */
export function needPrecision(op: string, precision: Precision, backend: BackendName): void {
  if (precision === 'float32' || backend === 'cuda') return;
  const { bfloat16, isa } = addon().info();
  const fix = 'Use precision "float32"';
  if (backend !== 'cpu')
    throw deviceError(op, `only the cpu and cuda backends multiply ${precision}`, { backend }, fix);
  if (precision === 'tf32')
    throw deviceError(op, 'precision "tf32" is a GPU\'s', { backend }, `${fix}, or device "cuda"`);
  if (bfloat16 === null) {
    const rule = `precision "${precision}" needs AVX512-BF16, in the processor and within LAYERWISE_MAX_ISA`;
    throw deviceError(op, rule, { isa }, fix);
  }
}
