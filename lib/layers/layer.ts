import { knownOptions, oneOf } from '../check.js';
import { argumentError, stateError } from '../errors.js';
import type { Check } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import { type Shape, Tensor } from '../tensor/tensor.js';
import { Trace, TracedTensor } from '../tensor/traced.js';
import { type ExplainSpec, type Explanation, explainLayer, type LayerExplainOptions } from './explain.js';
import type { Initializer, WeightDType } from './initializers.js';
import { automaticName } from './naming.js';
import type { Callable, Called, CheckCall, OutputOf, OutputShape } from './rule.js';
import { checkShape, isShapeList, type ShapeOrList, type TensorSpec } from './shapes.js';
import { Variable } from './variable.js';

export { checkShape, isShapeList, type ShapeOrList, type TensorSpec } from './shapes.js';
export { Variable } from './variable.js';

/** The options that every layer takes. */
export interface LayerOptions {
  /** Default: the class name in snake_case, with a number from the second layer of the class on. */
  readonly name?: string;
  /** Whether the layer's weights count as trainable; it changes what `summary` and `trainableWeights` say, nothing else. Default true. */
  readonly trainable?: boolean;
  /** The dtype of the weights. Default `float32`. */
  readonly dtype?: WeightDType;
  /** On the first layer of a Sequential: the shape of one sample. */
  readonly inputShape?: Shape;
  /** As `inputShape`, with the batch in front. */
  readonly batchInputShape?: Shape;
}

/** How a layer is being called. Layerwise does inference only, so `training` can only be false. */
export interface CallContext {
  readonly training?: boolean;
}

/** What stands for a tensor while a graph is drawn (`Input(...)` and what layers make of it); lib/graph implements it. */
export interface Symbolic extends TensorSpec {
  /** Adds a call of `layer` to the graph; `single` tells a lone input from a list of one. */
  connect(layer: Layer, inputs: readonly Symbolic[], single: boolean): readonly Symbolic[];
}

export type TensorOrList = Tensor | readonly Tensor[];
export type LayerConfig = Record<string, unknown>;

const COMMON = ['name', 'trainable', 'dtype', 'inputShape', 'batchInputShape'] as const;
const DTYPES = ['float32', 'float64'] as const;

const isSymbolic = (value: unknown): value is Symbolic =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Symbolic>).connect === 'function';

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/**
 * The base of every layer. A subclass creates its weights in `build` and computes in `call` with ops only,
 * which is enough for eager calls, shape inference and model compilation.
 *
 * @example
 * class Twice extends Layer {
 *   constructor(options = {}) {
 *     super(options, []); // the names of its own options
 *   }
 *   call(inputs) {
 *     return mul(this.oneInput(inputs), 2);
 *   }
 * }
 * new Twice().apply(tensor([1, 2])).toArray(); // [2, 4]
 */
export abstract class Layer<const O extends LayerOptions = LayerOptions> {
  static className = 'Layer';

  readonly name: string;
  /** What the constructor was given. The intersection keeps a class with other options assignable to `Layer`. */
  readonly options: O & LayerOptions;
  readonly dtype: WeightDType;
  trainable: boolean;
  built = false;
  /** The shape that the layer was built for. */
  buildShape: ShapeOrList | undefined;
  readonly #variables: Variable[] = [];

