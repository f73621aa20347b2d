import { Tensor } from '../../lib/tensor/tensor.js';

/**
 * The definitions of the ops as loops over indices in double precision, written from their formulas alone: what the ops are
 * compared with. Channels last.
 */

/** A shape with its values by index. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const valuesOf = (x: Tensor): Values => ({
  shape: x.shape as readonly number[],
  data: Float64Array.from(x.data as Float32Array),
});

export function at(x: Values, index: readonly number[]): number {
  let offset = 0;
  index.forEach((i, axis) => {
    offset = offset * (x.shape[axis] as number) + i;
  });
  return x.data[offset] as number;
}

/** Every index of a shape, in row-major order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  if (shape.includes(0)) return;
  const index = shape.map(() => 0);
  for (;;) {
    yield [...index];
    let axis = shape.length - 1;
    while (axis >= 0 && (index[axis] as number) === (shape[axis] as number) - 1) index[axis--] = 0;
    if (axis < 0) return;
    index[axis] = (index[axis] as number) + 1;
  }
}

/** A tensor of values by index. */
export function build(shape: readonly number[], value: (index: number[]) => number): Values {
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  let next = 0;
  for (const index of indices(shape)) data[next++] = value(index);
  return { shape, data };
}

/** The elements a window sees: for window position `out` the indices inside the input, with the tap each came from. */
export interface WindowSpec {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padBegin: readonly number[];
}

export function* taps(size: readonly number[], out: readonly number[], spec: WindowSpec) {
  for (const tap of indices(spec.window)) {
    const place = tap.map(
      (k, axis) =>
        (out[axis] as number) * (spec.strides[axis] as number) +
        k * (spec.dilations[axis] as number) -
        (spec.padBegin[axis] as number),
    );
    yield { tap, place, inside: place.every((i, axis) => i >= 0 && i < (size[axis] as number)) };
  }
}

/** out[n, o, f] = bias[f] + sum over taps and channels of f's group: x[n, o * stride + k * dilation - pad, c] * w[k, c, f]. */
export function naiveConv(
  x: Values,
  w: Values,
  spec: WindowSpec & {
    readonly outShape: readonly number[];
    readonly groups: number;
    readonly bias?: Values;
  },
): Values {
  const spatial = x.shape.slice(1, -1);
  const perGroup = w.shape.at(-2) as number;
  const filtersPerGroup = (w.shape.at(-1) as number) / spec.groups;
  return build(spec.outShape, (index) => {
    const n = index[0] as number;
    const filter = index.at(-1) as number;
    const first = Math.floor(filter / filtersPerGroup) * perGroup;
    let total = spec.bias ? at(spec.bias, [filter]) : 0;
    for (const { tap, place, inside } of taps(spatial, index.slice(1, -1), spec)) {
      if (!inside) continue;
      for (let c = 0; c < perGroup; c++)
        total += at(x, [n, ...place, first + c]) * at(w, [...tap, c, filter]);
    }
    return total;
  });
}

/** Every input times the kernel, added to the output at i * stride + k * dilation - crop. */
export function naiveConvTranspose(
  x: Values,
  w: Values,
  spec: WindowSpec & { readonly outShape: readonly number[]; readonly groups: number },
): Values {
  const result = build(spec.outShape, () => 0);
  const filtersPerGroup = w.shape.at(-2) as number;
  const perGroup = (w.shape.at(-1) as number) / spec.groups;
  const outSpatial = spec.outShape.slice(1, -1);
  for (const index of indices(x.shape)) {
    const channel = index.at(-1) as number;
    const group = Math.floor(channel / perGroup);
    for (const { tap, place, inside } of taps(outSpatial, index.slice(1, -1), spec)) {
      if (!inside) continue;
      for (let f = 0; f < filtersPerGroup; f++) {
        let offset = index[0] as number;
        place.forEach((i, axis) => {
          offset = offset * (outSpatial[axis] as number) + i;
        });
        offset = offset * (spec.outShape.at(-1) as number) + group * filtersPerGroup + f;
        result.data[offset] = (result.data[offset] as number) + at(x, index) * at(w, [...tap, f, channel]);
      }
    }
  }
  return result;
}

/** The maximum or the mean of what each window sees; `padded` counts the places in the padding too. */
export function naivePool(
  x: Values,
  spec: WindowSpec & { readonly outShape: readonly number[]; readonly padEnd: readonly number[] },
  mode: 'max' | 'avg' | 'avgPadded' | 'index',
): Values {
  const spatial = x.shape.slice(1, -1);
  return build(spec.outShape, (index) => {
    let best = Number.NEGATIVE_INFINITY;
    let where = -1;
    let total = 0;
    let count = 0;
    for (const { place, inside } of taps(spatial, index.slice(1, -1), spec)) {
      const inPadding = place.every(
        (i, axis) => i < (spatial[axis] as number) + (spec.padEnd[axis] as number),
      );
      if (inside || (mode === 'avgPadded' && inPadding)) count++;
      if (!inside) continue;
      const value = at(x, [index[0] as number, ...place, index.at(-1) as number]);
      total += value;
      if (where < 0 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
        best = value;
        where = place.reduce((flat, i, axis) => flat * (spatial[axis] as number) + i, 0);
      }
    }
    if (mode === 'index') return where;
    return mode === 'max' ? best : total / count;
  });
}

/** The largest difference as a share of `scale`. */
export function worstDifference(got: Tensor, want: Values, scale: number): number {
  let worst = 0;
  const data = got.data as Float32Array;
  for (let i = 0; i < want.data.length; i++) {
    const a = data[i] as number;
    const b = want.data[i] as number;
    if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const difference = Math.abs(a - b) / scale;
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

/** What rounding may do to a sum of `terms` products of magnitudes up to `scale`: each adds half a unit, with room for Winograd. */
export const roundingOf = (dtype: string, terms: number): number =>
  (dtype === 'float64' ? 2 ** -52 : 2 ** -23) * (terms + 8);

/** Values between -1 and 1 that differ everywhere and are the same in every run. */
export function sample(shape: readonly number[], dtype: 'float32' | 'float64' = 'float32', seed = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  let state = seed * 2654435761;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const data =
    dtype === 'float64'
      ? Float64Array.from({ length: size }, next)
      : Float32Array.from({ length: size }, next);
  return new Tensor(data as Float32Array, shape, dtype as 'float32');
}
