#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace lw {

struct Gpu {
  std::string name;
  int major = 0, minor = 0;  ///< compute capability
  int multiprocessors = 0;
  int64_t totalBytes = 0;
  int64_t freeBytes = 0, usedBytes = 0;  ///< of the one in use: by anybody, and by this process
};

/// What liblayerwise_cuda.so gives: a library of its own, so that the addon neither links nor needs CUDA.
class CudaLibrary {
 public:
  virtual ~CudaLibrary() = default;
  /// The GPUs that its kernels run on, the one in use first. Throws Error(kDevice) with the reason when there
  /// are none.
  virtual std::vector<Gpu> gpus() const = 0;
  virtual const Backend& backend() const = 0;
};

/// What both sides must agree on to call each other; counted up when an interface of backend/ changes.
struct CudaLayout {
  int interface = 3;
  size_t op = sizeof(Op), view = sizeof(View), buffer = sizeof(Buffer), context = sizeof(PrepareContext),
         gpu = sizeof(Gpu);
  bool operator==(const CudaLayout&) const = default;
};

/// The library's one symbol, `layerwiseCuda`: null for a caller that was built from other sources.
using OpenCuda = CudaLibrary* (*)(const CudaLayout& layout);

/// The library beside this binary, or LAYERWISE_CUDA_LIBRARY; opened at the first call that succeeds. Throws
/// Error(kDevice) that says why it cannot be used and what to do.
CudaLibrary& cudaLibrary();

}  // namespace lw