  /**
   * @param options the caller's options
   * @param known the names of the options of this layer; an option that is neither here nor common is refused
   */
  constructor(options: O, known: readonly string[]) {
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
      throw argumentError(this.className, 'a layer takes one object of options', { options });
    }
    const { name, trainable = true, dtype = 'float32', inputShape, batchInputShape } = options;
    if (name !== undefined && (typeof name !== 'string' || name === '' || name.includes('/'))) {
      throw argumentError(this.className, 'name must be a string that is not empty and has no "/"', { name });
    }
    this.name = name ?? automaticName(this.className);
    knownOptions(this.label, options, [...known, ...COMMON]);
    for (const [key, value] of Object.entries(options)) {
      if (/(Regularizer|Constraint)$/.test(key) && value !== null && value !== undefined) {
        throw argumentError(
          this.label,
          `${key} concerns training, and Layerwise does inference only`,
          { [key]: value },
          'Leave it out',
        );
      }
    }
    if (typeof trainable !== 'boolean') {
      throw argumentError(this.label, 'trainable must be true or false', { trainable });
    }
    for (const shape of [inputShape, batchInputShape]) if (shape !== undefined) checkShape(this.label, shape);
    this.options = options;
    this.trainable = trainable;
    this.dtype = oneOf(this.label, 'dtype', dtype, DTYPES);
  }

  /** The name under which `fromConfig` finds the class. */
  get className(): string {
    const own = this.constructor as typeof Layer;
    return Object.hasOwn(own, 'className') ? own.className : own.name;
  }

  /** How messages call the layer: `Conv2D "conv1"`. */
  protected get label(): string {
    return `${this.className} "${this.name}"`;
  }

  /**
   * Creates the weights for inputs of this shape (the batch may be `null`). Runs once, before the first call.
   * Subclasses override it, check the rank and the sizes they depend on, and call `addWeight`.
   */
  build(inputShape: ShapeOrList): void {
    this.buildShape = inputShape;
    this.built = true;
  }

  /** Adds a weight during `build`. Its value is drawn when first read. */
  protected addWeight(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    options: { readonly trainable?: boolean } = {},
  ): Variable {
    if (this.#variables.some((variable) => variable.name === name)) {
      throw stateError(
        this.label,
        `there is a weight called "${name}" already`,
        undefined,
        'A layer is built once',
      );
    }
    const path = `${this.name}/${name}`;
    const trainable = options.trainable ?? true;
    const variable = new Variable({ name, path, shape, dtype: this.dtype, trainable, initializer });
    this.#variables.push(variable);
    return variable;
  }

  /** Builds the layer unless it is built. A build that fails leaves no weights behind. */
  protected ensureBuilt(inputShape: ShapeOrList): void {
    if (this.built) return;
    this.#variables.length = 0;
    try {
      this.build(inputShape);
    } catch (error) {
      this.#variables.length = 0;
      this.built = false;
      throw error;
    }
    this.buildShape = inputShape;
    this.built = true;
  }

  /** The layer's mathematics, in ops: traced or concrete tensors in, the same kind out. */
  abstract call(inputs: TensorOrList, context?: CallContext): TensorOrList;

  /**
   * Calls the layer: on symbolic tensors it extends the graph, on tensors it computes now. Builds it on first use.
   *
   * @param inputs one tensor, or a list for a layer with several inputs
   * @throws ERR_SHAPE, ERR_DTYPE or ERR_ARGUMENT, naming the layer, when the inputs do not suit it
   */
  apply<L, const T extends Callable>(
    this: L,
    inputs: T & CheckCall<L, T>,
    context?: CallContext,
  ): Called<L, T>;
  apply(inputs: Symbolic | readonly Symbolic[] | TensorOrList, context?: CallContext): unknown {
    const outputs: readonly (Symbolic | Tensor)[] = this.#applyAny(inputs, context);
    if (outputs.length !== 1) {
      throw argumentError(
        this.label,
        `it has ${outputs.length} outputs and apply returns one`,
        undefined,
        'Use applyAll, which returns a list',
      );
    }
    return outputs[0];
  }

  /** As `apply`, for layers and models with several outputs: returns them as a list. */
  applyAll<T extends Symbolic>(inputs: T | readonly T[], context?: CallContext): T[];
  applyAll(inputs: TensorOrList, context?: CallContext): Tensor[];
  applyAll(
    inputs: Symbolic | readonly Symbolic[] | TensorOrList,
    context?: CallContext,
  ): (Symbolic | Tensor)[] {
    return [...this.#applyAny(inputs, context)];
  }

  #applyAny(
    inputs: Symbolic | readonly Symbolic[] | TensorOrList,
    context?: CallContext,
  ): readonly (Symbolic | Tensor)[] {
    const single = !Array.isArray(inputs);
    const list = (single ? [inputs] : inputs) as readonly unknown[];
    if (list.length === 0) throw argumentError(this.label, 'it needs at least one input', { inputs });
    const symbolic = list.filter(isSymbolic);
    if (symbolic.length === list.length) {
      this.ensureBuilt(single ? (symbolic[0] as Symbolic).shape : symbolic.map(({ shape }) => shape));
      return (symbolic[0] as Symbolic).connect(this as unknown as Layer, symbolic, single);
    }
    for (const input of list) {
      if (!(input instanceof Tensor)) {
        throw argumentError(
          this.label,
          symbolic.length > 0
            ? 'its inputs must be all tensors or all symbolic tensors'
            : 'its inputs must be tensors',
          { input },
          'Make one with tensor(...), or Input(...) for a graph',
        );
      }
    }
    const result = this.callOn(inputs as TensorOrList, context);
    return isList(result) ? result : [result];
  }

  /** `call` on tensors, built and with the layer's name on the nodes that a trace records. */
  protected callOn(inputs: TensorOrList, context?: CallContext): TensorOrList {
    const list = isList(inputs) ? inputs : [inputs];
    this.ensureBuilt(isList(inputs) ? list.map(({ shape }) => shape) : (list[0] as Tensor).shape);
    const traced = list.find((input): input is TracedTensor => input instanceof TracedTensor);
    if (traced === undefined) return this.call(inputs, context);
    const { trace } = traced;
    const outer = trace.scope;
    trace.scope = outer === '' ? this.name : `${outer}/${this.name}`;
    try {
      return this.call(inputs, context);
    } finally {
      trace.scope = outer;
    }
  }

  /** Shapes and dtypes of the outputs, by tracing `call`; builds the layer. */
  inferOutputs(inputs: readonly TensorSpec[], single: boolean): readonly TensorSpec[] {
    const trace = new Trace();
    const traced = inputs.map(({ shape, dtype }) => trace.input(shape, dtype));
    const result = this.callOn(single ? (traced[0] as Tensor) : traced);
    return (isList(result) ? result : [result]).map(({ shape, dtype }) => ({ shape, dtype }));
  }

  /**
   * The shape of the output for inputs of this shape; `null` stands for sizes that are not known. Builds the layer.
   *
   * @param inputShape one shape with the batch in front, or a list of them
   * @throws ERR_SHAPE when the layer does not take such inputs
   */
  computeOutputShape<L, const S extends ShapeOrList>(
    this: L,
    inputShape: S & Check<OutputOf<L, S>>,
  ): OutputShape<L, S>;
  computeOutputShape(inputShape: ShapeOrList): unknown {
    const single = !isShapeList(inputShape);
    const shapes = single ? [inputShape] : inputShape;
    for (const shape of shapes) checkShape(this.label, shape);
    const outputs = this.inferOutputs(
      shapes.map((shape) => ({ shape, dtype: this.inputDType })),
      single,
    );
    return outputs.length === 1 ? (outputs[0] as TensorSpec).shape : outputs.map(({ shape }) => shape);
  }

  /**
   * Where the shape, the parameters and the multiply-adds come from, with the arithmetic; `toString()` is the text.
   *
   * @param inputShape as in `computeOutputShape`. Default: the shape that the layer was built for
   * @param options `at`: an element of the output, whose part of the input is told too
   */
  explain(inputShape: ShapeOrList | undefined = this.buildShape, options?: LayerExplainOptions): Explanation {
    return explainLayer(this as unknown as Layer, inputShape, options);
  }

  /** What `explain` tells of the layer: its op and geometry. Default: nothing but shapes and weights. */
  explainSpec?(inputShape: ShapeOrList): ExplainSpec | undefined;

  /** The dtype of inputs that `computeOutputShape` assumes; an Embedding takes integers. */
  get inputDType(): DType {
    return this.dtype;
  }

  /** The only input of a layer that takes one; a list of one is accepted as in Keras. */
  protected oneInput(inputs: TensorOrList): Tensor {
    if (!isList(inputs)) return inputs;
    if (inputs.length !== 1) {
      throw argumentError(this.label, 'it takes one input', { inputs: inputs.length });
    }
    return inputs[0] as Tensor;
  }

  /** The only input shape of a layer that takes one input. */
  protected oneShape(inputShape: ShapeOrList): Shape {
    if (!isShapeList(inputShape)) return inputShape;
    if (inputShape.length !== 1) {
      throw argumentError(this.label, 'it takes one input', { inputs: inputShape.length });
    }
    return inputShape[0] as Shape;
  }

  /** All weights, those that training would change first. */
  get weights(): Variable[] {
    return [...this.trainableWeights, ...this.nonTrainableWeights];
  }

  get trainableWeights(): Variable[] {
    return this.trainable ? this.#variables.filter((variable) => variable.trainable) : [];
  }

  get nonTrainableWeights(): Variable[] {
    if (this.trainable) return this.#variables.filter((variable) => !variable.trainable);
    const fixed = (variable: Variable) => (variable.trainable ? 0 : 1);
    return [...this.#variables].sort((a, b) => fixed(a) - fixed(b));
  }

  /** The number of weight elements. @throws ERR_STATE before the layer is built, when its weights have no shape yet */
  countParams(): number {
    if (!this.built) {
      throw stateError(
        this.label,
        'it has no weights to count before it is built',
        undefined,
        'Call it on an input, or build(inputShape)',
      );
    }
    return this.weights.reduce((sum, variable) => sum + variable.size, 0);
  }

  /** Copies of the weights, in the order of `weights`. */
  getWeights(): Tensor[] {
    return this.weights.map(({ value }) => {
      return new Tensor((value.data as Float32Array).slice(), value.shape, value.dtype) as Tensor;
    });
  }

  /**
   * Sets all weights from tensors in the order of `weights`; nothing changes unless every one fits.
   *
   * @throws ERR_SHAPE or ERR_DTYPE, naming the weight that does not fit; ERR_STATE before the layer is built
   */
  setWeights(tensors: readonly Tensor[]): void {
    const { weights } = this;
    if (!this.built) {
      throw stateError(
        this.label,
        'its weights cannot be set before it is built',
        undefined,
        'Call it on an input, or build(inputShape)',
      );
    }
    if (!Array.isArray(tensors) || tensors.length !== weights.length) {
      throw argumentError(
        this.label,
        `it has ${weights.length} weights: ${weights.map(({ name }) => name).join(', ')}`,
        {
          tensors: Array.isArray(tensors) ? tensors.length : tensors,
        },
      );
    }
    for (const [index, variable] of weights.entries()) variable.check(tensors[index]);
    for (const [index, variable] of weights.entries()) variable.assign(tensors[index] as Tensor);
  }

  /** The options that make an equal layer, defaults filled in, as plain JSON. Subclasses add theirs. */
  getConfig(): LayerConfig {
    const { inputShape, batchInputShape } = this.options;
    return {
      name: this.name,
      trainable: this.trainable,
      dtype: this.dtype,
      ...(inputShape ? { inputShape: [...inputShape] } : {}),
      ...(batchInputShape ? { batchInputShape: [...batchInputShape] } : {}),
    };
  }

  /** A layer from what `getConfig` returned (without the weights). */
  static fromConfig(config: LayerConfig): Layer {
    // biome-ignore lint/complexity/noThisInStatic: the class that it was called on, which may be a subclass
    const Class = this as unknown as new (options: LayerConfig) => Layer;
    return new Class(config);
  }
}
