import * as lw from '../../../lib/index.js';
import { type Case, type CaseTensor, isTensor, toTensor, Unknown } from '../case.js';
import { expectShape, expectValues, Mismatch } from '../compare.js';

// The layer cases of Keras and tfjs have the same fields; what differs is how the options are written.

/** The options of a case's layer, as Layerwise takes them. */
export type Options = Record<string, unknown>;

/** What a call takes: tensors, symbolic tensors, or a list of either. */
export type Inputs = lw.Tensor | lw.SymbolicTensor | readonly (lw.Tensor | lw.SymbolicTensor)[];

interface Placeholder {
  readonly shape: readonly (number | null)[];
  readonly dtype?: string;
}

type LayerClass = new (options: Options) => lw.Layer;

/** Fails a case that must be refused later than where this body refuses it. */
export function early<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Unknown) throw error;
    throw new Mismatch(`refused too early: ${(error as Error).message}`);
  }
}

/** The layer of a class name. What the package does not export is unknown, which fails the case. */
export function makeLayer(className: string, options: Options): lw.Layer {
  const found = (lw as unknown as Record<string, unknown>)[className];
  if (typeof found !== 'function' || !(found.prototype instanceof lw.Layer)) throw new Unknown(className);
  return new (found as unknown as LayerClass)(options);
}

const isPlaceholder = (value: unknown): value is Placeholder =>
  typeof value === 'object' && value !== null && ('keras_tensor' in value || 'symbolic' in value);

/** Tensors, and symbolic inputs as the entries of a graph. */
export function decodeInputs(value: unknown): Inputs {
  if (Array.isArray(value)) return value.map((item) => decodeInputs(item) as lw.Tensor);
  if (isPlaceholder(value)) {
    return lw.Input({ batchShape: value.shape, dtype: (value.dtype ?? 'float32') as lw.DType });
  }
  if (isTensor(value)) return toTensor(value);
  throw new Unknown(`inputs of another form: ${JSON.stringify(value)}`);
}

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);
const callInputs = (testCase: Case) =>
  testCase.inputs ??
  (testCase.call_kwargs as { inputs?: unknown } | undefined)?.inputs ??
  testCase.input_data;
const firstOf = (list: readonly (lw.Tensor | lw.SymbolicTensor)[]) => list[0] as lw.Tensor;

/** Calls a layer and returns its only output. */
const call = (layer: lw.Layer, inputs: Inputs) => firstOf(layer.applyAll(inputs as lw.Tensor));

const shapesOf = (inputs: Inputs) =>
  isList(inputs) ? inputs.map(({ shape }) => shape) : (inputs as lw.Tensor).shape;

/** Builds the layer for its inputs and gives it the case's weights. */
function loadWeights(layer: lw.Layer, testCase: Case, inputs: Inputs): void {
  const weights = testCase.weights as readonly CaseTensor[] | undefined;
  if (weights === undefined || weights.length === 0) return;
  layer.computeOutputShape(shapesOf(inputs) as lw.Shape);
  layer.setWeights(weights.map((weight) => toTensor(weight, layer.dtype)));
}

interface WeightSpec {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly trainable?: boolean;
}

/** Keras 3 calls the weight of a depthwise convolution `kernel`, Keras 2 and tfjs `depthwise_kernel`. */
const sameName = (layer: lw.Layer, got: string, want: string) =>
  got === want || (layer instanceof lw.DepthwiseConv2D && want === `depthwise_${got}`);

function expectWeights(layer: lw.Layer, testCase: Case): void {
  const wanted = testCase.weight_shapes as readonly WeightSpec[] | undefined;
  if (wanted === undefined) return;
  const { weights } = layer;
  if (weights.length !== wanted.length)
    throw new Mismatch(`expected ${wanted.length} weights, got ${weights.length}`);
  wanted.forEach((want, i) => {
    const weight = weights[i] as lw.Variable;
    expectShape(weight.shape, want.shape);
    if (want.name !== undefined && !sameName(layer, weight.name, want.name)) {
      throw new Mismatch(`weight ${i}: expected the name ${want.name}, got ${weight.name}`);
    }
    if (want.trainable !== undefined && weight.trainable !== want.trainable) {
      throw new Mismatch(`${weight.name}: trainable should be ${want.trainable}`);
    }
  });
}

