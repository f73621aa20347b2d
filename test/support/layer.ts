import { describe, expect, test } from 'vitest';
import { withBackend } from '../../lib/backend/settings.js';
import type { Layer, ShapeOrList } from '../../lib/layers/layer.js';
import { deserializeLayer } from '../../lib/layers/registry.js';
import type { DType } from '../../lib/tensor/dtype.js';
import { random } from '../../lib/tensor/random.js';
import type { Shape, Tensor } from '../../lib/tensor/tensor.js';
import { Trace, type TracedTensor } from '../../lib/tensor/traced.js';
import { firstDifference } from './cases.js';
import { thrown } from './errors.js';

/** What is expected of a layer. Shapes have a batch of `null`; the test puts 2 in its place where it computes. */
export interface LayerExpectation {
  readonly input: ShapeOrList;
  readonly output: Shape;
  /** Name and shape of the weights, in order. Default: none. */
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  /** How many of the last weights are not trainable. Default 0. */
  readonly fixed?: number;
  /** The ops of the nodes that a call records. */
  readonly nodes?: readonly string[];
  readonly dtype?: DType;
  /** Largest relative difference from the reference backend. */
  readonly rtol?: number;
  /** A layer that holds a function has no JSON. */
  readonly saved?: false;
}

const isList = (shape: ShapeOrList): shape is readonly Shape[] => Array.isArray(shape[0]);
const list = (shape: ShapeOrList): readonly Shape[] => (isList(shape) ? shape : [shape]);
const withBatch = (shape: Shape) => shape.map((dim) => dim ?? 2);

function inputsOf({ input, dtype = 'float32' }: LayerExpectation): Tensor | Tensor[] {
  const made = list(input).map((shape, i) => {
    const range = dtype === 'int32' ? { min: 0, max: 4 } : { min: -1, max: 1 };
    return random(withBatch(shape), { seed: i + 1, dtype, ...range }) as unknown as Tensor;
  });
  return isList(input) ? made : (made[0] as Tensor);
}

/** Weights that are not trivial: the values between 0.5 and 1.5 suit variances too. */
function setRandomWeights(layer: Layer): void {
  layer.setWeights(
    layer.weights.map(({ shape, dtype }, i) => {
      return random(shape, { seed: 100 + i, min: 0.5, max: 1.5, dtype }) as unknown as Tensor;
    }),
  );
}

function traced(layer: Layer, want: LayerExpectation): { trace: Trace; output: TracedTensor } {
  const trace = new Trace();
  const inputs = list(want.input).map((shape) => trace.input(shape, want.dtype ?? 'float32'));
  const output = layer.apply(isList(want.input) ? inputs : (inputs[0] as TracedTensor)) as TracedTensor;
  return { trace, output };
}

/**
 * The life of a layer, from its options to its values: shapes with an unknown batch, weights by name, nodes, JSON and back,
 * the same values from a rebuilt layer, and the reference backend's values from the fast one.
 */
export function runLayerTest(name: string, make: () => Layer, want: LayerExpectation): void {
  describe(name, () => {
    const weights = Object.entries(want.weights ?? {});

    test(`${JSON.stringify(want.input)} gives ${JSON.stringify(want.output)}`, () => {
      const layer = make();
      expect(thrown(() => layer.countParams()).code).toBe('ERR_STATE');
      expect(layer.computeOutputShape(want.input)).toEqual(want.output);
      expect(
        layer.computeOutputShape(
          isList(want.input) ? want.input.map(withBatch) : withBatch(want.input as Shape),
        ),
      ).toEqual(withBatch(want.output));
      expect(layer.weights.map((weight) => [weight.name, weight.shape])).toEqual(weights);
      expect(layer.nonTrainableWeights.length).toBe(want.fixed ?? 0);
      const params = weights.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
      expect(layer.countParams()).toBe(params);
      const { trace, output } = traced(layer, want);
      expect(output.shape).toEqual(want.output);
      if (want.nodes) expect(trace.nodes.map(({ op }) => op)).toEqual(want.nodes);
      for (const node of trace.nodes) expect(node.name).toBe(layer.name);
    });

    test('computes what the reference backend computes, in place and after JSON', () => {
      const layer = make();
      const inputs = inputsOf(want);
      layer.computeOutputShape(want.input);
      setRandomWeights(layer);
      const output = layer.apply(inputs);
      expect(output.shape).toEqual(withBatch(want.output));
      const reference = withBackend('reference', () => layer.apply(inputs));
      expect(firstDifference(output, reference, want.rtol ?? 1e-5, 1e-5)).toBeUndefined();
      if (want.saved === false) return;
      const config = JSON.parse(JSON.stringify(layer.getConfig())) as Record<string, unknown>;
      const again = deserializeLayer({ className: layer.className, config });
      expect(again.getConfig()).toEqual(layer.getConfig());
      expect(again.name).toBe(layer.name);
      again.computeOutputShape(want.input);
      again.setWeights(layer.getWeights());
      expect(firstDifference(again.apply(inputs), output, 0)).toBeUndefined();
    });

    test('refuses options that it does not know', () => {
      const Class = make().constructor as new (options: object) => Layer;
      const error = thrown(() => new Class({ ...make().options, misspelt: 1 }));
      expect(error.code).toBe('ERR_ARGUMENT');
      expect(error.message).toContain('unknown option "misspelt"');
    });
  });
}

/** One row of a table of refusals: the layer, the shape it is built on (or none), the code, a part of the message. */
export type Refusal = readonly [make: () => Layer, input: ShapeOrList | null, code: string, text: string];

/** Every row must throw: in the constructor without an input, else when shapes are computed. Messages name the layer. */
export function runRefusals(rows: readonly Refusal[]): void {
  for (const [make, input, code, text] of rows) {
    test(`refuses: ${text}${input ? ` (${JSON.stringify(input)})` : ''}`, () => {
      if (input !== null) make();
      const error = thrown(() => (input === null ? make() : make().computeOutputShape(input)));
      expect(error.code, error.message).toBe(code);
      expect(error.message).toContain(text);
      expect(error.message).toMatch(/^\w+ "\w+": /);
    });
  }
}
