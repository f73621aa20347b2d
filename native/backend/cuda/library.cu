#include <cstdlib>

#include "backend/cuda/check.h"
#include "backend/cuda/cuda_backend.h"
#include "backend/cuda/queue.h"
#include "backend/cuda_library.h"

namespace lw::cuda {
namespace {

constexpr int kLeastMajor = 8;  ///< cp.async and tensor cores for tf32 and bfloat16

std::string versionText(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/// How many GPUs the driver has; throws with the reason when it cannot say.
int countGpus() {
  int driver = 0, count = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0)
    throw Error(Code::kDevice, "cuda: no NVIDIA driver is installed on this machine.");
  const cudaError_t result = cudaGetDeviceCount(&count);
  if (result == cudaErrorInsufficientDriver)
    throw Error(Code::kDevice, "cuda: the NVIDIA driver is too old: it supports CUDA " + versionText(driver) +
                                   ", and this build needs " + versionText(CUDART_VERSION) + ".");
  if (result == cudaErrorNoDevice || (result == cudaSuccess && count == 0))
    throw Error(Code::kDevice, "cuda: the driver finds no NVIDIA GPU.");
  check(result, "looking for GPUs");
  return count;
}

class Library : public CudaLibrary {
 public:
  std::vector<Gpu> gpus() const override {
    std::vector<Gpu> result;
    std::string refused;
    for (int i = 0, count = countGpus(); i < count; ++i) {
      cudaDeviceProp properties{};
      check(cudaGetDeviceProperties(&properties, i), "the properties of a GPU");
      if (properties.major < kLeastMajor) {
        refused = std::string(properties.name) + " has compute capability " +
                  std::to_string(properties.major) + "." + std::to_string(properties.minor);
        continue;
      }
      result.push_back({properties.name, properties.major, properties.minor, properties.multiProcessorCount,
                        static_cast<int64_t>(properties.totalGlobalMem), 0, 0});
      if (result.size() > 1) continue;
      size_t free = 0, total = 0;
      useGpu(i);
      needAlive();
      check(cudaMemGetInfo(&free, &total), "the memory of a GPU");
      result[0].freeBytes = static_cast<int64_t>(free);
      result[0].usedBytes = usedBytes();
    }
    if (result.empty())
      throw Error(Code::kDevice, "cuda: the kernels need compute capability 8.0: " + refused + ".");
    return result;
  }
  const Backend& backend() const override { return cudaBackend(); }
};

}  // namespace
}  // namespace lw::cuda

extern "C" __attribute__((visibility("default"))) lw::CudaLibrary* layerwiseCuda(
    const lw::CudaLayout& layout) {
  static lw::cuda::Library library;
  return layout == lw::CudaLayout{} ? &library : nullptr;
}
