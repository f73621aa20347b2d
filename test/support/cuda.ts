import { devices } from '../../lib/index.js';

/** What there is of `cuda`: a GPU, or the CUDA backend that is built for this CPU. */
export const cuda = devices()[1];

/** Bytes of the GPU's memory that this process has now. */
export const used = () => devices()[1]?.gpus[0]?.usedBytes as number;
