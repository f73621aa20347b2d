import { addon } from '../backend/load.js';
import type { NativePlan } from '../backend/native.js';
import { resultMemory } from '../backend/results.js';
import { integer, readOptions } from '../check.js';
import { argumentError, dtypeError, shapeError } from '../errors.js';
import { checkInput } from '../graph/input.js';
import type { TensorSpec } from '../layers/layer.js';
import { arrayType, type TypedArray } from '../tensor/dtype.js';
import { Tensor } from '../tensor/tensor.js';
import { callSite, checkSignal, startJob } from './jobs.js';
import type { Plans } from './plans.js';

export interface PredictOptions {
  /** The most samples that go through at once. Default: as many as fit into 1 GiB of activations. */
  readonly batchSize?: number;
  /** Cancels the run; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface PredictSyncOptions {
  readonly batchSize?: number;
  /** Tensors to write the results to, in the order of the outputs. Default: new ones. */
  readonly out?: Tensor | readonly Tensor[];
}

/** What running a model needs to know of it. */
export interface Runnable {
  readonly label: string;
  readonly inputs: readonly (TensorSpec & { readonly name: string })[];
  readonly outputs: readonly TensorSpec[];
  readonly plans: Plans;
}

/** One pass through a plan: some rows of the inputs. */
interface Step {
  readonly begin: number;
  readonly end: number;
  readonly specs: readonly TensorSpec[];
}

/** Checks that tensors can be fed to the model. */
export function checkFeed(model: Runnable, tensors: readonly Tensor[]): void {
  let batch: number | undefined;
  for (const [index, tensor] of tensors.entries()) {
    const want = model.inputs[index] as Runnable['inputs'][number];
    const label = model.inputs.length > 1 ? `${model.label} input "${want.name}"` : model.label;
    checkInput(label, want, tensor);
    if (tensor.isTraced) throw argumentError(label, 'predict needs a tensor with values', { input: tensor });
    if (want.shape[0] !== null || tensor.rank === 0) continue;
    if (batch !== undefined && tensor.shape[0] !== batch) {
      throw shapeError(label, 'all inputs must hold equally many samples', {
        inputs: tensors.map(({ shape }) => shape),
      });
    }
    batch = tensor.shape[0] as number;
  }
}

/** Cuts the batch, if there is one to cut: every input and every output must have the batch in front. */
function steps(model: Runnable, tensors: readonly Tensor[], batchSize: number | undefined): Step[] {
  const specs = tensors.map(({ shape, dtype }) => ({ shape, dtype }));
  const total = (tensors[0] as Tensor).shape[0] ?? 0;
  const whole: Step = { begin: 0, end: total, specs };
  const cuttable = [...model.inputs, ...model.outputs].every(
    ({ shape }) => shape.length > 0 && shape[0] === null,
  );
  if (batchSize !== undefined && !cuttable && total > batchSize) {
    throw argumentError(
      model.label,
      'the batch cannot be cut: an input or output does not have the batch in front',
      {
        batchSize,
        outputs: model.outputs.map(({ shape }) => shape),
      },
    );
  }
  if (!cuttable || total <= 1) return [whole];
  const size = batchSize ?? model.plans.batchLimit(specs);
  if (total <= size) return [whole];
  const result: Step[] = [];
  for (let begin = 0; begin < total; begin += size) {
    const end = Math.min(total, begin + size);
    result.push({
      begin,
      end,
      specs: specs.map(({ shape, dtype }) => ({ shape: [end - begin, ...shape.slice(1)], dtype })),
    });
  }
  return result;
}

/** The elements of rows [begin, end) of a tensor with `rows` rows. */
function rowsOf(data: TypedArray, rows: number, begin: number, end: number): TypedArray {
  if (begin === 0 && end === rows) return data;
  const width = rows === 0 ? 0 : data.length / rows;
  return data.subarray(begin * width, end * width);
}

const batchOf = (list: readonly Step[]): number => (list.at(-1) as Step).end;

/** The shapes of the results: those of the first step, with the whole batch in front when there are more. */
function wholeSpecs(model: Runnable, list: readonly Step[]): readonly TensorSpec[] {
  const { outputs } = model.plans.get((list[0] as Step).specs);
  if (list.length === 1) return outputs;
  return outputs.map(({ shape, dtype }) => ({ shape: [batchOf(list), ...shape.slice(1)], dtype }));
}

const newTensors = (op: string, specs: readonly TensorSpec[]): Tensor[] =>
  specs.map(
    ({ shape, dtype }) =>
      new Tensor(resultMemory(op, dtype, shape as readonly number[]), shape, dtype) as Tensor,
  );

const isEmpty = (tensor: Tensor): boolean => tensor.size === 0;

