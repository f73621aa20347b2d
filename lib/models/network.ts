import { deviceOf } from '../backend/device.js';
import { addon } from '../backend/load.js';
import type { DeviceName, PlanInfo, Precision } from '../backend/native.js';
import { precisionOf } from '../backend/precision.js';
import { integer, readOptions } from '../check.js';
import { argumentError, stateError } from '../errors.js';
import type { SymbolicTensor } from '../graph/symbolic.js';
import type { LayerExplainOptions } from '../layers/explain.js';
import type { Layer, ShapeOrList, TensorOrList, TensorSpec } from '../layers/layer.js';
import type { SignatureRule, shapeRule } from '../layers/rule.js';
import type { Variable } from '../layers/variable.js';
import { allocate, type Shape, Tensor } from '../tensor/tensor.js';
import { explainModel, type ModelExplainOptions, type ModelExplanation } from './explain.js';
import { layerAt, runGraph } from './interpret.js';
import type { NetworkOptions } from './options.js';
import { Pictured } from './pictured.js';
import { type PlanSource, Plans } from './plans.js';
import { type ModelProfile, type ProfileOptions, profile } from './profile.js';
import { type PredictOptions, type PredictSyncOptions, predict, predictSync, type Runnable } from './run.js';
import { knownShapes, specsOf } from './specs.js';
import { type StreamItem, type StreamOptions, type StreamResult, stream } from './stream.js';
import { type Feed, type NetworkGraph, pack, unpackFeed } from './structure.js';
import { type SummaryOptions, summarize } from './summary.js';
import type { AnyStructure, BatchOf, CheckFeed, Prediction, SampleOutput, ShapesIn } from './typed.js';
import { type LoadWeightsOptions, loadWeights } from './weights.js';

/**
 * What `Sequential` and `Model` share: running, weights by name and the summary. A network is a layer, so it can be
 * called inside another one. `In` and `Out` are its symbolic inputs and outputs: what `predict` takes and returns follows.
 */
export abstract class Network<In = AnyStructure, Out = AnyStructure> extends Pictured {
  declare readonly [shapeRule]: SignatureRule<In, Out>;
  #runnable: { graph: NetworkGraph; runnable: Runnable } | undefined;
  #precision: Precision;
  #device: DeviceName;

  constructor(options: NetworkOptions) {
    super(options, ['precision', 'device']);
    const { precision = 'float32', device = 'cpu' } = options;
    this.#precision = precisionOf(this.label, precision);
    this.#device = deviceOf(this.label, device);
  }

  /**
   * How convolutions and products with weights multiply in `predict`, `predictSync` and `stream`. `bfloat16` rounds both
   * factors to 8 bits of precision and sums in float32: faster, half the memory for weights, and results that differ in
   * about the third digit; `tf32`, on a GPU only, keeps 11 bits. Depthwise and transposed convolutions stay float32, and so do 3x3 convolutions that Winograd's
   * algorithm computes faster still, products of two tensors, and all that is handed from layer to layer. It needs a processor with AVX512-BF16 (`machineInfo().bfloat16`): without one, running the model throws
   * ERR_DEVICE. The model that is run decides, not those it contains.
   */
  get precision(): Precision {
    return this.#precision;
  }

  set precision(precision: Precision) {
    this.#precision = precisionOf(this.label, precision);
  }

  /**
   * Where `predict`, `predictSync` and `stream` compute: `cpu`, or `cuda`, an NVIDIA GPU. Without one, and without the
   * library that `npm run build:cuda` makes, running the model throws ERR_DEVICE with the reason, which `devices()` tells.
   * Results lie where the inputs do, in this process's memory or on the GPU. The model that is run decides, not those it contains.
   */
  get device(): DeviceName {
    return this.#device;
  }

  set device(device: DeviceName) {
    this.#device = deviceOf(this.label, device);
  }

  /** The layers, in the order in which files list their weights. */
  abstract override get layers(): readonly Layer[];

  /** The graph. @throws ERR_STATE before the shapes are known */
  protected abstract get graph(): NetworkGraph;

  /** Makes the graph, if there is none yet, for an input of this shape. */
  protected prepare(_shape?: Shape): void {}

