import type { DType, TypedArray } from '../tensor/dtype.js';
import type { Attrs } from '../tensor/traced.js';

/** What native compiles: a flat list of nodes over numbered values, all shapes known. */
export interface NativeGraph {
  readonly values: readonly { readonly dtype: DType; readonly shape: readonly number[] }[];
  readonly inputs: readonly number[];
  /** Weights. `key` names the data across the compiles that share a store, so that it is packed once. */
  readonly constants: readonly { readonly value: number; readonly key: number; readonly data: TypedArray }[];
  readonly nodes: readonly NativeNode[];
  readonly outputs: readonly number[];
}

export interface NativeNode {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly attrs: Attrs;
  readonly name?: string;
}

export type BackendName = 'cpu' | 'cuda' | 'reference';
export type { DeviceName } from '../tensor/device.js';

/**
 * How float32 products with weights are multiplied: as they are, or rounded to bfloat16 (8 bits of precision) or
 * TensorFloat-32 (11 bits, on a GPU) and summed in float32.
 */
export type Precision = 'float32' | 'tf32' | 'bfloat16';

export interface CompileOptions {
  readonly backend: BackendName;
  /** Default `float32`. */
  readonly precision?: Precision;
  readonly store?: NativeStore;
  /** Dimension 0 of all inputs and outputs when the graph treats samples independently; 0: never split. */
  readonly batch?: number;
}

declare const brand: unique symbol;
export interface NativeStore {
  readonly [brand]: 'store';
}
export interface NativePlan {
  readonly [brand]: 'plan';
}
export interface NativeJob {
  readonly [brand]: 'job';
}
/** Memory of a device. It goes back with `disposeMemory`, or when nothing reaches it any more. */
export interface NativeMemory {
  readonly [brand]: 'memory';
}

/** An operand of a run on a device: memory there, from a byte on. */
export interface NativeOperand {
  readonly memory: NativeMemory;
  readonly offset: number;
}
/** An operand of a run. */
export type Operand = TypedArray | NativeOperand;

export interface PlanNodeInfo {
  readonly op: string;
  readonly name: string;
  readonly algorithm: string;
  /** The instruction set of the loops that compute it, `reference`, or nothing for an alias. */
  readonly kernel: string;
  /** What was folded into the node: `bias`, `residual`, the name of an activation. */
  readonly fused: readonly string[];
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly flops: number;
  readonly bytes: number;
  readonly segment: number;
  readonly mode: string;
}

export interface PlanInfo {
  readonly nodes: readonly PlanNodeInfo[];
  /** Activations of one run; runs of the same model, also of other shapes, use the memory one after the other. */
  readonly arenaBytes: number;
  /** Packed weights of the model: all its shapes share them. */
  readonly packedBytes: number;
  /** How many samples of the batch go through at a time, to save memory; 0 when the model has no batch to cut. */
  readonly samplesAtOnce: number;
  readonly values: number;
}

/** What the machine and the build are. */
export interface NativeInfo {
  readonly isa: string;
  readonly isaAvailable: readonly string[];
  readonly cpuFeatures: readonly string[];
  /** What models of precision `bfloat16` are multiplied with: `amx`, `avx512bf16`, or null where they cannot run. */
  readonly bfloat16: 'amx' | 'avx512bf16' | null;
  readonly threads: number;
  readonly coresAvailable: number;
  readonly cacheBytes: { readonly l1: number; readonly l2: number; readonly l3: number };
  readonly eigen: string;
  readonly backends: readonly string[];
  readonly compiler: string;
  /** How often the core has asked the system for arena or scratch memory: constant in steady state. */
  readonly allocations: number;
  readonly arenaBytes: number;
  /** The pool of large results: what JavaScript holds of it, and what waits for the next results. */
  readonly resultBytes: { readonly lent: number; readonly idle: number };
}

/** A GPU that kernels run on. */
export interface GpuInfo {
  readonly name: string;
  /** Such as `9.0`. */
  readonly computeCapability: string;
  readonly multiprocessors: number;
  readonly totalBytes: number;
  /** Of the GPU in use: what nobody has taken, and what tensors and plans of this process have. 0 for the others. */
  readonly freeBytes: number;
  readonly usedBytes: number;
}

/** Measured on this machine, with the threads in use. */
export interface MachineLimits {
  /** float32 multiply-adds in registers, each counted as two operations, in units of 1e9 per second. */
  readonly peakGflops: number;
  /** A copy between buffers larger than the caches: bytes read plus bytes written, in units of 1e9 per second. */
  readonly copyGBs: number;
}

export type JobCallback = (error: Error | null, outputs: TypedArray[] | null) => void;

/** The one door to native code. */
export interface NativeAddon {
  createStore(): NativeStore;
  compile(graph: NativeGraph, options: CompileOptions): NativePlan;
  /** Memory on a device of any content; ERR_DEVICE when it has not as much, or with the reason why there is none. */
  deviceMemory(backend: BackendName, bytes: number): NativeMemory;
  /** Copies from and to the begin of device memory; complete when they return. */
  writeMemory(memory: NativeMemory, bytes: Uint8Array): void;
  readMemory(memory: NativeMemory, bytes: Uint8Array): void;
  /** Frees it now, or when the runs that use it have ended. */
  disposeMemory(memory: NativeMemory): void;
  run(plan: NativePlan, inputs: readonly Operand[], outputs: readonly Operand[]): void;
  /** `run`, and how many milliseconds each node took; together the time of the run. */
  profile(plan: NativePlan, inputs: readonly Operand[], outputs: readonly Operand[]): Float64Array;
  /** Without `outputs` they are new arrays. */
  start(
    plan: NativePlan,
    inputs: readonly Operand[],
    callback: JobCallback,
    outputs?: readonly NativeOperand[],
  ): NativeJob;
  /** Results of `minBytes` and more of this thread lie in a pool of at most `maxBytes`. For the main thread. */
  openResults(minBytes: number, maxBytes: number): void;
  /** Memory for the result of a synchronous call from the pool, of any content; undefined when an ordinary array has to do. */
  result(dtype: DType, length: number): TypedArray | undefined;
  /** The event loop has turned since the last `result`. */
  endTurn(): void;
  /** Frees what the pool keeps, unless it was used since the last call; true when it holds nothing. */
  trimResults(): boolean;
  cancel(job: NativeJob): void;
  planInfo(plan: NativePlan): PlanInfo;
  info(): NativeInfo;
  /** The GPUs, the one in use first; with none, why. */
  gpus(): { readonly gpus: readonly GpuInfo[]; readonly reason: string };
  limits(): MachineLimits;
  setNumThreads(threads: number): void;
  getNumThreads(): number;
}
