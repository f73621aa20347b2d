import { integer, readOptions } from '../check.js';
import { argumentError, LayerwiseError, shapeError } from '../errors.js';
import { Tensor } from '../tensor/tensor.js';
import { Collector, checkSample, type Entry, rowOf } from './collector.js';
import { type CallSite, callSite, checkSignal } from './jobs.js';
import { predict, type Runnable } from './run.js';
import type { Feed } from './structure.js';

/** A sample: a tensor without the batch axis, a record that holds one, or a record of an error to pass through. */
export type StreamItem = Tensor | { readonly input: Feed } | { readonly error: unknown };

export interface StreamOptions {
  /** Samples per batch. Default 32. */
  readonly batchSize?: number;
  /** Batches that may be computing or waiting to be read. Default 2. */
  readonly concurrency?: number;
  /** Ends the stream: running batches are cancelled, the source is closed and the loop throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each batch. */
  readonly onProgress?: (progress: StreamProgress) => void;
}

export interface StreamProgress {
  /** Items handed on so far, errors included. */
  readonly done: number;
  readonly batches: number;
  readonly elapsedMs: number;
  readonly perSecond: number;
}

/** One result. `item` is what the source gave; `output` has no batch axis and shares memory with the others of its batch. */
export type StreamResult<I, Out> =
  | { readonly index: number; readonly item: I; readonly output: Out; readonly error?: undefined }
  | { readonly index: number; readonly item: I; readonly output?: undefined; readonly error: unknown };

/** What a stream needs to know of a model. */
export interface StreamedModel<Out> {
  readonly label: string;
  /** The model, ready for samples of this shape, and the sample's tensors in the order of the inputs. */
  readonly prepare: (sample: unknown) => { readonly model: Runnable; readonly tensors: readonly Tensor[] };
  readonly pack: (tensors: readonly Tensor[]) => Out;
}

interface Settings {
  readonly label: string;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: StreamOptions['onProgress'];
  readonly site: CallSite;
}

/** A batch on its way: what the source gave, and the promise of the outputs. */
interface Batch<I> {
  readonly entries: readonly Entry<I>[];
  readonly outputs: Promise<readonly Tensor[]>;
}

/** Checks the options at the call, then streams. */
export function stream<I extends StreamItem, Out>(
  model: StreamedModel<Out>,
  source: Iterable<I> | AsyncIterable<I>,
  options?: StreamOptions,
): AsyncGenerator<StreamResult<I, Out>, void, undefined> {
  const label = `${model.label} stream`;
  const given = readOptions(label, options, ['batchSize', 'concurrency', 'signal', 'onProgress']);
  const { onProgress } = given;
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw argumentError(label, 'onProgress must be a function', { onProgress });
  }
  const settings = {
    label,
    batchSize: integer(label, 'batchSize', given.batchSize ?? 32),
    concurrency: integer(label, 'concurrency', given.concurrency ?? 2),
    signal: checkSignal(label, given.signal),
    onProgress,
    site: callSite(stream),
  };
  return new Pipeline<I, Out>(model, iterate(label, source), settings).results();
}

function iterate<I>(label: string, source: Iterable<I> | AsyncIterable<I>): Iterator<I> | AsyncIterator<I> {
  const async = (source as AsyncIterable<I> | undefined)?.[Symbol.asyncIterator];
  const sync = (source as Iterable<I> | undefined)?.[Symbol.iterator];
  if (typeof async === 'function') return async.call(source);
  if (typeof sync === 'function') return sync.call(source);
  throw argumentError(label, 'the source must be an iterable or async iterable of samples', { source });
}

/**
 * The pump takes samples from the source and starts batches while the reader reads results, so that decoding, computing
 * and writing overlap. The pump waits while `concurrency` batches are started and not yet taken by the reader: memory is
 * bounded by those, the batch being collected and the batch being read.
 */