  get inputs(): readonly SymbolicTensor[] {
    return this.graph.inputs;
  }

  get outputs(): readonly SymbolicTensor[] {
    return this.graph.outputs;
  }

  /** The names that inputs can be fed by. */
  get inputNames(): readonly string[] {
    return this.graph.inputNames;
  }

  /** The shape of the input, the batch as `null`; a list when there are several. */
  get inputShape(): ShapesIn<In> {
    return oneOrList(this.graph.inputs.map(({ shape }) => shape)) as ShapesIn<In>;
  }

  /** The shape of the output, the batch as `null`; a list when there are several. */
  get outputShape(): ShapesIn<Out> {
    return oneOrList(this.graph.outputs.map(({ shape }) => shape)) as ShapesIn<Out>;
  }

  /**
   * A layer by its name or by its place.
   *
   * @throws ERR_ARGUMENT, listing the layers, when there is none
   */
  getLayer(which: string | { readonly name?: string; readonly index?: number }): Layer {
    return layerAt(this.label, this.layers, which);
  }

  call(inputs: TensorOrList): TensorOrList {
    const { outputs } = this.graph;
    const results = this.#runGraph(Array.isArray(inputs) ? inputs : [inputs]);
    return outputs.length === 1 ? (results[0] as Tensor) : results;
  }

