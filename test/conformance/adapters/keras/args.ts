import * as lw from '../../../../lib/index.js';
import { Trace } from '../../../../lib/tensor/traced.js';
import { dtypeOf, isTensor, number, toTensor } from '../../case.js';

/** Arguments by Keras's names. */
// biome-ignore lint/suspicious/noExplicitAny: Keras's arguments are as various as that
export type Args = Readonly<Record<string, any>>;

/** A function of keras.ops. */
export type Op = (args: Args) => lw.Tensor | readonly lw.Tensor[];

interface KerasTensor {
  readonly shape: readonly (number | null)[];
  readonly dtype?: string;
}

const isSymbolic = (value: unknown): value is KerasTensor =>
  typeof value === 'object' && value !== null && 'keras_tensor' in value;

/** Symbolic tensors become inputs of one trace, as they do while a model is compiled. */
function decode(value: unknown, trace: Trace): unknown {
  if (isSymbolic(value)) return trace.input(value.shape, dtypeOf(value.dtype ?? 'float32'));
  if (isTensor(value)) return toTensor(value);
  if (Array.isArray(value)) return value.map((item) => decode(item, trace));
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return number(value);
  return value;
}

export function decodeAll(args: Record<string, unknown>): Args {
  const trace = new Trace();
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, decode(value, trace)]));
}

const isFloat = (x: lw.Tensor) => x.dtype === 'float32' || x.dtype === 'float64';

/** Keras computes in float32 where the result of integers is no integer. */
export const float = (x: lw.Tensor): lw.Tensor => (isFloat(x) ? x : lw.cast(x, 'float32'));

export const floatOperand = (x: lw.Tensor | number) => (typeof x === 'number' ? x : float(x));

/** A number, a list or a tensor as a list of numbers. */
export function numbers(value: number | readonly number[] | lw.Tensor): number[] {
  if (value instanceof lw.Tensor) return Array.from(value.data as ArrayLike<number | bigint>, Number);
  return typeof value === 'number' ? [value] : [...value];
}

export const dimsOf = (x: lw.Tensor) => x.shape as readonly number[];

/** A numbered axis without its sign; one that is outside stays outside, for the op to refuse. */
export const axisOf = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** `channels_first` and its kind in camel case. */
export const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

export const layout = (dataFormat: string | null | undefined) =>
  (dataFormat ? { dataFormat: camel(dataFormat) as lw.DataFormat } : {}) as { dataFormat?: lw.DataFormat };

/** Drops what was not given. */
export const given = <T extends object>(options: T): T =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== null),
  ) as T;