class Pipeline<I extends StreamItem, Out> {
  readonly #model: StreamedModel<Out>;
  readonly #source: Iterator<I> | AsyncIterator<I>;
  readonly #settings: Settings;
  readonly #collector: Collector<I>;
  readonly #stop = new AbortController();
  readonly #queue: Batch<I>[] = [];
  #index = 0;
  /** The source has not ended by itself, so it has to be closed. */
  #open = true;
  #taking = false;
  #pumping = true;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  constructor(model: StreamedModel<Out>, source: Iterator<I> | AsyncIterator<I>, settings: Settings) {
    this.#model = model;
    this.#source = source;
    this.#settings = settings;
    this.#collector = new Collector(settings.batchSize);
  }

  async *results(): AsyncGenerator<StreamResult<I, Out>, void, undefined> {
    const { signal, onProgress } = this.#settings;
    const abort = () => {
      this.#stop.abort(signal?.reason);
      this.#changed();
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    const started = performance.now();
    let [done, batches] = [0, 0];
    void this.#pump();
    try {
      for (let batch = await this.#next(); batch !== undefined; batch = await this.#next()) {
        const outputs = await batch.outputs;
        for (const entry of batch.entries) {
          signal?.throwIfAborted();
          yield this.#result(entry, outputs);
        }
        done += batch.entries.length;
        batches++;
        const elapsedMs = performance.now() - started;
        onProgress?.({ done, batches, elapsedMs, perSecond: elapsedMs > 0 ? (done * 1000) / elapsedMs : 0 });
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#stop.abort(
        new LayerwiseError('ERR_ABORTED', `${this.#settings.label}: nobody reads the results any more.`),
      );
      this.#changed();
      await this.#closeSource();
    }
  }

  #result({ index, item, row, error }: Entry<I>, outputs: readonly Tensor[]): StreamResult<I, Out> {
    if (row < 0) return { index, item, error };
    return { index, item, output: this.#model.pack(outputs.map((output) => rowOf(output, row))) };
  }

  /** The next batch to read; waits until there is one. Undefined at the end. */
  async #next(): Promise<Batch<I> | undefined> {
    for (;;) {
      this.#settings.signal?.throwIfAborted();
      const batch = this.#queue.shift();
      if (batch !== undefined) {
        this.#changed();
        return batch;
      }
      if (this.#failure !== undefined) throw this.#failure.error;
      if (!this.#pumping) return undefined;
      await this.#change();
    }
  }

  /** Wakes whoever waits for room, for a batch or for the end. */
  #changed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Fills batches and starts them until the source ends, something fails or the reader leaves. */
  async #pump(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for (;;) {
        while (!signal.aborted && this.#queue.length >= this.#settings.concurrency) await this.#change();
        if (signal.aborted) return;
        const step = await this.#pull();
        if (signal.aborted || step.done) break;
        this.#take(step.value);
      }
    } catch (error) {
      this.#failure = { error };
    }
    try {
      // What came before the end, or before the failure, is still delivered.
      if (!signal.aborted) this.#start();
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#pumping = false;
    this.#changed();
  }

  async #pull(): Promise<IteratorResult<I>> {
    this.#taking = true;
    try {
      const step = await this.#source.next();
      if (step.done) this.#open = false;
      return step;
    } catch (error) {
      this.#open = false;
      throw error;
    } finally {
      this.#taking = false;
    }
  }

  #take(item: I): void {
    const index = this.#index++;
    if (!(item instanceof Tensor) && isErrorRecord(item)) {
      this.#collector.addError(index, item, item.error);
    } else {
      const { label } = this.#settings;
      const sample = item instanceof Tensor ? item : (item as { input?: unknown } | null)?.input;
      if (sample === undefined) {
        throw argumentError(
          label,
          `item ${index} is no sample`,
          { item },
          'Give tensors, { input: tensor } or { error }',
        );
      }
      const { model, tensors } = this.#model.prepare(sample);
      checkSample(label, index, model, tensors);
      if (!this.#collector.takes(model, tensors)) this.#start();
      this.#collector.add(index, item, model, tensors);
    }
    if (this.#collector.isFull) this.#start();
  }

  /** Starts the batch that has been collected. */
  #start(): void {
    const { entries, model, inputs } = this.#collector.take();
    if (entries.length === 0) return;
    const outputs = model === undefined ? Promise.resolve([]) : this.#run(model, inputs);
    outputs.catch(() => {}); // thrown when its turn to be read comes
    this.#queue.push({ entries, outputs });
    this.#changed();
  }

  async #run(model: Runnable, inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const rows = inputs[0]?.shape[0] as number;
    const { label, site } = this.#settings;
    const outputs = await predict(model, inputs, { batchSize: rows, signal: this.#stop.signal }, site);
    for (const { shape } of outputs) {
      if (shape[0] !== rows) {
        throw shapeError(label, 'every output must have the batch in front', { output: shape, batch: rows });
      }
    }
    return outputs;
  }

  /** Closes the source. Does not wait for one that is still making an item: that could take for ever. */
  async #closeSource(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const closing = (async () => this.#source.return?.())();
    if (this.#taking) closing.catch(() => {});
    else await closing;
  }
}

function isErrorRecord(item: unknown): item is { readonly error: unknown } {
  const { error } = (item ?? {}) as { error?: unknown };
  return error !== undefined && error !== null;
}