  #runGraph(inputs: readonly Tensor[]): Tensor[] {
    return runGraph(this.label, this.graph, inputs);
  }

  get #run(): Runnable {
    const { graph } = this;
    if (this.#runnable?.graph !== graph) {
      const source: PlanSource = {
        label: this.label,
        precision: () => this.#precision,
        device: () => this.#device,
        trace: (inputs) => this.#runGraph(inputs),
        weightVersion: () => this.weights.reduce((sum, variable) => sum + variable.version, 0),
      };
      const inputs = graph.inputs.map(({ shape, dtype }, i) => ({
        shape,
        dtype,
        name: graph.inputNames[i] as string,
      }));
      const outputs = graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
      this.#runnable = { graph, runnable: { label: this.label, inputs, outputs, plans: new Plans(source) } };
    }
    return this.#runnable.runnable;
  }

  #feed(x: unknown): { model: Runnable; tensors: Tensor[] } {
    this.prepare(x instanceof Tensor ? (x.shape as Shape) : undefined);
    return { model: this.#run, tensors: unpackFeed(this.label, this.graph.inputNames, x) };
  }

  #pack<N>(tensors: readonly Tensor[]): Prediction<Out, N> {
    return pack(this.graph.packing, tensors) as Prediction<Out, N>;
  }

  /**
   * Runs the model now, on the calling thread and the pool, without copying inputs or results.
   *
   * @param x one tensor with the batch in front, a list in the order of the inputs, or tensors by input name; all on one device
   * @param options `batchSize`: the most samples at once (default: as many as fit into 1 GiB of activations);
   *   `out`: tensors to write the results to
   * @throws ERR_SHAPE, ERR_DTYPE or ERR_ARGUMENT when the inputs do not suit the model
   *
   * @example
   * const probabilities = model.predictSync(tensor(pixels, [1, 28, 28, 1]));
   * probabilities.shape; // [1, 10]
   */
  predictSync<const F extends Feed>(
    x: F & CheckFeed<In, F>,
    options?: PredictSyncOptions,
  ): Prediction<Out, BatchOf<F>> {
    const { model, tensors } = this.#feed(x);
    return this.#pack(predictSync(model, tensors, options));
  }

  /**
   * Runs the model on Layerwise's threads; the event loop stays free. The inputs are copied before the call returns.
   *
   * @param x as in `predictSync`
   * @param options `batchSize` as in `predictSync`; `signal` cancels the run
   * @returns a promise, rejected with the same errors, or with the reason of the signal
   *
   * @example
   * const probabilities = await model.predict(batch, { signal: AbortSignal.timeout(1000) });
   */
  async predict<const F extends Feed>(
    x: F & CheckFeed<In, F>,
    options?: PredictOptions,
  ): Promise<Prediction<Out, BatchOf<F>>> {
    const { model, tensors } = this.#feed(x);
    return this.#pack(await predict(model, tensors, options));
  }

  /**
   * Runs the model over a stream of samples: collects batches, keeps `concurrency` of them in flight and yields one
   * result per sample in order. Takes from the source only when there is room, and closes it when the loop ends early.
   *
   * @param source an iterable or async iterable of samples: tensors without the batch axis, or `{ input, ... }` whose
   *   other fields ride along; an item `{ error, ... }` passes through in order without touching the model
   * @param options `batchSize` (default 32), `concurrency` (default 2), `signal`, `onProgress`
   * @throws ERR_ARGUMENT for a wrong option, at the call; everything else when the results are read
   *
   * @example
   * for await (const { item, output } of model.stream(images, { batchSize: 64 })) {
   *   console.log(item.file, argMax(output).toString());
   * }
   */
  stream<I extends StreamItem>(
    source: Iterable<I> | AsyncIterable<I>,
    options?: StreamOptions,
  ): AsyncGenerator<StreamResult<I, SampleOutput<Out>>, void, undefined> {
    return stream<I, SampleOutput<Out>>(
      {
        label: this.label,
        prepare: (input) => {
          if (input instanceof Tensor) this.prepare([1, ...(input.shape as Shape)]);
          return { model: this.#run, tensors: unpackFeed(this.label, this.graph.inputNames, input) };
        },
        pack: (tensors) => pack(this.graph.packing, tensors) as SampleOutput<Out>,
      },
      source,
      options,
    );
  }

  /**
   * Compiles the model for inputs of a shape and runs it once on zeros, so that the first real call is as fast as the others.
   *
   * @param shape the input shape with the batch in front, or a list of them. Default: the model's own, with a batch of 1
   */
  warmup(shape?: ShapeOrList): void {
    const tensors = this.#specs(shape).map(({ shape: dims, dtype }) => {
      return new Tensor(allocate(this.label, dtype, dims as readonly number[]), dims, dtype) as Tensor;
    });
    predictSync(this.#run, tensors);
  }

  /**
   * What the plan for inputs of a shape does: its nodes with algorithm, operations and bytes, and its memory.
   *
   * @param shape as in `warmup`
   */
  planInfo(shape?: ShapeOrList): PlanInfo {
    return addon().planInfo(this.#run.plans.get(this.#specs(shape)).plan);
  }

  #specs(shape?: ShapeOrList): TensorSpec[] {
    const single = () => this.graph.inputs.map(({ shape: [batch, ...rest] }) => [batch ?? 1, ...rest]);
    const shapes = knownShapes(this.label, shape ?? single());
    this.prepare(shapes[0]);
    return specsOf(this.label, this.graph.inputs, shapes);
  }

  /**
   * Runs the model on `x` some times and measures each node of its plan: time, operations and bytes per second, and how
   * far from the machine's limit. The first call measures the limits, which takes a second.
   *
   * @param x as in `predictSync`
   * @param options `runs` (default 10); `batchSize` as in `predictSync`: of a batch that is cut the first part is measured
   * @returns the figures per `nodes` entry and of the whole; `toString()` makes a table of them
   * @throws as `predictSync`; ERR_ARGUMENT for a wrong option, or when the output is empty
   *
   * @example
   * const { nodes, ms } = model.profile(batch, { runs: 3 });
   * nodes[0].label; // "conv1"
   * const slowest = nodes.reduce((a, b) => (b.ms > a.ms ? b : a));
   * slowest.ms <= ms; // true
   */
  profile(x: Feed, options?: ProfileOptions): ModelProfile {
    const { model, tensors } = this.#feed(x);
    return profile(model, tensors, options);
  }

  override get trainableWeights(): Variable[] {
    return this.trainable ? this.layers.flatMap((layer) => layer.trainableWeights) : [];
  }

  override get nonTrainableWeights(): Variable[] {
    return this.layers.flatMap((layer) => (this.trainable ? layer.nonTrainableWeights : layer.weights));
  }

  /** All weights, layer by layer. */
  override get weights(): Variable[] {
    return this.layers.flatMap((layer) => layer.weights);
  }

  /** The weights by name: `conv1/kernel`, inside a nested model `backbone/conv1/kernel`. */
  namedWeights(): Map<string, Variable> {
    const named = new Map<string, Variable>();
    for (const layer of this.layers) {
      if (layer instanceof Network) {
        for (const [path, variable] of layer.namedWeights()) named.set(`${layer.name}/${path}`, variable);
      } else {
        for (const variable of layer.weights) named.set(variable.path, variable);
      }
    }
    return named;
  }

  /**
   * A weight by its name.
   *
   * @throws ERR_ARGUMENT, listing the names, when there is none
   *
   * @example
   * model.getWeight('conv1/kernel').shape; // [3, 3, 1, 8]
   */
  getWeight(name: string): Variable {
    const named = this.namedWeights();
    const found = named.get(name);
    if (found === undefined)
      throw argumentError(this.label, `there is no weight "${name}"`, { weights: [...named.keys()] });
    return found;
  }

  /**
   * Sets weights by name, as read from a file; nothing changes unless everything fits. float32 and float64 convert.
   *
   * @param tensors tensors by name, such as `loadSafetensors` or `loadNpz` returns
   * @param options `strict` (default true) refuses missing and unknown names; `rename` translates the names of the file
   * @throws ERR_ARGUMENT, ERR_SHAPE or ERR_DTYPE, naming the weight
   *
   * @example
   * model.loadWeights(await loadSafetensors('net.safetensors'), { rename: { 'conv1.weight': 'conv1/kernel' } });
   */
  loadWeights(
    tensors: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
    options?: LoadWeightsOptions,
  ): void {
    this.#needBuilt('its weights cannot be loaded');
    loadWeights(this.label, this.namedWeights(), tensors, options);
  }

  /** Copies of the weights by name, as `saveSafetensors` writes them. */
  exportWeights(): Record<string, Tensor> {
    this.#needBuilt('it has no weights');
    const entries = [...this.namedWeights()].map(([name, { value }]) => {
      return [name, new Tensor((value.data as Float32Array).slice(), value.shape, value.dtype)];
    });
    return Object.fromEntries(entries);
  }

  #needBuilt(what: string): void {
    if (!this.built) {
      throw stateError(
        this.label,
        `${what} before its shapes are known`,
        undefined,
        'Give the first layer an inputShape, or call build(inputShape)',
      );
    }
  }

  /**
   * Where every shape and number of the model comes from, layer by layer: formulas, parameters, multiply-adds, and what one
   * number of each layer sees of the input. `toString()` is a table of them.
   *
   * @param given `detail`: a paragraph for each layer instead of a row; or an input shape, as a layer's `explain` takes
   * @throws ERR_STATE before its shapes are known
   *
   * @example
   * const { layers, parameters } = model.explain();
   * layers[0].explanation.formulas[0]; // "oH = floor((28 + 2*0 - 1*(3-1) - 1) / 1) + 1 = 26"
   */
  override explain(
    given?: ShapeOrList | ModelExplainOptions,
    options?: ModelExplainOptions | LayerExplainOptions,
  ): ModelExplanation {
    const shaped = Array.isArray(given);
    if (shaped) (this as Layer).computeOutputShape(given as ShapeOrList);
    this.#needBuilt('it cannot be explained');
    return explainModel(this.label, this, (shaped ? options : given) as ModelExplainOptions | undefined);
  }

  /**
   * A table of the layers: name and type, output shape, parameters, multiply-adds and bytes of the output per sample; totals below.
   *
   * @param options `lineLength` (default 100); `print`, called with the text
   * @returns the text
   */
  summary(options?: SummaryOptions): string {
    const { lineLength = 100, print } = readOptions(`${this.label} summary`, options, [
      'lineLength',
      'print',
    ]);
    integer(this.label, 'lineLength', lineLength, 40);
    const text = summarize(
      {
        title: this.label,
        layers: this.layers,
        graph: this.built ? this.graph : undefined,
        trace: (inputs) => this.#runGraph(inputs),
        model: this,
      },
      lineLength,
    );
    print?.(text);
    return text;
  }
}

const oneOrList = (shapes: readonly Shape[]): ShapeOrList =>
  shapes.length === 1 ? (shapes[0] as Shape) : shapes;
