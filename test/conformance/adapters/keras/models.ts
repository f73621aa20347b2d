import { isDeepStrictEqual } from 'node:util';
import * as lw from '../../../../lib/index.js';
import { type Case, type CaseTensor, isTensor, toTensor, Unknown } from '../../case.js';
import { expectShape, expectValues, Mismatch } from '../../compare.js';
import { decodeInputs, early, makeLayer } from '../layers.js';
import type { Op } from './args.js';
import { toOptions } from './options.js';

type Ops = Readonly<Record<string, Op>>;
type Config = Record<string, unknown>;

interface LayerJson {
  readonly module: string;
  readonly class_name: string;
  readonly config: Config;
  readonly name: string;
  readonly inbound_nodes: readonly { readonly args: readonly unknown[]; readonly kwargs: Config }[];
}

/** Layer, number of the call, number of the output. */
type History = readonly [string, number, number];

interface FunctionalConfig {
  readonly name: string;
  readonly layers: readonly LayerJson[];
  readonly input_layers: unknown;
  readonly output_layers: unknown;
}

/** A Sequential as a list of layers, a Functional as Keras's own config; either inside the other. */
interface ModelJson {
  readonly model?: 'Sequential' | 'Functional';
  readonly config?: FunctionalConfig;
  readonly layers?: readonly ModelJson[];
  readonly layer?: string;
  readonly init_kwargs?: Config;
  readonly weights?: readonly CaseTensor[];
  readonly weight_shapes?: readonly { readonly shape: readonly number[] }[];
}

const isHistory = (value: unknown): value is History => Array.isArray(value) && typeof value[0] === 'string';

/** One history, a list or a record of them, each as the tensor that it names. */
function structure(
  value: unknown,
  find: (history: History) => lw.SymbolicTensor,
): lw.Structure<lw.SymbolicTensor> {
  if (isHistory(value)) return find(value);
  if (Array.isArray(value)) {
    const list = value.map((item) => structure(item, find));
    // A list of one record is that record.
    return list.length === 1 && !(list[0] instanceof lw.SymbolicTensor)
      ? (list[0] as lw.Structure<lw.SymbolicTensor>)
      : (list as lw.SymbolicTensor[]);
  }
  return Object.fromEntries(
    Object.entries(value as object).map(([key, item]) => [key, structure(item, find) as lw.SymbolicTensor]),
  );
}

const snake = (name: string) => name.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase();

/** `x[:, None]` and its kind: a new axis wherever the key says so. */
function getItem(name: string, key: readonly unknown[]): lw.Layer {
  const whole = { class_name: '__slice__', config: { start: null, stop: null, step: null } };
  const axes = key.flatMap((part, axis) => (part === null ? [axis] : []));
  if (!key.every((part) => part === null || isDeepStrictEqual(part, whole)))
    throw new Unknown('GetItem of a part');
  return makeLayer('Lambda', { name, function: (x: lw.Tensor) => lw.expandDims(x, axes) });
}

/** Functions of keras.ops between layers are Lambdas here. `null` stands for the places of tensors. */
function functionLayer(json: LayerJson, args: readonly unknown[], ops: Ops): lw.Layer {
  if (json.class_name === 'GetItem') return getItem(json.name, args[1] as unknown[]);
  const op = ops[snake(json.class_name)];
  if (op === undefined || args.length !== 2) throw new Unknown(`${json.class_name} in a model`);
  const call = (inputs: lw.Tensor | readonly lw.Tensor[]) => {
    const tensors = [inputs].flat() as lw.Tensor[];
    const [x1, x2] = args.map((arg) => (arg === null ? tensors.shift() : arg));
    return op({ x1, x2 });
  };
  return makeLayer('Lambda', { name: json.name, function: call });
}

const isKerasTensor = (value: unknown): value is { config: { keras_history: History } } =>
  (value as { class_name?: string } | null)?.class_name === '__keras_tensor__';

function optionsOf({ class_name, config }: LayerJson) {
  if (class_name === 'Lambda') throw new Unknown('a Lambda of Python code');
  return toOptions(config);
}

