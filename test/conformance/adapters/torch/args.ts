import { expandDims, squeeze, Tensor } from '../../../../lib/index.js';
import { isTensor, number, toTensor } from '../../case.js';

/** Arguments by torch's names; a positional one that upstream left unnamed is `arg1`, `arg2`, ... */
// biome-ignore lint/suspicious/noExplicitAny: torch's arguments are as various as that
export type Args = Readonly<Record<string, any>>;

function decode(value: unknown): unknown {
  if (isTensor(value)) return toTensor(value);
  if (Array.isArray(value)) return value.map(decode);
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return number(value);
  return value;
}

export const decodeAll = (args: Record<string, unknown>): Args =>
  Object.fromEntries(Object.entries(args).map(([name, value]) => [name, decode(value)]));

/** `n` numbers from one or from a list. */
export const tuple = (
  value: number | readonly number[] | undefined | null,
  n: number,
  otherwise: number,
): number[] => {
  if (value === undefined || value === null) return new Array<number>(n).fill(otherwise);
  if (typeof value === 'number') return new Array<number>(n).fill(value);
  return value.length === 1 ? new Array<number>(n).fill(value[0] as number) : [...value];
};

export const pairs = (pads: readonly number[]) => pads.map((pad) => [pad, pad] as [number, number]);

/** Torch takes inputs without a batch axis too. */
export function batched(
  x: Tensor,
  rank: number,
  body: (x: Tensor) => Tensor | readonly Tensor[],
): Tensor | readonly Tensor[] {
  if (x.rank !== rank - 1) return body(x);
  const result = body(expandDims(x, 0));
  return result instanceof Tensor ? squeeze(result, 0) : result.map((item) => squeeze(item, 0));
}
