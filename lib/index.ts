// The public surface, listed by hand: what is not here is not promised.

export { type DeviceInfo, devices } from './backend/device.js';
export { limits, type MachineInfo, machineInfo, version } from './backend/machine.js';
export type { BackendName, DeviceName, GpuInfo, MachineLimits, Precision } from './backend/native.js';
export { getNumThreads, setNumThreads, withBackend } from './backend/settings.js';
export { type ErrorCode, LayerwiseError } from './errors.js';
export { Input, InputLayer, type InputOptions } from './graph/input.js';
export { SymbolicTensor } from './graph/symbolic.js';
export { loadNpy, parseNpy, saveNpy, serializeNpy } from './io/npy.js';
export {
  loadNpz,
  type NpzReadOptions,
  type NpzWriteOptions,
  parseNpz,
  saveNpz,
  serializeNpz,
} from './io/npz.js';
export {
  loadSafetensors,
  parseSafetensors,
  type SafetensorsFile,
  saveSafetensors,
  serializeSafetensors,
} from './io/safetensors.js';
export type { LayerExplainOptions } from './layers/explain.js';
export * from './layers/index.js';
export type { ShapeOrList, TensorOrList } from './layers/layer.js';
export { type CallContext, Layer, type LayerConfig, type LayerOptions } from './layers/layer.js';
export { resetNames } from './layers/naming.js';
export { deserializeLayer, registerLayer, type SerializedLayer, serializeLayer } from './layers/registry.js';
export type { ListRule, SameShapeRule, ShapeRule, shapeRule, TypedRule } from './layers/rule.js';
export { Variable } from './layers/variable.js';
export {
  type ExplainedLayer,
  type InputField,
  type ModelExplainOptions,
  ModelExplanation,
} from './models/explain.js';
export { type FeatureMapsOptions, type FiltersOptions, featureMaps, filters } from './models/maps.js';
export { Model, type ModelOptions } from './models/model.js';
export {
  type FieldSVGOptions,
  type GraphTextOptions,
  type ReceptiveFieldView,
  receptiveField,
  type SVGOptions,
  toDOT,
  toMermaid,
  toSVG,
} from './models/pictures.js';
export type { ModelProfile, NodeProfile, ProfileFigures, ProfileOptions } from './models/profile.js';
export type { SeenAxis, SeenInput } from './models/receptive.js';
export type { PredictOptions, PredictSyncOptions } from './models/run.js';
export { Sequential, type SequentialEntry, type SequentialOptions } from './models/sequential.js';
export type { StreamItem, StreamOptions, StreamProgress, StreamResult } from './models/stream.js';
export type { Feed, Structure } from './models/structure.js';
export type { SummaryOptions } from './models/summary.js';
export type { LoadWeightsOptions } from './models/weights.js';
export {
  ACTIVATIONS,
  type ActivationName,
  type ActivationSpec,
  applyActivation,
  celu,
  elu,
  type GeluOptions,
  gelu,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  threshold,
} from './ops/activations.js';
export {
  type AdaptivePoolOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool1dWithIndices,
  adaptiveMaxPool2d,
  adaptiveMaxPool2dWithIndices,
  adaptiveMaxPool3d,
  adaptiveMaxPool3dWithIndices,
  type OutputSize,
} from './ops/adaptive-pool.js';
export { batchDot } from './ops/batch-dot.js';
export {
  add,
  atan2,
  div,
  equal,
  floorDiv,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mod,
  mul,
  notEqual,
  pow,
  prelu,
  squaredDifference,
  sub,
} from './ops/binary.js';
export { cast } from './ops/cast.js';
export { concat, split, stack, unstack } from './ops/concat.js';
export {
  type ConvOptions,
  conv,
  conv1d,
  conv2d,
  conv3d,
  type DepthwiseOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  type SeparableKernels,
  separableConv1d,
  separableConv2d,
} from './ops/conv.js';
export {
  type ConvTransposeOptions,
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
} from './ops/conv-transpose.js';
export { einsum } from './ops/einsum.js';
export { gather } from './ops/gather.js';
export { dot, type MatmulOptions, matmul } from './ops/matmul.js';
export {
  type BatchNormOptions,
  batchNorm,
  foldBatchNorm,
  type GroupNormOptions,
  groupNorm,
  type L2NormalizeOptions,
  type LayerNormOptions,
  l2Normalize,
  layerNorm,
  rmsNorm,
  type ScaleShift,
  scaleShift,
} from './ops/normalize.js';
export type { Operand } from './ops/operands.js';
export { type PadOptions, pad } from './ops/pad.js';
export {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type GlobalPoolOptions,
  globalAvgPool1d,
  globalAvgPool2d,
  globalAvgPool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  maxPool3dWithIndices,
  type PoolWithIndices,
} from './ops/pool.js';
export {
  type ArgReduceOptions,
  all,
  any,
  argMax,
  argMin,
  logSumExp,
  max,
  mean,
  min,
  norm,
  prod,
  type ReduceOptions,
  std,
  sum,
  variance,
} from './ops/reductions.js';
export { expandDims, flatten, reshape, squeeze } from './ops/reshape.js';
export { type ResizeOptions, resize } from './ops/resize.js';
export { flip, slice, take } from './ops/slice.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { broadcastTo, repeat, tile } from './ops/tile.js';
export { moveaxis, swapaxes, transpose } from './ops/transpose.js';
export {
  abs,
  ceil,
  clip,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  tan,
  tanh,
} from './ops/unary.js';
export { where } from './ops/where.js';
export type { BatchDotAxes } from './shape/batch-dot.js';
export { explain } from './shape/explain/explain.js';
export { type Counted, Explanation, type ExplanationParts } from './shape/explain/explanation.js';
export type { ExplainSpec } from './shape/explain/families.js';
export type { ByteRange, SeenElements, Sees } from './shape/explain/sees.js';
export type { AxisMeaning } from './shape/explain/text.js';
export type { PadMode, PadWidths } from './shape/pad.js';
export type { NearestRounding, ResizeCoordinates, ResizeMethod } from './shape/resize.js';
export type { DataFormat, Padding, PerAxis } from './shape/spatial.js';
export type { ShapeError } from './shape/typed.js';
export { allClose, type CloseOptions } from './tensor/compare.js';
export {
  arange,
  clone,
  type DTypeOf,
  eye,
  full,
  type LinspaceOptions,
  linspace,
  ones,
  type Sizes,
  scalar,
  tensor,
  zeros,
} from './tensor/create.js';
export type { DType, TypedArray } from './tensor/dtype.js';
export { formatTensor, type PrintOptions } from './tensor/print.js';
export { Generator, type RandomOptions, random } from './tensor/random.js';
export { type NestedArray, type Shape, Tensor } from './tensor/tensor.js';
