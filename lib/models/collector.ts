import { deviceError, dtypeError, shapeError } from '../errors.js';
import type { TypedArray } from '../tensor/dtype.js';
import { allocate, Tensor } from '../tensor/tensor.js';
import type { Runnable } from './run.js';

/** An item of the source on its way through: the row of its batch, or -1 for an error that passes by the model. */
export interface Entry<I> {
  readonly index: number;
  readonly item: I;
  readonly row: number;
  readonly error?: unknown;
}

/** How many errors may wait beside one batch of samples, as a multiple of the batch size. */
const ERRORS_PER_BATCH = 4;

/** Collects samples into the rows of a batch. Its memory is reused: a run has copied its inputs when it has started. */
export class Collector<I> {
  readonly #batchSize: number;
  #entries: Entry<I>[] = [];
  #model: Runnable | undefined;
  #rows = 0;
  #staging: Tensor[] = [];

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  get isFull(): boolean {
    return this.#rows >= this.#batchSize || this.#entries.length >= ERRORS_PER_BATCH * this.#batchSize;
  }

  /** Whether samples of these shapes can join the batch; a batch holds samples of one shape. */
  takes(model: Runnable, sample: readonly Tensor[]): boolean {
    if (this.#rows === 0) return true;
    return model === this.#model && this.#fits(sample);
  }

  #fits(sample: readonly Tensor[]): boolean {
    return (
      sample.length === this.#staging.length &&
      sample.every(({ shape, dtype }, i) => {
        const staged = this.#staging[i] as Tensor;
        return dtype === staged.dtype && shape.join() === staged.shape.slice(1).join();
      })
    );
  }

  add(index: number, item: I, model: Runnable, sample: readonly Tensor[]): void {
    if (this.#rows === 0) {
      this.#model = model;
      if (!this.#fits(sample)) this.#staging = sample.map((tensor) => this.#stage(model, tensor));
    }
    const row = this.#rows++;
    for (const [i, tensor] of sample.entries()) {
      const data = tensor.data as TypedArray;
      ((this.#staging[i] as Tensor).data as TypedArray).set(data as never, row * data.length);
    }
    this.#entries.push({ index, item, row });
  }

  #stage(model: Runnable, { shape, dtype }: Tensor): Tensor {
    const batch = [this.#batchSize, ...(shape as readonly number[])];
    return new Tensor(allocate(`${model.label} stream`, dtype, batch), batch, dtype) as Tensor;
  }

  addError(index: number, item: I, error: unknown): void {
    this.#entries.push({ index, item, row: -1, error });
  }

  /** Hands over what has been collected and starts anew. The inputs are valid until the next `add`. */
  take(): { entries: readonly Entry<I>[]; model: Runnable | undefined; inputs: Tensor[] } {
    const entries = this.#entries;
    const rows = this.#rows;
    const model = rows === 0 ? undefined : this.#model;
    const inputs = rows === 0 ? [] : this.#staging.map((tensor) => head(tensor, rows));
    this.#entries = [];
    this.#rows = 0;
    return { entries, model, inputs };
  }
}

/** The first rows of a tensor, on the same memory. */
function head(tensor: Tensor, rows: number): Tensor {
  const [all, ...sample] = tensor.shape as readonly number[];
  if (rows === all) return tensor;
  const data = tensor.data as TypedArray;
  const size = data.length / (all as number);
  return new Tensor(data.subarray(0, rows * size) as never, [rows, ...sample], tensor.dtype) as Tensor;
}

/** One row of a tensor, on the same memory. */
export function rowOf(tensor: Tensor, row: number): Tensor {
  const [rows, ...sample] = tensor.shape as readonly number[];
  const data = tensor.data as TypedArray;
  const size = data.length / (rows as number);
  return new Tensor(data.subarray(row * size, (row + 1) * size) as never, sample, tensor.dtype) as Tensor;
}

/** Checks one sample, which has no batch axis, against the inputs of the model. */
export function checkSample(label: string, index: number, model: Runnable, sample: readonly Tensor[]): void {
  for (const [i, { shape, dtype, device }] of sample.entries()) {
    const want = model.inputs[i] as Runnable['inputs'][number];
    const sizes = want.shape.slice(1);
    const what = `item ${index}${model.inputs.length > 1 ? ` input "${want.name}"` : ''}`;
    if (shape.length !== sizes.length || sizes.some((dim, axis) => dim !== null && dim !== shape[axis])) {
      const fix = shape.length === want.shape.length ? 'Give samples without the batch axis' : undefined;
      throw shapeError(
        label,
        `${what} must have the shape [${sizes.map(String).join(', ')}]`,
        { shape },
        fix,
      );
    }
    if (dtype !== want.dtype) throw dtypeError(label, `${what} must be ${want.dtype}`, { dtype });
    if (device !== 'cpu') {
      const rule = `${what} must lie on the cpu, where batches are collected`;
      throw deviceError(label, rule, { device }, "Use x.to('cpu'), or predict with a batch that lies there");
    }
  }
}
