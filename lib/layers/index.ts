// The layers, by family. Importing this file registers all of them for `fromConfig` and the loaders.

export { ELU, type ELUOptions } from './activation/elu.js';
export { PReLU, type PReLUOptions } from './activation/prelu.js';
export {
  LeakyReLU,
  type LeakyReLUOptions,
  ReLU,
  type ReLUOptions,
  ThresholdedReLU,
  type ThresholdedReLUOptions,
} from './activation/relu.js';
export { Softmax, type SoftmaxOptions } from './activation/softmax.js';
export type { ActivationOption } from './activations.js';
export type { ConvLayerOptions } from './convolutional/base-conv.js';
export { Conv1D } from './convolutional/conv1d.js';
export { Conv2D } from './convolutional/conv2d.js';
export { Conv3D } from './convolutional/conv3d.js';
export { DepthwiseConv1D, DepthwiseConv2D, type DepthwiseConvOptions } from './convolutional/depthwise.js';
export { SeparableConv1D, SeparableConv2D, type SeparableConvOptions } from './convolutional/separable.js';
export {
  Conv1DTranspose,
  Conv2DTranspose,
  Conv3DTranspose,
  type ConvTransposeLayerOptions,
} from './convolutional/transpose.js';
export { Activation, type ActivationOptions } from './core/activation.js';
export { Dense, type DenseOptions } from './core/dense.js';
export {
  AlphaDropout,
  Dropout,
  type DropoutOptions,
  GaussianDropout,
  GaussianNoise,
  type GaussianNoiseOptions,
  type RateOptions,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  type SpatialDropoutOptions,
} from './core/dropout.js';
export { EinsumDense, type EinsumDenseOptions } from './core/einsum-dense.js';
export { Embedding, type EmbeddingOptions } from './core/embedding.js';
export { Identity } from './core/identity.js';
export { Lambda, type LambdaFunction, type LambdaOptions } from './core/lambda.js';
export {
  type Initializer,
  type InitializerName,
  type InitializerOption,
  setRandomSeed,
} from './initializers.js';
export { Concatenate, type ConcatenateOptions } from './merging/concatenate.js';
export { Dot, type DotOptions } from './merging/dot.js';
export { Add, Average, Maximum, Minimum, Multiply, Subtract } from './merging/elementwise.js';
export type { AffineNormOptions } from './normalization/base-norm.js';
export { BatchNormalization, type BatchNormalizationOptions } from './normalization/batch-normalization.js';
export { GroupNormalization, type GroupNormalizationOptions } from './normalization/group-normalization.js';
export { LayerNormalization, type LayerNormalizationOptions } from './normalization/layer-normalization.js';
export {
  RMSNormalization,
  type RMSNormalizationOptions,
  UnitNormalization,
  type UnitNormalizationOptions,
} from './normalization/rms-normalization.js';
export {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  type AdaptivePoolingOptions,
} from './pooling/adaptive-pooling.js';
export {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  AvgPool1D,
  AvgPool2D,
  AvgPool3D,
} from './pooling/average-pooling.js';
export type { GlobalPoolingOptions, PoolingOptions } from './pooling/base-pool.js';
export {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalAvgPool1D,
  GlobalAvgPool2D,
  GlobalAvgPool3D,
  GlobalMaxPool1D,
  GlobalMaxPool2D,
  GlobalMaxPool3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './pooling/global-pooling.js';
export {
  MaxPool1D,
  MaxPool2D,
  MaxPool3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from './pooling/max-pooling.js';
export { Cropping1D, Cropping2D, Cropping3D, type CroppingOptions } from './reshaping/cropping.js';
export { Flatten, type FlattenOptions } from './reshaping/flatten.js';
export { Permute, type PermuteOptions } from './reshaping/permute.js';
export { RepeatVector, type RepeatVectorOptions } from './reshaping/repeat-vector.js';
export { Reshape, type ReshapeOptions } from './reshaping/reshape.js';
export {
  type Interpolation,
  type SpatialUpSamplingOptions,
  UpSampling1D,
  UpSampling2D,
  type UpSampling2DOptions,
  UpSampling3D,
  type UpSamplingOptions,
} from './reshaping/up-sampling.js';
export {
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  type ZeroPaddingOptions,
} from './reshaping/zero-padding.js';