/** Runs the model now. Reads the inputs and writes the results in place. */
export function predictSync(
  model: Runnable,
  tensors: readonly Tensor[],
  options?: PredictSyncOptions,
): Tensor[] {
  const { batchSize, out } = readOptions(`${model.label} predictSync`, options, ['batchSize', 'out']);
  if (batchSize !== undefined) integer(model.label, 'batchSize', batchSize);
  checkFeed(model, tensors);
  const list = steps(model, tensors, batchSize);
  const specs = wholeSpecs(model, list);
  const results =
    out === undefined ? newTensors(model.label, specs) : checkOut(model.label, specs, out, tensors);
  if (results.every(isEmpty)) return results;
  const total = batchOf(list);
  for (const step of list) {
    const rows = ({ data }: Tensor) => rowsOf(data as TypedArray, total, step.begin, step.end);
    const single = list.length === 1;
    const raw = ({ data }: Tensor) => data as TypedArray;
    addon().run(
      model.plans.get(step.specs).plan,
      tensors.map(single ? raw : rows),
      results.map(single ? raw : rows),
    );
  }
  return results;
}

/** The first pass through a plan that `predictSync` would make, with memory for its results. */
export function firstStep(
  model: Runnable,
  tensors: readonly Tensor[],
  batchSize: number | undefined,
): { plan: NativePlan; inputs: TypedArray[]; outputs: TypedArray[] } {
  if (batchSize !== undefined) integer(model.label, 'batchSize', batchSize);
  checkFeed(model, tensors);
  const list = steps(model, tensors, batchSize);
  const { begin, end, specs } = list[0] as Step;
  const { plan, outputs } = model.plans.get(specs);
  return {
    plan,
    inputs: tensors.map(({ data }) =>
      list.length === 1 ? (data as TypedArray) : rowsOf(data as TypedArray, batchOf(list), begin, end),
    ),
    outputs: newTensors(model.label, outputs).map(({ data }) => data as TypedArray),
  };
}

function checkOut(
  label: string,
  specs: readonly TensorSpec[],
  out: unknown,
  inputs: readonly Tensor[],
): Tensor[] {
  const list: readonly unknown[] = Array.isArray(out) ? out : [out];
  if (list.length !== specs.length || !list.every((item) => item instanceof Tensor)) {
    throw argumentError(
      label,
      `out must be ${specs.length === 1 ? 'a tensor' : `a list of ${specs.length} tensors`}`,
      {
        out,
      },
    );
  }
  const buffers = new Set(inputs.map(({ data }) => (data as TypedArray).buffer));
  return (list as Tensor[]).map((tensor, index) => {
    const { shape, dtype } = specs[index] as TensorSpec;
    if (tensor.shape.join() !== shape.join()) {
      throw shapeError(label, 'out does not have the shape of the output', {
        out: tensor.shape,
        output: shape,
      });
    }
    if (tensor.dtype !== dtype) {
      throw dtypeError(label, 'out does not have the dtype of the output', {
        out: tensor.dtype,
        output: dtype,
      });
    }
    const { buffer } = tensor.data as TypedArray;
    if (buffers.has(buffer)) {
      throw argumentError(label, 'out must not share memory with an input or another output', {
        out: tensor.shape,
      });
    }
    buffers.add(buffer);
    return tensor;
  });
}

/**
 * Runs the model on Layerwise's threads. Everything up to the first `await` happens at the call: the checks, the
 * compilation and the copies of the inputs, so that the caller may overwrite or transfer them right after.
 */
export async function predict(
  model: Runnable,
  tensors: readonly Tensor[],
  options?: PredictOptions,
  site = callSite(predict),
): Promise<Tensor[]> {
  const { batchSize, signal: given } = readOptions(`${model.label} predict`, options, [
    'batchSize',
    'signal',
  ]);
  if (batchSize !== undefined) integer(model.label, 'batchSize', batchSize);
  const signal = checkSignal(model.label, given);
  checkFeed(model, tensors);
  if (signal?.aborted) throw signal.reason;
  const list = steps(model, tensors, batchSize);
  const specs = wholeSpecs(model, list);
  if (specs.every(({ shape }) => shape.includes(0))) return newTensors(model.label, specs);
  const [first, ...others] = list as [Step, ...Step[]];
  const total = batchOf(list);
  const part = (step: Step) =>
    tensors.map(({ data }) => rowsOf(data as TypedArray, total, step.begin, step.end));
  const start = (step: Step, inputs: readonly TypedArray[]) =>
    startJob(model.plans.get(step.specs).plan, inputs, site, signal);
  const running = start(first, part(first));
  const waiting = others.map((step) => ({ step, inputs: part(step).map((rows) => rows.slice()) }));
  const head = await running;
  if (waiting.length === 0) {
    return specs.map(
      ({ shape, dtype }, index) => new Tensor(typed(head[index], dtype), shape, dtype) as Tensor,
    );
  }
  const results = newTensors(model.label, specs);
  const keep = (step: Step, arrays: readonly TypedArray[]) => {
    for (const [index, tensor] of results.entries()) {
      rowsOf(tensor.data as TypedArray, total, step.begin, step.end).set(arrays[index] as never);
    }
  };
  keep(first, head);
  for (const { step, inputs } of waiting) keep(step, await start(step, inputs));
  return results;
}

function typed(array: TypedArray | undefined, dtype: TensorSpec['dtype']): never {
  if (array instanceof arrayType(dtype)) return array as never;
  throw new TypeError(`native returned ${array?.constructor.name} for ${dtype}`);
}