function expectCounts(layer: lw.Layer, testCase: Case): void {
  const counts = {
    expected_num_trainable_weights: layer.trainableWeights.length,
    expected_num_non_trainable_weights: layer.nonTrainableWeights.length,
  };
  for (const [field, got] of Object.entries(counts)) {
    const want = testCase[field];
    if (want !== undefined && want !== got) throw new Mismatch(`${field}: expected ${want}, got ${got}`);
  }
}

/** The result of a case, if it gives one. */
function expectOutput(got: lw.Tensor, testCase: Case): void {
  const values = (testCase.output ?? testCase.expected_output) as CaseTensor | undefined;
  if (testCase.expected_output_shape) expectShape(got.shape, testCase.expected_output_shape as number[]);
  if (values) expectValues(got, values, testCase);
}

/** Layers that interpolate compute in floats; upstream converts integers itself. */
function promote(layer: lw.Layer, inputs: Inputs): Inputs {
  const interpolates = layer instanceof lw.UpSampling2D && layer.getConfig().interpolation !== 'nearest';
  return interpolates && inputs instanceof lw.Tensor ? lw.cast(inputs, 'float32') : inputs;
}

function runOnInputs(layer: lw.Layer, testCase: Case): void {
  const inputs = promote(layer, decodeInputs(callInputs(testCase)));
  loadWeights(layer, testCase, inputs);
  const output = call(layer, inputs);
  expectOutput(output, testCase);
  expectWeights(layer, testCase);
}

const isShapes = (shape: lw.ShapeOrList): shape is readonly lw.Shape[] => Array.isArray(shape[0]);

function runOnShape(layer: lw.Layer, testCase: Case): void {
  const given = testCase.input_shape as lw.ShapeOrList;
  const got = layer.computeOutputShape(given);
  if (testCase.expected_output_shape)
    expectShape(got as lw.Shape, testCase.expected_output_shape as number[]);
  expectWeights(layer, testCase);
  if (testCase.kind === 'layer_test') runRandomly(layer, given, got as lw.Shape);
}

/** Random values pass through the layer and through its copy from `getConfig`, with the shape that was promised. */
function runRandomly(layer: lw.Layer, given: lw.ShapeOrList, promised: lw.Shape): void {
  const draw = (shape: lw.Shape) => {
    const x = lw.random(shape as number[], { seed: 1 }) as unknown as lw.Tensor;
    return x.dtype === layer.inputDType ? x : lw.cast(x, layer.inputDType);
  };
  const inputs = isShapes(given) ? given.map(draw) : draw(given);
  const got = call(layer, inputs);
  expectShape(got.shape, promised);
  if (layer instanceof lw.Lambda) return; // holds a function, which no config can
  const copy = lw.deserializeLayer(JSON.parse(JSON.stringify(lw.serializeLayer(layer))));
  copy.computeOutputShape(given);
  copy.setWeights(layer.getWeights());
  const again = call(copy, inputs);
  if (!lw.allClose(got, again)) throw new Mismatch('the layer from getConfig computes something else');
}

/** A layer case: `build` makes the layer of the case; errors must come at the stage that the case names. */
export function runLayer(testCase: Case, build: () => lw.Layer): void {
  const mustThrow = testCase.error !== undefined;
  if (mustThrow && testCase.stage === 'init') {
    build();
    return;
  }
  const layer = mustThrow ? early(build) : build();
  if (callInputs(testCase) === undefined) runOnShape(layer, testCase);
  else runOnInputs(layer, testCase);
  expectCounts(layer, testCase);
}
