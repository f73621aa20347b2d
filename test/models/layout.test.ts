import { describe, expect, it } from 'vitest';
import { addon } from '../../lib/backend/load.js';
import {
  add,
  cast,
  concat,
  conv2d,
  globalAvgPool2d,
  maxPool2d,
  mean,
  mul,
  ones,
  pad,
  random,
  relu,
  reshape,
  softmax,
  type Tensor,
  transpose,
} from '../../lib/index.js';
import { compile, traceGraph } from '../../lib/models/compile.js';
import { transposeOf } from '../../lib/models/layout.js';
import { emitOne } from '../../lib/ops/emit.js';
import { arrayType } from '../../lib/tensor/dtype.js';

const NHWC = [0, 2, 3, 1];
const NCHW = [0, 3, 1, 2];
const last = (x: Tensor) => transpose(x, NHWC);
const first = (x: Tensor) => transpose(x, NCHW);
const kernel = random([3, 3, 5, 5], { seed: 1 }) as Tensor;
const conv = (x: Tensor) => first(conv2d(last(x), kernel, { padding: 'same' }));
const scale = random([5], { seed: 2 }) as Tensor;
const shift = random([5], { seed: 3 }) as Tensor;
const scaleShift = (x: Tensor, axis: number) =>
  emitOne({
    op: 'scaleShift',
    inputs: [x, scale, shift],
    attrs: { axis },
    outputs: [{ shape: x.shape, dtype: x.dtype }],
  });

const SHAPE = [2, 5, 7, 11];

const model = (body: (x: Tensor) => Tensor | Tensor[]) => ({
  label: 'test',
  trace: ([x]: readonly Tensor[]) => [body(x as Tensor)].flat(),
});

/** The ops that are left, and a check that the plan computes what the ops compute one by one. */
function opsOf(body: (x: Tensor) => Tensor | Tensor[], shape: readonly number[] = SHAPE): string[] {
  const specs = [{ shape, dtype: 'float32' as const }];
  const { nodes } = traceGraph(model(body), specs);
  const x = random(shape, { seed: 9, min: -1, max: 1 }) as Tensor;
  const { plan, outputs } = compile(model(body), specs, {
    backend: 'reference',
    store: addon().createStore(),
  });
  const results = outputs.map(({ shape: dims, dtype }) => {
    return new (arrayType(dtype))((dims as number[]).reduce((a, b) => a * b, 1)) as Float32Array;
  });
  addon().run(plan, [x.data as Float32Array], results);
  for (const [index, want] of [body(x)].flat().entries()) {
    expect(outputs[index]?.shape).toEqual(want.shape);
    const data = want.data as Float32Array;
    const far = data.findIndex(
      (value, i) => Math.abs(value - (results[index]?.[i] as number)) > 1e-5 * (1 + Math.abs(value)),
    );
    expect(far, `output ${index}`).toBe(-1);
  }
  return nodes.map(({ op }) => op);
}