/** Replays the calls that the config lists. */
function functional(config: FunctionalConfig, ops: Ops): lw.Model {
  const outputs = new Map<string, readonly lw.SymbolicTensor[]>();
  const find = ([layer, call, index]: History) => {
    const found = outputs.get(`${layer}/${call}`)?.[index];
    if (found === undefined) throw new Unknown(`a call before ${layer}`);
    return found;
  };
  for (const json of config.layers) {
    if (json.class_name === 'InputLayer') {
      outputs.set(`${json.name}/0`, [lw.Input(toOptions(json.config) as lw.InputOptions)]);
      continue;
    }
    let layer: lw.Layer | undefined;
    json.inbound_nodes.forEach(({ args }, call) => {
      const given = (isKerasTensor(args[0]) || args.length > 1 ? args : args[0]) as readonly unknown[];
      const inputs = given.filter(isKerasTensor).map((tensor) => find(tensor.config.keras_history));
      const lone = inputs.length === 1 && isKerasTensor(args[0]);
      const holes = given.map((arg) => (isKerasTensor(arg) ? null : arg));
      layer ??= json.module.includes('.ops.')
        ? functionLayer(json, holes, ops)
        : makeLayer(json.class_name, optionsOf(json));
      outputs.set(`${json.name}/${call}`, layer.applyAll(lone ? (inputs[0] as lw.SymbolicTensor) : inputs));
    });
  }
  return new lw.Model({
    inputs: structure(config.input_layers, find),
    outputs: structure(config.output_layers, find),
    name: config.name,
  });
}

function build(json: ModelJson, ops: Ops): lw.Layer | lw.SymbolicTensor {
  if (json.config !== undefined) return functional(json.config, ops);
  if (json.model === 'Sequential')
    return new lw.Sequential((json.layers ?? []).map((layer) => build(layer, ops)));
  if (json.layer === 'InputLayer') return lw.Input(withoutBatch(toOptions(json.init_kwargs ?? {})));
  return makeLayer(json.layer as string, toOptions(json.init_kwargs ?? {}));
}

const withoutBatch = ({ shape, batchSize, batchShape, dtype }: lw.InputOptions): lw.InputOptions =>
  batchShape ? { batchShape, dtype } : { shape, batchSize, dtype };

/** The weights that the case holds, in the model's order; a case that leaves them out cannot be compared by value. */
function loadWeights(model: lw.Model | lw.Sequential, testCase: Case): void {
  const json = testCase.model as ModelJson;
  const parts = json.layers ?? [json];
  const wanted = parts.flatMap((part) => part.weight_shapes ?? part.weights ?? []);
  model.weights.forEach((weight, i) => {
    expectShape(weight.shape, wanted[i]?.shape ?? []);
  });
  if (testCase.output === undefined || wanted.length === 0) return;
  const weights = parts.flatMap((part) => part.weights ?? []);
  if (weights.length !== wanted.length) throw new Unknown('the values of the weights');
  model.setWeights(weights.map((weight) => toTensor(weight)));
}

/** Tensors, in a list or by name as they are. */
function decodeFeed(value: unknown): lw.Feed {
  if (isTensor(value) || Array.isArray(value)) return decodeInputs(value) as lw.Feed;
  return Object.fromEntries(
    Object.entries(value as object).map(([name, item]) => [name, decodeInputs(item) as lw.Tensor]),
  );
}

const hasPlaceholder = (value: unknown) => JSON.stringify(value).includes('"keras_tensor"');

/** The names under which the model knows its inputs. */
function inputNames({ config }: ModelJson): string[] {
  const inputs = config?.input_layers;
  if (isHistory(inputs)) return [inputs[0]];
  return Array.isArray(inputs)
    ? inputs.map((history: History) => history[0])
    : Object.keys((inputs as object | undefined) ?? {});
}

/** Calls the model on symbolic tensors: these come in the order of its inputs. */
function applySymbolic(model: lw.Model | lw.Sequential, testCase: Case): readonly lw.SymbolicTensor[] {
  const given = testCase.inputs as Record<string, unknown>;
  const names = inputNames(testCase.model as ModelJson);
  const lone = given.keras_tensor === true;
  const inputs = lone ? decodeInputs(given) : decodeInputs(names.map((name) => given[name]));
  return model.applyAll(inputs as lw.SymbolicTensor);
}

export function runModel(testCase: Case, ops: Ops): void {
  const make = () => build(testCase.model as ModelJson, ops) as lw.Model | lw.Sequential;
  if (testCase.error !== undefined) {
    const model = early(make);
    model.predictSync(decodeFeed((testCase.inputs as readonly unknown[])[0]));
    return;
  }
  const model = make();
  const index = ((testCase.output_index as readonly number[] | undefined) ?? [0])[0] as number;
  if (hasPlaceholder(testCase.inputs)) {
    const output = applySymbolic(model, testCase)[index];
    expectShape(output?.shape ?? [], testCase.expected_output_shape as number[]);
    loadWeights(model, testCase);
    return;
  }
  const feed = decodeFeed(testCase.inputs);
  if (!model.built) model.predictSync(feed);
  loadWeights(model, testCase);
  const result = model.predictSync(feed) as lw.Tensor | readonly lw.Tensor[];
  const output = [result].flat()[index] as lw.Tensor | undefined;
  if (output === undefined) throw new Mismatch(`there is no output ${index}`);
  if (testCase.expected_output_shape) expectShape(output.shape, testCase.expected_output_shape as number[]);
  if (testCase.output) expectValues(output, testCase.output as CaseTensor, testCase);
}
