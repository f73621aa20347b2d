import * as lw from '../../../../lib/index.js';
import { isTensor, number, toTensor } from '../../case.js';

/** Arguments by tfjs's names. */
// biome-ignore lint/suspicious/noExplicitAny: tfjs's arguments are as various as that
export type Args = Readonly<Record<string, any>>;

/** A function of tfjs. */
export type Op = (args: Args) => lw.Tensor | readonly lw.Tensor[];

/** Arguments that are tensors, however they are written: tfjs takes nested arrays and numbers for them. */
const TENSORS = new Set([
  ...[
    'x',
    'a',
    'b',
    'input',
    'base',
    'exp',
    'arr',
    'images',
    'logits',
    't1',
    't2',
    'v1',
    'v2',
    'condition',
    'indices',
  ],
  ...[
    'filter',
    'depthwiseFilter',
    'pointwiseFilter',
    'kernel',
    'depthwiseKernel',
    'bias',
    'preluActivationWeights',
  ],
  ...['mean', 'variance', 'offset', 'scale', 'beta', 'gamma'],
]);

const isNumeric = (value: unknown) => ['number', 'boolean'].includes(typeof value) || Array.isArray(value);

const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

/** A list of tensors, each of which may be nested arrays. */
const decodeList = (list: readonly unknown[]) =>
  list.map((item) => (isTensor(item) ? toTensor(item) : asTensor('x', item)));

/** A tensor from nested arrays. */
export function asTensor(name: string, value: unknown): lw.Tensor {
  const dtype = name === 'indices' ? 'int32' : undefined;
  return lw.tensor(numbers(value) as lw.NestedArray, undefined, dtype) as unknown as lw.Tensor;
}

/** Nested arrays whose NaN and infinities are numbers again. */
function numbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbers);
  return typeof value === 'string' && NOT_FINITE.has(value) ? number(value) : value;
}

function decode(name: string, value: unknown): unknown {
  if (isTensor(value)) return toTensor(value);
  if (Array.isArray(value) && name === 'tensors') return decodeList(value);
  if (Array.isArray(value) && value.some(isTensor)) return decodeList(value);
  if (TENSORS.has(name) && isNumeric(value)) return asTensor(name, value);
  return numbers(value);
}

/** tfjs's `null` is a missing argument. */
export const decodeAll = (args: Record<string, unknown>): Args =>
  Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) => (value === null ? [] : [[name, decode(name, value)]])),
  );

export const dimsOf = (x: lw.Tensor) => x.shape as readonly number[];

const isFloat = (x: lw.Tensor) => x.dtype === 'float32' || x.dtype === 'float64';

/** tfjs computes in float32 where the result of integers is no integer. */
export const float = (x: lw.Tensor): lw.Tensor => (isFloat(x) ? x : lw.cast(x, 'float32'));

/** Images without a batch axis are taken too. */
export function batched(x: lw.Tensor, rank: number, body: (x: lw.Tensor) => lw.Tensor): lw.Tensor {
  return x.rank === rank - 1 ? lw.squeeze(body(lw.expandDims(x, 0)), 0) : body(x);
}

const FIRST = new Set(['NCHW', 'NCW', 'NCDHW', 'channelsFirst']);

export const formatOf = ({ dataFormat }: Args): lw.DataFormat =>
  FIRST.has(dataFormat) ? 'channelsFirst' : 'channelsLast';