describe('transposes of a channels-first model', () => {
  it('stay at the boundary of two convolutions', () => {
    expect(opsOf((x) => conv(conv(x)))).toEqual(['copy', 'conv', 'conv', 'copy']);
  });

  it.each<[string, (x: Tensor) => Tensor, string[]]>([
    ['unary', (x) => relu(x), ['unary']],
    ['cast', (x) => cast(cast(x, 'float64'), 'float32'), ['cast', 'cast']],
    ['scaleShift on the channels', (x) => scaleShift(x, 1), ['scaleShift']],
    ['a binary op of two like it', (x) => add(x, relu(x)), ['unary', 'binary']],
    ['a binary op with a number', (x) => mul(x, 2), ['binary']],
    ['a binary op with itself', (x) => mul(x, x), ['binary']],
    ['softmax over the channels', (x) => softmax(x, 1), ['softmax']],
    [
      'pad',
      (x) =>
        pad(x, [
          [0, 0],
          [0, 0],
          [1, 2],
          [0, 3],
        ]),
      ['pad'],
    ],
    ['a mean that keeps its axes', (x) => mean(x, { axis: [2], keepDims: true }), ['reduce']],
  ])('go through %s', (_, op, ops) => {
    expect(opsOf((x) => conv(op(conv(x))))).toEqual(['copy', 'conv', ...ops, 'conv', 'copy']);
  });

  it('go through concat over the channels', () => {
    const wide = random([1, 1, 10, 5], { seed: 4 }) as Tensor;
    const ops = opsOf((x) => {
      const y = conv(x);
      return first(conv2d(last(concat([y, relu(y)], 1)), wide));
    });
    expect(ops).toEqual(['copy', 'conv', 'unary', 'concat', 'conv', 'copy']);
  });

  it('vanish in a global mean', () => {
    expect(opsOf((x) => mean(conv(x), { axis: [2, 3] }))).toEqual(['copy', 'conv', 'reduce']);
  });

  it('leave the other axes in order when a mean drops one', () => {
    expect(opsOf((x) => mean(conv(x), { axis: [1] }))).toEqual(['copy', 'conv', 'reduce']);
    expect(opsOf((x) => mean(conv(x), { axis: [3] }))).toEqual(['copy', 'conv', 'reduce', 'copy']);
  });

  it('are made once for two readers', () => {
    const ops = opsOf((x) => {
      const y = conv(x);
      return [reshape(y, [2, -1]), reshape(y, [-1, 11]), y];
    });
    expect(ops.filter((op) => op === 'copy').length).toBe(4); // in, out, and own memory for two aliases of the same data
    expect(opsOf((x) => add(conv(x), conv(x)))).toEqual(['copy', 'conv', 'conv', 'binary', 'copy']);
  });

  it('are made where the written order matters', () => {
    expect(opsOf((x) => reshape(conv(x), [2, -1]))).toEqual(['copy', 'conv', 'copy', 'reshape']);
    expect(opsOf((x) => mul(conv(x), ones([5, 7, 11]) as Tensor))).toEqual([
      'copy',
      'conv',
      'copy',
      'binary',
    ]);
    expect(opsOf((x) => add(conv(x), x))).toEqual(['copy', 'conv', 'copy', 'binary']);
  });

  it('compose: two in a row are one, four that cancel are none', () => {
    expect(opsOf((x) => transpose(transpose(x, [1, 0, 3, 2]), [3, 2, 1, 0]))).toEqual(['copy']);
    expect(opsOf((x) => relu(first(last(first(last(x))))))).toEqual(['unary']);
  });

  it('become the one copy that an output needs when nothing else is left', () => {
    expect(opsOf((x) => first(last(x)))).toEqual(['copy']);
  });

  it('keep pooling with and without channels last', () => {
    const pool = (x: Tensor) => first(maxPool2d(last(x), 2));
    expect(opsOf((x) => pool(conv(x)))).toEqual(['copy', 'conv', 'pool', 'copy']);
    expect(opsOf((x) => globalAvgPool2d(last(conv(x))))).toEqual(['copy', 'conv', 'reduce']);
  });

  it('are recognised by shape and strides alone', () => {
    const of = (x: number[], out: number[], strides: number[], offset = 0) =>
      transposeOf({
        op: 'copy',
        inputs: [ones(x)],
        outputs: [ones(out)],
        attrs: { offset, strides },
        name: '',
      } as never);
    expect(of([2, 3], [3, 2], [1, 3])).toEqual([1, 0]);
    expect(of([2, 3, 1], [1, 3, 2], [0, 1, 3])).toEqual([2, 1, 0]);
    expect(of([2, 2], [2, 2], [1, 2])).toEqual([1, 0]);
    expect(of([2, 2], [2, 2], [2, 1])).toEqual([0, 1]);
    expect(of([2, 3], [2, 3], [-3, 1], 3)).toBeUndefined(); // flip
    expect(of([2, 4], [2, 2], [4, 1])).toBeUndefined(); // slice
    expect(of([1, 3], [3, 3], [0, 1])).toBeUndefined(); // broadcast
    expect(of([4], [2, 2], [2, 1])).toBeUndefined();
  });
});

describe('lowering', () => {
  it('drops nodes that no output depends on', () => {
    expect(
      opsOf((x) => {
        relu(mul(x, 3));
        return add(x, 1);
      }),
    ).toEqual(['binary']);
  });

  it('gives an output of its own to an input, a weight, and memory that is handed out twice', () => {
    expect(opsOf((x) => [x, reshape(x, [-1]), scale, relu(x), relu(x)])).toEqual([
      'reshape',
      'unary',
      'unary',
      'copy',
      'copy',
      'copy',
    ]);
    expect(
      opsOf((x) => {
        const y = relu(x);
        return [y, reshape(y, [-1]), y];
      }),
    ).toEqual(['unary', 'reshape', 'copy', 'copy']);
  });
});
