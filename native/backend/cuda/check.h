#pragma once

#include <cuda_runtime.h>

#include <string>

#include "base/error.h"

namespace lw::cuda {

/// Throws Error(kDevice) that names what was tried, unless it went well. An error after which the device
/// answers nothing more is kept: every later call tells it again.
void check(cudaError_t result, const std::string& what);

/// Throws what ended the device, if anything has; and has this thread's calls go to the GPU in use.
void needAlive();

/// The GPU in use, for all threads.
void useGpu(int index);

}  // namespace lw::cuda
