import * as lw from '../../../../lib/index.js';
import { type Args, axisOf, dimsOf, type Op } from './args.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A number of axes, or two lists of them. */
function tensordot({ x1, x2, axes = 2 }: Args): lw.Tensor {
  const count = axes as number;
  const first = (
    Array.isArray(axes) ? [axes[0]].flat() : Array.from({ length: count }, (_, i) => x1.rank - count + i)
  ) as number[];
  const second = (
    Array.isArray(axes) ? [axes[1]].flat() : Array.from({ length: count }, (_, i) => i)
  ) as number[];
  const left = LETTERS.slice(0, x1.rank).split('');
  const right = LETTERS.slice(x1.rank, x1.rank + x2.rank).split('');
  second.forEach((axis, i) => {
    right[axisOf(axis, x2.rank)] = left[axisOf(first[i] as number, x1.rank)] as string;
  });
  const free = (own: string[], other: string[]) => own.filter((letter) => !other.includes(letter)).join('');
  return lw.einsum(`${left.join('')},${right.join('')}->${free(left, right)}${free(right, left)}`, x1, x2);
}

const operand = (x: lw.Tensor | number): lw.Tensor =>
  typeof x === 'number' ? lw.cast(lw.scalar(x), 'float32') : x;

function inner({ x1, x2 }: Args): lw.Tensor {
  return x2.rank < 2 || x1.rank === 0 ? lw.dot(x1, x2) : lw.dot(x1, lw.swapaxes(x2, -1, -2));
}

/** softmax(q k' * scale + bias) v over [batch, time, heads, features] */
function attention({ query, key, value, bias, mask, scale, is_causal }: Args): lw.Tensor {
  const logits = lw.mul(
    lw.einsum('bqhd,bkhd->bhqk', query, key),
    scale ?? 1 / Math.sqrt(dimsOf(query)[3] as number),
  );
  const biased = bias ? lw.add(logits, bias) : logits;
  const allowed = mask ?? (is_causal ? causal(biased) : null);
  const masked = allowed ? lw.where(allowed, biased, lw.full([1], -1e30)) : biased;
  return lw.einsum('bhqk,bkhd->bqhd', lw.softmax(masked, -1), value);
}

/** A step sees itself and those before it. */
const causal = (logits: lw.Tensor) => {
  const [q, k] = dimsOf(logits).slice(2) as [number, number];
  return lw.greaterEqual(lw.expandDims(lw.arange(q), 1), lw.arange(k));
};

export const LINEAR: Readonly<Record<string, Op>> = {
  matmul: ({ x1, x2 }) => lw.matmul(x1, x2),
  dot: ({ x1, x2 }) => lw.dot(x1, operand(x2)),
  einsum: ({ subscripts, operands }) =>
    lw.einsum(subscripts, ...(operands as (lw.Tensor | number)[]).map(operand)),
  outer: ({ x1, x2 }) => lw.mul(lw.reshape(x1, [-1, 1]), lw.reshape(operand(x2), [1, -1])),
  vdot: ({ x1, x2 }) => lw.dot(lw.flatten(x1), lw.flatten(x2)),
  inner,
  tensordot,
  dot_product_attention: attention,
};
