import { readOptions } from '../check.js';
import { argumentError, dtypeError, shapeError } from '../errors.js';
import type { DataFormat } from '../shape/spatial.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ActivationSpec, applyActivation, fusedActivation } from './activations.js';
import { emitOne, type NodeSpec } from './emit.js';
import { fromChannelsLast } from './layout.js';
import { needFloat, needTensor } from './operands.js';

/** What every op of this kind lets the caller say about messages. */
export interface Labelled {
  /** What messages call the op, such as `Conv2D "conv1"`. Default: the name of the function. */
  readonly label?: string;
}

/** The options, each read once, and the name for messages. */
export function openOptions<T extends Labelled>(
  name: string,
  options: T | undefined,
  known: readonly (keyof T & string)[],
): { readonly op: string; readonly given: Partial<T> } {
  if (options === undefined) return { op: name, given: {} };
  const given = readOptions<T>(name, options, known);
  if (given.label !== undefined && typeof given.label !== 'string') {
    throw argumentError(name, 'label must be a string', { label: given.label });
  }
  return { op: given.label ?? name, given };
}

/** Two float tensors of one dtype. */
export function needSameFloat(op: string, x: Tensor, other: Tensor, names: readonly [string, string]): void {
  const [first, second] = names;
  needFloat(op, first, needTensor(op, first, x));
  if (needTensor(op, second, other).dtype !== x.dtype) {
    throw dtypeError(op, `${first} and ${second} must have one dtype`, {
      [first]: x.dtype,
      [second]: other.dtype,
    });
  }
}

/** A vector of one value per output channel, such as a bias. */
export function needChannelVector(
  op: string,
  name: string,
  value: Tensor,
  channels: number | null,
  x: Tensor,
): Tensor {
  needSameFloat(op, x, value, ['x', name]);
  if (value.rank !== 1 || (channels !== null && value.shape[0] !== channels)) {
    throw shapeError(op, `${name} must have shape [${channels}], one value per output channel`, {
      [name]: value.shape,
    });
  }
  return value;
}

/** Emits a node that ends with an activation: inside the node where that is possible, else after it. */
export function emitActivated(
  op: string,
  node: NodeSpec,
  activation: ActivationSpec | null | undefined,
  dataFormat: DataFormat = 'channelsLast',
): Tensor {
  const fused = fusedActivation(op, activation);
  const attrs = fused === undefined ? node.attrs : { ...node.attrs, ...fused };
  const result = fromChannelsLast(emitOne({ ...node, attrs }), dataFormat);
  return fused === undefined ? applyActivation(result, activation, op) : result;
}
