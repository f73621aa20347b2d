import { keeping, resultTensors } from '../backend/device-tensor.js';
import { addon } from '../backend/load.js';
import type { NativeOperand, NativePlan, Operand } from '../backend/native.js';
import { integer, readOptions } from '../check.js';
import { argumentError, deviceError, dtypeError, shapeError, stateError } from '../errors.js';
import { checkInput } from '../graph/input.js';
import type { TensorSpec } from '../layers/layer.js';
import { sameDims } from '../shape/dims.js';
import type { DeviceName } from '../tensor/device.js';
import { arrayType, type TypedArray } from '../tensor/dtype.js';
import { Tensor } from '../tensor/tensor.js';
import { type CallSite, callSite, checkSignal, startJob } from './jobs.js';
import { held, isHeld, memoryOf, placeOf, rowsOf } from './place.js';
import type { Plans } from './plans.js';

export interface PredictOptions {
  /** The most samples that go through at once. Default: as many as fit into 1 GiB of activations. */
  readonly batchSize?: number;
  /** Cancels the run; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface PredictSyncOptions {
  readonly batchSize?: number;
  /** Tensors to write the results to, in the order of the outputs, where the inputs lie. Default: new ones. */
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

/** Checks that tensors can be fed to the model, and tells where they lie. */
function checkFeed(model: Runnable, tensors: readonly Tensor[]): DeviceName {
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
  return placeOf(model, tensors, model.plans.device);
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

const batchOf = (list: readonly Step[]): number => (list.at(-1) as Step).end;

/** The shapes of the results: those of the first step, with the whole batch in front when there are more. */
function wholeSpecs(model: Runnable, list: readonly Step[]): readonly TensorSpec[] {
  const { outputs } = model.plans.get((list[0] as Step).specs);
  if (list.length === 1) return outputs;
  return outputs.map(({ shape, dtype }) => ({ shape: [batchOf(list), ...shape.slice(1)], dtype }));
}

const isEmpty = (tensor: Tensor): boolean => tensor.size === 0;

/** Runs the model now. Reads the inputs and writes the results in place. */
export function predictSync(
  model: Runnable,
  tensors: readonly Tensor[],
  options?: PredictSyncOptions,
): Tensor[] {
  const { batchSize, out } = readOptions(`${model.label} predictSync`, options, ['batchSize', 'out']);
  if (batchSize !== undefined) integer(model.label, 'batchSize', batchSize);
  const place = checkFeed(model, tensors);
  const list = steps(model, tensors, batchSize);
  const specs = wholeSpecs(model, list);
  const into = out === undefined ? [] : checkOut(model.label, specs, out, tensors);
  const results = out === undefined ? resultTensors(model.label, specs, place) : into;
  if (results.every(isEmpty)) return results;
  const total = batchOf(list);
  const run = () => {
    for (const { begin, end, specs: parts } of list) {
      const rows = (x: Tensor) => rowsOf(model.label, x, total, begin, end);
      addon().run(model.plans.get(parts).plan, tensors.map(rows), results.map(rows));
    }
  };
  if (out === undefined) return keeping(results, run);
  run();
  return results;
}

/** The first pass through a plan that `predictSync` would make, with memory for its results. */
export function firstStep(
  model: Runnable,
  tensors: readonly Tensor[],
  batchSize: number | undefined,
): { plan: NativePlan; inputs: Operand[]; outputs: Tensor[] } {
  if (batchSize !== undefined) integer(model.label, 'batchSize', batchSize);
  const place = checkFeed(model, tensors);
  const list = steps(model, tensors, batchSize);
  const { begin, end, specs } = list[0] as Step;
  const { plan, outputs } = model.plans.get(specs);
  return {
    plan,
    inputs: tensors.map((x) => rowsOf(model.label, x, batchOf(list), begin, end)),
    outputs: resultTensors(model.label, outputs, place),
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
  const taken = new Set(inputs.map(memoryOf));
  const place = (inputs[0] as Tensor).device;
  return (list as Tensor[]).map((tensor, index) => {
    const { shape, dtype } = specs[index] as TensorSpec;
    if (!sameDims(tensor.shape, shape)) {
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
    if (tensor.device !== place) {
      throw deviceError(
        label,
        'out does not lie where the inputs do',
        { out: tensor.device, inputs: place },
        `Use a tensor on ${place}`,
      );
    }
    const memory = memoryOf(tensor);
    if (taken.has(memory)) {
      throw argumentError(label, 'out must not share memory with an input or another output', {
        out: tensor.shape,
      });
    }
    if (isHeld(tensor)) {
      throw stateError(label, 'a run in flight reads out', { out: tensor.shape }, 'Await its result first');
    }
    taken.add(memory);
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
  const place = checkFeed(model, tensors);
  if (signal?.aborted) throw signal.reason;
  const list = steps(model, tensors, batchSize);
  const specs = wholeSpecs(model, list);
  if (specs.every(({ shape }) => shape.includes(0))) return resultTensors(model.label, specs, place);
  if (place !== 'cpu') return predictThere(model, tensors, { list, specs, place, site, signal });
  const [first, ...others] = list as [Step, ...Step[]];
  const total = batchOf(list);
  const part = (step: Step) =>
    tensors.map((x) => rowsOf(model.label, x, total, step.begin, step.end) as TypedArray);
  const start = (step: Step, inputs: readonly TypedArray[]) =>
    startJob(model.plans.get(step.specs).plan, inputs, site, { signal });
  const running = start(first, part(first));
  const waiting = others.map((step) => ({ step, inputs: part(step).map((rows) => rows.slice()) }));
  const head = await running;
  if (waiting.length === 0) {
    return specs.map(
      ({ shape, dtype }, index) => new Tensor(typed(head[index], dtype), shape, dtype) as Tensor,
    );
  }
  const results = resultTensors(model.label, specs, place);
  const keep = (step: Step, arrays: readonly TypedArray[]) => {
    for (const [index, tensor] of results.entries()) {
      const rows = rowsOf(model.label, tensor, total, step.begin, step.end) as TypedArray;
      rows.set(arrays[index] as never);
    }
  };
  keep(first, head);
  for (const { step, inputs } of waiting) keep(step, await start(step, inputs));
  return results;
}

/** What `predict` has found out of a run whose tensors lie on a device. */
interface RunThere {
  readonly list: readonly Step[];
  readonly specs: readonly TensorSpec[];
  readonly place: DeviceName;
  readonly site: CallSite;
  readonly signal: AbortSignal | undefined;
}

/** One step after the other, as elsewhere, so that one lane's memory does. What it reads may be disposed of meanwhile. */
async function predictThere(
  model: Runnable,
  tensors: readonly Tensor[],
  { list, specs, place, site, signal }: RunThere,
): Promise<Tensor[]> {
  const total = batchOf(list);
  const plans = list.map((step) => model.plans.get(step.specs).plan);
  const results = resultTensors(model.label, specs, place);
  const release = held(tensors);
  try {
    const operands = list.map(({ begin, end }) => {
      const rows = (x: Tensor) => rowsOf(model.label, x, total, begin, end);
      return { inputs: tensors.map(rows), outputs: results.map(rows) as NativeOperand[] };
    });
    for (const [i, { inputs, outputs }] of operands.entries())
      await startJob(plans[i] as NativePlan, inputs, site, { signal, outputs });
    return results;
  } catch (error) {
    for (const result of results) result.dispose();
    throw error;
  } finally {
    release();
  }
}

function typed(array: TypedArray | undefined, dtype: TensorSpec['dtype']): never {
  if (array instanceof arrayType(dtype)) return array as never;
  throw new TypeError(`native returned ${array?.constructor.name} for ${dtype}`);
}
