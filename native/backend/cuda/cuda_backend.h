#pragma once

#include "backend/backend.h"

namespace lw {

/// Kernels for NVIDIA GPUs: in liblayerwise_cuda.so, and compiled for the host in the tests.
const Backend& cudaBackend();

}  // namespace lw
